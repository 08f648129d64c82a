"""What the projects of modules say of the TensorFlow that they require."""

from __future__ import annotations

import functools
import os
import re
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
        self._key = functools.cache(self._digest)
        self._admitted = functools.cache(self._find)

    def key(self, path: str) -> bytes:
        """What identifies the metadata that counts for a module."""
        return self._key(os.path.dirname(path))

    def admitted(self, path: str) -> Admitted | None:
        """The releases of TensorFlow that a module is for, as the nearest directory with a requirement has it."""
        return self._admitted(os.path.dirname(path))

    def _digest(self, directory: str) -> bytes:
        return digest(*(part for files in self._above(directory) for file in files for part in file))

    def _read(self, directory: str) -> tuple[tuple[_File, ...], ...]:
        found = self._tree.metadata(directory)
        return tuple(tuple(_File(os.path.basename(path), self._data(path)) for path in paths) for paths in found)

    def _find(self, directory: str) -> Admitted | None:
        from initscope_lint.source.requirements import requirements

        for files in self._above(directory):
            stated = [(name, each) for name, data in files for each in requirements(name, data)]
            stated = [(name, each) for name, each in stated if _MARK.search(each)]
            if not stated:
                continue
            from initscope_lint.semantics.releases import admitted  # which imports packaging

            found = admitted(stated)
            if found is not None:
                return found
        return None


_MARK = re.compile("tensorflow|tf", re.IGNORECASE)
"""What is in every name of TensorFlow on PyPI."""
