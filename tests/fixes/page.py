"""The page docs/fixes.md, and the record of what TensorFlow did with the mended fixtures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from initscope_lint.rules import all_rules
from tests.fixes.mended import Mended, mended
from tests.oracle.fixture_files import OUTCOMES, ROOT

PAGE = ROOT / "docs" / "fixes.md"
TEMPLATE = Path(__file__).with_name("page.md")
RECORDED_IN = {"2": "mended-2.21.json", "1.15": "mended-1.15.json"}
MEASURED_IN = {"2": "tensorflow-2.21.json", "1.15": "tensorflow-1.15.json"}


def recorded(name: str) -> dict[str, Any]:
    """A record of outcomes."""
    return dict(json.loads((OUTCOMES / name).read_text(encoding="utf-8")))


def page() -> str:
    """What the page should be."""
    rules = "\n".join(f"| [{rule.code}](rules/{rule.code}.md) | {rule.fix} |" for rule in all_rules() if rule.fix)
    return (
        TEMPLATE.read_text(encoding="utf-8")
        .replace("{rules}", f"| Rule | Fix |\n|---|---|\n{rules}")
        .replace("{table}", "\n".join(_table()))
    )


def _table() -> Iterator[str]:
    yield "| Rule | Program | TensorFlow | Fix | Before | After | Again |"
    yield "|---|---|---|---|---|---|---|"
    rows = [row for target in RECORDED_IN for row in _rows(target)]
    yield from (line for _, line in sorted(rows))


def _rows(target: str) -> Iterator[tuple[tuple[str, ...], str]]:
    before, after = recorded(MEASURED_IN[target]), recorded(RECORDED_IN[target])
    for name, each in mended(target).items():
        link = f"[{name}](../fixtures/{name})"
        then, now = before["fixtures"][name], after["fixtures"][name]
        cells = [_codes(each), link, after["tensorflow"], _fixes(each), _said(then), _said(now, then), _again(each)]
        yield (_codes(each), name, target), f"| {' | '.join(cells)} |"


def _again(each: Mended) -> str:
    return ", ".join(each.again) or "no change"


def _codes(each: Mended) -> str:
    return ", ".join(sorted({found.code for found in each.fixed}))


def _fixes(each: Mended) -> str:
    return ", ".join(
        dict.fromkeys(f"{found.fix.description} ({found.fix.applicability})" for found in each.fixed if found.fix)
    )


def _said(outcome: dict[str, Any], before: dict[str, Any] | None = None) -> str:
    if outcome["outcome"] == "ok":
        return "runs"
    if before is not None and before["outcome"] == "ok" and outcome.get("exception") == "AssertionError":
        return "runs, to where it asserts what was wrong"
    return f"`{outcome['exception']}`"
