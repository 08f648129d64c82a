"""One run from paths to what is reported: find, analyse, place, sort."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from initscope_lint import rules
from initscope_lint.fix import FIXABLE, with_fixes
from initscope_lint.ir.span import Span
from initscope_lint.report.baseline import Baseline, Key
from initscope_lint.report.diagnostic import Diagnostic, Point, Severity, Summary
from initscope_lint.report.display import file_and_cell
from initscope_lint.runner import placing
from initscope_lint.runner.notebooks import Read, by_cell, source_lines
from initscope_lint.runner.project import Find, Project
from initscope_lint.runner.silencing import silence
from initscope_lint.runner.units import Joined, Wish, analyze_units
from initscope_lint.source.discovery import discover
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import read as read_file

__all__ = ["CheckRun", "Find", "Read", "Settings", "StackRun", "check", "source_lines", "stack"]

_NOT_LINTED = frozenset({"ISL901", "ISL902", "ISL903"})
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Settings:
    """What holds for a file.

    ``codes`` are the rules to report; ``target`` is ``1.15``, ``2``, or None to have it decided for each program;
    ``catalogues`` are the user's own catalogue files; ``severities`` are what the certain findings of a rule have
    instead of the rule's own; ``fixable`` are the rules whose findings may have fixes.
    """

    codes: frozenset[str] = field(default_factory=lambda: frozenset(rule.code for rule in rules.all_rules()))
    target: str | None = None
    catalogues: Sequence[Path] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    fixable: frozenset[str] = field(default_factory=lambda: frozenset(rule.code for rule in rules.all_rules()))


SettingsFor = Callable[[Path], Settings]


@dataclass(frozen=True)
class CheckRun:
    """What a lint run gives back.

    ``notes`` are lines for ``--verbose``; ``ran`` has the files that were linted, with the codes of the rules that ran
    on them; ``stale`` is what the baseline knows and is gone.
    """

    diagnostics: Sequence[Diagnostic]
    summary: Summary
    notes: Sequence[str]
    ran: Mapping[str, frozenset[str]]
    stale: Sequence[Key] = ()


@dataclass(frozen=True)
class StackRun:
    """The points of each file that could be analysed.

    ``failures`` says for each other file what was wrong with it; ``notes`` are remarks about the rest, a line each.
    """

    points: Mapping[str, Sequence[Point]]
    failures: Sequence[str]
    notes: Sequence[str]


@dataclass
class _Tally:
    files: int = 0
    analyzed: int = 0
    errors: int = 0
    truncated: int = 0
    notes: list[str] = field(default_factory=list)


def check(
    paths: Iterable[str],
    settings: SettingsFor,
    *,
    pedantic: bool = False,
    ignores: bool = True,
    baseline: Baseline | None = None,
    concerns: Callable[[Diagnostic], bool] = lambda _: True,
    sliced: bool = True,
    find: Find = discover,
    read: Read = read_file,
) -> CheckRun:
    """Lint the files that ``find`` finds at and below the paths, as ``read`` reads them.

    ``settings`` gives those of a file; what it raises is raised before anything is linted.
    Notes are reported only if ``pedantic``, what comments silence only if not ``ignores``, and what ``baseline`` knows
    or ``concerns`` denies not at all. ``sliced``: no work is done for files that cannot have findings.
    Whatever is wrong with a file is reported, not raised.
    """
    paths = list(paths)
    discovery = find(paths)
    its = {path.as_posix(): settings(path) for path in discovery.files}
    tally = _Tally(files=len(discovery.files) + len(discovery.errors))
    found = [_not_linted(error, tally) for error in discovery.errors]
    # What is in the user's own catalogue is not known to the slice.
    sliced = sliced and not any(each.catalogues for each in its.values())
    searched = [path for path in paths if Path(path).is_dir()]
    project = Project(its, searched=searched, sliced=sliced, find=find, read=read)
    found += _check_files(project, its, settings, tally)
    not_linted = {diagnostic.path for diagnostic in found if diagnostic.code in _NOT_LINTED}
    ran = {path: each.codes for path, each in its.items() if path not in not_linted}
    judged = list(_judged(_unique(found), settings))
    ignored = known = 0
    if ignores:
        judged, ignored = silence(judged, ran, read, complete=not tally.truncated)
    stale: Sequence[Key] = ()
    if baseline is not None:
        judged, met = baseline.split(judged)
        stale, known = baseline.stale(met, ran), met.total()
    asked = [each for each in judged if (pedantic or each.severity is not Severity.NOTE) and concerns(each)]
    reported = list(by_cell(_with_fixes(asked, its, read), read))
    reported.sort(key=lambda each: (*_order(each.path), each.span, each.code))
    skipped = tally.files - tally.analyzed - tally.errors
    summary = Summary(tally.files, tally.analyzed, skipped, tally.errors, tally.truncated, ignored, known)
    return CheckRun(reported, summary, tally.notes, ran, stale)


def stack(requests: Mapping[str, Collection[int] | None], settings: SettingsFor) -> StackRun:
    """Give the contexts at every statement of each file, or at the statements on the lines that are asked for.

    ``settings`` gives those of a file; what it raises is raised before anything is analysed.
    Whatever is wrong with a file is among the failures, not raised.
    """
    its = {path: settings(Path(path)) for path in requests}
    project = Project(requests, sliced=False)
    failures = [f"{error.path}:{error.line}:{error.column}: {error.message}" for error in _errors(project, its)]
    points: dict[str, Sequence[Point]] = {}
    notes: list[str] = []
    joined = _analyze(project, its, settings, contexts=True)
    for path, wanted in requests.items():
        if path in joined.failed:
            failures.append(f"{path}: internal error: {_exception(joined.failed[path][0])}")
        elif project.error(path) is None:
            here = [point for point in joined.points if point.site.path == path]
            placed = placing.points(here, project.spans)
            points[path] = [point for _, point in placed] if wanted is None else _on_lines(path, placed, wanted, notes)
    return StackRun(points, failures, notes)


def _check_files(
    project: Project, its: Mapping[str, Settings], settings: SettingsFor, tally: _Tally
) -> list[Diagnostic]:
    found = [_not_linted(error, tally) for error in _errors(project, its)]
    joined = _analyze(project, its, settings)
    for path in its:
        if project.error(path) is not None:
            continue
        if path in joined.failed:
            error, lines = joined.failed[path]
            found.append(_failed(path, error, lines, tally))
            continue
        tally.analyzed += 1
        choice = joined.choices.get(path)
        if choice is None:
            tally.notes.append(f"{path}: nothing to analyse, it reaches no library that the catalogue knows")
        else:
            tally.truncated += joined.truncated[path]
            tally.notes.append(f"{path}: analysed for TensorFlow {choice.target} ({choice.reason})")
    findings = [finding for finding in joined.findings if finding.site.path in its]
    return found + placing.diagnostics(findings, project.spans)


def _errors(project: Project, paths: Iterable[str]) -> list[SourceError]:
    return [error for path in paths if (error := project.error(path)) is not None]


def _failed(path: str, error: Exception, lines: Sequence[str], tally: _Tally) -> Diagnostic:
    tally.errors += 1
    tally.notes.extend(lines)
    return _about_file("ISL903", path, _exception(error))


def _analyze(project: Project, its: Mapping[str, Settings], settings: SettingsFor, *, contexts: bool = False) -> Joined:
    """Run what can say something about the files; ``contexts``: give the contexts of their statements too."""

    def wish(path: str) -> Wish:
        found = its[path] if path in its else settings(Path(path))
        return Wish(found.target, found.catalogues)

    parsed = [path for path in its if project.error(path) is None]
    return analyze_units(project, project.units(parsed), wish, contexts=contexts)


def _not_linted(error: SourceError, tally: _Tally) -> Diagnostic:
    """A syntax error is a finding; what cannot be read or parsed within bounds is work that was not done."""
    if error.kind == "unreadable":
        tally.errors += 1
    code = "ISL902" if error.kind == "unreadable" else "ISL901"
    return _about_file(code, error.path, error.message, error.line, error.column)


def _exception(error: Exception) -> str:
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _about_file(code: str, path: str, message: str, line: int = 1, column: int = 1) -> Diagnostic:
    rule = rules.get(code)
    return Diagnostic(rule.code, rule.name, rule.severity, path, Span(line, column, line, column), message)


def _judged(found: Iterable[Diagnostic], settings: SettingsFor) -> Iterator[Diagnostic]:
    """Give the diagnostics that the settings of their files ask for, with the severity that these give to them."""
    for diagnostic in found:
        its = settings(Path(diagnostic.path))
        if diagnostic.code in its.codes:
            severity = its.severities.get(diagnostic.code, diagnostic.severity)
            uncertain = diagnostic.severity is Severity.NOTE
            yield diagnostic if uncertain else msgspec.structs.replace(diagnostic, severity=severity)


def _with_fixes(found: Iterable[Diagnostic], its: Mapping[str, Settings], read: Read) -> Iterator[Diagnostic]:
    """Give the diagnostics with the fixes that there are for them, where the settings of their files allow it."""
    by_path: dict[str, list[Diagnostic]] = {}
    for each in found:
        fixable = each.path in its and each.code in its[each.path].fixable
        if fixable and each.code in FIXABLE:
            by_path.setdefault(each.path, []).append(each)
        else:
            yield each if fixable else msgspec.structs.replace(each, fix=None)
    for path, here in by_path.items():
        source = read(Path(path))
        yield from here if isinstance(source, SourceError) else with_fixes(here, source)


def _order(path: str) -> tuple[str, int]:
    file, cell = file_and_cell(path)
    return file, cell or 0


def _unique(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return one diagnostic for each place and rule, in the order of the places: the surest, by the shortest path."""
    best: dict[tuple[str, int, int, str], Diagnostic] = {}
    for diagnostic in sorted(found, key=lambda each: (_RANK[each.severity], len(each.trace))):
        key = (diagnostic.path, diagnostic.span.line, diagnostic.span.column, diagnostic.code)
        best.setdefault(key, diagnostic)
    return [best[key] for key in sorted(best)]


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
