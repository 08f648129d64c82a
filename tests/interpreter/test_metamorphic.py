"""Changes to a program that must not change what is found in it, or must make it vanish."""

from __future__ import annotations

import ast
import re

import pytest

from initscope_lint import rules
from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.ir.positions import locate
from initscope_lint.source.deep import run_deep
from tests.oracle.fixture_files import Fixture, fixtures

ANNOTATED = [
    (fixture, target)
    for fixture in fixtures()
    if fixture.name.startswith("ISL") and fixture.annotations
    for target in fixture.targets
]
_PLAIN = re.compile(r"^( *)@tf\.function.*$", re.MULTILINE)
# Keras 3 refuses late weights, and an optimizer other variables, in eager code as well.
_TRACES_TOO = re.compile(r"tf\.function|map\(|\.fit\(|tf\.contrib|add_weight|This optimizer can only")
TRACED = [(f, t) for f, t in ANNOTATED if _PLAIN.search(f.text) and not _TRACES_TOO.search(_PLAIN.sub("", f.text))]
# Module-level names cannot move into a function, and text over several lines cannot be indented.
MOVABLE = [(f, t) for f, t in ANNOTATED if "global " not in f.text and f.text.count('"""') == 2 and '."""' in f.text]
NEEDS_A_TRACE = {"ISL101", "ISL102", "ISL104", "ISL105", "ISL106", "ISL201", "ISL204"}


def names(cases: list[tuple[Fixture, str]]) -> list[str]:
    """Test identifiers."""
    return [f"{fixture.name}-{target}" for fixture, target in cases]


def found(text: str, target: str) -> list[tuple[str, int]]:
    """The certain findings of a program, as (code, line)."""

    def run() -> list[tuple[str, int]]:
        tree = ast.parse(text)
        analysis = analyze(Program((ModuleSource("m", "m.py", lower(tree)),)), target)
        judged = [finding for finding in rules.judge(analysis.events) if finding.certain]
        spans = locate(tree, text, {finding.site.pos for finding in judged}, roughly=True)
        return sorted({(finding.code, spans[finding.site.pos].line) for finding in judged})

    return run_deep(run)


@pytest.mark.parametrize(("fixture", "target"), ANNOTATED, ids=names(ANNOTATED))
def test_another_name_for_tensorflow(fixture: Fixture, target: str) -> None:
    """TensorFlow is known by the name that a program gives it, not by what it is."""
    renamed = re.sub(r"\btf\b(?!_)", "flow", fixture.text)
    assert found(fixture.text, target) == found(renamed, target)


@pytest.mark.parametrize(("fixture", "target"), MOVABLE, ids=names(MOVABLE))
def test_wrapped_in_a_function(fixture: Fixture, target: str) -> None:
    """A program is understood only at the top level of a module."""
    body = "\n".join(f"    {line}" if line else "" for line in fixture.text.splitlines())
    text = body.replace('if __name__ == "__main__":', "if True:")
    wrapped = f"def program():\n{text}\n\n\nprogram()\n"
    assert [(code, line + 1) for code, line in found(fixture.text, target)] == found(wrapped, target)


@pytest.mark.parametrize(("fixture", "target"), TRACED, ids=names(TRACED))
def test_nothing_is_traced_without_a_function(fixture: Fixture, target: str) -> None:
    """A finding that needs a trace is made without one."""
    plain = _PLAIN.sub(r"\1@(lambda f: f)", fixture.text)
    assert [code for code, _ in found(plain, target) if code in NEEDS_A_TRACE] == []
