"""What ``initscope-lint check`` does with its options."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from initscope_lint import rules, runner
from initscope_lint.cli.command_line import CommandLine
from initscope_lint.cli.output import (
    COULD_NOT_WORK,
    NOTHING_REPORTED,
    REPORTED,
    Unable,
    say,
    shown,
    wants_color,
    width,
    write,
)
from initscope_lint.cli.progress import watched
from initscope_lint.cli.settings import SettingsFor
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.report.display import file_and_cell, plural
from initscope_lint.report.report import Report, RulePage
from initscope_lint.runner.progress import unwatched
from initscope_lint.source.discovery import Discovery, discover, is_excluded
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import MAX_BYTES, text_of
from initscope_lint.source.parse import read as read_file

if TYPE_CHECKING:
    from initscope_lint.report.baseline import Baseline

__all__ = ["Options", "check_watch", "lint"]

_WHOLE = frozenset({"json", "jsonl", "sarif", "gitlab", "junit", "html"})
"""Formats that are for programs: nothing is said beside them."""

_WITH_RULES = frozenset({"sarif"})
"""Formats in which all rules are described."""

Source = Callable[[str], Sequence[str]]


class Options(CommandLine, frozen=True):
    """The options of ``check``, by their names."""

    paths: tuple[str, ...] = ()
    pedantic: bool = False
    no_ignores: bool = False
    add_ignores: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    show_fixes: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None
    diff: str | None = None
    changed: bool = False
    stdin_filename: Path | None = None
    force_exclude: bool = False
    show_files: bool = False
    show_settings: bool = False
    no_cache: bool = False
    jobs: int | None = None
    output_file: Path | None = None
    statistics: bool = False
    watch: bool = False
    exit_zero: bool = False
    quiet: bool = False
    verbose: bool = False


def lint(options: Options) -> int:
    """Do what the options say, and return the exit status.

    Raises click.ClickException if something is wrong with the options, the configuration or the baseline.
    """
    settings = SettingsFor(options)
    output_format = settings.output_format
    find, read = _files(options, settings)
    source = functools.partial(runner.source_lines, read=read or read_file)
    paths = options.paths or (".",)
    if options.show_settings:
        write(settings.shown(next(iter(find(paths).files), Path("any.py"))))
        return NOTHING_REPORTED
    if options.show_files:
        write(shown(file.as_posix()) for file in find(paths).files)
        return NOTHING_REPORTED

    _check_choices(options)
    concerns = _concerns(options)

    store = None if options.no_cache else runner.Store(settings.cache_directory)

    def once(read: runner.Read | None) -> runner.CheckRun:
        lines = functools.partial(runner.source_lines, read=read or read_file)
        known = None if options.baseline is None or options.write_baseline else _baseline(options.baseline, lines)
        return runner.check(
            paths,
            settings,
            pedantic=options.pedantic,
            ignores=not options.no_ignores,
            baseline=known,
            concerns=concerns,
            find=find,
            read=read,
            store=store,
            jobs=options.jobs,
            progress=unwatched if options.quiet or not sys.stderr.isatty() else watched,
        )

    unwritten = NOTHING_REPORTED
    if options.fix or options.show_fixes:
        from initscope_lint.cli import fixes
        from initscope_lint.runner.fixing import fix

        outcome = fix(once, read or read_file, unsafe=options.unsafe_fixes)
        run = outcome.run
        if options.show_fixes:
            return COULD_NOT_WORK if run.summary.errors else fixes.show(outcome, unsafe=options.unsafe_fixes)
        unwritten = fixes.make(outcome)
    else:
        run = once(read)
    if store is not None and store.trouble is not None and not options.quiet:
        say([f"Warning: nothing more is kept in the cache {store.directory}: {store.trouble}"])
    unable = COULD_NOT_WORK if run.summary.errors else unwritten
    report = _report(run, options, output_format, source)
    if options.add_ignores or options.write_baseline:
        from initscope_lint.report import concise

        say(concise.render(msgspec.structs.replace(report, diagnostics=_hindrances(run), color=False)))
    if options.add_ignores:
        return max(unable, _add_ignores(run))
    if options.write_baseline is not None:
        return max(unable, _write_baseline(options.write_baseline, run, source))

    if options.statistics:
        from initscope_lint.report import statistics

        chunks = statistics.render(report)
    else:
        module = importlib.import_module(f"initscope_lint.report.{output_format}")
        chunks = module.render(report)
    _write(chunks, options.output_file)
    if options.verbose:
        say(run.notes)
    if run.stale:
        say(f"{options.baseline}: {path}: {code} is gone: {line}" for path, code, line in run.stale)
        say([f"{options.baseline} is out of date: write it anew with --write-baseline {options.baseline}"])
    if not options.quiet and output_format not in _WHOLE:
        from initscope_lint.report import text

        say([text.summary_line(run.diagnostics, run.summary, unsafe_fixes=options.unsafe_fixes)])
    reported = run.diagnostics or run.stale
    return unable or (REPORTED if reported and not options.exit_zero else NOTHING_REPORTED)


def _check_choices(options: Options) -> None:
    """Raise click.UsageError where options contradict each other."""
    if options.add_ignores and options.write_baseline:
        raise click.UsageError("--add-ignores and --write-baseline both accept what is found; choose one")
    some = options.diff is not None or options.changed
    if options.write_baseline and some:
        raise click.UsageError(
            "--write-baseline writes all that is found, and --diff and --changed leave most of it out"
        )
    if not options.fix and not options.show_fixes:
        return
    if options.add_ignores or options.write_baseline:
        raise click.UsageError("--fix mends what is found, --add-ignores and --write-baseline accept it; fix first")
    if some:
        raise click.UsageError("--fix changes lines, so --diff and --changed cannot say which of them were")


def check_watch(options: Options) -> None:
    """Raise click.UsageError where options are for once, and cannot be repeated by ``--watch``."""
    if "-" in options.paths:
        raise click.UsageError("--watch lints files, and cannot watch stdin")
    if options.fix or options.add_ignores or options.write_baseline:
        raise click.UsageError("--watch only reports; --fix, --add-ignores and --write-baseline are for once")


def _hindrances(run: runner.CheckRun) -> list[Diagnostic]:
    return [each for each in run.diagnostics if each.code in rules.ALWAYS_REPORTED]


def _files(options: Options, settings: SettingsFor) -> tuple[runner.Find, runner.Read | None]:
    """Return what finds and what reads the files: those at the paths (None: from the disk), or the one on stdin."""
    search = functools.partial(discover, excluded=settings.excluded, force=options.force_exclude)
    if "-" not in options.paths:
        if options.stdin_filename is not None:
            raise click.UsageError("--stdin-filename names what `-` reads from stdin, and `-` is not given")
        return search, None
    if options.paths != ("-",):
        raise click.UsageError("`-` reads from stdin, and cannot be linted together with files")
    if options.add_ignores:
        raise click.UsageError("--add-ignores cannot change what is read from stdin")
    if options.fix and not options.show_fixes:
        raise click.UsageError("--fix cannot change what is read from stdin; --show-fixes shows what it would change")
    file = options.stdin_filename or Path("<stdin>")
    left_out = options.force_exclude and is_excluded(file, settings.excluded)
    found = Discovery(() if left_out else (file,), ())
    source = text_of(sys.stdin.buffer.read(MAX_BYTES + 1), file.as_posix())
    return (
        lambda paths: found if "-" in paths else search(paths),
        lambda path: source if path == file else read_file(path),
    )


def _concerns(options: Options) -> Callable[[Diagnostic], bool]:
    """Return whether a finding is about what has changed; all are, unless this is asked for."""
    if options.diff is not None and options.changed:
        raise click.UsageError("--changed is --diff HEAD; choose one")
    revision = "HEAD" if options.changed else options.diff
    if revision is None:
        return lambda _: True
    from initscope_lint.runner.changes import Changes, GitError

    try:
        return Changes(revision).concern
    except GitError as error:
        raise Unable(str(error)) from error


def _report(run: runner.CheckRun, options: Options, output_format: str, source: Source) -> Report:
    to_file = options.output_file is not None
    return Report(
        run.diagnostics,
        run.summary,
        source,
        _pages() if output_format in _WITH_RULES else (),
        unsafe_fixes=options.unsafe_fixes,
        color=not to_file and wants_color(),
        width=None if to_file else width(),
    )


def _pages() -> list[RulePage]:
    return [RulePage(each.code, each.name, each.severity, each.claim, rules.page(each)) for each in rules.all_rules()]


def _write(chunks: Iterable[str], file: Path | None) -> None:
    if file is None:
        write(chunks, line_end="")
        return
    from initscope_lint.source.write import put

    try:
        put(file, "".join(chunks).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise Unable(f"{file.as_posix()}: {error.strerror or error}") from error


def _baseline(file: Path, source: Source, *, new: bool = False) -> Baseline:
    from initscope_lint.report import baseline

    try:
        return baseline.load(file, source, new=new)
    except baseline.BaselineError as error:
        raise Unable(str(error)) from error


def _write_baseline(file: Path, run: runner.CheckRun, source: Source) -> int:
    known = _baseline(file, source, new=True)
    try:
        count = known.write((each for each in run.diagnostics if file_and_cell(each.path)[0] in run.ran), run.ran)
    except OSError as error:
        raise Unable(f"{file.as_posix()}: {error.strerror or error}") from error
    say([f"Wrote {plural(count, 'finding')} to {file}."])
    return NOTHING_REPORTED


def _add_ignores(run: runner.CheckRun) -> int:
    """Add the comments; what no comment can silence is still reported."""
    from initscope_lint.report.edits import edited
    from initscope_lint.report.suppress import additions
    from initscope_lint.source.write import NotWritten, rewrite

    left = [each for each in run.diagnostics if not each.code.startswith("ISL9")]
    added = files = 0
    for path in dict.fromkeys(each.path for each in left):
        source = read_file(Path(path))
        if isinstance(source, SourceError):
            continue
        here = [each for each in left if each.path == path]
        edits, unable = additions(source.normalized(), here, rules.code_of)
        if not edits:
            continue
        try:
            rewrite(Path(path), source, edited(source.text, edits))
        except NotWritten as error:
            raise Unable(f"{path}: {error}") from error
        added += len(here) - len(unable)
        files += 1
    say([f"Silenced {plural(added, 'finding')} in {plural(files, 'file')}."])
    remaining = len(run.diagnostics) - len(_hindrances(run)) - added
    if remaining:
        say([f"{plural(remaining, 'finding')} cannot be silenced by a comment."])
    return REPORTED if remaining else NOTHING_REPORTED
