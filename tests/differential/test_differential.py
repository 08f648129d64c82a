"""Random programs under the installed TensorFlow: the linter says of them what they do.

The linter alone is held to its word on any of them: it does not fail, and takes bounded time. What TensorFlow does is
asked where it is installed; continuous integration has a step in which it is, and forbids the skip there.
"""

from __future__ import annotations

import functools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.differential.programs import programs, random_program
from tests.differential.run import total
from tests.differential.runtime import Runtime, Verdict, compare, said

COUNT = 120
SEED = 2


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(["2", "1.15"]))
def test_analyses_any_program(data: st.DataObject, target: str) -> None:
    """The interpreter fails on, or gives up on, a program of ordinary constructs."""
    source = data.draw(programs(target))
    assert not said(source, target).truncated, source


@functools.cache
def verdicts() -> tuple[Verdict, ...]:
    """The linter and TensorFlow on some programs."""
    runtime = Runtime()
    try:
        sources = [random_program(SEED, index, runtime.target) for index in range(COUNT)]
        return tuple(
            compare(source, real, said(source, runtime.target)) for source, real in runtime.run(dict.fromkeys(sources))
        )
    finally:
        runtime.close()


def disagreements() -> str:
    """What to look at where a share is too low."""
    return "\n".join(each for verdict in verdicts() for each in verdict.disagreements)


@pytest.mark.tensorflow
def test_real_contexts_are_predicted() -> None:
    """A context occurs that is not among the predicted ones, or too many are predicted that do not."""
    found = total(list(verdicts()))
    assert found.probes > 500
    assert found.contained >= 0.985 * found.probes, disagreements()
    assert found.exact >= 0.95 * found.probes, disagreements()


@pytest.mark.tensorflow
def test_real_errors_are_reported() -> None:
    """TensorFlow raises what is not reported, or what is reported does not happen."""
    found = total(list(verdicts()))
    assert found.raised > 10
    assert found.reported >= 0.9 * found.raised, disagreements()
    assert found.predicted - found.false >= 0.9 * found.predicted, disagreements()
