"""The rules, one module each: what a rule claims, why that is bad, how to mend it. This package finds and selects them.

A rule module is called ``isl<digits>_<name>``, has the metadata in ``RULE``, and its docstring is the page that
``initscope-lint explain`` prints.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING

from initscope_lint.rules.model import Rule

if TYPE_CHECKING:
    from initscope_lint.interpreter.events import Event
    from initscope_lint.interpreter.results import Finding

__all__ = [
    "ALWAYS_REPORTED",
    "Rule",
    "UnknownRuleError",
    "all_rules",
    "find",
    "get",
    "index",
    "judge",
    "modules",
    "named",
    "page",
    "select",
]

ALWAYS_REPORTED = frozenset({"ISL902", "ISL903"})
"""Rules that say that the linter could not do its work: no selection hides them."""

_KEPT_BY_SELECT = frozenset({"ISL901"})
"""A file that cannot be parsed is not linted, so ``--select`` keeps saying so; ``--ignore`` can hide it."""

_UNKNOWN = {
    "report": "a condition that is unknown does not excuse it: reported; a value or context that is unknown: silent",
    "note": "a condition that is unknown may be the guard: a note; a value or context that is unknown: silent",
    "silent": "silent, whether it is a condition, a value or a context that is unknown",
}
_SILENCED = """\
## How to silence it
{comment}For one run with `--ignore {code}`, for a project or for some of its files in the configuration:

```toml
[tool.initscope-lint]
ignore = ["{code}"]  # or its name, "{name}"

[tool.initscope-lint.per-file-ignores]
"tests/" = ["{code}"]
```
"""
_COMMENT = "In one place with a comment, `# noqa: {code}` or `# initscope-lint: ignore[{name}] reason`.\n"
_NEVER_SILENCED = """\
## How to silence it
Not at all: it says that the linter could not do its work.
"""


class UnknownRuleError(ValueError):
    """A selector that names no rule. ``suggestion`` is the nearest valid code or name, if one is near."""

    def __init__(self, selector: str, suggestion: str | None) -> None:
        self.selector = selector
        self.suggestion = suggestion
        hint = f"; did you mean {suggestion!r}?" if suggestion else ""
        super().__init__(f"unknown rule {selector!r}{hint}")


@functools.cache
def modules() -> dict[str, ModuleType]:
    """Return the rule modules by code, in the order of the codes."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if re.match(r"isl\d", info.name)]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.RULE.code: module for module in sorted(found, key=lambda module: str(module.RULE.code))}


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of the codes."""
    return tuple(module.RULE for module in modules().values())


def judge(events: Iterable[Event]) -> list[Finding]:
    """Return what the rules find in the events of an analysis, in the order of the events."""
    checks = [module.check for module in modules().values() if hasattr(module, "check")]
    return [finding for event in events for check in checks if (finding := check(event)) is not None]


def get(code: str) -> Rule:
    """Return the rule with exactly this code.

    Raises KeyError if there is none: a code that the linter itself uses must exist.
    """
    rule: Rule = modules()[code].RULE
    return rule


def page(rule: Rule) -> str:
    """Return the documentation page of a rule, in Markdown."""
    facts = [
        f"| Status | {rule.status}, since {rule.since} |",
        f"| Severity | {rule.severity.value} |",
        f"| Fix | {rule.fix or 'none'} |",
        f"| Unknowns | {_UNKNOWN[rule.unknown_condition]} |",
    ]
    comment = _COMMENT.format(code=rule.code, name=rule.name) if rule.code < "ISL9" else ""
    silenced = _SILENCED.format(code=rule.code, name=rule.name, comment=comment)
    if rule.code in ALWAYS_REPORTED:
        silenced = _NEVER_SILENCED
    parts = [
        f"# {rule.code} {rule.name}\n",
        f"> {rule.claim}\n",
        "\n".join(["| | |", "|---|---|", *facts, ""]),
        inspect.cleandoc(modules()[rule.code].__doc__ or "") + "\n",
        silenced,
    ]
    if rule.rests_on:
        symbols = [f"- `{symbol}`" for symbol in rule.rests_on]
        parts.append("\n".join(["## What it rests on", *symbols, ""]))
    return "\n".join(parts)


def index() -> str:
    """Return the table of all rules, in Markdown, with a link to the page of each."""
    rows = [
        f"| [{rule.code}](rules/{rule.code}.md) | {rule.name} | {rule.severity.value} | {rule.claim} |"
        f" {(rule.fix or '').partition(':')[0]} |"
        for rule in all_rules()
    ]
    return "\n".join(["# Rules", "", "| Code | Name | Severity | Claim | Fix |", "|---|---|---|---|---|", *rows, ""])


def find(text: str) -> Rule:
    """Return the rule with this code or name, in any case.

    Raises UnknownRuleError with the nearest code or name.
    """
    wanted = text.strip().lower()
    for rule in all_rules():
        if wanted in (rule.code.lower(), rule.name):
            return rule
    raise UnknownRuleError(text, _nearest(wanted))


def select(selected: Iterable[str] = (), ignored: Iterable[str] = ()) -> frozenset[str]:
    """Return the codes of the rules to report.

    A selector is a code, a prefix of codes (``ISL1``) or a name. Nothing selected means everything; what is ignored is
    then taken away.
    Raises UnknownRuleError for a selector that matches no rule.
    """
    chosen = named(selected)
    codes = _KEPT_BY_SELECT | chosen if chosen else frozenset(rule.code for rule in all_rules())
    return (codes - named(ignored)) | ALWAYS_REPORTED


def named(selectors: Iterable[str]) -> frozenset[str]:
    """Return the codes of the rules that selectors name. Raises UnknownRuleError as ``select`` does."""
    return frozenset[str]().union(*map(_matching, selectors))


def _matching(selector: str) -> frozenset[str]:
    wanted = selector.strip().lower()
    codes = frozenset(
        rule.code
        for rule in all_rules()
        if wanted == rule.name or (wanted.startswith("isl") and rule.code.lower().startswith(wanted))
    )
    if not codes:
        raise UnknownRuleError(selector, _nearest(wanted))
    return codes


def _nearest(wanted: str) -> str | None:
    spellings = {word.lower(): word for rule in all_rules() for word in (rule.code, rule.name)}
    near = difflib.get_close_matches(wanted, spellings, n=1)
    return spellings[near[0]] if near else None
