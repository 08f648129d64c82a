"""Imports are found without parsing."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest

from initscope_lint.source.scan import Import, scan_imports

STDLIB = Path(sysconfig.get_path("stdlib"))
SOURCES = sorted(path for path in STDLIB.rglob("*.py") if "site-packages" not in path.parts and "bad" not in path.name)


@pytest.mark.parametrize("part", range(8))
def test_nothing_that_is_imported_is_missed(part: int) -> None:
    """If this fails, a file is taken not to import what it imports, and is not analysed."""
    checked = 0
    for path in SOURCES[part::32]:
        data = path.read_bytes()
        try:
            tree = ast.parse(data)
        except (SyntaxError, ValueError):
            continue
        found = scan_imports(data)
        names = {(each.level, each.module, name) for each in found for name in each.names}
        plain = {each.module for each in found if not each.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= plain, path
            elif isinstance(node, ast.ImportFrom):
                assert {(node.level, node.module or "", alias.name) for alias in node.names} <= names, path
        checked += 1
    assert checked > 5


def test_import_by_a_name_in_a_text() -> None:
    """If this fails, a lazily imported module is not among those that a file reaches."""
    data = b'm = importlib.import_module("pkg.sub")\nn = import_module(".x", package="pkg")\n'
    assert Import(0, "pkg.sub") in scan_imports(data)
    assert Import(1, "x") in scan_imports(data)


def test_lines_that_end_in_a_carriage_return() -> None:
    """If this fails, a file of an old Macintosh is taken to import nothing, and all findings in it are lost."""
    assert [Import(0, "a"), Import(0, "b", ("c",))] == scan_imports(b"x = 1\rimport a\rfrom b import c\rd()\r")
