"""What the linter reports on the fixtures: the annotated lines, nothing more and nothing less."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.oracle.fixture_files import FIXTURES, ROOT, Fixture, fixtures

CASES = [(fixture, target) for fixture in fixtures() for target in fixture.targets]


@functools.cache
def reported(target: str) -> dict[str, list[dict[str, Any]]]:
    """The errors and warnings of one run over all fixtures, by file."""
    command = [sys.executable, "-m", "initscope_lint", "check", "--isolated", "--no-cache"]
    command += ["--target-tensorflow", target, "--output-format", "json", str(FIXTURES)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    found: dict[str, list[dict[str, Any]]] = {}
    for diagnostic in json.loads(run.stdout)["diagnostics"]:
        if diagnostic["severity"] != "note":
            name = (ROOT / diagnostic["path"]).resolve().relative_to(FIXTURES).as_posix()
            found.setdefault(name, []).append(diagnostic)
    return found


@pytest.mark.parametrize(("fixture", "target"), CASES, ids=[f"{fixture.name}-{target}" for fixture, target in CASES])
def test_reports_what_is_annotated(fixture: Fixture, target: str) -> None:
    """A false alarm or a missed alarm, on a program of which it is known what TensorFlow does with it."""
    diagnostics = reported(target).get(fixture.name, [])
    assert sorted(fixture.annotations) == sorted((each["code"], each["line"]) for each in diagnostics)


def test_fixtures_are_in_the_folder_of_their_rule() -> None:
    """A fixture that shows a rule stands where nobody looks for it."""
    for fixture in fixtures():
        folder = fixture.name.split("/")[0]
        if folder.startswith("ISL"):
            assert {folder} >= {code for code, _ in fixture.annotations}, fixture.name
        else:
            assert not fixture.annotations, fixture.name


@pytest.mark.parametrize(
    "folder", sorted({each.name.split("/")[0] for each in fixtures() if each.name.startswith("ISL")})
)
def test_each_rule_has_fixtures_both_ways(folder: str) -> None:
    """A rule is shown only from one side."""
    of_rule = [fixture for fixture in fixtures() if fixture.name.startswith(folder + "/")]
    annotated = [fixture for fixture in of_rule if fixture.annotations]
    assert len(annotated) >= 3
    assert len(of_rule) - len(annotated) >= 3
