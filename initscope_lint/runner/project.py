"""The modules of a run: the files to lint, what they import, and what imports them."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from initscope_lint.interpreter.program import ModuleSource
from initscope_lint.ir.span import Span
from initscope_lint.runner.facts import Facts
from initscope_lint.runner.metadata import Metadata
from initscope_lint.runner.world import World
from initscope_lint.semantics.roots import is_known_root
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import is_valid
from initscope_lint.source.scan import Import, scan_imports
from initscope_lint.source.tree import Tree

if TYPE_CHECKING:
    from initscope_lint.ir import nodes
    from initscope_lint.semantics.releases import Admitted


class Project:
    """Modules by the paths that reports use. Implements ``initscope_lint.interpreter.program.Sources``."""

    def __init__(
        self,
        files: Iterable[str],
        world: World,
        *,
        searched: Collection[str] = (),
        sliced: bool = True,
        described: Collection[str] = (),
        known: Callable[[str, str], Facts] = Facts.unknown,
    ) -> None:
        """``files`` are those to lint; ``searched`` are the directories in which all files are among them.

        ``sliced``: what cannot reach anything that the catalogue knows is neither lowered nor run, for it can say
        nothing. ``described`` are the packages that the user's own catalogue has rows for. ``known`` gives what is
        known of a file, by the path that reports use and its absolute one.
        """
        self._sliced = sliced
        self._described = frozenset(described)
        self._tree = Tree(world)
        self._metadata = Metadata(self._tree, world)
        self._source = world.read
        self._discover = world.find
        self._absolute = {Path(path).as_posix(): os.path.abspath(path) for path in files}
        self._files = frozenset(self._absolute)
        self._shown = {absolute: path for path, absolute in self._absolute.items()}
        self._searched = {os.path.abspath(directory) for directory in searched}
        self._importers: Mapping[str, set[str]] = {}
        self._lookups: dict[str, dict[tuple[int, str], str | None]] = {}
        self.asked: list[tuple[str, int, str]] = []
        """The imports that were looked up: their modules, dots and names."""
        self._load = functools.cache(self._read)
        self.imports = functools.cache(self._scan)
        self.facts = functools.cache(lambda path: known(path, self._absolute[path]))
        self.learnt: set[str] = set()
        """The files of which more is known than there was."""

    # --- Sources -----------------------------------------------------------------------------------

    def find(self, importer: str, level: int, name: str) -> str | None:
        """The module that an import means; what the catalogue describes is not of the project."""
        lookups = self._lookups.setdefault(importer, {})
        if (level, name) not in lookups:
            lookups[level, name] = self._look_up(importer, level, name)
            self.asked.append((importer, level, name))
        return lookups[level, name]

    def _look_up(self, importer: str, level: int, name: str) -> str | None:
        if is_known_root(name) if level == 0 else self._is_described(importer):
            return None
        found = self._tree.find(self._absolute[importer], level, name)
        return None if found is None else self._show(found)

    def load(self, path: str) -> ModuleSource:
        """A module with its code; what cannot be read or parsed has none."""
        loaded = self._load(path)
        ir = None if isinstance(loaded, SourceError) else loaded
        return ModuleSource(self.name(path), path, ir)

    def parent(self, path: str) -> str | None:
        """The package that a module lies in, if it has code of its own."""
        found = self._tree.parent(self._absolute[path])
        return None if found is None or self._is_described(path) else self._show(found)

    # --- the run -----------------------------------------------------------------------------------

    def error(self, path: str) -> SourceError | None:
        """What is wrong with a file."""
        facts = self.facts(path)
        if not facts.checked:
            self.checked(path, self._check(path))
        return facts.error

    def checked(self, path: str, error: SourceError | None) -> None:
        """Note what is wrong with a file."""
        facts = self.facts(path)
        facts.error, facts.checked = error, True
        self.learn(path)

    def unchecked(self, files: Iterable[str]) -> list[str]:
        """Return the files of which it is not known whether something is wrong with them."""
        return [path for path in files if not self.facts(path).checked]

    def survey(self) -> None:
        """Find out what imports what, before anything is parsed."""
        _ = self._needed

    def _check(self, path: str) -> SourceError | None:
        if path not in self._needed:
            source = self._source(Path(path))
            if isinstance(source, SourceText) and is_valid(source):
                return None
        loaded = self._load(path)
        return loaded if isinstance(loaded, SourceError) else None

    def spans(self, path: str, ordinals: Collection[int]) -> Mapping[int, Span]:
        """Where ordinals of a file with code are; it is parsed afresh, because trees are too large to keep."""
        from initscope_lint.ir.read import spans_of

        spans = self.facts(path).spans
        if not spans.keys() >= set(ordinals):
            source = self._source(Path(path))
            assert not isinstance(source, SourceError)
            spans.update(spans_of(source, ordinals))
            self.learn(path)
        return spans

    def learn(self, path: str) -> None:
        """Note that more is known of a file than there was."""
        self.learnt.add(path)

    def lookups(self, path: str) -> Mapping[tuple[int, str], str | None]:
        """What imports in a module were found to mean, now and where they were looked up for what is known of it."""
        self.imports(path)
        for level, name in self.facts(path).asked:
            self.find(path, level, name)
        return self._lookups.setdefault(path, {})

    def has_text_names(self) -> bool:
        """Whether the names of all files that are known of are text: there are systems where names are bytes."""
        try:
            "".join(self._absolute).encode()
        except UnicodeEncodeError:
            return False
        return True

    def absolute(self, path: str) -> str:
        """The absolute path of a module."""
        return self._absolute[path]

    def place(self, path: str) -> str:
        """The path of a module in its project, from wherever the project is linted; without one, in its directory."""
        absolute = self._absolute[path]
        above = self._tree.root(absolute) or os.path.dirname(self._tree.top(absolute))
        return Path(os.path.relpath(absolute, above)).as_posix()

    def admitted(self, path: str) -> Admitted | None:
        """The releases of TensorFlow that the metadata of a module's project admits, None if it does not say."""
        return self._metadata.admitted(self._absolute[path])

    def metadata(self, path: str) -> bytes:
        """What identifies the metadata of a module's project."""
        return self._metadata.key(self._absolute[path])

    def name(self, path: str) -> str:
        """The dotted name of a module."""
        return self._tree.name(self._absolute[path])

    @functools.cached_property
    def _needed(self) -> set[str]:
        """The slice: what is run for the files to lint, and all that it imports."""
        units = self.units(list(self._files))
        return _reach(units, {path: self.imports(path) for path in self._importers})

    def units(self, files: Collection[str]) -> list[str]:
        """The modules to run for what can be said about ``files``: these, and all that import them, in order."""
        known = {*files, *self._around(files)}
        importers = self._importers = self._find_importers(known)
        wanted = _reach(files, importers)
        if self._sliced:
            direct = {path for path in importers.keys() | known if self._names_library(path)}
            wanted &= _reach(direct, importers)
        return sorted(wanted)

    def importing(self, path: str) -> set[str]:
        """A module and all modules that import it, among those that ``units`` has met."""
        return _reach([path], self._importers)

    def closure(self, path: str) -> list[str]:
        """A module and all that it imports, in the order in which they are first met."""
        found = {path: None}
        waiting = [path]
        while waiting:
            for imported in reversed(self.imports(waiting.pop())):
                if imported not in found:
                    found[imported] = None
                    waiting.append(imported)
        return list(found)

    def _around(self, files: Iterable[str]) -> list[str]:
        """All files of the projects that the files belong to."""
        roots: dict[str, None] = {}
        for path in files:
            absolute = self._absolute[path]
            root = self._tree.root(absolute) or self._tree.top(absolute)
            if not any(root == above or root.startswith(above + os.sep) for above in self._searched):
                roots[root] = None
        return [self._show(os.path.abspath(path)) for path in self._discover(roots).files]

    def _find_importers(self, files: Iterable[str]) -> Mapping[str, set[str]]:
        importers: dict[str, set[str]] = {}
        seen: set[str] = set()
        waiting = list(files)
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            importers.setdefault(path, set())
            for imported in self.imports(path):
                importers.setdefault(imported, set()).add(path)
                waiting.append(imported)
        return importers

    def _names_library(self, path: str) -> bool:
        imported = [found.module for found in self._statements(path) if found.level == 0]
        by_user = (name.partition(".")[0] in self._described for name in (*imported, self.name(path)))
        return any(map(is_known_root, imported)) or any(by_user)

    def _statements(self, path: str) -> list[Import]:
        facts = self.facts(path)
        if facts.imports is None:
            source = self._source(Path(path))
            facts.imports = [] if isinstance(source, SourceError) else scan_imports(source.text.encode())
            self.learn(path)
        return facts.imports

    def _scan(self, path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        parent = self.parent(path)
        if parent is not None:
            found[parent] = None
        for statement in self._statements(path):
            module = self.find(path, statement.level, statement.module)
            if module is None:
                continue
            found[module] = None
            for name in statement.names:
                inner = self.find(path, statement.level, f"{statement.module}.{name}" if statement.module else name)
                if inner is not None:
                    found[inner] = None
        return tuple(found)

    def _read(self, path: str) -> nodes.Module | SourceError:
        from initscope_lint.ir.read import module_of

        facts = self.facts(path)
        if facts.error is not None:
            return facts.error
        source = self._source(Path(path))
        return source if isinstance(source, SourceError) else module_of(source)

    def _is_described(self, path: str) -> bool:
        return is_known_root(self.name(path))

    def _show(self, absolute: str) -> str:
        shown = self._shown.get(absolute)
        if shown is None:
            relative = os.path.relpath(absolute)
            shown = Path(absolute if relative.startswith("..") else relative).as_posix()
            self._shown[absolute] = shown
            self._absolute[shown] = absolute
        return shown


def _reach(start: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    found = set(start)
    waiting = list(found)
    while waiting:
        for path in edges.get(waiting.pop(), ()):
            if path not in found:
                found.add(path)
                waiting.append(path)
    return found
