"""``initscope-lint server``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from initscope_lint.cli.options import settings_options
from initscope_lint.cli.output import Unable


@click.command(short_help="Serve an editor (Language Server Protocol).")
@settings_options
def server(target: str | None, config_file: Path | None, isolated: bool) -> None:
    """Serve an editor over stdin and stdout, by the Language Server Protocol.

    It needs `pip install initscope-lint[server]`.
    """
    try:
        from initscope_lint.server.protocol import serve
    except ModuleNotFoundError as error:
        raise Unable(f"there is no {error.name}: pip install 'initscope-lint[server]'") from error
    from initscope_lint.cli.command_line import CommandLine
    from initscope_lint.cli.settings import SettingsFor, forget
    from initscope_lint.runner import Settings

    def settings() -> Callable[[Path], Settings]:
        forget()
        return SettingsFor(CommandLine(target=target, config_file=config_file, isolated=isolated))

    serve(settings)
