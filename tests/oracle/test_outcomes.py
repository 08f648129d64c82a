"""The recorded outcomes say what the headers of the fixtures claim, and are about the files as they are.

With TensorFlow installed, the outcomes are measured afresh as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.oracle.fixture_files import FIXTURES, OUTCOMES, ROOT, TARGETS, Fixture, fixtures

RECORDED_IN = {"2": "tensorflow-2.21.json", "1.15": "tensorflow-1.15.json"}
RECORDED: dict[str, dict[str, Any]] = {
    target: json.loads((OUTCOMES / name).read_text(encoding="utf-8")) for target, name in RECORDED_IN.items()
}
CASES = [(fixture, target) for fixture in fixtures() for target in fixture.targets]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0].name}-{case[1]}")
def case(request: pytest.FixtureRequest) -> tuple[Fixture, dict[str, Any], str]:
    fixture, target = request.param
    outcome = RECORDED[target]["fixtures"].get(fixture.name)
    assert outcome is not None, f"no outcome is recorded: run tests/oracle/run.py --record under TensorFlow {target}"
    return fixture, outcome, target


def test_outcome_is_fresh(case: tuple[Fixture, dict[str, Any], str]) -> None:
    """A fixture was changed and not measured again."""
    fixture, outcome, _ = case
    assert fixture.sha256 == outcome["sha256"]


def test_outcome_agrees_with_header(case: tuple[Fixture, dict[str, Any], str]) -> None:
    """TensorFlow does something else than the fixture says, or in another line than the one annotated."""
    fixture, outcome, target = case
    exception, fragment = fixture.expected(target)
    if exception is None:
        assert outcome["outcome"] == "ok"
        return
    assert (outcome["outcome"], outcome.get("exception")) == ("raises", exception)
    assert fragment in outcome["message"]
    assert fixture.raising_place(target) == fixture.place(outcome)


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_else_is_recorded(target: str) -> None:
    """An outcome outlived its fixture."""
    expected = {fixture.name for fixture in fixtures() if target in fixture.targets}
    assert expected == set(RECORDED[target]["fixtures"])


@pytest.mark.parametrize("target", TARGETS)
def test_recorded_under_the_right_version(target: str) -> None:
    """Outcomes of another TensorFlow were written into this file."""
    version = RECORDED[target]["tensorflow"]
    assert RECORDED_IN[target] == "tensorflow-{}.json".format(".".join(version.split(".")[:2]))


@pytest.mark.parametrize("target", TARGETS)
def test_every_probe_was_reached(target: str) -> None:
    """A probe in dead code observes nothing and tests nothing."""
    for fixture in fixtures():
        if fixture.has_probes and target in fixture.targets:
            probes = RECORDED[target]["fixtures"][fixture.name]["probes"]
            assert set(map(str, fixture.probes().values())) == set(probes)
            assert [] == [line for line, contexts in probes.items() if not contexts]


def test_no_machine_path_is_recorded() -> None:
    """Somebody's directories would be published."""
    for name in RECORDED_IN.values():
        text = (OUTCOMES / name).read_text(encoding="utf-8")
        assert str(FIXTURES) not in text
        assert "/site-packages/" not in text


@pytest.mark.tensorflow
def test_measured_afresh() -> None:
    """The installed TensorFlow does something else than what is recorded."""
    measured = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "oracle" / "run.py")], capture_output=True, text=True, check=False
    )
    assert 0 == measured.returncode, measured.stdout
