"""Python's binary operators, as functions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeAlias

Operators: TypeAlias = "dict[str, Callable[[Any, Any], Any]]"

ARITHMETIC: Operators = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
BINARY: Operators = {
    **ARITHMETIC,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
COMPARISONS: Operators = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
