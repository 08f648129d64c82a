"""The pages of docs/rules: what each rule says about itself, and what TensorFlow did with its fixtures.

python -m tests.rules.evidence    write docs/rules.md and docs/rules/
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from initscope_lint.rules import all_rules, index, page
from tests.oracle.fixture_files import OUTCOMES, ROOT, Fixture, fixtures
from tests.oracle.run import MESSAGE_LENGTH

DOCS = ROOT / "docs"
_GENERATED = (
    "<!-- Made by `python -m tests.rules.evidence` from the rule's module, its fixtures and their outcomes. -->"
)
_RECORDS = ("tensorflow-2.21.json", "tensorflow-1.15.json")
_KIND = 40


def pages() -> dict[Path, str]:
    """What each file of the documentation of the rules should contain, by path."""
    by_folder: dict[str, list[Fixture]] = {}
    for fixture in fixtures():
        by_folder.setdefault(fixture.name.split("/")[0], []).append(fixture)
    every = {DOCS / "rules.md": f"{_GENERATED}\n\n{index()}"}
    for rule in all_rules():
        parts = [_GENERATED, page(rule)]
        if rule.code in by_folder:
            parts += [_errors(by_folder[rule.code]), _programs(by_folder[rule.code])]
        every[DOCS / "rules" / f"{rule.code}.md"] = "\n".join(parts)
    return every


def _errors(of_rule: list[Fixture]) -> str:
    outcomes = list(_outcomes([fixture for fixture in of_rule if fixture.annotations]))
    # Messages differ in the names of tensors: one of each kind will do.
    kinds = {(version, said[:_KIND]): f"- {version}: `` {said} ``" for version, said in reversed(outcomes) if said}
    lines = [*reversed(kinds.values())]
    if len(outcomes) > len([said for _, said in outcomes if said]):
        lines.append("- Nothing, in programs that run and `assert` what they mean instead.")
    return "\n".join(["## What TensorFlow says", "Recorded when the fixtures of this rule were run:", "", *lines, ""])


def _outcomes(reported: list[Fixture]) -> Iterator[tuple[str, str | None]]:
    """The versions that ran these, and what they raised; None for what ran to its end."""
    for name in _RECORDS:
        recorded = json.loads((OUTCOMES / name).read_text(encoding="utf-8"))
        for fixture in reported:
            outcome = recorded["fixtures"].get(fixture.name)
            if outcome is not None:
                raised = outcome["outcome"] == "raises"
                yield recorded["tensorflow"], _said(outcome["exception"], outcome["message"]) if raised else None


def _said(exception: str, message: str) -> str:
    text = " ".join(message.split()).replace("`", "'")
    return f"{exception}: {text}{' ...' if len(message) >= MESSAGE_LENGTH - 1 else ''}"


def _programs(of_rule: list[Fixture]) -> str:
    lines = ["## Programs that show it", "| Program | Versions | Reported |", "|---|---|---|"]
    for fixture in sorted(of_rule, key=lambda each: (not each.annotations, each.name)):
        words = " ".join((ast.get_docstring(ast.parse(fixture.text)) or "").split())
        reported = ", ".join(f"line {line}" for _, _, line in sorted(fixture.annotations)) or "no"
        name = fixture.path.name
        versions = ", ".join(reversed(fixture.targets))
        lines.append(f"| [{name}](../../fixtures/{fixture.name}): {words} | {versions} | {reported} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
