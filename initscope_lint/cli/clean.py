"""``initscope-lint clean``."""

from __future__ import annotations

from pathlib import Path

import click

from initscope_lint.cli.options import Sectioned, cache_option, config_options


@click.command(cls=Sectioned)
@cache_option
@config_options
def clean(cache_dir: Path | None, config_file: Path | None, isolated: bool) -> None:
    """Remove the cache."""
    from initscope_lint.cli.command_line import CommandLine
    from initscope_lint.cli.output import Unable, shown
    from initscope_lint.cli.settings import SettingsFor
    from initscope_lint.runner.cache.store import Store

    settings = SettingsFor(CommandLine(cache_dir=cache_dir, config_file=config_file, isolated=isolated))
    directory = settings.cache_directory
    try:
        removed = Store(directory).clean()
    except OSError as error:
        raise Unable(f"{directory}: not removed: {error.strerror or error}") from error
    click.echo(shown(f"Removed {directory}." if removed else f"There is no cache at {directory}."))
