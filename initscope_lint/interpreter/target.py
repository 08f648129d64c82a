"""Which TensorFlow a program is written for."""

from __future__ import annotations

from initscope_lint.interpreter.program import Program


def choose_target(program: Program) -> tuple[str, str]:
    """The target, ``1.15`` or ``2``, and a few words on what decided it."""
    return "2", "nothing speaks for 1.15"
