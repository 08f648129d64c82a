"""The command line: arguments in, exit status out.

Nothing heavy is imported here: ``--help``, ``rules`` and ``explain`` need neither the parser nor the interpreter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from initscope_lint import __version__
from initscope_lint.cli.check import check
from initscope_lint.cli.clean import clean
from initscope_lint.cli.corpus import corpus
from initscope_lint.cli.explain import explain, rules, schema
from initscope_lint.cli.output import COULD_NOT_WORK, INTERRUPTED, prepare_streams
from initscope_lint.cli.server import server
from initscope_lint.cli.stack import stack

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["command", "main"]


class _CheckByDefault(click.Group):
    """A group in which a bare path, an option of ``check``, or nothing at all means ``check``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {*self.commands, "--help", "-h", "--version"}
        names_command = args[0] in own if args else ctx.resilient_parsing  # which completes the first word
        return super().parse_args(ctx, args if names_command else ["check", *args])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands and options, and what may stand for ``check``: its options and paths."""
        from click.shell_completion import CompletionItem

        found = [*super().shell_complete(ctx, incomplete), *check.shell_complete(click.Context(check), incomplete)]
        return found if incomplete.startswith("-") else [*found, CompletionItem(incomplete, type="file")]


@click.group(
    cls=_CheckByDefault,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A bare path means check: `initscope-lint src` is `initscope-lint check src`. "
    "`initscope-lint COMMAND --help` has the options of a command.",
)
@click.version_option(__version__, prog_name="initscope-lint", message="%(prog)s %(version)s")
def command() -> None:
    """Lint TensorFlow programs by running them symbolically on a model of TensorFlow's context stack.

    The code that is read is never imported or executed.
    """


for _subcommand in (check, stack, explain, rules, corpus, schema, clean, server):
    command.add_command(_subcommand)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status.

    0: nothing reported. 1: something reported. 2: it could not do its work (usage, an unreadable path, an internal
    error). 130: it was interrupted.
    """
    prepare_streams()
    try:
        status = command.main(arguments, prog_name="initscope-lint", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return COULD_NOT_WORK
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo("This is a bug in initscope-lint: please report it, with what is above.", err=True)
        return COULD_NOT_WORK
    return status if isinstance(status, int) else 0
