"""One run from paths to what is reported: find, analyse, place, sort."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from initscope_lint.report.diagnostic import Diagnostic, Severity, Summary
from initscope_lint.report.display import file_and_cell
from initscope_lint.runner.cache.store import Store
from initscope_lint.runner.notebooks import Read, by_cell, source_lines
from initscope_lint.runner.outcome import Run, about_file, unique
from initscope_lint.runner.progress import Progress, unwatched
from initscope_lint.runner.settings import Settings, SettingsFor
from initscope_lint.runner.silencing import comments, silence
from initscope_lint.runner.world import Find, World, digest
from initscope_lint.source.discovery import discover
from initscope_lint.source.parse import read as read_file

if TYPE_CHECKING:
    from initscope_lint.report.baseline import Baseline, Key
    from initscope_lint.runner.contexts import StackRun

__all__ = ["CheckRun", "Find", "Read", "Settings", "Store", "check", "source_lines", "stack"]

_NOT_LINTED = frozenset({"ISL901", "ISL902", "ISL903"})


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
    read: Read | None = None,
    store: Store | None = None,
    jobs: int | None = 1,
    progress: Progress = unwatched,
) -> CheckRun:
    """Lint the files that ``find`` finds at and below the paths, as ``read`` reads them (by default, from the disk).

    ``settings`` gives those of a file; what it raises is raised before anything is linted.
    Notes are reported only if ``pedantic``, what comments silence only if not ``ignores``, and what ``baseline`` knows
    or ``concerns`` denies not at all. ``sliced``: no work is done for files that cannot have findings. ``store`` has
    what earlier runs have found in files of the disk. ``jobs`` processes do the work, None for as many as pays;
    ``progress`` is told how far it is.
    Whatever is wrong with a file is reported, not raised.
    """
    paths = list(paths)
    world = World(find, settings, read)
    discovery = world.find(paths)
    its = {path.as_posix(): world.settings(path) for path in discovery.files}
    name = digest("run", os.getcwd(), f"{sliced}", *paths)
    store = store if read is None else None
    earlier = None if store is None else store.load(name, Run)
    if earlier is not None and world.is_as(earlier.answers):
        outcome = earlier.outcome
    else:
        from initscope_lint.runner.linting import lint  # which costs more than all else

        outcome, lasting = lint(world, paths, its, store, sliced=sliced, jobs=jobs, progress=progress)
        if store is not None and lasting and world.steady:
            store.save(name, Run(world.answers, outcome))
    if store is not None:
        store.sweep()
    read = read or read_file
    unread = [about_file("ISL902", error.path, error.message, error.line, error.column) for error in discovery.errors]
    found = unique([*unread, *outcome.found])
    not_linted = {diagnostic.path for diagnostic in found if diagnostic.code in _NOT_LINTED}
    ran = {path: each.codes for path, each in its.items() if path not in not_linted}
    judged = list(_judged(found, settings))
    ignored = known = 0
    if ignores:
        judged, ignored = silence(judged, ran, outcome.comments, complete=not outcome.truncated)
    stale: Sequence[Key] = ()
    if baseline is not None:
        judged, met = baseline.split(judged)
        stale, known = baseline.stale(met, ran), met.total()
    asked = [each for each in judged if (pedantic or each.severity is not Severity.NOTE) and concerns(each)]
    reported = list(by_cell(_fixable(asked, its), read))
    reported.sort(key=lambda each: (*_order(each.path), each.span, each.code))
    files, errors = len(discovery.files) + len(discovery.errors), len(discovery.errors) + outcome.errors
    skipped = files - outcome.analyzed - errors
    summary = Summary(files, outcome.analyzed, skipped, errors, outcome.truncated, ignored, known)
    return CheckRun(reported, summary, outcome.notes, ran, stale)


def stack(
    requests: Mapping[str, Collection[int] | None], settings: SettingsFor, *, read: Read | None = None
) -> StackRun:
    """Give the contexts at every statement of each file, or at the statements on the lines that are asked for.

    ``settings`` gives those of a file; what it raises is raised before anything is analysed.
    Whatever is wrong with a file is among the failures, not raised. What is found on the way comes with it, but for
    notes and what comments silence. ``read`` is as in ``check``.
    """
    from initscope_lint.runner.contexts import contexts

    world = World(discover, settings, read)
    its = {path: world.settings(Path(path)) for path in requests}
    run = contexts(world, its, requests)
    certain = [each for each in _judged(run.diagnostics, settings) if each.severity is not Severity.NOTE]
    shown, _ = silence(certain, {}, comments(run.points, world.read), complete=False)
    return replace(run, diagnostics=shown)


def _judged(found: Iterable[Diagnostic], settings: SettingsFor) -> Iterator[Diagnostic]:
    """Give the diagnostics that the settings of their files ask for, with the severity that these give to them."""
    for diagnostic in found:
        its = settings(Path(diagnostic.path))
        if diagnostic.code in its.codes:
            severity = its.severities.get(diagnostic.code, diagnostic.severity)
            uncertain = diagnostic.severity is Severity.NOTE
            yield diagnostic if uncertain else msgspec.structs.replace(diagnostic, severity=severity)


def _fixable(found: Iterable[Diagnostic], its: Mapping[str, Settings]) -> Iterator[Diagnostic]:
    """Give the diagnostics, with their fixes where the settings of their files allow it."""
    for each in found:
        fixable = each.path in its and each.code in its[each.path].fixable
        yield each if fixable else msgspec.structs.replace(each, fix=None)


def _order(path: str) -> tuple[str, int]:
    file, cell = file_and_cell(path)
    return file, cell or 0
