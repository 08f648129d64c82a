"""Records in files of a directory.

Any number of processes may read and write at once: a file is written beside its place and then put there. What is
not a whole record of this very linter is no record.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from initscope_lint.runner.cache.fingerprint import fingerprint
from initscope_lint.runner.world import digest

TAG = "CACHEDIR.TAG"
_TAG_TEXT = """\
Signature: 8a477f597d28d172789f06886806bc55
# This directory is a cache of initscope-lint. It can be removed at any time.
# See https://bford.info/cachedir/ for what this file is for.
"""
_OURS = "initscope-lint"
_BESIDE = ".initscope-lint-"
"""What the names of files begin with that are not whole yet."""

_MAGIC = b"initscope-lint 1\n"
_HEAD = len(_MAGIC) + 16

MAX_BYTES = 1024 * 1024 * 1024
"""How much may stay; what was used longest ago goes first."""

MAX_AGE = 30 * 24 * 3600.0
"""Seconds after which what has not been used goes."""

_OFTEN = 3600.0
"""Seconds between two looks at how much there is, and between two notes of when a record was used."""

Kind = TypeVar("Kind", bound=msgspec.Struct)


class Store:
    """The records in a directory. What cannot be read is not there, and what cannot be written is not kept.

    Attributes:
        directory: Where the records are.
        trouble: Why nothing is kept any more, if something could not be written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.trouble: str | None = None
        self._written = False

    def load(self, name: bytes, kind: type[Kind]) -> Kind | None:
        """Return the record of a name, if there is one."""
        path = self._place(name)
        try:
            with open(path, "rb") as file:
                data = file.read()
                used = os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        content = data[_HEAD:]
        if data[:_HEAD] != _MAGIC + digest(fingerprint(), name, content):
            return None
        try:
            record = msgspec.msgpack.decode(content, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if abs(time.time() - used) > _OFTEN:
            with contextlib.suppress(OSError):
                os.utime(path)
        return record

    def save(self, name: bytes, record: msgspec.Struct) -> None:
        """Keep a record, in the place of that which has its name, if it can be written down."""
        if self.trouble is not None:
            return
        try:
            content = msgspec.msgpack.encode(record)
        except UnicodeEncodeError:  # the name of a file that is not UTF-8
            return
        path = self._place(name)
        try:
            self._prepare()
            path.parent.mkdir(exist_ok=True)
            _put(path, _MAGIC + digest(fingerprint(), name, content) + content)
        except OSError as error:
            self.trouble = error.strerror or str(error)

    def sweep(self) -> None:
        """Now and then after something was written, remove what is old or too much."""
        mark = self.directory / TAG
        try:
            if not self._written or abs(time.time() - mark.stat().st_mtime) < _OFTEN:
                return
            os.utime(mark)
        except OSError:
            return
        self.evict()

    def evict(self, max_bytes: int = MAX_BYTES, max_age: float = MAX_AGE) -> None:
        """Remove what was not used for ``max_age`` seconds, and of what is above ``max_bytes`` the oldest."""
        now = time.time()
        kept = 0
        for used, size, path in sorted(self._records(), reverse=True):
            kept += size
            if kept > max_bytes or now - used > max_age:
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def clean(self) -> bool:
        """Remove the directory, if it is there.

        Raises OSError if it is not one that this linter has made, or cannot be removed.
        """
        import shutil

        if not self.directory.exists():
            return False
        if not _is_ours(self.directory):
            raise OSError(f"it is no cache of {_OURS}: there is no {TAG} of ours in it")
        shutil.rmtree(self.directory)
        return True

    def _place(self, name: bytes) -> Path:
        text = digest(fingerprint(), name).hex()
        return self.directory / text[:2] / text[2:]

    def _prepare(self) -> None:
        """Make the directory, once; never make somebody else's one ours."""
        if self._written:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        if not _is_ours(self.directory):
            foreign = any(not path.name.startswith(_BESIDE) for path in self.directory.iterdir())
            if foreign and not _is_ours(self.directory):  # which another process may have made it meanwhile
                raise OSError(f"it is no cache of {_OURS}, and there is something in it")
            _put(self.directory / TAG, _TAG_TEXT.encode())
            _put(self.directory / ".gitignore", b"*\n")
        self._written = True

    def _records(self) -> Iterator[tuple[float, int, str]]:
        with contextlib.suppress(OSError), os.scandir(self.directory) as above:
            for entry in above:
                if len(entry.name) != 2:
                    continue
                with contextlib.suppress(OSError), os.scandir(entry) as records:
                    for record in records:
                        state = record.stat(follow_symlinks=False)
                        yield state.st_mtime, state.st_size, record.path


def _put(path: Path, data: bytes) -> None:
    """Write a file, wholly or not at all."""
    import tempfile

    number, beside = tempfile.mkstemp(prefix=_BESIDE, dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _is_ours(directory: Path) -> bool:
    try:
        return (directory / TAG).read_text(encoding="utf-8") == _TAG_TEXT
    except (OSError, UnicodeDecodeError):
        return False
