"""Which file an import means: the modules of a project by their places in the tree, as Python's search finds them."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from initscope_lint.source.requirements import DIRECTORY, is_metadata

PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg"})
"""What lies in the root directory of a project."""

_INIT = "__init__.py"
_DEPTH = 40


class Tree:
    """A view on directories of Python files. Paths are absolute; every directory is read once."""

    def __init__(self, disk: Disk | None = None) -> None:
        disk = disk or Disk()
        self._listing = functools.cache(disk.listing)
        self._is_project = functools.cache(disk.is_project)
        self._bases = functools.cache(self._search_path)
        self._found = functools.cache(self._find)
        self._place = functools.cache(_place)

    def find(self, importer: str, level: int, name: str) -> str | None:
        """The file (or directory, if it is a namespace package) of the module that an import in such a one means.

        ``level`` counts the leading dots, ``name`` is dotted. None: it is not of the project. An absolute import is
        looked for where the importing file's top package lies, beside the file, in the directories above it up to the
        root of the project, and in ``src`` there. The standard library is never looked for.
        """
        return self._found(self._place(importer), level, name)

    def parent(self, path: str) -> str | None:
        """The ``__init__.py`` of the package that a module lies in; None if that has no code, or it lies in none."""
        directory = os.path.dirname(path)
        if os.path.basename(path) == _INIT:
            directory = os.path.dirname(directory)
        return os.path.join(directory, _INIT) if _INIT in self._listing(directory).files else None

    def name(self, path: str) -> str:
        """The dotted name by which a file is imported."""
        directory, file = os.path.split(path)
        parts = [] if file == _INIT else [file.removesuffix(".py")]
        while _INIT in self._listing(directory).files:
            directory, package = os.path.split(directory)
            parts.append(package)
        return ".".join(reversed(parts))

    def root(self, path: str) -> str | None:
        """The root directory of the project that a file or directory lies in, if it lies in one."""
        directory = path if os.path.isdir(path) else os.path.dirname(path)
        for above in _upwards(directory):
            if self._is_project(above):
                return above
        return None

    def metadata(self, directory: str) -> list[list[str]]:
        """The files in a directory, and in each above it in its project, that can state requirements.

        Nearest directories come first, those without such files are left out.
        """
        last = self.root(directory) or self.top(os.path.join(directory, "_"))
        found = []
        for above in _upwards(directory):
            names = sorted(filter(is_metadata, self._listing(above).files))
            files = [os.path.join(above, name) for name in names]
            if DIRECTORY in self._listing(above).directories:
                inner = os.path.join(above, DIRECTORY)
                files += [os.path.join(inner, name) for name in sorted(self._listing(inner).lists())]
            if files:
                found.append(files)
            if above == last:
                break
        return found

    def top(self, path: str) -> str:
        """The directory in which the top package of a file lies, or the file's own directory if it is in none."""
        directory = os.path.dirname(path)
        while _INIT in self._listing(directory).files and os.path.dirname(directory) != directory:
            directory = os.path.dirname(directory)
        return directory

    def _search_path(self, directory: str) -> tuple[str, ...]:
        here = os.path.join(directory, "_")
        root = self.root(directory)
        bases = [self.top(here), directory]
        if root is not None:
            for above in _upwards(directory):
                bases.append(above)
                if above == root:
                    break
            bases.append(os.path.join(root, "src"))
        return tuple(dict.fromkeys(bases))

    def _find(self, directory: str, level: int, name: str) -> str | None:
        parts = name.split(".") if name else []
        if level:
            for _ in range(level - 1):
                directory = os.path.dirname(directory)
            return self._below(directory, parts)
        if not parts or parts[0] in sys.stdlib_module_names:
            return None
        namespace = None
        for base in self._bases(directory):
            found = self._below(base, parts)
            if found is not None and found.endswith(".py"):
                return found
            namespace = namespace or found
        return namespace

    def _below(self, directory: str, parts: list[str]) -> str | None:
        for place, part in enumerate(parts):
            listing = self._listing(directory)
            inner = os.path.join(directory, part)
            package = part in listing.directories
            if f"{part}.py" in listing.files and not (package and _INIT in self._listing(inner).files):
                return f"{inner}.py" if place == len(parts) - 1 else None
            if not package:
                return None
            directory = inner
        listing = self._listing(directory)
        if _INIT in listing.files:
            return os.path.join(directory, _INIT)
        return directory if any(file.endswith(".py") for file in listing.files) or listing.directories else None


class Listing(NamedTuple):
    """The names in a directory; links are what they lead to."""

    files: frozenset[str]
    directories: frozenset[str]

    def lists(self) -> list[str]:
        """The files that can be lists of requirements."""
        return [name for name in self.files if name.endswith(".txt")]

    def relevant(self, directory: str) -> list[str]:
        """All of it that a tree can depend on, as lines that are the same if it is; it lies in ``directory``."""
        listed = self.lists() if os.path.basename(directory) == DIRECTORY else []
        files = (*(name for name in self.files if name.endswith(".py") or is_metadata(name)), *listed)
        directories = (f"{name}/" for name in self.directories if name.isidentifier() and name != "__pycache__")
        return sorted((*files, *directories, f"{bool(self.directories)}"))


class Disk:
    """What a tree is a view on."""

    def listing(self, directory: str) -> Listing:
        """List a directory; one that cannot be read is empty."""
        files, directories = set(), set()
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if entry.is_dir():
                        directories.add(entry.name)
                    else:
                        files.add(entry.name)
        except OSError:
            pass
        return Listing(frozenset(files), frozenset(directories))

    def is_project(self, directory: str) -> bool:
        """Whether a directory is the root of a project."""
        return any(os.path.lexists(os.path.join(directory, name)) for name in PROJECT_FILES)


def _place(module: str) -> str:
    """The directory from which a module's relative imports start."""
    return module if os.path.isdir(module) else os.path.dirname(module)


def _upwards(directory: str) -> Iterator[str]:
    path = Path(directory)
    for above in (path, *path.parents)[:_DEPTH]:
        yield str(above)
