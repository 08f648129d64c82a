"""What eager tensors hold, as far as all their elements are the same number: guards on them are executed, too.

Numbers are those of float32, the default of TensorFlow: what this type would round, given or computed, is not known.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Sequence
from typing import TypeAlias

from initscope_lint.interpreter.operators import ARITHMETIC, COMPARISONS
from initscope_lint.interpreter.values import Const, Tensor, Value

Number: TypeAlias = "bool | int | float"

_BINARY = {**ARITHMETIC, **COMPARISONS}
_FILLED = {"tf.ones": 1.0, "tf.zeros": 0.0, "tf.ones_like": 1.0, "tf.zeros_like": 0.0}
_SAME = frozenset({"tf.identity", "tf.stop_gradient", "tf.reshape"})
_OF_ELEMENTS = frozenset({"tf.reduce_mean", "tf.reduce_max", "tf.reduce_min"})


def scalar(value: Value) -> Number | None:
    """The number that a Python constant is, or an eager tensor of one element; None if that is not known."""
    if isinstance(value, Tensor):
        return number(value) if value.shape is not None and all(size == 1 for size in value.shape) else None
    return number(value)


def number(value: Value) -> Number | None:
    """The number that all elements of an eager tensor are, or a Python constant."""
    held = value.value if isinstance(value, Const) else None
    if isinstance(value, Tensor) and value.graph is None:
        held = value.constant
    return held if isinstance(held, (bool, int, float)) else None


def result(name: str, operands: Sequence[Value]) -> Number | None:
    """The number that all elements of an operation's result are, for resolved operands without further options."""
    if name in _FILLED:
        return _FILLED[name] if len(operands) == 1 else None
    numbers = [number(value) for value in operands]
    if len(numbers) == 2 and name in _BINARY:
        left, right = numbers
        return None if left is None or right is None else _applied(_BINARY[name], left, right)
    held = numbers[0] if numbers else None
    if held is None:
        return None
    if name in _SAME:
        return held
    shape = getattr(operands[0], "shape", None)
    if len(operands) > 1 or shape is None or None in shape:
        return None
    if name in _OF_ELEMENTS and 0 not in shape:  # of nothing, the mean is no number and the largest is infinite
        return held
    return _applied(operator.mul, held, math.prod(shape)) if name == "tf.reduce_sum" else None


def _applied(function: Callable[[Number, Number], Number], left: Number, right: Number) -> Number | None:
    try:
        made = function(left, right)
    except ArithmeticError:
        return None
    return made if all(map(_is_exact, (left, right, made))) else None


def _is_exact(number: Number) -> bool:
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except (OverflowError, struct.error):
        return False
