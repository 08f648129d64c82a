"""All that a run learns from outside: files, directories, settings.

Each answer is noted down as a digest, so that a later run can ask the same and see whether all is as it was. Times of
files mean nothing here: a checkout, a copy or a clock can make them anything.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from pathlib import Path
from typing import TypeVar

import msgspec

from initscope_lint.runner.notebooks import Read
from initscope_lint.runner.settings import Settings, SettingsFor
from initscope_lint.source.decode import SourceText
from initscope_lint.source.discovery import Discovery
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import load, text_of
from initscope_lint.source.tree import Disk, Listing

Find = Callable[[Collection[str]], Discovery]
"""Gives the files that are at and below paths."""

_SEPARATOR = "\0"
_Answer = TypeVar("_Answer", bytes, bool)


class Answers(msgspec.Struct):
    """Digests of answers, by the questions."""

    files: dict[str, bytes] = {}
    directories: dict[str, bytes] = {}
    projects: dict[str, bool] = {}
    searches: dict[str, bytes] = {}
    settings: dict[str, bytes] = {}


def digest(*parts: bytes | str) -> bytes:
    """Return what identifies a sequence of texts."""
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "little"))
        made.update(data)
    return made.digest()


class World(Disk):
    """The outside, as one run sees it. Without ``read``, files are those of the disk.

    Attributes:
        answers: What has been learnt.
        steady: Whether no file has changed from one look to the next.
    """

    def __init__(self, find: Find, settings: SettingsFor, read: Read | None = None) -> None:
        self.answers = Answers()
        self.steady = True
        self.from_disk = read is None
        self._find = find
        self._settings = settings
        self._read = read
        self._found: dict[str, Discovery] = {}
        self._digests: dict[str, bytes] = {}

    def find(self, paths: Collection[str]) -> Discovery:
        """The files at and below paths."""
        key = _SEPARATOR.join(paths)
        if key not in self._found:
            self._found[key] = self._find(paths)
        found = self._found[key]
        self.answers.searches[key] = digest(*map(str, found.files), "", *map(repr, found.errors))
        return found

    def read(self, path: Path) -> SourceText | SourceError:
        """What a file holds."""
        if self._read is not None:
            return self._read(path)
        data = load(path)
        self._note(path, data)
        return data if isinstance(data, SourceError) else text_of(data, path.as_posix())

    def data(self, path: str) -> bytes:
        """What a file holds that is no source; one that cannot be read holds nothing."""
        data = load(Path(path))
        self._note(Path(path), data)
        return data if isinstance(data, bytes) else b""

    def settings(self, path: Path) -> Settings:
        """What holds for a file."""
        found = self._settings(path)
        self.answers.settings[str(path)] = self._wish(found.target, tuple(found.catalogues))
        return found

    def listing(self, directory: str) -> Listing:
        """What is in a directory."""
        found = super().listing(directory)
        self.answers.directories[directory] = digest(*found.relevant(directory))
        return found

    def is_project(self, directory: str) -> bool:
        """Whether a directory is the root of a project."""
        found = self.answers.projects[directory] = super().is_project(directory)
        return found

    def is_as(self, before: Answers) -> bool:
        """Whether the questions of an earlier run, which need not be those of this one, have the answers they had."""
        mine, now = self.answers, deepcopy(self.answers)
        self.answers = now
        same = (
            _same(now.searches, before.searches, lambda paths: self.find(paths.split(_SEPARATOR) if paths else ()))
            and _same(now.projects, before.projects, self.is_project)
            and _same(now.directories, before.directories, self.listing)
            and _same(now.files, before.files, self.digest)
            and _same(now.settings, before.settings, lambda path: self.settings(Path(path)))
        )
        self.answers = mine
        return same

    def digest(self, path: str) -> bytes:
        """What identifies what a file holds."""
        known = self._digests.get(path)
        if known is None:
            return self._note(Path(path), load(Path(path)))
        self.answers.files[path] = known
        return known

    def _note(self, path: Path, data: bytes | SourceError) -> bytes:
        noted = digest(data) if isinstance(data, bytes) else digest("", data.message)
        name = str(path)
        self.steady = self._digests.setdefault(name, noted) == noted and self.steady
        self.answers.files[name] = noted
        return noted

    @functools.cache  # noqa: B019 - a world lives as long as the run
    def _wish(self, target: str | None, catalogues: Iterable[Path]) -> bytes:
        """What identifies the settings that an analysis depends on; all others are for what is made of it."""
        held = (load(path) for path in catalogues)
        return digest(target or "", *(data if isinstance(data, bytes) else data.message for data in held))


def _same(now: dict[str, _Answer], before: dict[str, _Answer], ask: Callable[[str], object]) -> bool:
    for question, answer in before.items():
        if question not in now:
            ask(question)
        if now[question] != answer:
            return False
    return True
