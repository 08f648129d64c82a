"""What ``initscope-lint check --watch`` does: lint whenever something changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from initscope_lint.cli.output import Unable, say
from initscope_lint.cli.settings import forget

_FIRST = 200
"""Milliseconds after which a watch that has begun says so: what changes from then on is not missed."""

_READ = (".ipynb", ".toml")
"""What is read besides Python files: notebooks, configuration and catalogues."""


def watch(paths: tuple[str, ...], lint: Callable[[], int]) -> int:
    """Lint now, and again whenever a file changes in the directories of some paths, until an interrupt.

    A mistake in the configuration is said, and mended by the next change. Raises Unable where nothing can be watched.
    """
    try:
        import watchfiles
    except ModuleNotFoundError as error:
        raise Unable(f"there is no {error.name}: pip install 'initscope-lint[watch]'") from error
    roots = {path if path.is_dir() else path.parent for path in map(Path, paths or (".",))}
    for root in roots:
        if not root.is_dir():
            raise Unable(f"{root.as_posix()}: there is no such directory to watch")
    kinds = watchfiles.PythonFilter(extra_extensions=_READ)
    begun = False
    status = 0
    for changes in watchfiles.watch(*roots, watch_filter=kinds, rust_timeout=_FIRST, yield_on_timeout=True):
        if begun and not changes:
            continue
        begun = True
        if sys.stdout.isatty():
            click.clear()
        forget()
        try:
            status = lint()
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        say(["Watching for changes; Ctrl-C ends it."])
    return status
