"""``initscope-lint check``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from initscope_lint.cli.options import Sectioned, cache_option, option, settings_options
from initscope_lint.report.formats import FORMATS

_RULES = "Rules"
_ACCEPTED = "Accepted findings"
_FIXES = "Fixes"
_FILES = "Files"
_SETTINGS = "Settings"
_REPORT = "Report"


@click.command(cls=Sectioned, short_help="Lint files, notebooks and directories.")
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
@option(_FIXES, "--fix", is_flag=True, help="Mend what can be mended safely, and report the rest.")
@option(_FIXES, "--unsafe-fixes", is_flag=True, help="Mend also where that changes what the program does.")
@option(_FIXES, "--show-fixes", is_flag=True, help="Show what --fix would change, as a diff, and change nothing.")
@option(
    _FILES,
    "--exclude",
    multiple=True,
    metavar="PATTERNS",
    help="Do not search what these patterns name, instead of environments, caches and the like.",
)
@option(_FILES, "--extend-exclude", multiple=True, metavar="PATTERNS", help="Do not search this either.")
@option(_FILES, "--force-exclude", is_flag=True, help="Leave excluded files out even if they are named.")
@option(
    _FILES,
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The name of what `-` reads from stdin.",
)
@option(_FILES, "--show-files", is_flag=True, help="List the files that would be linted, and lint none.")
@option(
    _ACCEPTED, "--diff", metavar="REV", help="Report only what concerns lines that have changed since this revision."
)
@option(_ACCEPTED, "--changed", is_flag=True, help="Report only what concerns lines that are not committed yet.")
@option(_ACCEPTED, "--no-ignores", is_flag=True, help="Report also what comments in the files silence.")
@option(_ACCEPTED, "--add-ignores", is_flag=True, help="Add comments that silence what would be reported.")
@option(
    _ACCEPTED,
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Do not report the findings in FILE; report what is in FILE and no longer found.",
)
@option(
    _ACCEPTED,
    "--write-baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what would be reported to FILE.",
)
@settings_options
@option(_SETTINGS, "--show-settings", is_flag=True, help="Show what holds for the first file, and lint none.")
@option(_SETTINGS, "--no-cache", is_flag=True, help="Neither read nor write a cache.")
@cache_option
@option(
    _SETTINGS,
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Work in N processes. By default as many as there are processors, where that pays.",
)
@option(
    _REPORT,
    "--output-format",
    type=click.Choice(FORMATS),
    help="How findings are written to stdout.  [default: text]",
)
@option(
    _REPORT, "--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write findings to FILE instead."
)
@option(_REPORT, "--statistics", is_flag=True, help="Count the findings of each rule instead of showing them.")
@option(_REPORT, "--watch", is_flag=True, help="Lint again whenever a file changes (extra `watch`).")
@option(_REPORT, "--exit-zero", is_flag=True, help="Exit with 0 even if something is reported.")
@option(_REPORT, "-q", "--quiet", is_flag=True, help="Write findings only, no closing summary.")
@option(_REPORT, "-v", "--verbose", is_flag=True, help="Say which TensorFlow each file was analysed for, and why.")
@click.pass_context
def check(ctx: click.Context, /, **given: Any) -> None:
    """Lint the Python files and notebooks at PATHS (default: the current directory; `-` is stdin).

    Exit status: 0 nothing reported, 1 something reported, 2 something could not be linted.
    """
    from initscope_lint.cli.lint import Options, check_watch, lint

    options = Options(**given)
    if not options.watch:
        ctx.exit(lint(options))
    from initscope_lint.cli.watch import watch

    check_watch(options)
    ctx.exit(watch(options.paths, lambda: lint(options)))
