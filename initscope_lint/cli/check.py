"""``initscope-lint check``."""

from __future__ import annotations

import click

from initscope_lint.cli.output import (
    COULD_NOT_WORK,
    NOTHING_REPORTED,
    REPORTED,
    isolated_option,
    target_option,
    wants_color,
    write,
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATHS]...")
@click.option(
    "--output-format",
    type=click.Choice(["text", "concise", "json"]),
    default="text",
    show_default=True,
    help="How findings are written to stdout.",
)
@click.option(
    "--select",
    "selected",
    multiple=True,
    metavar="RULES",
    help="Report only these rules: codes, prefixes of codes (ISL1) or names; comma-separated or repeated.",
)
@click.option("--ignore", "ignored", multiple=True, metavar="RULES", help="Do not report these rules.")
@target_option
@click.option("--pedantic", is_flag=True, help="Also report notes: what is possible, but not certain.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if something is reported.")
@isolated_option
@click.option("--no-cache", is_flag=True, help="Neither read nor write a cache.")
@click.option("-q", "--quiet", is_flag=True, help="Write findings only, no closing summary.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Say on stderr which TensorFlow each file was analysed for, and why."
)
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    output_format: str,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    target: str | None,
    pedantic: bool,
    exit_zero: bool,
    isolated: bool,
    no_cache: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Lint the Python files at PATHS (default: the current directory).

    Exit status: 0 nothing reported, 1 something reported, 2 something could not be linted.
    """
    del no_cache  # There is no cache yet.

    from initscope_lint import runner
    from initscope_lint.cli.settings import SettingsFor
    from initscope_lint.report import concise, json, text
    from initscope_lint.report.display import path_text, printable

    settings = SettingsFor(selected, ignored, target, isolated=isolated)
    run = runner.check(paths or (".",), settings, pedantic=pedantic)
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
