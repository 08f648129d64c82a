"""One run from paths to what is reported: read, lower, analyse, place, sort.

In this version every file is a program of its own.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import libcst
import msgspec

from initscope_lint import rules
from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.events import Analysis
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.imports import imported
from initscope_lint.ir.lower import lower
from initscope_lint.ir.span import Span
from initscope_lint.report.baseline import Baseline, Key
from initscope_lint.report.diagnostic import Diagnostic, Point, Severity, Summary
from initscope_lint.runner import placing
from initscope_lint.runner.silencing import silence
from initscope_lint.semantics.catalogue import is_known_root
from initscope_lint.source.deep import run_deep
from initscope_lint.source.discovery import Discovery, discover
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import parse, read

__all__ = ["CheckRun", "Settings", "StackRun", "check", "source_lines", "stack"]

_NOT_LINTED = frozenset({"ISL901", "ISL902", "ISL903"})
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Settings:
    """What holds for a file.

    ``codes`` are the rules to report; ``target`` is ``1.15``, ``2``, or None to have it decided for each program;
    ``catalogues`` are the user's own catalogue files; ``severities`` are what the certain findings of a rule have
    instead of the rule's own.
    """

    codes: frozenset[str] = field(default_factory=lambda: frozenset(rule.code for rule in rules.all_rules()))
    target: str | None = None
    catalogues: Sequence[Path] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)


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
    find: Callable[[Iterable[str]], Discovery] = discover,
) -> CheckRun:
    """Lint the files that ``find`` finds at and below the paths.

    ``settings`` gives those of a file; what it raises is raised before anything is linted.
    Notes are reported only if ``pedantic``, what comments silence only if not ``ignores``, and what ``baseline`` knows
    not at all. Whatever is wrong with a file is reported, not raised.
    """
    discovery = find(paths)
    files = [(path, settings(path)) for path in discovery.files]
    tally = _Tally(files=len(discovery.files) + len(discovery.errors))
    found = [_not_linted(error, tally) for error in discovery.errors]
    for path, its in files:
        found.extend(_check_file(path, its, tally))
    not_linted = {diagnostic.path for diagnostic in found if diagnostic.code in _NOT_LINTED}
    ran = {path.as_posix(): its.codes for path, its in files if path.as_posix() not in not_linted}
    judged = list(_judged(_unique(found), settings))
    ignored = known = 0
    if ignores:
        judged, ignored = silence(judged, ran, lambda path: read(Path(path)), complete=not tally.truncated)
    stale: Sequence[Key] = ()
    if baseline is not None:
        judged, met = baseline.split(judged)
        stale, known = baseline.stale(met, ran), met.total()
    reported = [diagnostic for diagnostic in judged if pedantic or diagnostic.severity is not Severity.NOTE]
    reported.sort(key=lambda each: (each.path, each.span, each.code))
    skipped = tally.files - tally.analyzed - tally.errors
    summary = Summary(tally.files, tally.analyzed, skipped, tally.errors, tally.truncated, ignored, known)
    return CheckRun(reported, summary, tally.notes, ran, stale)


def stack(requests: Mapping[str, Collection[int] | None], settings: SettingsFor) -> StackRun:
    """Give the contexts at every statement of each file, or at the statements on the lines that are asked for.

    ``settings`` gives those of a file; what it raises is raised before anything is analysed.
    Whatever is wrong with a file is among the failures, not raised.
    """
    its = {path: settings(Path(path)) for path in requests}
    points: dict[str, Sequence[Point]] = {}
    failures: list[str] = []
    notes: list[str] = []
    for path, wanted in requests.items():
        try:
            loaded = _load(Path(path))
            if isinstance(loaded, SourceError):
                failures.append(f"{path}:{loaded.line}:{loaded.column}: {loaded.message}")
                continue
            placed = placing.points(_analyze(_program(path, loaded), its[path]).points, {path: loaded})
        except Exception as error:
            failures.append(f"{path}: internal error: {_exception(error)}")
        else:
            points[path] = [point for _, point in placed] if wanted is None else _on_lines(path, placed, wanted, notes)
    return StackRun(points, failures, notes)


def source_lines(path: str) -> Sequence[str]:
    """Return the lines of a file, for showing them; no lines if it cannot be read (any more)."""
    source = read(Path(path))
    if isinstance(source, SourceError):
        return ()
    lines = source.lines()
    return lines if lines[-1] else lines[:-1]


def _check_file(file: Path, settings: Settings, tally: _Tally) -> list[Diagnostic]:
    path = file.as_posix()
    try:
        loaded = _load(file)
        if isinstance(loaded, SourceError):
            return [_not_linted(loaded, tally)]
        program = _program(path, loaded)
        if not _concerns_us(program, settings):
            tally.analyzed += 1
            tally.notes.append(f"{path}: nothing to analyse, it imports no library that the catalogue knows")
            return []
        analysis = _analyze(program, settings)
        found = placing.diagnostics(rules.judge(analysis.events), {path: loaded})
    except Exception as error:
        tally.errors += 1
        tally.notes.extend("".join(traceback.format_exception(error)).splitlines())
        return [_about_file("ISL903", path, _exception(error))]
    tally.analyzed += 1
    tally.truncated += analysis.truncated
    reason = f" ({analysis.target_reason})" if analysis.target_reason else ""
    tally.notes.append(f"{path}: analysed for TensorFlow {analysis.target}{reason}")
    return found


def _not_linted(error: SourceError, tally: _Tally) -> Diagnostic:
    """A syntax error is a finding; what cannot be read or parsed within bounds is work that was not done."""
    if error.kind == "unreadable":
        tally.errors += 1
    code = "ISL902" if error.kind == "unreadable" else "ISL901"
    return _about_file(code, error.path, error.message, error.line, error.column)


def _load(path: Path) -> libcst.Module | SourceError:
    source = read(path)
    return source if isinstance(source, SourceError) else parse(source)


def _program(path: str, module: libcst.Module) -> Program:
    return Program((ModuleSource(PurePosixPath(path).stem, path, lower(module)),))


def _concerns_us(program: Program, settings: Settings) -> bool:
    """Whether a program can reach anything that the catalogue knows, which it can only by importing it."""
    if settings.catalogues:
        return True
    return any(is_known_root(name) for module in program.modules for name in imported(module.ir))


def _analyze(program: Program, settings: Settings) -> Analysis:
    return run_deep(lambda: analyze(program, settings.target, settings.catalogues))


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
