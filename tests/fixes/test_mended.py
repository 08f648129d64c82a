"""What mending makes of the fixtures: programs that are silent, and that TensorFlow runs."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from initscope_lint.fix import FIXABLE, ways
from initscope_lint.rules import all_rules
from tests.fixes.measure import measured
from tests.fixes.mended import Mended, codes_of, mended, write_programs
from tests.fixes.page import MEASURED_IN, PAGE, RECORDED_IN, page, recorded
from tests.oracle.fixture_files import TARGETS, Fixture

CASES = [each for target in TARGETS for each in mended(target).values()]
each_case = pytest.mark.parametrize("case", CASES, ids=[f"{each.name}-{each.target}" for each in CASES])


@each_case
def test_is_silent_and_parses(case: Mended) -> None:
    """A fix does not mend, or breaks the program."""
    for text in case.files.values():
        ast.parse(text)
    left = [(found.code, found.span.line) for found in case.left if found.code in codes_of(case.name)]
    assert [] == left


@each_case
def test_second_run_changes_nothing(case: Mended) -> None:
    """Fixing goes to and fro, or stops too early."""
    assert () == case.again


@each_case
def test_tensorflow_ran_it(case: Mended) -> None:
    """The mended program raises, or does what the bad one did."""
    before = recorded(MEASURED_IN[case.target])["fixtures"][case.name]
    after = recorded(RECORDED_IN[case.target])["fixtures"][case.name]
    if after["outcome"] != "ok":  # it asserts what was wrong
        assert ("ok", "AssertionError") == (before["outcome"], after["exception"])


@pytest.mark.parametrize("target", TARGETS)
def test_outcomes_are_fresh(target: str, tmp_path: Path) -> None:
    """Another program was run than mending makes now: record again."""
    write_programs(target, tmp_path)
    made = {name: Fixture(tmp_path / name, tmp_path).sha256 for name in mended(target)}
    assert made == {name: each["sha256"] for name, each in recorded(RECORDED_IN[target])["fixtures"].items()}


def test_every_fixable_rule_is_proven() -> None:
    """A rule says that it has a fix, and no program shows it; or it has one and does not say so."""
    assert ways().keys() == FIXABLE
    assert {rule.code for rule in all_rules() if rule.fix} == {*FIXABLE, "ISL900"}
    assert {found.code for case in CASES for found in case.fixed} == FIXABLE


def test_rules_say_how_safe_their_fixes_are() -> None:
    """The page of a rule calls a fix safe that is not."""
    said = {rule.code: rule.fix or "" for rule in all_rules()}
    for case in CASES:
        for found in case.fixed:
            assert found.fix is not None
            applicability = found.fix.applicability
            assert said[found.code].startswith(f"{applicability}:") or f"; {applicability}" in said[found.code]


def test_page_is_up_to_date() -> None:
    """The page shows other fixes than there are: `python -m tests.fixes --page`."""
    assert page() == PAGE.read_text(encoding="utf-8")


@pytest.mark.tensorflow
def test_measured_by_tensorflow() -> None:
    """The installed TensorFlow does something else with the mended programs than what is recorded."""
    target, record = measured(sys.executable)
    assert recorded(RECORDED_IN[target])["fixtures"] == record["fixtures"]
