"""Patterns as of a ``.gitignore``, for the paths below a directory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import pathspec


class Patterns(msgspec.Struct, frozen=True):
    """Compiled patterns; ``base`` is their directory, absolute and ending in a slash."""

    base: str
    spec: pathspec.GitIgnoreSpec

    @classmethod
    def of(cls, lines: Iterable[str], directory: str | os.PathLike[str]) -> Patterns:
        """Compile patterns for a directory.

        Raises ValueError for a pattern that git would not accept.
        """
        import pathspec  # which most runs need not

        return cls(base(os.fspath(directory)), pathspec.GitIgnoreSpec.from_lines(lines))

    def verdict(self, absolute: str) -> bool | None:
        """True: matched. False: re-included by ``!``. None: not mentioned. A directory ends in a slash."""
        if not absolute.startswith(self.base):
            return None
        return self.spec.check_file(absolute[len(self.base) :]).include


def base(directory: str) -> str:
    """Return an absolute directory with forward slashes and one at its end."""
    return directory.replace(os.sep, "/").rstrip("/") + "/"
