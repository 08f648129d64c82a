"""Tests that need TensorFlow are marked so, and say where they run when there is none."""

from __future__ import annotations

import importlib.util

import pytest

REASON = "needs TensorFlow 2: the nox session `oracle` and .ci/run install one and run it"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "tensorflow: needs TensorFlow 2 and tf_keras in the environment")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what cannot run here; but `-m tensorflow` asks for just that, and fails without TensorFlow."""
    if importlib.util.find_spec("tensorflow") is not None or config.option.markexpr == "tensorflow":
        return
    for item in items:
        if item.get_closest_marker("tensorflow"):
            item.add_marker(pytest.mark.skip(reason=REASON))
