"""The example of a rule's page is a program that the rule reports; what the page says to use instead is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from initscope_lint import runner
from initscope_lint.report.diagnostic import Diagnostic, Severity
from initscope_lint.rules import Rule, all_rules, page

ON_TENSORFLOW = [rule for rule in all_rules() if rule.code < "ISL9"]

each_rule = pytest.mark.parametrize("rule", ON_TENSORFLOW, ids=lambda rule: rule.code)


def _blocks(rule: Rule, section: str) -> list[str]:
    text = page(rule).partition(f"## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def _diagnostics(program: str, directory: Path, *, pedantic: bool = False) -> Sequence[Diagnostic]:
    path = directory / "program.py"
    path.write_text(program)
    return runner.check([str(path)], lambda _: runner.Settings(), pedantic=pedantic).diagnostics


def _codes(program: str, directory: Path) -> set[str]:
    return {diagnostic.code for diagnostic in _diagnostics(program, directory)}


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


def _under_unknown_condition(program: str, line: int) -> str:
    """The program with ``if unknown.flag():`` around the innermost statement at a line."""
    statements = [
        node
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.stmt)
        and not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    innermost = max(statements, key=lambda node: node.lineno)
    lines = program.splitlines()
    start, end = innermost.lineno - 1, innermost.end_lineno
    guarded = [" " * innermost.col_offset + "if unknown.flag():", *("    " + text for text in lines[start:end])]
    return "\n".join(["import unknown", *lines[:start], *guarded, *lines[end:], ""])


@each_rule
def test_unknown_condition(rule: Rule, tmp_path: Path) -> None:
    """If this fails, a rule treats what may be a guard in another way than its page says."""
    (example,) = _blocks(rule, "Example")
    line = _diagnostics(example, tmp_path)[0].span.line
    found = _diagnostics(_under_unknown_condition(example, line), tmp_path, pedantic=True)
    severities = {diagnostic.severity for diagnostic in found if diagnostic.code == rule.code}
    expected = {"report": {rule.severity}, "note": {Severity.NOTE}, "silent": set()}
    assert expected[rule.unknown_condition] == severities
