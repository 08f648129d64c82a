"""The interpreter runs Python as CPython does."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from initscope_lint.interpreter.analysis import execute_module
from initscope_lint.interpreter.program import ModuleSource
from initscope_lint.interpreter.values import ABSENT, Const, DictObject, ListObject, TupleValue, Value
from initscope_lint.ir.lower import lower
from tests.interpreter.library_programs import LIBRARY
from tests.interpreter.programs import PROGRAMS

ALL = {**PROGRAMS, **LIBRARY}


def plain(value: Value) -> Any:
    """A value as CPython would show it; raises ValueError for anything unknown."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, TupleValue):
        return tuple(plain(item) for item in value.items)
    if isinstance(value, ListObject):
        items = value.cells["items"]
        assert isinstance(items, TupleValue)
        return [plain(item) for item in items.items]
    if isinstance(value, DictObject):
        cells = {key: value.cells[value.slot(hashed)] for hashed, key in value.keys.items()}
        return {plain(key): plain(cell) for key, cell in cells.items() if cell is not ABSENT}
    raise ValueError(f"not known: {value}")


@pytest.mark.parametrize("name", ALL)
def test_runs_as_cpython_does(name: str) -> None:
    """A guard or helper written this way is misjudged."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(ALL[name], name, "exec"), namespace)
    cells = execute_module(ModuleSource("m", "m.py", lower(ast.parse(ALL[name]))), "2")
    assert plain(cells["result"]) == namespace["result"]
