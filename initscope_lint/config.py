"""Configuration files: ``[tool.initscope-lint]`` of a ``pyproject.toml``, or a whole ``initscope-lint.toml``.

The file that counts for a source file is the nearest one in the directories above it, so that findings do not depend
on which paths were given. In one directory ``initscope-lint.toml`` comes first; a ``pyproject.toml`` without the table
is passed over. Files are not merged.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from initscope_lint.report.formats import Format

__all__ = ["Config", "ConfigError", "Options", "forget", "nearest", "quoted", "read", "schema"]

_OWN_FILE = "initscope-lint.toml"
_PROJECT_FILE = "pyproject.toml"
_TABLE = ("tool", "initscope-lint")

_Texts = tuple[str, ...]


class ConfigError(Exception):
    """A configuration file is not valid. ``key`` is the full key (``tool.initscope-lint.select[0]``), or empty."""

    def __init__(self, path: Path, key: str, reason: str) -> None:
        super().__init__(f"{path.as_posix()}: {key}: {reason}" if key else f"{path.as_posix()}: {reason}")
        self.path = path
        self.key = key
        self.reason = reason


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What a person may write. A key that is absent leaves the matter to the command line and the defaults."""

    select: Annotated[
        _Texts, Meta(description="Report only these rules: codes, prefixes of codes (ISL1) or names. None means all.")
    ] = ()
    extend_select: Annotated[_Texts, Meta(description="Report these rules besides those of `select`.")] = ()
    ignore: Annotated[_Texts, Meta(description="Do not report these rules.")] = ()
    per_file_ignores: Annotated[
        dict[str, _Texts],
        Meta(
            description="Do not report rules in the files that a pattern, as of a .gitignore beside this file, names."
        ),
    ] = {}
    severity: Annotated[
        dict[str, Literal["error", "warning", "note"]],
        Meta(description="Report the certain findings of a rule with this severity; notes need --pedantic."),
    ] = {}
    fixable: Annotated[
        _Texts | None, Meta(description="Mend only these rules with --fix: codes, prefixes of codes or names.")
    ] = None
    unfixable: Annotated[_Texts, Meta(description="Do not mend these rules with --fix.")] = ()
    exclude: Annotated[
        _Texts | None,
        Meta(description="Do not search what these patterns name, instead of environments, caches and the like."),
    ] = None
    extend_exclude: Annotated[
        _Texts, Meta(description="Do not search what these patterns, as of a .gitignore beside this file, name either.")
    ] = ()
    target_tensorflow: Annotated[
        Literal["1.15", "2"] | None,
        Meta(description="The TensorFlow whose semantics hold; by default it is decided for each program."),
    ] = None
    catalog: Annotated[
        _Texts, Meta(description="Files, relative to this one, that say what your own library does.")
    ] = ()
    output_format: Annotated[
        Format | None, Meta(description="How findings are written to stdout; `text` by default.")
    ] = None
    cache_dir: Annotated[str | None, Meta(description="Where the cache is, relative to this file.")] = None


class Config(msgspec.Struct, frozen=True):
    """What holds for the files below one directory.

    Attributes:
        path: The file that says so; None where there is none.
        options: What it says.
        prefix: What comes before a key of this file when it is named, ``tool.initscope-lint.`` or nothing.
    """

    path: Path | None = None
    options: Options = Options()
    prefix: str = ""

    @property
    def directory(self) -> Path:
        """The directory to which paths and patterns are relative."""
        return Path(os.path.realpath(self.path)).parent if self.path else Path.cwd()

    @property
    def catalogues(self) -> tuple[Path, ...]:
        """The user's own catalogue files."""
        beside = self.path.parent if self.path else Path()
        return tuple(beside / name for name in self.options.catalog)

    def error(self, key: str, reason: str) -> ConfigError:
        """Return the error that a value of this file is wrong for a reason that only the caller knows."""
        assert self.path is not None
        return ConfigError(self.path, self.prefix + key, reason)


def nearest(file: Path) -> Config:
    """Return the configuration that counts for a source file.

    Raises ConfigError if the nearest file cannot be read or is not valid.
    """
    return _nearest(Path(os.path.realpath(file)).parent)


def read(path: Path) -> Config:
    """Return the configuration of a file that is named.

    Raises ConfigError if it cannot be read, is not valid, or is a ``pyproject.toml`` without the table.
    """
    config = _read(path)
    if config is None:
        raise ConfigError(path, "", f"there is no table [{'.'.join(_TABLE)}]")
    return config


def schema() -> dict[str, Any]:
    """Return the JSON schema of ``initscope-lint.toml``, and of the table in ``pyproject.toml``."""
    definition: dict[str, Any] = msgspec.json.schema(Options)["$defs"][Options.__name__]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **definition,
        "title": "initscope-lint",
        "description": "What initscope-lint.toml, or the table [tool.initscope-lint] of pyproject.toml, may say.",
    }


def forget() -> None:
    """Have configuration files read anew from now on."""
    _nearest.cache_clear()


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
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(path, "", error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
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
    try:
        values: dict[str, Any] = dict(_options(table))
    except _BadValue as error:
        raise ConfigError(path, prefix + error.key, error.reason) from error
    return Config(path, Options(**values), prefix)


class _BadValue(Exception):
    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason


def _options(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Give the attributes of `Options` that a table names. Raises _BadValue."""
    known = {field.encode_name: field for field in msgspec.structs.fields(Options)}
    for key, value in table.items():
        field = known.get(key)
        if field is None:
            near = _near(key, known)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(f'`{name}`' for name in known)}"
            raise _BadValue(key, f"unknown key; {hint}")
        kind, *_ = get_args(field.type)  # without the description
        yield field.name, _convert(key, value, kind)


def _convert(key: str, value: object, kind: Any) -> object:
    """Check one value; the entries of a table by themselves, so that the error names the one that is wrong."""
    if get_origin(kind) is dict and isinstance(value, dict):
        _, item = get_args(kind)
        return {name: _convert(f"{key}.{quoted(name)}", each, item) for name, each in value.items()}
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `$")
        choices = _choices(kind)
        if choices:
            reason = f"expected {' or '.join(map(_text, choices))}"
            near = _near(str(value), choices)
            reason += f"; did you mean {_text(near[0])}?" if near else ""
        raise _BadValue(key + where.rstrip("`"), reason[:1].lower() + reason[1:]) from error


def _near(word: str, choices: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(word, list(choices), n=1)


def _choices(kind: Any) -> tuple[str, ...]:
    """Give the values of a Literal, optional or not; none for other types."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    optional = get_origin(kind) is UnionType or get_origin(kind) is Union
    return next(filter(None, map(_choices, get_args(kind))), ()) if optional else ()


def quoted(key: str) -> str:
    """Return a key as TOML has it: quoted where it has to be."""
    import json

    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _text(value: object) -> str:
    """Return a value as JSON has it, in ASCII."""
    import json

    return json.dumps(value)
