"""``initscope-lint explain``, ``initscope-lint rules`` and ``initscope-lint schema``: what there is to know."""

from __future__ import annotations

import click

from initscope_lint.cli.output import write


def _spellings(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the codes and names of rules."""
    from initscope_lint.rules import names

    words = (word for rule in names().items() for word in rule)
    return [word for word in words if word.lower().startswith(incomplete.lower())]


@click.command()
@click.argument("rule", metavar="CODE|NAME", shell_complete=_spellings)
def explain(rule: str) -> None:
    """Print the documentation page of a rule."""
    from initscope_lint.rules import UnknownRuleError, find, page

    try:
        found = find(rule)
    except UnknownRuleError as error:
        raise click.UsageError(str(error)) from error
    write([page(found)], line_end="")


@click.command()
@click.option(
    "--output-format",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="A list, or a table with a link to the page of each.",
)
def rules(output_format: str) -> None:
    """List the rules."""
    from initscope_lint.rules import all_rules, index

    if output_format == "markdown":
        write([index()], line_end="")
        return
    width = max(len(rule.name) for rule in all_rules())
    write(f"{rule.code}  {rule.severity.value:<7}  {rule.name:<{width}}  {rule.claim}" for rule in all_rules())


@click.command()
def schema() -> None:
    """Print the JSON schema of the configuration, for editors."""
    import json

    from initscope_lint import config

    write([json.dumps(config.schema(), indent=2)])
