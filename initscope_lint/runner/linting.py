"""The work of a run: from files to all that there is to say about them."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from initscope_lint.fix import FIXABLE, with_fixes
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.runner.cache.kept import Keeper
from initscope_lint.runner.cache.store import Store
from initscope_lint.runner.facts import Facts
from initscope_lint.runner.joining import join
from initscope_lint.runner.outcome import Outcome, about_file, unique
from initscope_lint.runner.project import Project
from initscope_lint.runner.records import UnitRecord
from initscope_lint.runner.settings import Settings
from initscope_lint.runner.silencing import comments
from initscope_lint.runner.world import World
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError

if TYPE_CHECKING:
    from initscope_lint.runner.units import Analyst


@dataclass
class _Tally:
    analyzed: int = 0
    errors: int = 0
    truncated: int = 0
    notes: list[str] = field(default_factory=list)
    lasting: bool = True


@dataclass
class Shown:
    """What the units of a run have shown; ``failed`` are those that could not be run, with the error and its lines."""

    units: list[UnitRecord] = field(default_factory=list)
    failed: dict[str, tuple[Exception, list[str]]] = field(default_factory=dict)

    def run(self, analyst: Analyst, path: str) -> None:
        """Run one more."""
        try:
            self.units.append(analyst.run(path))
        except Exception as error:
            self.failed[path] = error, "".join(traceback.format_exception(error)).splitlines()


def lint(
    world: World, paths: Iterable[str], its: Mapping[str, Settings], store: Store | None, *, sliced: bool = True
) -> tuple[Outcome, bool]:
    """Analyse files that were found at and below paths, and all that they need; ``store`` has what is known of them.

    Whether the outcome would be the same again comes with it.
    """
    searched = [path for path in paths if Path(path).is_dir()]
    keeper = None if store is None else Keeper(store, world)
    known = Facts.unknown if keeper is None else keeper.facts
    project = Project(its, world, searched=searched, sliced=sliced, known=known)
    tally = _Tally()
    found = [*_with_fixes(unique(_check(project, world, its, keeper, tally)), its, world)]
    written = comments({**dict.fromkeys(its), **dict.fromkeys(each.path for each in found)}, world.read)
    outcome = Outcome(found, written, tally.notes, tally.analyzed, tally.errors, tally.truncated)
    return outcome, tally.lasting


def _check(
    project: Project, world: World, its: Mapping[str, Settings], keeper: Keeper | None, tally: _Tally
) -> list[Diagnostic]:
    found = [_not_linted(error, tally) for error in errors(project, its)]
    paths = wanted(project, its)
    known = {} if keeper is None else keeper.units(project, paths)
    shown = analyze(project, world, [path for path in paths if path not in known])
    units = {**known, **{unit.path: unit for unit in shown.units}}
    joined = join(project, [units[path] for path in paths if path in units])
    tally.lasting = tally.lasting and not shown.failed
    for path in its:
        if project.error(path) is not None:
            continue
        if path in shown.failed:
            error, lines = shown.failed[path]
            found.append(_failed(path, error, lines, tally))
            continue
        tally.analyzed += 1
        unit = units.get(path)
        if unit is None:
            tally.notes.append(f"{path}: nothing to analyse, it reaches no library that the catalogue knows")
        else:
            tally.truncated += unit.truncated
            tally.notes.append(f"{path}: analysed for TensorFlow {unit.target} ({unit.reason})")
    findings = [finding for finding in joined.findings if finding.site.path in its]
    if findings:
        from initscope_lint.runner import placing  # which imports the rules

        found += placing.diagnostics(findings, project.spans)
    if keeper is not None:
        keeper.keep(project, units.values())
    return found


def errors(project: Project, paths: Iterable[str]) -> list[SourceError]:
    """Return what is wrong with files."""
    return [error for path in paths if (error := project.error(path)) is not None]


def wanted(project: Project, files: Iterable[str]) -> list[str]:
    """Return the units that can say something about files, in the order in which they are joined."""
    return project.units([path for path in files if project.error(path) is None])


def analyze(project: Project, world: World, paths: Sequence[str]) -> Shown:
    """Run units."""
    shown = Shown()
    if not paths:
        return shown
    from initscope_lint.runner.units import Analyst  # which imports the interpreter

    analyst = Analyst(project, lambda path: world.settings(Path(path)))
    for path in paths:
        shown.run(analyst, path)
    return shown


def _with_fixes(found: Iterable[Diagnostic], its: Mapping[str, Settings], world: World) -> Iterator[Diagnostic]:
    """Give the diagnostics with the fixes that there are for them, file by file."""
    for path, group in itertools.groupby(found, key=lambda each: each.path):
        here = [*group]
        source = world.read(Path(path)) if path in its and any(each.code in FIXABLE for each in here) else None
        yield from with_fixes(here, source) if isinstance(source, SourceText) else here


def described(error: Exception) -> str:
    """Return an exception in one line."""
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _failed(path: str, error: Exception, lines: Sequence[str], tally: _Tally) -> Diagnostic:
    tally.errors += 1
    tally.notes.extend(lines)
    return about_file("ISL903", path, described(error))


def _not_linted(error: SourceError, tally: _Tally) -> Diagnostic:
    """A syntax error is a finding; what cannot be read or parsed within bounds is work that was not done."""
    if error.kind == "unreadable":
        tally.errors += 1
    tally.lasting = tally.lasting and not error.passing
    code = "ISL902" if error.kind == "unreadable" else "ISL901"
    return about_file(code, error.path, error.message, error.line, error.column)
