"""The work of a run: from files to all that there is to say about them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from initscope_lint.fix import FIXABLE, with_fixes
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.runner.cache.kept import Keeper
from initscope_lint.runner.cache.store import Store
from initscope_lint.runner.facts import Facts
from initscope_lint.runner.joining import join
from initscope_lint.runner.outcome import Outcome, about_file, unique
from initscope_lint.runner.progress import Progress, unwatched
from initscope_lint.runner.project import Project
from initscope_lint.runner.records import UnitRecord
from initscope_lint.runner.settings import Settings
from initscope_lint.runner.silencing import comments
from initscope_lint.runner.tasks import Failure, Result, Task
from initscope_lint.runner.workers import do_all
from initscope_lint.runner.world import World, digest
from initscope_lint.source.error import SourceError


@dataclass
class _Tally:
    analyzed: int = 0
    errors: int = 0
    truncated: int = 0
    notes: list[str] = field(default_factory=list)
    lasting: bool = True


@dataclass(frozen=True)
class Work:
    """Who does the work of a run: ``jobs`` processes, None for as many as pays, watched by ``progress``."""

    project: Project
    world: World
    jobs: int | None = 1
    progress: Progress = unwatched

    def do(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Do tasks, and yield what comes of each."""
        if not tasks:
            return
        with self.progress(tasks[0].kind, len(tasks)) as advance:
            for done in do_all(self.project, self.world, tasks, self.jobs):
                yield done
                advance()


def lint(
    world: World,
    paths: Iterable[str],
    its: Mapping[str, Settings],
    store: Store | None,
    *,
    sliced: bool,
    jobs: int | None,
    progress: Progress,
) -> tuple[Outcome, bool]:
    """Analyse files that were found at and below paths, and all that they need; ``store`` has what is known of them.

    ``jobs`` processes do it, None for as many as pays. Whether the outcome would be the same again comes with it.
    """
    searched = [path for path in paths if Path(path).is_dir()]
    keeper = None if store is None else Keeper(store, world)
    known = Facts.unknown if keeper is None else keeper.facts
    described = _described({path for settings in its.values() for path in settings.catalogues})
    sliced = sliced and not any("*" in root for root in described)
    project = Project(its, world, searched=searched, sliced=sliced, described=described, known=known)
    tally = _Tally()
    work = Work(project, world, jobs, progress)
    diagnostics, units = _check(work, its, keeper, tally)
    found = [*_with_fixes(unique(diagnostics), its, work)]
    if keeper is not None:
        keeper.keep(project, units)
    written = comments({**dict.fromkeys(its), **dict.fromkeys(each.path for each in found)}, world.read)
    outcome = Outcome(found, written, tally.notes, tally.analyzed, tally.errors, tally.truncated)
    return outcome, tally.lasting


def _described(catalogues: Collection[Path]) -> frozenset[str]:
    """The packages, or patterns of them, that the user's own catalogue files have rows for."""
    if not catalogues:
        return frozenset()
    from initscope_lint.semantics.catalogue import read_file

    rows = (row for path in catalogues for row in read_file(path).api)
    return frozenset(name.partition(".")[0] for row in rows for name in row.names)


def _check(
    work: Work, its: Mapping[str, Settings], keeper: Keeper | None, tally: _Tally
) -> tuple[list[Diagnostic], Collection[UnitRecord]]:
    """What there is to say about the files, and the units that say it."""
    project = work.project
    found = [_not_linted(error, tally) for error in check_files(work, [*its])]
    paths = wanted(project, its)
    units = {} if keeper is None else keeper.units(project, paths)
    failed: dict[str, Failure] = {}
    for task, result in work.do([Task("run", path) for path in paths if path not in units]):
        if result.unit is not None:
            units[task.path] = result.unit
        if result.failure is not None:
            failed[task.path] = result.failure
    joined = join(project, [units[path] for path in paths if path in units])
    tally.lasting = tally.lasting and not failed
    for path in its:
        if project.error(path) is not None:
            continue
        if path in failed:
            found.append(_failed(path, failed[path], tally))
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
    return found, units.values()


def check_files(work: Work, files: Sequence[str]) -> list[SourceError]:
    """Return what is wrong with files."""
    project = work.project
    unchecked = project.unchecked(files)
    if unchecked:
        project.survey()
    for task, result in work.do([Task("check", path) for path in unchecked]):
        project.checked(task.path, result.error)
    return [error for path in files if (error := project.error(path)) is not None]


def wanted(project: Project, files: Iterable[str]) -> list[str]:
    """Return the units that can say something about files, in the order in which they are joined."""
    return project.units([path for path in files if project.error(path) is None])


def _with_fixes(found: Iterable[Diagnostic], its: Mapping[str, Settings], work: Work) -> Iterator[Diagnostic]:
    """Give the diagnostics with the fixes that there are for them."""
    for path, group in itertools.groupby(found, key=lambda each: each.path):
        here = {digest(repr(each)): each for each in group}  # a path need not be UTF-8
        if path in its and any(each.code in FIXABLE for each in here.values()):
            yield from _fixed(path, here, work)
        else:
            yield from here.values()


def _fixed(path: str, found: Mapping[bytes, Diagnostic], work: Work) -> Iterator[Diagnostic]:
    """Give the findings of one file with their fixes, as they are known or else made."""
    known = work.project.facts(path).fixes
    if not known.keys() >= found.keys():
        source = work.world.read(Path(path))
        made = [] if isinstance(source, SourceError) else with_fixes(found.values(), source)
        known.update(zip(found, (each.fix for each in made), strict=False))
        work.project.learn(path)
    for key, each in found.items():
        yield replace(each, fix=known.get(key))


def _failed(path: str, failure: Failure, tally: _Tally) -> Diagnostic:
    tally.errors += 1
    tally.notes.extend(failure.lines)
    return about_file("ISL903", path, failure.message)


def _not_linted(error: SourceError, tally: _Tally) -> Diagnostic:
    """A syntax error is a finding; what cannot be read or parsed within bounds is work that was not done."""
    if error.kind == "unreadable":
        tally.errors += 1
    tally.lasting = tally.lasting and not error.passing
    code = "ISL902" if error.kind == "unreadable" else "ISL901"
    return about_file(code, error.path, error.message, error.line, error.column)
