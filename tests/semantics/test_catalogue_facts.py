"""Rows of the catalogue against what was measured of their names, under TensorFlow 2.21 and 1.15."""

from __future__ import annotations

import pytest

from initscope_lint.semantics.catalogue import Target
from tests.semantics.measure import PAGE, TARGETS, judge, page, recorded, rows

each_target = pytest.mark.parametrize("target", TARGETS)


@each_target
def test_no_row_is_false(target: Target) -> None:
    """A row says something else than TensorFlow does."""
    assert [] == judge(target, recorded(target)).false


@each_target
def test_every_name_was_measured(target: Target) -> None:
    """A name is new or gone: run ``python -m tests.semantics.measure --record PYTHON --new``."""
    assert set(rows(target)) == set(recorded(target))


def test_a_false_row_is_found() -> None:
    """Facts that say otherwise go unnoticed: then nothing that was measured counts."""
    facts = recorded("2")
    assert judge("2", facts | {"tf.Variable": {"exists": "no"}}).false
    assert judge("2", facts | {"tf.matmul": facts["tf.matmul"] | {"init_scope": "ok"}}).false
    assert judge("2", facts | {"tf.init_scope": facts["tf.init_scope"] | {"function": "function"}}).false
    assert judge("2", facts | {"keras.layers.Dense": facts["keras.layers.Dense"] | {"constructor": 2}}).false


def test_figures_are_current() -> None:
    """The page has other figures: run ``python -m tests.semantics.measure --write``."""
    assert page() == PAGE.read_text(encoding="utf-8")
