"""What the linter reports on the fixtures: the annotated lines, nothing more and nothing less."""

from __future__ import annotations

import ast
import collections
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
    found: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for diagnostic in json.loads(run.stdout)["diagnostics"]:
        if diagnostic["severity"] != "note":
            name = (ROOT / diagnostic["path"]).resolve().relative_to(FIXTURES).as_posix()
            found[name].append(diagnostic)
    return found


@pytest.mark.parametrize(("fixture", "target"), CASES, ids=[f"{fixture.name}-{target}" for fixture, target in CASES])
def test_reports_what_is_annotated(fixture: Fixture, target: str) -> None:
    """A false alarm or a missed alarm, on a program of which it is known what TensorFlow does with it."""
    diagnostics = [(each["code"], name, each["line"]) for name in fixture.files for each in reported(target)[name]]
    assert sorted(fixture.annotations) == sorted(diagnostics)


def test_fixtures_are_in_the_folder_of_their_rule() -> None:
    """A fixture that shows a rule stands where nobody looks for it."""
    for fixture in fixtures():
        folder = fixture.name.split("/")[0]
        if folder.startswith("ISL"):
            assert {folder} >= {code for code, _, _ in fixture.annotations}, fixture.name
        elif folder not in ("differential", "programs", "reports"):
            assert not fixture.annotations, fixture.name


def crosses(fixture: Fixture) -> set[str]:
    """Whether the program has a ``helper``, a plain function that it calls itself, and a ``class`` with methods."""
    tree = ast.parse(fixture.text)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    passed_on = {each.id for call in calls for each in call.args if isinstance(each, ast.Name)}
    plain = {each.name for each in tree.body if isinstance(each, ast.FunctionDef) and not each.decorator_list}
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef)]
    found = {"helper"} if plain & called - passed_on - {"main"} else set()
    if any(isinstance(each, ast.FunctionDef) for of_class in classes for each in of_class.body):
        found.add("class")
    return found


@pytest.mark.parametrize("reported", [True, False], ids=["reported", "silent"])
@pytest.mark.parametrize(
    "folder", sorted({each.name.split("/")[0] for each in fixtures() if each.name.startswith("ISL")})
)
def test_each_rule_is_shown_well(folder: str, reported: bool) -> None:
    """A rule is shown from one side only, or never through a helper or a class."""
    programs = [each for each in fixtures() if each.name.startswith(folder + "/")]
    chosen = [each for each in programs if bool(each.annotations) == reported]
    assert len(chosen) >= 3
    assert {"helper", "class"} == set().union(*map(crosses, chosen))
