"""Findings that are known and accepted, in a file that has no line numbers, so that edits elsewhere change nothing.

A finding is known by its file, its rule and the text of its line; as often as the file says.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.report.display import file_and_cell, path_text
from initscope_lint.report.fingerprint import line_text
from initscope_lint.source.write import put

VERSION = "1"

Key = tuple[str, str, str]
"""The path, relative to the directory of the baseline; the code; the text of the line."""


class BaselineError(Exception):
    """A baseline cannot be read, or is none."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    code: str
    text: str
    count: int = 1


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    findings: tuple[_Entry, ...]


class Baseline:
    """A baseline file and what is in it.

    ``source`` gives the lines of a path; ``ran`` is what a run covers: the paths with the codes of the rules that ran.
    """

    def __init__(self, file: Path, known: Mapping[Key, int], source: Callable[[str], Sequence[str]]) -> None:
        self._file = file
        self._directory = os.path.dirname(os.path.realpath(file))
        self._known = Counter(known)
        self._source = source

    def split(self, found: Iterable[Diagnostic]) -> tuple[list[Diagnostic], Counter[Key]]:
        """Return the findings that are not known, and the known ones that were found."""
        met: Counter[Key] = Counter()
        new: list[Diagnostic] = []
        for diagnostic in found:
            key = self._key(diagnostic)
            if met[key] < self._known[key]:
                met[key] += 1
            else:
                new.append(diagnostic)
        return new, met

    def stale(self, met: Mapping[Key, int], ran: Mapping[str, frozenset[str]]) -> list[Key]:
        """Return what is known but gone from what was covered, each once for each that is gone."""
        gone = self._known - Counter(met)
        covered = self._covered(ran)
        return [key for key, count in sorted(gone.items()) if self._is_covered(key, covered) for _ in range(count)]

    def write(self, found: Iterable[Diagnostic], ran: Mapping[str, frozenset[str]]) -> int:
        """Write the file anew, with what it says about what was not covered, and return how many findings it has."""
        covered = self._covered(ran)
        kept = Counter({key: count for key, count in self._known.items() if not self._is_covered(key, covered)})
        kept.update(self._key(diagnostic) for diagnostic in found)
        document = _Document(VERSION, tuple(_Entry(*key, count) for key, count in sorted(kept.items())))
        put(self._file, msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        return kept.total()

    def _covered(self, ran: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        return {self._relative(path): codes for path, codes in ran.items()}

    def _is_covered(self, key: Key, covered: Mapping[str, frozenset[str]]) -> bool:
        path, code, _ = key
        return code in covered.get(path, ()) or not os.path.exists(os.path.join(self._directory, path))

    def _key(self, diagnostic: Diagnostic) -> Key:
        file, _ = file_and_cell(diagnostic.path)
        return self._relative(file), diagnostic.code, line_text(diagnostic, self._source)

    def _relative(self, path: str) -> str:
        return path_text(os.path.relpath(os.path.realpath(path), self._directory))


def load(file: Path, source: Callable[[str], Sequence[str]], *, new: bool = False) -> Baseline:
    """Read a baseline; with ``new``, one that does not exist is an empty one.

    Raises BaselineError if it cannot be read or is not valid.
    """
    try:
        document = msgspec.json.decode(file.read_bytes(), type=_Document)
    except FileNotFoundError as error:
        if new:
            return Baseline(file, {}, source)
        raise BaselineError(f"{file.as_posix()}: there is no such baseline; --write-baseline writes one") from error
    except OSError as error:
        raise BaselineError(f"{file.as_posix()}: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BaselineError(f"{file.as_posix()}: not a baseline: {error}") from error
    if document.version != VERSION:
        raise BaselineError(f"{file.as_posix()}: not a baseline of version {VERSION}, but of {document.version}")
    return Baseline(file, {(each.path, each.code, each.text): each.count for each in document.findings}, source)
