"""What the projects of modules say of the TensorFlow that they require."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, NamedTuple

from initscope_lint.runner.world import World, digest
from initscope_lint.source.tree import Tree

if TYPE_CHECKING:
    from initscope_lint.semantics.releases import Admitted


class _File(NamedTuple):
    name: str
    data: bytes


class Metadata:
    """The metadata of modules. Paths are absolute; every directory and file is read once."""

    def __init__(self, tree: Tree, world: World) -> None:
        self._tree = tree
        self._data = functools.cache(world.data)
        self._above = functools.cache(self._read)
        self._admitted = functools.cache(self._find)

    def key(self, path: str) -> bytes:
        """What identifies the metadata that counts for a module."""
        return digest(*(part for files in self._above(os.path.dirname(path)) for file in files for part in file))

    def admitted(self, path: str) -> Admitted | None:
        """The releases of TensorFlow that a module is for, as the nearest directory with a requirement has it."""
        return self._admitted(os.path.dirname(path))

    def _read(self, directory: str) -> tuple[tuple[_File, ...], ...]:
        found = self._tree.metadata(directory)
        return tuple(tuple(_File(os.path.basename(path), self._data(path)) for path in paths) for paths in found)

    def _find(self, directory: str) -> Admitted | None:
        above = self._above(directory)
        if not any(b"tensorflow" in data or b"tf" in data for files in above for _, data in files):
            return None
        from initscope_lint.semantics.releases import admitted
        from initscope_lint.source.requirements import requirements

        for files in above:
            found = admitted([(name, stated) for name, data in files for stated in requirements(name, data)])
            if found is not None:
                return found
        return None
