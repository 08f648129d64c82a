"""What ``initscope-lint stack`` shows: the contexts at the statements of files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from initscope_lint.interpreter.analysis import points as probes
from initscope_lint.report.diagnostic import Diagnostic, Point, Span
from initscope_lint.runner import placing
from initscope_lint.runner.joining import join
from initscope_lint.runner.linting import Work, check_files, wanted
from initscope_lint.runner.outcome import unique
from initscope_lint.runner.project import Project
from initscope_lint.runner.settings import Settings
from initscope_lint.runner.tasks import Task, Worker
from initscope_lint.runner.world import World


@dataclass(frozen=True)
class StackRun:
    """The points of each file that could be analysed.

    ``failures`` says for each other file what was wrong with it; ``notes`` are remarks about the rest, a line each;
    ``diagnostics`` is what was found in them on the way.
    """

    points: Mapping[str, Sequence[Point]]
    failures: Sequence[str]
    notes: Sequence[str]
    diagnostics: Sequence[Diagnostic] = ()


def contexts(world: World, its: Mapping[str, Settings], requests: Mapping[str, Collection[int] | None]) -> StackRun:
    """Give the contexts at every statement of each file, or at the statements on the lines that are asked for."""
    project = Project(requests, world, sliced=False)
    errors = check_files(Work(project, world), [*its])
    failures = [f"{error.path}:{error.line}:{error.column}: {error.message}" for error in errors]
    worker = Worker(project, world, contexts=True)
    results = {path: worker.do(Task("run", path)) for path in wanted(project, its)}
    joined = join(project, [result.unit for result in results.values() if result.unit is not None])
    seen = probes(worker.analyst.parts[path][number] for path, numbers in joined.held.items() for number in numbers)
    points: dict[str, Sequence[Point]] = {}
    notes: list[str] = []
    for path, lines in requests.items():
        failure = results[path].failure if path in results else None
        if failure is not None:
            failures.append(f"{path}: internal error: {failure.message}")
        elif project.error(path) is None:
            placed = placing.points([point for point in seen if point.site.path == path], project.spans)
            points[path] = [point for _, point in placed] if lines is None else _on_lines(path, placed, lines, notes)
    found = placing.diagnostics([each for each in joined.findings if each.site.path in points], project.spans)
    return StackRun(points, failures, notes, unique(found))


def _on_lines(
    path: str, placed: Sequence[tuple[Span, Point]], wanted: Collection[int], notes: list[str]
) -> list[Point]:
    """Return the points of the innermost statements on the wanted lines, and note where there is no statement."""
    chosen: dict[Point, None] = {}
    for line in sorted(wanted):
        there = [point for span, point in placed if span.line <= line <= span.end_line]
        if there:
            chosen.update(dict.fromkeys(point for point in there if point.line == there[-1].line))
        else:
            notes.append(f"{path}:{line}: no statement on this line")
    return list(chosen)
