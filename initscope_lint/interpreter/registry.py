"""The functions and methods of Python's library that the interpreter implements, by their qualified names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.values import Value

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

    Function = Callable[[Machine, Arguments, nodes.Node], Value]
    Method = Callable[[Machine, Value, Arguments, nodes.Node], Value]

FUNCTIONS: dict[str, Function] = {}
METHODS: dict[str, Method] = {}


def function(*names: str) -> Callable[[Function], Function]:
    """Register what is called by these names."""

    def register(model: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = model
        return model

    return register
