"""`initscope-lint stack` against the contexts that real TensorFlow reported at each probe of `fixtures/nested/`."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.oracle.fixture_files import FIXTURES, OUTCOMES, ROOT, Fixture, fixtures
from tests.oracle.test_outcomes import RECORDED_IN

NESTED = [fixture for fixture in fixtures() if fixture.has_probes]
CASES = [(fixture, target) for fixture in NESTED for target in fixture.targets]


@functools.cache
def predicted(target: str) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """The predicted contexts of every nested fixture, by file and line."""
    files = [str(fixture.path) for fixture in NESTED if target in fixture.targets]
    command = [sys.executable, "-m", "initscope_lint", "stack"]
    command += ["--target-tensorflow", target, "--output-format", "json", *files]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return {
        (ROOT / file["path"]).resolve().relative_to(FIXTURES).as_posix(): {
            point["line"]: point["contexts"] for point in file["points"]
        }
        for file in json.loads(run.stdout)["files"]
    }


@functools.cache
def observed(target: str) -> dict[str, Any]:
    document = json.loads((OUTCOMES / RECORDED_IN[target]).read_text(encoding="utf-8"))
    return dict(document["fixtures"])


def words(context: dict[str, Any]) -> str:
    """What both sides say of a context, in one line; of the stack, the kinds of its frames."""
    kinds = [frame["kind"] if isinstance(frame, dict) else frame for frame in context["stack"]]
    # TensorFlow's stack is empty in the global graph of a graph program; a person is told of that graph.
    facts = [">".join(kinds or ["graph"]), context["resolved"]]
    facts += [fact for fact in ("executing_eagerly", "building_function", "branch", "lifted") if context[fact]]
    facts += [f"{fact}={context[fact]}" for fact in ("tape", "control_dependencies") if context[fact] != "none"]
    return " ".join(facts)


def is_open(context: dict[str, Any]) -> bool:
    """Whether something outside the program decides."""
    return context["resolved"] == "unknown" or None in (context["executing_eagerly"], context["building_function"])


@pytest.mark.parametrize(("fixture", "target"), CASES, ids=[f"{fixture.name}-{target}" for fixture, target in CASES])
def test_predicts_the_contexts_of_every_probe(fixture: Fixture, target: str) -> None:
    """A real context is not among the predicted; or, where nothing is open, one is predicted that does not occur."""
    points = predicted(target)[fixture.name]
    source = fixture.text.splitlines()
    wrong = []
    for line, contexts in observed(target)[fixture.name]["probes"].items():
        real = {words(context) for context in contexts}
        expected = points.get(int(line), [])
        certain = {words(context) for context in expected if not is_open(context)}
        if certain != real and (len(certain) == len(expected) or not certain <= real):
            wrong.append(f"{line}: {source[int(line) - 1].strip()}")
            wrong += [f"  missed {each}" for each in sorted(real - certain)]
            wrong += [f"  invented {each}" for each in sorted(certain - real)]
    assert not wrong, "\n".join(wrong)
