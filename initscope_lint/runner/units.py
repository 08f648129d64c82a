"""The units of a project: each of its modules, run once with what it imports."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from initscope_lint import rules
from initscope_lint.interpreter.analysis import Session
from initscope_lint.interpreter.events import Happening, Part, Unit
from initscope_lint.interpreter.results import Evidence
from initscope_lint.interpreter.target import Choice, choose_target, evidence
from initscope_lint.runner.project import Project
from initscope_lint.runner.records import LateRecord, PartRecord, UnitRecord
from initscope_lint.runner.settings import Settings
from initscope_lint.semantics.catalogue import load
from initscope_lint.source.deep import run_deep


class Analyst:
    """Runs units, each for the TensorFlow that its settings ask for or that its program is written for."""

    def __init__(self, project: Project, settings: Callable[[str], Settings], *, contexts: bool = False) -> None:
        """``contexts``: keep what was seen of the contexts of all statements, as ``parts``."""
        self.parts: dict[str, Sequence[Part]] = {}
        self._project = project
        self._settings = settings
        self._contexts = contexts
        self._sessions: dict[object, Session] = {}

    def run(self, path: str) -> UnitRecord:
        """Run the module at a path. Raises whatever goes wrong in the interpreter."""
        return run_deep(lambda: self._run(path))

    def _run(self, path: str) -> UnitRecord:
        settings = self._settings(path)
        choice = self._choose(path, settings.target)
        key = (choice.target, choice.keras, choice.mode_known, tuple(settings.catalogues))
        if key not in self._sessions:
            catalogue = load(choice.target, settings.catalogues, choice.keras)
            self._sessions[key] = Session(
                self._project, choice.target, catalogue, choice.mode_known, contexts=self._contexts
            )
        unit = self._sessions[key].unit(path)
        if self._contexts:
            # Events hold on to all that the unit has made.
            self.parts[path] = [dataclasses.replace(part, events=()) for part in unit.parts]
        return _record(unit, choice)

    def _choose(self, path: str, target: str | None) -> Choice:
        """The TensorFlow of the program that begins with a module.

        It is chosen by what the module uses, what it imports uses, and what its project requires.
        """
        evidence = map(self._evidence, self._project.closure(path))
        return choose_target(evidence, target, self._project.admitted(path))

    def _evidence(self, path: str) -> Evidence:
        facts = self._project.facts(path)
        if facts.evidence is None:
            facts.evidence = evidence(self._project.load(path))
            self._project.learn(path)
        return facts.evidence


def _record(unit: Unit, choice: Choice) -> UnitRecord:
    """What there is to say about a unit; nothing of it holds on to what the unit has made."""
    executed = frozenset(function for part in unit.parts for function in part.executed)
    parts = [_part(part) for part in unit.parts]
    return UnitRecord(unit.path, choice.target, choice.reason, unit.truncated, parts, executed)


def _part(part: Part) -> PartRecord:
    entries = [(site, _entries(found)) for site, found in part.scopes.items()]
    made = [_late(scope) for scope in part.made]
    return PartRecord(part.entry, rules.judge(part.events), made, entries, frozenset(part.entered), part.idle_tape)


def _entries(found: Sequence[Happening | None]) -> list[LateRecord | None]:
    """The entries of a scope; where one of them had an effect, that is all there is to say."""
    return [None if entry is None else _late(entry) for entry in found] if all(found) else [None]


def _late(scope: Happening) -> LateRecord:
    return LateRecord(scope.site, bool(scope.facts.get("at_module_level")), rules.judge([scope]))
