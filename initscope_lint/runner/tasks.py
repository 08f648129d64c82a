"""The two kinds of work of a run that take long, one file at a time: see whether a file is valid, and run a unit.

What comes of it is plain data, so that another process can do it.
"""

from __future__ import annotations

import functools
import gc
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from initscope_lint.interpreter.results import Evidence
from initscope_lint.runner.project import Project
from initscope_lint.runner.records import UnitRecord
from initscope_lint.runner.world import World
from initscope_lint.source.error import SourceError

if TYPE_CHECKING:
    from initscope_lint.runner.units import Analyst


_YOUNG = 50_000
"""The interpreter makes many objects and few circles: looking for these after so many objects is often enough."""


class Task(msgspec.Struct, frozen=True):
    """What to do with a file."""

    kind: Literal["check", "run"]
    path: str


class Failure(msgspec.Struct, frozen=True):
    """Why a unit could not be run, in one line, and in the lines of a traceback."""

    message: str
    lines: list[str] = []


class Result(msgspec.Struct, frozen=True):
    """What came of a task: what is wrong with a file, or a unit, or why there is none."""

    error: SourceError | None = None
    unit: UnitRecord | None = None
    failure: Failure | None = None


class Learnt(msgspec.Struct, frozen=True):
    """What was learnt on the way: which imports were looked up, and what speaks in a file for a TensorFlow.

    ``steady``: no file has changed meanwhile.
    """

    lookups: list[tuple[str, int, str]]
    evidence: dict[str, Evidence]
    steady: bool


class Worker:
    """Does tasks, here and now."""

    def __init__(self, project: Project, world: World, *, contexts: bool = False) -> None:
        self._project = project
        self._world = world
        self._contexts = contexts
        self._told = len(project.asked)
        self._known = set(project.learnt)

    def do(self, task: Task) -> Result:
        """Do one task."""
        if task.kind == "check":
            return Result(error=self._project.error(task.path))
        try:
            return Result(unit=self.analyst.run(task.path))
        except Exception as error:
            lines = "".join(traceback.format_exception(error)).splitlines()
            return Result(failure=Failure(_described(error), lines))

    def news(self) -> Learnt:
        """What was learnt since this was asked for the last time."""
        project = self._project
        lookups, self._told = project.asked[self._told :], len(project.asked)
        evidence = {path: found for path in project.learnt - self._known if (found := project.facts(path).evidence)}
        self._known.update(evidence)
        return Learnt(lookups, evidence, self._world.steady)

    @functools.cached_property
    def analyst(self) -> Analyst:
        """Who runs the units."""
        from initscope_lint.runner.units import Analyst  # which imports the interpreter

        if not gc.get_freeze_count():  # in a process of many runs, what the others have left is to be collected
            gc.freeze()
        gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
        return Analyst(self._project, lambda path: self._world.settings(Path(path)), contexts=self._contexts)


def learn(project: Project, world: World, learnt: Learnt) -> None:
    """Take in what another process has learnt."""
    world.steady = world.steady and learnt.steady
    for importer, level, name in learnt.lookups:
        project.find(importer, level, name)
    for path, evidence in learnt.evidence.items():
        project.facts(path).evidence = evidence
        project.learn(path)


def _described(error: Exception) -> str:
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
