"""What is analysed together: the modules of one program."""

from __future__ import annotations

import msgspec

from initscope_lint.ir import nodes


class ModuleSource(msgspec.Struct, frozen=True):
    """One module: its dotted name, the path by which reports name it, and its code."""

    name: str
    path: str
    ir: nodes.Module


class Program(msgspec.Struct, frozen=True):
    """The modules of one program. Which of them is run as a script is not known."""

    modules: tuple[ModuleSource, ...]
