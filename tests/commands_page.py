"""The page docs/commands.md: what the commands and their options say about themselves.

python -m tests.commands_page    write it
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from initscope_lint.cli import command

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"


def page() -> str:
    """What the page should be."""
    lines = [
        "# Commands",
        "",
        "<!-- Made by `python -m tests.commands_page` from the commands. -->",
        "",
        "A bare path means `check`: `initscope-lint src` is `initscope-lint check src`.",
        "",
    ]
    for name, each in sorted(command.commands.items()):
        lines += _section(name, each)
    return "\n".join(lines)


def _section(name: str, each: click.Command) -> Iterator[str]:
    arguments = [str(each.metavar) for each in each.params if isinstance(each, click.Argument)]
    yield from (f"## `{' '.join(['initscope-lint', name, *arguments])}`", "", inspect.cleandoc(each.help or ""), "")
    options = [each for each in each.params if isinstance(each, click.Option)]
    if options:
        yield from ("| Option | Meaning |", "|---|---|")
    for option in options:
        choices = option.type.choices if isinstance(option.type, click.Choice) else ()
        value = "" if option.is_flag else f" {'|'.join(map(str, choices)) or option.metavar}"
        names = ", ".join(f"`{spelling}{value}`".replace("|", "\\|") for spelling in option.opts)
        yield f"| {names} | {option.help} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
