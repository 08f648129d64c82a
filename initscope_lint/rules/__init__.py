"""The rules, one module each: what a rule claims, why that is bad, how to mend it. This package finds and selects them.

A rule module is called ``isl<digits>_<name>``, has the metadata in ``RULE``, and its docstring is the page that
``initscope-lint explain`` prints. The name of the module says how the rule is called, so that none need be imported to
select rules.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
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
    "code_of",
    "codes",
    "find",
    "get",
    "index",
    "judge",
    "modules",
    "named",
    "names",
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
def names() -> dict[str, str]:
    """Return the names of the rules by code, in the order of the codes."""
    found = (name.partition("_") for name in _module_names())
    return {code.upper(): name.replace("_", "-") for code, _, name in found}


@functools.cache
def codes() -> frozenset[str]:
    """Return the codes of all rules."""
    return frozenset(names())


@functools.cache
def modules() -> dict[str, ModuleType]:
    """Return the rule modules by code, in the order of the codes."""
    return {code: _module(code) for code in names()}


@functools.cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of the codes."""
    return tuple(module.RULE for module in modules().values())


def _module_names() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name.startswith("isl"))


@functools.cache
def _module(code: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{code.lower()}_{names()[code].replace('-', '_')}")


def judge(events: Iterable[Event]) -> list[Finding]:
    """Return what the rules find in the events of an analysis, in the order of the events."""
    checks = [module.check for module in modules().values() if hasattr(module, "check")]
    return [finding for event in events for check in checks if (finding := check(event)) is not None]


def get(code: str) -> Rule:
    """Return the rule with exactly this code.

    Raises KeyError if there is none: a code that the linter itself uses must exist.
    """
    rule: Rule = _module(code).RULE
    return rule


def page(rule: Rule) -> str:
    """Return the documentation page of a rule, in Markdown."""
    import inspect

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
        inspect.cleandoc(_module(rule.code).__doc__ or "") + "\n",
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
    return get(code_of(text))


def code_of(text: str) -> str:
    """Return the code of the rule that ``find`` finds. Raises UnknownRuleError as it does."""
    wanted = text.strip().lower()
    for code, name in names().items():
        if wanted in (code.lower(), name):
            return code
    raise UnknownRuleError(text, _nearest(wanted))


def select(selected: Iterable[str] = (), ignored: Iterable[str] = ()) -> frozenset[str]:
    """Return the codes of the rules to report.

    A selector is a code, a prefix of codes (``ISL1``) or a name. Nothing selected means everything; what is ignored is
    then taken away.
    Raises UnknownRuleError for a selector that matches no rule.
    """
    chosen = named(selected)
    kept = _KEPT_BY_SELECT | chosen if chosen else codes()
    return (kept - named(ignored)) | ALWAYS_REPORTED


def named(selectors: Iterable[str]) -> frozenset[str]:
    """Return the codes of the rules that selectors name. Raises UnknownRuleError as ``select`` does."""
    return frozenset[str]().union(*map(_matching, selectors))


def _matching(selector: str) -> frozenset[str]:
    wanted = selector.strip().lower()
    matching = frozenset(
        code
        for code, name in names().items()
        if wanted == name or (wanted.startswith("isl") and code.lower().startswith(wanted))
    )
    if not matching:
        raise UnknownRuleError(selector, _nearest(wanted))
    return matching


def _nearest(wanted: str) -> str | None:
    import difflib

    spellings = {word.lower(): word for rule in names().items() for word in rule}
    near = difflib.get_close_matches(wanted, spellings, n=1)
    return spellings[near[0]] if near else None
