"""What the commands share: exit statuses, streams that cannot fail, colour."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable

import click

NOTHING_REPORTED = 0
REPORTED = 1
COULD_NOT_WORK = 2
INTERRUPTED = 130


class Unable(click.ClickException):
    """The linter cannot do its work; the message may have anything in it that comes from a file."""

    exit_code = COULD_NOT_WORK

    def __init__(self, message: str) -> None:
        super().__init__(shown(message))


def prepare_streams() -> None:
    """Make both streams escape what their encoding lacks, instead of failing half-way through a report.

    One that whoever has started the linter has closed swallows all.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(chunks: Iterable[str], *, line_end: str = "\n") -> None:
    """Write chunks to stdout. A reader that went away (``| head``) is no failure of the linter.

    Raises Unable if they cannot be written, to a full disk for example.
    """
    try:
        for chunk in chunks:
            click.echo(chunk + line_end, nl=False, color=True)
        sys.stdout.flush()
    except OSError as error:
        # Whatever is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise Unable(f"cannot write to stdout: {error.strerror or error}") from error


def say(lines: Iterable[str]) -> None:
    """Write lines to stderr, beside the report, which does not depend on whether they can be written."""
    with contextlib.suppress(OSError):
        for line in lines:
            click.echo(shown(line.rstrip("\n")), err=True)


def shown(text: str) -> str:
    """Return a line in which nothing that comes from a file or its name can steer a terminal."""
    from initscope_lint.report.display import path_text, printable

    return printable(path_text(text))


def wants_color() -> bool:
    """Say whether the report may be coloured.

    NO_COLOR and FORCE_COLOR decide, in this order, if they are set and not empty; else whether stdout is a terminal
    that understands it.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def width() -> int | None:
    """Return how wide text may be: as a terminal (or COLUMNS, about it) says; None if stdout is not one."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns
