"""A bounded share of the long run, and what the long run does with processes that fail."""

from __future__ import annotations

import pytest

from tests.fuzz.inputs import KINDS, make
from tests.fuzz.judge import judged


@pytest.mark.parametrize("kind", KINDS)
def test_promises_are_kept(kind: str) -> None:
    """An input takes the linter down, hides what is found in another, or ends with an exit status that says so."""
    assert [] == judged([(kind, number) for number in range(4)])


@pytest.mark.parametrize("kind", KINDS)
def test_inputs_can_be_made_again(kind: str) -> None:
    """An input that fails in the long run is another one when it is looked at."""
    assert [make(kind, number) for number in range(3)] == [make(kind, number) for number in range(3)]
    assert len({make(kind, number).data for number in range(10)}) > 1
