"""Symbolic execution of Python programs that use TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from initscope_lint.interpreter.events import Analysis
    from initscope_lint.interpreter.program import Program

__all__ = ["analyze"]


def analyze(program: Program, target: str | None, catalogues: Sequence[Path] = ()) -> Analysis:
    """Execute a program symbolically, for TensorFlow ``1.15`` or ``2`` (None: by the APIs that the program uses).

    ``catalogues`` are the user's own catalogue files. Raises CatalogueError if one of them is not valid.
    """
    from initscope_lint.interpreter import analysis

    return analysis.analyze(program, target, catalogues)
