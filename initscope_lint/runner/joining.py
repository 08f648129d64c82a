"""What the units of a project say together."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from initscope_lint.interpreter.joining import callers, holds, late
from initscope_lint.interpreter.results import Finding
from initscope_lint.runner.project import Project
from initscope_lint.runner.records import PartRecord, UnitRecord

_TEST_DIRECTORIES = frozenset({"test", "tests", "testing"})


class Joined(msgspec.Struct, frozen=True):
    """The findings in order, and the numbers of the parts that hold, by the path of their unit."""

    findings: list[Finding]
    held: dict[str, list[int]]


def join(project: Project, units: Sequence[UnitRecord]) -> Joined:
    """Keep what holds."""
    calling = callers((unit.path, unit.executed) for unit in units if not is_test(project.place(unit.path)))
    findings: list[Finding] = []
    held: dict[str, list[int]] = {}
    kept: dict[str, list[PartRecord]] = {}
    for unit in units:
        for number, part in enumerate(unit.parts):
            if holds(part.entry, unit.path, calling):
                held.setdefault(unit.path, []).append(number)
                kept.setdefault(unit.path, []).append(part)
                findings += part.findings
    every = [part for parts in kept.values() for part in parts]
    scopes = {site.path for part in every for site in (*part.scopes, *(scope.site for scope in part.made))}
    for path in sorted(scopes):
        parts = [part for importer in sorted(project.importing(path)) for part in kept.get(importer, ())]
        findings += [each for scope in late(parts) for each in scope.findings if each.site.path == path]
    return Joined(findings, held)


def is_test(path: str) -> bool:
    """Whether a file is a test by its name or its place in its project.

    A test shows one use of what it calls, and there may be others.
    """
    *directories, name = path.split("/")
    stem = os.path.splitext(name)[0]
    return (
        stem.startswith("test_") or stem.endswith(("_test", "_tests")) or not _TEST_DIRECTORIES.isdisjoint(directories)
    )
