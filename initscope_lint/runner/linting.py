"""The work of a run: from files to all that there is to say about them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from initscope_lint.fix import FIXABLE, with_fixes
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.runner import placing
from initscope_lint.runner.outcome import Outcome, about_file, unique
from initscope_lint.runner.project import Project
from initscope_lint.runner.settings import Settings
from initscope_lint.runner.silencing import comments
from initscope_lint.runner.units import Joined, Wish, analyze_units
from initscope_lint.runner.world import World
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError


@dataclass
class _Tally:
    analyzed: int = 0
    errors: int = 0
    truncated: int = 0
    notes: list[str] = field(default_factory=list)
    lasting: bool = True


def lint(
    world: World, paths: Iterable[str], its: Mapping[str, Settings], *, sliced: bool = True
) -> tuple[Outcome, bool]:
    """Analyse files that were found at and below paths, and all that they need.

    Whether the outcome would be the same again comes with it.
    """
    searched = [path for path in paths if Path(path).is_dir()]
    project = Project(its, world, searched=searched, sliced=sliced)
    tally = _Tally()
    found = [*_with_fixes(unique(_check(project, world, its, tally)), its, world)]
    written = comments({**dict.fromkeys(its), **dict.fromkeys(each.path for each in found)}, world.read)
    outcome = Outcome(found, written, tally.notes, tally.analyzed, tally.errors, tally.truncated)
    return outcome, tally.lasting


def _check(project: Project, world: World, its: Mapping[str, Settings], tally: _Tally) -> list[Diagnostic]:
    found = [_not_linted(error, tally) for error in errors(project, its)]
    joined = analyze(project, world, its)
    tally.lasting = tally.lasting and not joined.failed
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


def _with_fixes(found: Iterable[Diagnostic], its: Mapping[str, Settings], world: World) -> Iterator[Diagnostic]:
    """Give the diagnostics with the fixes that there are for them, file by file."""
    for path, group in itertools.groupby(found, key=lambda each: each.path):
        here = [*group]
        source = world.read(Path(path)) if path in its and any(each.code in FIXABLE for each in here) else None
        yield from with_fixes(here, source) if isinstance(source, SourceText) else here


def errors(project: Project, paths: Iterable[str]) -> list[SourceError]:
    """Return what is wrong with files."""
    return [error for path in paths if (error := project.error(path)) is not None]


def analyze(project: Project, world: World, its: Mapping[str, Settings], *, contexts: bool = False) -> Joined:
    """Run what can say something about the files; ``contexts``: give the contexts of their statements too."""

    def wish(path: str) -> Wish:
        found = its[path] if path in its else world.settings(Path(path))
        return Wish(found.target, found.catalogues)

    parsed = [path for path in its if project.error(path) is None]
    return analyze_units(project, project.units(parsed), wish, contexts=contexts)


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
