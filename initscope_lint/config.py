"""Configuration files: ``[tool.initscope-lint]`` of a ``pyproject.toml``, or a whole ``initscope-lint.toml``.

The file that counts for a source file is the nearest one in the directories above it, so that findings do not depend
on which paths were given. In one directory ``initscope-lint.toml`` comes first; a ``pyproject.toml`` without the table
is passed over.
"""

from __future__ import annotations

import difflib
import functools
import os
import sys
from pathlib import Path
from typing import Any, Literal

import msgspec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

__all__ = ["Config", "ConfigError", "nearest"]

_OWN_FILE = "initscope-lint.toml"
_PROJECT_FILE = "pyproject.toml"
_TABLE = ("tool", "initscope-lint")
_EXPECTED = {"target-tensorflow": 'expected "1.15" or "2"'}


class ConfigError(Exception):
    """A configuration file is not valid. ``key`` is the full key (``tool.initscope-lint.select[0]``), or empty."""

    def __init__(self, path: Path, key: str, reason: str) -> None:
        super().__init__(f"{path.as_posix()}: {key}: {reason}" if key else f"{path.as_posix()}: {reason}")
        self.path = path
        self.key = key
        self.reason = reason


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a person may write. A key that is absent leaves the matter to the command line and the defaults."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    target_tensorflow: Literal["1.15", "2"] | None = None
    catalog: tuple[str, ...] = ()


class Config(msgspec.Struct, frozen=True):
    """What holds for the files below one directory.

    Attributes:
        path: The file that says so; None where there is none.
        select: Codes, prefixes of codes or names of the rules to report; none means all.
        ignore: The same of the rules not to report.
        target: The TensorFlow whose semantics hold, or None.
        catalogues: The user's own catalogue files.
        prefix: What comes before a key of this file when it is named, ``tool.initscope-lint.`` or nothing.
    """

    path: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    target: Literal["1.15", "2"] | None = None
    catalogues: tuple[Path, ...] = ()
    prefix: str = ""

    def error(self, key: str, reason: str) -> ConfigError:
        """Return the error that a value of this file is wrong for a reason that only the caller knows."""
        assert self.path is not None
        return ConfigError(self.path, self.prefix + key, reason)


def nearest(file: Path) -> Config:
    """Return the configuration that counts for a source file.

    Raises ConfigError if the nearest file cannot be read or is not valid.
    """
    return _nearest(Path(os.path.realpath(file)).parent)


@functools.cache
def _nearest(directory: Path) -> Config:
    for name in (_OWN_FILE, _PROJECT_FILE):
        path = directory / name
        if path.is_file():
            config = _read(path)
            if config is not None:
                return config
    return Config() if directory.parent == directory else _nearest(directory.parent)


def _read(path: Path) -> Config | None:
    """Read one file; None for a ``pyproject.toml`` of a project that says nothing about this linter."""
    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(path, "", error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, "", f"not valid TOML: {error}") from error
    prefix = ""
    if path.name == _PROJECT_FILE:
        prefix = ".".join(_TABLE) + "."
        for part in _TABLE:
            table = table.get(part) if isinstance(table, dict) else None
        if table is None:
            return None
        if not isinstance(table, dict):
            raise ConfigError(path, ".".join(_TABLE), "expected a table")
    _check_keys(path, prefix, table)
    try:
        found = msgspec.convert(table, _Table)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `$.")
        key = where.rstrip("`")
        raise ConfigError(path, prefix + key, _EXPECTED.get(key, _lower(reason))) from error
    catalogues = tuple(path.parent / name for name in found.catalog)
    return Config(path, found.select, found.ignore, found.target_tensorflow, catalogues, prefix)


def _check_keys(path: Path, prefix: str, table: dict[str, object]) -> None:
    known = [field.encode_name for field in msgspec.structs.fields(_Table)]
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(f'`{name}`' for name in known)}"
            raise ConfigError(path, prefix + key, f"unknown key; {hint}")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
