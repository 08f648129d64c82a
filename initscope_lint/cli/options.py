"""Options: what commands share, in sections, so that the help of a command with many of them can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., object])


class _Option(click.Option):
    """An option that knows the section of the help that it belongs to."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class Sectioned(click.Command):
    """A command whose help lists its options section by section."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections, and last what belongs to none."""
        sections: dict[str, list[tuple[str, str]]] = {}
        rest: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                records = sections.setdefault(parameter.section, []) if isinstance(parameter, _Option) else rest
                records.append(record)
        for title, records in [*sections.items(), ("Other", rest)]:
            with formatter.section(title):
                formatter.write_dl(records)


def option(section: str, *names: str, **attributes: Any) -> Callable[[_F], _F]:
    """Add an option to a section of the help; otherwise as ``click.option``."""
    return click.option(*names, cls=_Option, section=section, **attributes)


_SETTINGS = "Settings"

cache_option = option(
    _SETTINGS,
    "--cache-dir",
    type=click.Path(path_type=Path),
    envvar="INITSCOPE_LINT_CACHE_DIR",
    show_envvar=True,
    metavar="DIR",
    help="Where the cache is, instead of the user's cache directory.",
)
"""The option of the commands that have to do with the cache."""


def config_options(function: _F) -> _F:
    """Add the options that say which configuration file counts."""
    for decorate in (
        option(_SETTINGS, "--isolated", is_flag=True, help="Ignore all configuration files."),
        option(
            _SETTINGS,
            "--config",
            "config_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Use this configuration file for everything, not the nearest one of each file.",
        ),
    ):
        function = decorate(function)
    return function


def settings_options(function: _F) -> _F:
    """Add the options with which every command that analyses can be told what holds: target and configuration."""
    target = option(
        _SETTINGS,
        "--target-tensorflow",
        "target",
        type=click.Choice(["1.15", "2"]),
        help="The TensorFlow whose semantics hold. By default it is decided for each program.",
    )
    return target(config_options(function))
