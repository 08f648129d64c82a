"""``initscope-lint check``."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from initscope_lint import config
from initscope_lint.cli.options import Sectioned, option, settings_options
from initscope_lint.cli.output import COULD_NOT_WORK, NOTHING_REPORTED, REPORTED, wants_color, write

_RULES = "Rules"
_FILES = "Files"
_SETTINGS = "Settings"
_REPORT = "Report"


@click.command(cls=Sectioned)
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")
@option(
    _RULES,
    "--select",
    multiple=True,
    metavar="RULES",
    help="Report only these rules: codes, prefixes of codes (ISL1) or names; comma-separated or repeated.",
)
@option(_RULES, "--extend-select", multiple=True, metavar="RULES", help="Report these rules as well.")
@option(_RULES, "--ignore", multiple=True, metavar="RULES", help="Do not report these rules.")
@option(_RULES, "--pedantic", is_flag=True, help="Also report notes: what is possible, but not certain.")
@option(
    _FILES,
    "--exclude",
    multiple=True,
    metavar="PATTERNS",
    help="Do not search what these patterns name, instead of environments, caches and the like.",
)
@option(_FILES, "--extend-exclude", multiple=True, metavar="PATTERNS", help="Do not search this either.")
@option(_FILES, "--force-exclude", is_flag=True, help="Leave excluded files out even if they are named.")
@option(_FILES, "--show-files", is_flag=True, help="List the files that would be linted, and lint none.")
@settings_options
@option(_SETTINGS, "--show-settings", is_flag=True, help="Show what holds for the first file, and lint none.")
@option(_SETTINGS, "--no-cache", is_flag=True, help="Neither read nor write a cache.")
@option(
    _REPORT,
    "--output-format",
    type=click.Choice(config.FORMATS),
    help="How findings are written to stdout.  [default: text]",
)
@option(_REPORT, "--exit-zero", is_flag=True, help="Exit with 0 even if something is reported.")
@option(_REPORT, "-q", "--quiet", is_flag=True, help="Write findings only, no closing summary.")
@option(_REPORT, "-v", "--verbose", is_flag=True, help="Say which TensorFlow each file was analysed for, and why.")
@click.pass_context
def check(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    pedantic: bool,
    exclude: tuple[str, ...],
    extend_exclude: tuple[str, ...],
    force_exclude: bool,
    show_files: bool,
    target: str | None,
    config_file: Path | None,
    isolated: bool,
    show_settings: bool,
    no_cache: bool,
    output_format: str | None,
    exit_zero: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Lint the Python files at PATHS (default: the current directory).

    Exit status: 0 nothing reported, 1 something reported, 2 something could not be linted.
    """
    del no_cache  # There is no cache yet.

    from initscope_lint import runner
    from initscope_lint.cli.settings import CommandLine, SettingsFor
    from initscope_lint.report import concise, json, text
    from initscope_lint.report.display import path_text, printable
    from initscope_lint.source.discovery import discover

    settings = SettingsFor(
        CommandLine(
            select,
            extend_select,
            ignore,
            exclude,
            extend_exclude,
            target,
            output_format,
            config_file,
            isolated=isolated,
        )
    )
    output_format = settings.output_format
    find = functools.partial(discover, excluded=settings.excluded, force=force_exclude)
    paths = paths or (".",)
    if show_settings:
        write(settings.shown(next(iter(find(paths).files), Path("any.py"))))
        return
    if show_files:
        write(printable(path_text(file.as_posix())) for file in find(paths).files)
        return

    run = runner.check(paths, settings, pedantic=pedantic, find=find)
    if output_format == "json":
        write([json.render(run.diagnostics, run.summary)], line_end="")
    elif output_format == "concise":
        write(concise.render(run.diagnostics, color=wants_color()))
    else:
        write(text.render(run.diagnostics, runner.source_lines, color=wants_color()))
    if verbose:
        for line in run.notes:
            click.echo(printable(path_text(line)), err=True)
    if not quiet and output_format != "json":
        click.echo(text.summary_line(run.diagnostics, run.summary), err=True)

    if run.summary.errors:
        ctx.exit(COULD_NOT_WORK)
    ctx.exit(REPORTED if run.diagnostics and not exit_zero else NOTHING_REPORTED)
