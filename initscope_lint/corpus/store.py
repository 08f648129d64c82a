"""The results: a file of JSON lines that is complete up to its last line whenever the run ends."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from initscope_lint import __version__
from initscope_lint.corpus.task import Record


class OtherRun(Exception):
    """A file of results of another version or of other options."""


class Store:
    """Results that can be continued. ``done`` are the projects that have a report in it."""

    def __init__(self, path: Path, options: Sequence[str]) -> None:
        """Keep what is there and good: no errors, for these are tried again, and no half of a line.

        Raises OtherRun if it was made by another version or with other options, or is no file of results.
        """
        kept = [record for record in _read(path) if record.error is None]
        if any((record.version, list(record.options)) != (__version__, list(options)) for record in kept):
            raise OtherRun(f"{path} was made by another version or with other options: name another file or remove it")
        self.done = frozenset(record.source for record in kept)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_bytes(b"".join(map(_line, kept)))
        os.replace(beside, path)
        self._file = path.open("ab")

    def add(self, record: Record) -> None:
        """Append a result, all of it or nothing."""
        self._file.write(_line(record))
        self._file.flush()

    def close(self) -> None:
        """Make sure that what was added is kept."""
        os.fsync(self._file.fileno())
        self._file.close()


def _line(record: Record) -> bytes:
    return msgspec.json.encode(record) + b"\n"


def _read(path: Path) -> list[Record]:
    if not path.exists():
        return []
    # What follows the last line end is what was being written when a run was ended.
    lines = path.read_bytes().split(b"\n")[:-1]
    try:
        return [msgspec.json.decode(line, type=Record) for line in lines]
    except msgspec.MsgspecError as error:
        raise OtherRun(f"{path} is not a file of results: {error}") from error
