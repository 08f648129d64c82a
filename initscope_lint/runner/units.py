"""What the modules of a project show: each is run once, with what it imports, and then what they say is joined."""

from __future__ import annotations

import dataclasses
import os
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from initscope_lint import rules
from initscope_lint.interpreter.analysis import Session, callers, holds, late_events, points
from initscope_lint.interpreter.events import Part, Unit
from initscope_lint.interpreter.results import Finding, ProbePoint
from initscope_lint.interpreter.target import Choice, Evidence, choose_target, evidence
from initscope_lint.runner.project import Project
from initscope_lint.semantics.catalogue import load
from initscope_lint.source.deep import run_deep

_TEST_DIRECTORIES = frozenset({"test", "tests", "testing"})


@dataclass
class Joined:
    """What the units say together. ``failed`` are those whose analysis failed, with the error and its traceback."""

    findings: list[Finding] = field(default_factory=list)
    points: list[ProbePoint] = field(default_factory=list)
    choices: dict[str, Choice] = field(default_factory=dict)
    truncated: dict[str, int] = field(default_factory=dict)
    failed: dict[str, tuple[Exception, list[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wish:
    """What the settings of a file say about its analysis."""

    target: str | None
    catalogues: Sequence[Path]


def analyze_units(
    project: Project, paths: Iterable[str], wish: Callable[[str], Wish], *, contexts: bool = False
) -> Joined:
    """Run the units at ``paths``, each for the TensorFlow that ``wish`` asks for or that its program is written for.

    ``contexts``: give the contexts of all statements as well.
    """
    joined = Joined()
    sessions: dict[object, Session] = {}
    chooser = _Chooser(project)
    units: list[Unit] = []
    judged: list[list[Finding]] = []
    for path in paths:
        its = wish(path)
        try:
            choice = run_deep(lambda path=path, its=its: chooser.choose(path, its.target))  # type: ignore[misc]
            key = (choice.target, choice.keras, choice.mode_known, tuple(its.catalogues))
            if key not in sessions:
                catalogue = load(choice.target, its.catalogues, choice.keras)
                sessions[key] = Session(project, choice.target, catalogue, choice.mode_known, contexts=contexts)
            unit = run_deep(lambda path=path, key=key: sessions[key].unit(path))  # type: ignore[misc]
            findings = [rules.judge(part.events) for part in unit.parts]
        except Exception as error:
            joined.failed[path] = (error, "".join(traceback.format_exception(error)).splitlines())
            continue
        # Events hold on to all that the unit has made.
        parts = [dataclasses.replace(part, events=()) for part in unit.parts]
        units.append(dataclasses.replace(unit, parts=parts))
        judged += findings
        joined.choices[path] = choice
        joined.truncated[path] = unit.truncated
    _join(project, joined, units, judged)
    return joined


def _join(project: Project, joined: Joined, units: Sequence[Unit], judged: Sequence[Sequence[Finding]]) -> None:
    """Keep what holds; ``judged`` are the findings of each part of each unit, in their order."""
    calling = callers(unit for unit in units if not is_test(unit.path))
    held: dict[str, list[Part]] = {}
    every = ((unit, part) for unit in units for part in unit.parts)
    for (unit, part), findings in zip(every, judged, strict=True):
        if holds(part, unit, calling):
            held.setdefault(unit.path, []).append(part)
            joined.findings += findings
    kept = [part for parts in held.values() for part in parts]
    late = {site.path for part in kept for site in (*part.scopes, *(event.site for event in part.made))}
    for path in sorted(late):
        parts = [part for importer in sorted(project.importing(path)) for part in held.get(importer, ())]
        joined.findings += [finding for finding in rules.judge(late_events(parts)) if finding.site.path == path]
    joined.points = points(kept)


def is_test(path: str) -> bool:
    """Whether a file is a test by its name or place. A test shows one use of what it calls, and there may be others."""
    *directories, name = path.split("/")
    stem = os.path.splitext(name)[0]
    return (
        stem.startswith("test_") or stem.endswith(("_test", "_tests")) or not _TEST_DIRECTORIES.isdisjoint(directories)
    )


class _Chooser:
    """The TensorFlow that each module is written for: by what it uses, and what it imports uses."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._evidence: dict[str, Evidence] = {}

    def choose(self, path: str, target: str | None) -> Choice:
        """Choose for the program that begins with a module."""
        return choose_target(map(self._of, self._project.closure(path)), target)

    def _of(self, path: str) -> Evidence:
        found = self._evidence.get(path)
        if found is None:
            found = self._evidence[path] = evidence(self._project.load(path))
        return found
