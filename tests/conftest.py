"""Tests that need TensorFlow, Dask, or to install packages, are marked so, and say where they run when they do not."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import settings

REASON = "needs TensorFlow 2: the nox session `oracle` and .ci/run install one and run it"
INSTALLS = "installs packages: the nox session `install` and .ci/run run it, with `-m installs`"
CLUSTER = "needs Dask, the extra `cluster`: the nox session `cluster` and .ci/run install it and run it"


# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "tensorflow: needs TensorFlow 2 and tf_keras in the environment")
    config.addinivalue_line("markers", "installs: installs packages from an index")
    config.addinivalue_line("markers", "cluster: needs Dask distributed in the environment")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what does not run here; but `-m tensorflow` or the like asks for just that."""
    for marker, reason, there in (
        ("tensorflow", REASON, importlib.util.find_spec("tensorflow") is not None),
        ("installs", INSTALLS, False),
        ("cluster", CLUSTER, importlib.util.find_spec("distributed") is not None),
    ):
        if there or config.option.markexpr == marker:
            continue
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def no_cache_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Caches of the tests, and of the processes that they start, are among the temporary files."""
    directory = tmp_path_factory.mktemp("cache") / "initscope-lint"
    os.environ["INITSCOPE_LINT_CACHE_DIR"] = str(directory)
    return directory
