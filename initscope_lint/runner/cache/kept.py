"""What is kept of the files and units of a project, so that after a change only what it can concern is run again.

A unit depends on its module and on all that it imports: on what these files hold, on their names, and on the files that
their imports mean, or that they mean none, and on what its project requires. That makes the key of its record.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from initscope_lint.runner.cache.store import Store
from initscope_lint.runner.facts import Facts
from initscope_lint.runner.project import Project
from initscope_lint.runner.records import UnitRecord
from initscope_lint.runner.world import World, digest


class _Kept(msgspec.Struct, frozen=True):
    key: bytes
    unit: UnitRecord


class Keeper:
    """Finds what is known of files and units, and keeps it."""

    def __init__(self, store: Store, world: World) -> None:
        self._store = store
        self._world = world
        self._found: dict[str, bytes] = {}

    def facts(self, shown: str, absolute: str) -> Facts:
        """What is known of a file, by the path that reports use and its absolute one."""
        content = self._world.digest(shown)
        known = self._store.load(digest("file", shown, absolute), Facts)
        return Facts(content) if known is None or known.content != content else known

    def units(self, project: Project, paths: Iterable[str]) -> dict[str, UnitRecord]:
        """What running units showed, of those that would show the same again."""
        keys = _Keys(project)
        found: dict[str, UnitRecord] = {}
        for path in paths:
            kept = self._store.load(self._name(project, path), _Kept)
            if kept is not None and kept.key == keys.of(path):
                self._found[path] = kept.key
                found[path] = kept.unit
        return found

    def keep(self, project: Project, units: Iterable[UnitRecord]) -> None:
        """Keep what is known now, unless files have changed meanwhile."""
        if not self._world.steady:
            return
        keys = _Keys(project)
        for unit in units:
            key = keys.of(unit.path)
            if self._found.get(unit.path) != key:
                self._store.save(self._name(project, unit.path), _Kept(key, unit))
        for path in keys.asked_anew | project.learnt:
            self._store.save(digest("file", path, project.absolute(path)), _lasting(project, path))

    def _name(self, project: Project, path: str) -> bytes:
        self._world.settings(Path(path))
        return digest("unit", path, project.absolute(path), self._world.answers.settings[path])


def _lasting(project: Project, path: str) -> Facts:
    facts = project.facts(path)
    asked = list(project.lookups(path))
    if facts.error is not None and facts.error.passing:
        return replace(facts, asked=asked, checked=False, error=None)
    return replace(facts, asked=asked)


class _Keys:
    """What identifies all that each unit depends on, as far as it is known."""

    def __init__(self, project: Project) -> None:
        self.asked_anew: set[str] = set()
        """The files that have looked up more than was known of them."""
        self._project = project
        self._modules: dict[str, tuple[bytes, list[str]]] = {}

    def of(self, path: str) -> bytes:
        """The key of a unit."""
        found: set[str] = {path}
        waiting = [path]
        while waiting:
            _, imported = self._module(waiting.pop())
            for module in imported:
                if module not in found:
                    found.add(module)
                    waiting.append(module)
        return digest(self._project.metadata(path), *(self._modules[module][0] for module in sorted(found)))

    def _module(self, path: str) -> tuple[bytes, list[str]]:
        """What identifies a module by itself, and the modules that it leads to."""
        if path not in self._modules:
            project = self._project
            facts, lookups, parent = project.facts(path), project.lookups(path), project.parent(path)
            if len(lookups) > len(facts.asked):
                self.asked_anew.add(path)
            meant = [f"{level} {name} {lookups[level, name]}" for level, name in sorted(lookups)]
            identity = digest(path, project.name(path), facts.content, f"{parent}", *meant)
            imported = [found for found in (parent, *lookups.values()) if found is not None]
            self._modules[path] = identity, list(dict.fromkeys(imported))
        return self._modules[path]
