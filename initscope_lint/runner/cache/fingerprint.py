"""What a record depends on besides the linted code: the linter itself, and what parses for it."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from initscope_lint import __version__
from initscope_lint.runner.world import digest

_OWN = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_SUFFIXES = (".py", ".toml", ".json")


@functools.cache
def fingerprint() -> bytes:
    """Return what identifies this very linter: its version, its code and data, Python and libcst."""
    return digest(__version__, sys.version, sys.implementation.name, *_files(), _libcst())


def _files() -> Iterator[bytes | str]:
    for directory, below, names in os.walk(_OWN):
        below[:] = sorted(name for name in below if name != "__pycache__")
        for name in sorted(names):
            if name.endswith(_SUFFIXES):
                path = f"{directory}{os.sep}{name}"
                yield path[len(_OWN) :]
                with open(path, "rb", buffering=0) as file:
                    yield file.read()


def _libcst() -> bytes:
    """What says which libcst there is, without the third of a second that it takes to import."""
    spec = importlib.util.find_spec("libcst")
    if spec is None or spec.origin is None:
        return b""
    stated = Path(spec.origin).with_name("_version.py")
    return stated.read_bytes() if stated.is_file() else b""
