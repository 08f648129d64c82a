"""What a record depends on besides the linted code: the linter itself, and what parses for it."""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

from initscope_lint import __version__
from initscope_lint.runner.world import digest

_OWN = Path(__file__).parents[2]
_SUFFIXES = (".py", ".toml", ".json")


@functools.cache
def fingerprint() -> bytes:
    """Return what identifies this very linter: its version, its code and data, Python and libcst."""
    return digest(__version__, sys.version, sys.implementation.name, *_files(), _libcst())


def _files() -> Iterator[bytes | str]:
    for path in sorted(_OWN.rglob("*")):
        if path.suffix in _SUFFIXES:
            yield path.relative_to(_OWN).as_posix()
            yield path.read_bytes()


def _libcst() -> bytes:
    """What says which libcst there is, without the third of a second that it takes to import."""
    spec = importlib.util.find_spec("libcst")
    if spec is None or spec.origin is None:
        return b""
    stated = Path(spec.origin).with_name("_version.py")
    return stated.read_bytes() if stated.is_file() else b""
