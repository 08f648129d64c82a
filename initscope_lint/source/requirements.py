"""What the metadata of a project requires, as the specifications of packages that its files hold.

Only what is written down counts: nothing is run and nothing is looked up. A file that is not what its name says
requires nothing.
"""

from __future__ import annotations

import ast
import codecs
import configparser
import fnmatch
import sys
from collections.abc import Callable, Iterator
from typing import Any

NAMES = ("requirements*.txt", "pyproject.toml", "setup.cfg", "setup.py")
"""The files, by patterns of their names."""

DIRECTORY = "requirements"
"""What is in it are files of requirements, too."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KEYWORDS = frozenset({"install_requires", "extras_require", "tests_require"})


def is_metadata(name: str) -> bool:
    """Whether a file of this name, in the directory of a project, can hold requirements."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in NAMES)


def requirements(name: str, data: bytes) -> list[str]:
    """The specifications (PEP 508) that a file of this name holds, as they are written; any of them may be wrong."""
    encoding = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), "utf-8")
    read = _READERS.get(name, _of_list)
    try:
        return list(read(data.decode(encoding, "replace")))
    except (ValueError, SyntaxError, RecursionError, MemoryError, configparser.Error):
        return []


def _of_list(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        stated = line.split(" #")[0].split(" --")[0].strip()
        if stated and not stated.startswith(("#", "-")):
            yield stated


def _of_pyproject(text: str) -> Iterator[str]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]
    table = tomllib.loads(text)
    project = table.get("project")
    if isinstance(project, dict):
        yield from _texts(project.get("dependencies"))
        yield from _texts(project.get("optional-dependencies"))
    yield from _texts(table.get("dependency-groups"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _of_setup_cfg(text: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    if parser.has_section("options"):
        yield from _of_list(parser.get("options", "install_requires", fallback=""))
    if parser.has_section("options.extras_require"):
        for _, stated in parser.items("options.extras_require"):
            yield from _of_list(stated)


def _of_setup_py(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    assigned.setdefault(target.id, []).append(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _KEYWORDS:
            yield from _strings(node.value, assigned, set())


def _strings(node: ast.expr, assigned: dict[str, list[ast.expr]], met: set[str]) -> Iterator[str]:
    """The strings in an expression, and in what was assigned to its names; not the keys of a dictionary."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id not in met:
        met.add(node.id)
        for value in assigned.get(node.id, ()):
            yield from _strings(value, assigned, met)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _strings(value, assigned, met)
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _strings(child, assigned, met)


_READERS: dict[str, Callable[[str], Iterator[str]]] = {
    "pyproject.toml": _of_pyproject,
    "setup.cfg": _of_setup_cfg,
    "setup.py": _of_setup_py,
}
