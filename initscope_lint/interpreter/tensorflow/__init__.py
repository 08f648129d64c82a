"""TensorFlow in the interpreter: each catalogue *model* is a function here; which API it runs for is data."""

from __future__ import annotations

from initscope_lint.interpreter.tensorflow.dispatch import (
    advance,
    apply,
    apply_method,
    attribute,
    iterator,
)
from initscope_lint.interpreter.tensorflow.keras import check_attribute, has_method, is_object, prepare
from initscope_lint.interpreter.tensorflow.scopes import enter_context, enter_object, leave_context, leave_object
from initscope_lint.interpreter.tensorflow.traces import bound, call_watched

__all__ = [
    "advance",
    "apply",
    "apply_method",
    "attribute",
    "bound",
    "call_watched",
    "check_attribute",
    "enter_context",
    "enter_object",
    "has_method",
    "is_object",
    "iterator",
    "leave_context",
    "leave_object",
    "prepare",
]
