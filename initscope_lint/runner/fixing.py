"""Fixes made until there are none left, each checked by linting what it makes. Nothing is written here."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from initscope_lint.report.diagnostic import Diagnostic, Severity
from initscope_lint.report.edits import Offsets, is_fixable, overlap, patched
from initscope_lint.runner import CheckRun
from initscope_lint.runner.notebooks import Read
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError

_MOST_PASSES = 100
_BROKEN = frozenset({"ISL901", "ISL902", "ISL903"})


@dataclass(frozen=True)
class FixRun:
    """What fixing has come to.

    Attributes:
        run: What is found in what it has made.
        changed: By path, what was read and the text to write.
        fixed: What was found and is mended, as it was found at the time.
        refused: The findings whose fixes do not mend them, or bring up others.
    """

    run: CheckRun
    changed: Mapping[str, tuple[SourceText, str]]
    fixed: Sequence[Diagnostic]
    refused: Sequence[Diagnostic]


def fix(lint: Callable[[Read], CheckRun], read: Read, *, unsafe: bool) -> FixRun:
    """Make the fixes that a lint run offers, and those that the next one does, and so on.

    ``lint`` lints the files as the reader that it is given reads them, ``read`` is how they are; ``unsafe``: make the
    unsafe fixes, too. Notebooks are not fixed.
    """
    read = functools.cache(read)  # what is linted is what is compared with the file at last
    made: dict[str, SourceText] = {}
    fixed: list[Diagnostic] = []
    refused: dict[object, Diagnostic] = {}
    run = lint(read)
    for _ in range(_MOST_PASSES):
        chosen = _chosen((each for each in run.diagnostics if _key(each) not in refused), unsafe)
        if not chosen:
            break
        while chosen:
            paths = dict.fromkeys(each.path for each in chosen)
            now = _over(read, made)
            trials = {path: _Trial(_text(now, path), [each for each in chosen if each.path == path]) for path in paths}
            tried = {**made, **{path: trial.made for path, trial in trials.items()}}
            found = lint(_over(read, tried))
            bad = [each for path, trial in trials.items() for each in trial.failed(_of(path, run), _of(path, found))]
            refused.update((_key(each), each) for each in bad)
            if not bad:
                made, run = tried, found
                fixed += chosen
                break
            chosen = [each for each in chosen if each not in bad]
    changed = {path: (_text(read, path), new.text) for path, new in made.items()}
    return FixRun(run, changed, fixed, list(refused.values()))


def _over(read: Read, made: Mapping[str, SourceText]) -> Read:
    return lambda path: made.get(path.as_posix()) or read(path)


def _text(read: Read, path: str) -> SourceText:
    source = read(Path(path))
    assert not isinstance(source, SourceError)
    return source


def _key(found: Diagnostic) -> object:
    """What makes a refused fix the same in the next pass, when its lines have moved."""
    edits = () if found.fix is None else tuple(edit.text for edit in found.fix.edits)
    return found.path, found.code, found.message, edits


def _chosen(found: Iterable[Diagnostic], unsafe: bool) -> list[Diagnostic]:
    """Those of the fixable findings that can be mended at once.

    Their edits do not touch each other, and in a file there is one unsafe fix at most: it may take a name.
    """
    chosen: list[Diagnostic] = []
    daring: set[str] = set()
    for each in found:
        if each.fix is None or not is_fixable(each, unsafe=unsafe):
            continue
        if each.fix.applicability == "unsafe" and each.path in daring:
            continue
        if any(each.path == other.path and other.fix and overlap(each.fix.edits, other.fix.edits) for other in chosen):
            continue
        if each.fix.applicability == "unsafe":
            daring.add(each.path)
        chosen.append(each)
    return chosen


class _Trial:
    """The fixes of one file, made at once."""

    def __init__(self, source: SourceText, chosen: Sequence[Diagnostic]) -> None:
        self.chosen = chosen
        patch = patched(source.text, [edit for each in chosen if each.fix for edit in each.fix.edits])
        self.made = replace(source, text=patch.text)
        self._patch = patch
        self._then, self._now = Offsets(source.text), Offsets(patch.text)

    def failed(self, before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Those that do not mend, by what is found in the file before and after."""
        if any(each.code in _BROKEN for each in after):
            return [*self.chosen]
        return [each for each in self.chosen if not self._mends(each, before, after)]

    def _mends(self, mended: Diagnostic, before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> bool:
        """Whether a finding is gone, and nothing else is wrong with what its fix has written."""
        place = self._patch.moved(self._then.at(mended.span.line, mended.span.column))
        written = [*self._written(mended)]
        inside: Counter[tuple[str, str]] = Counter()
        outside: Counter[tuple[str, str]] = Counter()
        for each in after:
            at = self._now.at(each.span.line, each.span.column)
            if at == place and each.code == mended.code:
                return False
            if each.severity is not Severity.NOTE:
                into = inside if any(begin <= at < end for begin, end in written) else outside
                into[_said(each)] += 1
        known = Counter(_said(each) for each in before if each is not mended)
        return inside <= known - outside

    def _written(self, mended: Diagnostic) -> Iterator[tuple[int, int]]:
        assert mended.fix is not None
        begins = {self._then.at(edit.span.line, edit.span.column) for edit in mended.fix.edits}
        for old_begin, _, begin, end in self._patch.places:
            if old_begin in begins:
                yield begin, end


def _said(found: Diagnostic) -> tuple[str, str]:
    return found.code, found.message


def _of(path: str, run: CheckRun) -> list[Diagnostic]:
    return [each for each in run.diagnostics if each.path == path]
