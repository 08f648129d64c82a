"""What is analysed together: the modules of one program, and how they find each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from initscope_lint.ir import nodes


class ModuleSource(msgspec.Struct, frozen=True):
    """One module: its dotted name, the path by which reports name it, and its code.

    ``ir`` is None where there is no code to run: a namespace package, a file that cannot be parsed.
    """

    name: str
    path: str
    ir: nodes.Module | None


class Sources(Protocol):
    """Where modules come from. A module is named by its path."""

    def find(self, importer: str, level: int, name: str) -> str | None:
        """The module that an import in ``importer`` means (``level`` leading dots, dotted ``name``).

        None: it is not of the program.
        """

    def load(self, path: str) -> ModuleSource:
        """The module at a path that was found."""

    def parent(self, path: str) -> str | None:
        """The package that a module lies in, if it has code of its own."""


class Program(msgspec.Struct, frozen=True):
    """Modules that are at hand, by their names."""

    modules: tuple[ModuleSource, ...]

    def find(self, importer: str, level: int, name: str) -> str | None:
        """The module of that name."""
        if level:
            package = self.load(importer).name.split(".")[:-level]
            name = ".".join((*package, name)) if name else ".".join(package)
        return next((module.path for module in self.modules if module.name == name), None)

    def load(self, path: str) -> ModuleSource:
        """The module at a path."""
        return next(module for module in self.modules if module.path == path)

    def parent(self, path: str) -> str | None:
        """Packages among the modules at hand need not be run."""
        return None
