"""Comments that silence findings.

``# noqa: ISL101`` and ``# initscope-lint: ignore[ISL101] reason`` hold for the statement that they stand in; on a line
of their own for the statement below, with its body. ``# initscope-lint: ignore-file[ISL101] reason`` holds for the
file. Rules are given by code or name and never left out: a bare ``# noqa`` is for others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from initscope_lint.report.diagnostic import Diagnostic, Edit, Fix, Span

if TYPE_CHECKING:
    from initscope_lint.report.layout import Comment

_WORD = r"(?:[a-z]+\d\w*|[a-z]+(?:-[a-z]+)+)"
_NOQA = rf"(?i)#\s*noqa\s*:\s*(?P<rules>{_WORD}(?:[,\s]+{_WORD})*)[^#]*"
_OWN = r"#\s*initscope-lint:\s*(?P<verb>[\w-]*)\s*(?:\[(?P<rules>[^\]#]*)\])?[^#]*"
_EVERYWHERE = (1, 1 << 31)


class Suppression(msgspec.Struct, frozen=True):
    """What one comment silences.

    Attributes:
        span: Where it is written, from its ``#`` on.
        lines: The first and the last line that it holds for.
        words: What is written for rules.
        codes: The codes of our rules, by the word for each; other words are for other linters, or wrong.
        problem: Why it silences nothing, or less than it seems to; empty if all is well.
        around: Its text before and behind the words.
        whole: What goes if all of it goes: the gap before it, or the line, unless it shares them.
    """

    span: Span
    lines: tuple[int, int]
    words: tuple[str, ...]
    codes: dict[str, str]
    problem: str
    around: tuple[str, str]
    whole: Span

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Say whether it silences a finding of the same file."""
        first, last = self.lines
        at = diagnostic.span
        return diagnostic.code in self.codes.values() and first <= at.end_line and at.line <= last

    def without(self, words: Collection[str]) -> Edit:
        """Return the edit that takes words out of it, and the whole of it away if no others are left."""
        left = [word for word in self.words if word not in words]
        return Edit(self.span, ", ".join(left).join(self.around)) if left else Edit(self.whole, "")


def suppressions(text: str, resolve: Callable[[str], str]) -> list[Suppression]:
    """Return the suppressions of a source text whose lines end in ``\\n``.

    ``resolve`` gives the code of the rule that a word names, or raises ValueError.
    """
    if not _may_suppress(text, resolve):
        return []
    from initscope_lint.report.layout import layout

    return [
        _suppression(comment, match, resolve)
        for comment in layout(text).comments
        for form in (_NOQA, _OWN)
        for match in re.finditer(form, comment.text)
    ]


def _may_suppress(text: str, resolve: Callable[[str], str]) -> bool:
    """Whether the bytes of a text can be a suppression, wherever they stand: most comments are for other linters."""
    if "initscope-lint" in text and re.search(_OWN, text):
        return True
    lowered = text.lower()
    return "noqa" in lowered and any(
        _concerns(word, resolve) for match in re.finditer(_NOQA, text) for word in _words(match["rules"])
    )


def _words(rules: str | None) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w-]+", rules or ""))


def _concerns(word: str, resolve: Callable[[str], str]) -> bool:
    """Whether a word is one of our rules, or meant to be."""
    try:
        resolve(word)
    except ValueError:
        return word.lower().startswith("isl")
    return True


def unused(
    written: Iterable[Suppression], found: Sequence[Diagnostic], ran: Collection[str]
) -> Iterator[tuple[Suppression, list[str]]]:
    """Yield what is wrong with the suppressions of a file in which ``found`` was found by the rules that ``ran``.

    That is those with a problem and no words, and those with words for rules that ran and found nothing there.
    """
    for each in written:
        hit = {diagnostic.code for diagnostic in found if each.covers(diagnostic)}
        idle = [word for word, code in each.codes.items() if code in ran and code not in hit]
        if idle or each.problem:
            yield each, idle


def fix(written: Suppression, idle: Sequence[str]) -> Fix | None:
    """Return what takes idle words out of a suppression; None if there are none."""
    return Fix("safe", "remove the unused suppression", (written.without(idle),)) if idle else None


def _suppression(comment: Comment, match: re.Match[str], resolve: Callable[[str], str]) -> Suppression:
    groups = match.groupdict()
    verb = groups.get("verb")
    words = _words(groups["rules"])
    codes: dict[str, str] = {}
    problem = ""
    for word in words:
        try:
            codes[word] = resolve(word)
        except ValueError as error:
            if verb is not None or word.lower().startswith("isl"):
                problem = f"This suppression names an {error}"
    if verb not in (None, "ignore", "ignore-file"):
        codes, problem = {}, f"There is no `{verb}`; there are `ignore[...]` and `ignore-file[...]`."
    elif not words:
        problem = f"This suppression names no rule, so it silences nothing; write `{verb}[ISL101]`."
    begin, end = comment.column + match.start(), comment.column + match.end()
    text = match.group()
    inner = (0, 0) if not words else (match.start("rules") - match.start(), match.end("rules") - match.start())
    span = Span(comment.line, begin, comment.line, begin + len(text.rstrip()))
    whole = Span(comment.line, begin, comment.line, end)
    if match.end() == len(comment.text):
        before = comment.before + comment.text[: match.start()]
        gap = len(before) - len(before.rstrip())
        whole = Span(comment.line, begin - gap, comment.line, end)
        if not before.strip():
            whole = Span(comment.line, 1, comment.line + 1, 1)
    lines = _EVERYWHERE if verb == "ignore-file" else comment.lines or (comment.line, comment.line)
    around = (text[: inner[0]], text[inner[1] :].rstrip())
    return Suppression(span, lines, words, codes, problem, around, whole)


def additions(
    text: str, found: Iterable[Diagnostic], resolve: Callable[[str], str]
) -> tuple[list[Edit], list[Diagnostic]]:
    """Return the edits that silence findings in a source text, and the findings that no comment can be added for.

    The comment goes behind the last line of the statement; if there is one of ours, the rule goes into that.
    """
    from initscope_lint.report.layout import layout

    arranged = layout(text)
    lines = text.split("\n")
    codes: dict[int, set[str]] = {}
    left: list[Diagnostic] = []
    for diagnostic in found:
        statement = arranged.statement(diagnostic.span.line)
        if statement is None:
            left.append(diagnostic)
        else:
            codes.setdefault(statement.last, set()).add(diagnostic.code)
    there = {each.span.line: each for each in suppressions(text, resolve) if each.around[1].startswith("]")}
    edits = []
    for line, wanted in sorted(codes.items()):
        known = there.get(line)
        if known is None:
            end = len(lines[line - 1]) + 1
            comment = f"  # initscope-lint: ignore[{', '.join(sorted(wanted))}]"
            edits.append(Edit(Span(line, end, line, end), comment))
        else:
            more = sorted(wanted.difference(known.codes.values()))
            edits.append(Edit(known.span, ", ".join((*known.words, *more)).join(known.around)))
    return edits, left
