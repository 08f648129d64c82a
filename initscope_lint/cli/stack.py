"""``initscope-lint stack``."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from initscope_lint.cli.options import settings_options
from initscope_lint.cli.output import COULD_NOT_WORK, NOTHING_REPORTED, wants_color, write


def _split(request: str) -> tuple[str, int | None]:
    """Split ``FILE:LINE``. A file whose own name ends in a number after a colon wins."""
    match = re.fullmatch(r"(.+):(\d+)", request)
    if match is None or os.path.exists(request):
        return request, None
    return match[1], int(match[2])


@click.command(short_help="Show the context at every statement of a file.")
@click.argument("requests", nargs=-1, required=True, type=click.Path(), metavar="FILE[:LINE]...")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How the contexts are written to stdout; html is a page of its own.",
)
@settings_options
@click.pass_context
def stack(
    ctx: click.Context,
    requests: tuple[str, ...],
    output_format: str,
    target: str | None,
    config_file: Path | None,
    isolated: bool,
) -> None:
    """Show TensorFlow's context at every statement of a file, or at one line.

    The gutter names where an operation that is created there lands: eager, graph, function, or unknown; several where
    the line runs in several contexts, `-` where nothing reaches it. `^` marks what tf.init_scope has lifted.

    Exit status: 0, or 2 if a file could not be analysed.
    """
    wanted: dict[str, set[int] | None] = {}
    for path, line in map(_split, requests):
        lines = wanted.setdefault(path, set())
        if line is None or lines is None:
            wanted[path] = None
        else:
            lines.add(line)

    from initscope_lint import runner
    from initscope_lint.cli.command_line import CommandLine
    from initscope_lint.cli.settings import SettingsFor
    from initscope_lint.report import stack_html, stack_json, stack_text
    from initscope_lint.report.display import path_text, printable

    run = runner.stack(wanted, SettingsFor(CommandLine(target=target, config_file=config_file, isolated=isolated)))
    if output_format == "json":
        write([stack_json.render(run.points)], line_end="")
    elif output_format == "html":
        source = {path: runner.source_lines(path) for path in run.points}
        write(stack_html.render(run.points, source, run.diagnostics), line_end="")
    else:
        for path, points in run.points.items():
            if len(wanted) > 1:
                write([f"{printable(path_text(path))}:"])
            only = None if wanted[path] is None else {point.line for point in points}
            write(stack_text.render(points, runner.source_lines(path), only=only, color=wants_color()))
    for remark in (*run.notes, *run.failures):
        click.echo(printable(path_text(remark)), err=True)
    ctx.exit(COULD_NOT_WORK if run.failures else NOTHING_REPORTED)
