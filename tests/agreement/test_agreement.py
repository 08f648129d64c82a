"""The linter's verdicts on recorded programs stay with what TensorFlow did."""

from __future__ import annotations

import pytest

from tests.agreement import contexts
from tests.agreement.measure import RECORDS, measure


@pytest.mark.parametrize("target", list(RECORDS))
def test_agrees_with_what_tensorflow_did(target: str) -> None:
    """A change of the interpreter has made it wrong about programs it was right about."""
    verdicts = measure(target, every=5)
    agree = sum(verdict.agrees for verdict in verdicts)
    assert agree / len(verdicts) >= 0.97, [verdict for verdict in verdicts if not verdict.agrees]


@pytest.mark.parametrize("target", list(RECORDS))
def test_predicts_the_contexts_of_recorded_programs(target: str) -> None:
    """A line that really runs in a context is said to run in another one."""
    places = contexts.measure(target, every=3)
    right = sum(place.real == place.predicted for place in places)
    assert right / len(places) >= 0.99, [place for place in places if place.real != place.predicted]
