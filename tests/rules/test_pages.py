"""The example of a rule's page is a program that the rule reports; what the page says to use instead is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from initscope_lint import runner
from initscope_lint.rules import Rule, all_rules, page

ON_TENSORFLOW = [rule for rule in all_rules() if rule.code < "ISL9"]

each_rule = pytest.mark.parametrize("rule", ON_TENSORFLOW, ids=lambda rule: rule.code)


def _blocks(rule: Rule, section: str) -> list[str]:
    text = page(rule).partition(f"## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def _codes(program: str, directory: Path) -> set[str]:
    path = directory / "program.py"
    path.write_text(program)
    run = runner.check([str(path)], lambda _: runner.Settings())
    return {diagnostic.code for diagnostic in run.diagnostics}


@each_rule
def test_example_is_reported(rule: Rule, tmp_path: Path) -> None:
    """If this fails, the page of a rule shows a program on which the rule is silent, or one with other mistakes."""
    (example,) = _blocks(rule, "Example")
    assert _codes(example, tmp_path) == {rule.code}


@each_rule
def test_mended_example_is_silent(rule: Rule, tmp_path: Path) -> None:
    """If this fails, the page of a rule gives advice with which the linter is not content."""
    for block in _blocks(rule, "Use instead"):
        if not block.startswith(" "):  # An indented block is a fragment.
            program = block if block.startswith("import ") else f"import tensorflow as tf\n\n\n{block}"
            assert _codes(program, tmp_path) == set()
