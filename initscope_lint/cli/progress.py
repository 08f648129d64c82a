"""A bar on the terminal for what takes long."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

import click

_LONG = 1.0
"""Seconds after which there is a bar."""

_LABELS = {"check": "Reading", "run": "Analysing"}


@contextlib.contextmanager
def watched(kind: str, count: int) -> Iterator[Callable[[], object]]:
    """Show on stderr how much is done, if it takes longer than a moment."""
    begun = time.monotonic()
    done = 0
    with contextlib.ExitStack() as stack:
        shown: list[Callable[[int], object]] = []

        def advance() -> None:
            nonlocal done
            done += 1
            if shown:
                shown[0](1)
            elif time.monotonic() - begun > _LONG:
                bar = click.progressbar(length=count, label=f"{_LABELS[kind]:<9}", file=sys.stderr, show_pos=True)
                shown.append(stack.enter_context(bar).update)
                shown[0](done)

        yield advance
