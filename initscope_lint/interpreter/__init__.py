"""Symbolic execution of Python programs that use TensorFlow."""

from __future__ import annotations

from initscope_lint.interpreter.events import Analysis
from initscope_lint.interpreter.program import ModuleSource, Program

__all__ = ["Analysis", "ModuleSource", "Program", "analyze"]


def analyze(program: Program, target: str | None) -> Analysis:
    """Execute a program symbolically, for TensorFlow ``1.15`` or ``2`` (None: by the APIs that the program uses)."""
    from initscope_lint.interpreter import analysis

    return analysis.analyze(program, target)
