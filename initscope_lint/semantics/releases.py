"""Which releases of TensorFlow a requirement admits."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

DISTRIBUTIONS = frozenset(
    {
        *("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-intel", "tensorflow-macos"),
        *("tensorflow-rocm", "intel-tensorflow", "tf-nightly", "tf-nightly-cpu", "tf-nightly-gpu"),
    }
)
"""The names of TensorFlow on PyPI."""

_LAST_OF_1 = 15
_FIRST_WITH_KERAS_3 = Version("2.16")
"""tensorflow/python/util/lazy_loader.py, KerasLazyLoader: since 2.16 ``tf.keras`` is Keras 3."""


class Admitted(NamedTuple):
    """What requirements admit: TensorFlow 1, TensorFlow 2 with Keras 2, TensorFlow 2 with Keras 3.

    ``stated`` is one of them and the file that says so, or empty if no version is named.
    """

    one: bool
    keras_2: bool
    keras_3: bool
    stated: str


def admitted(requirements: Iterable[tuple[str, str]]) -> Admitted | None:
    """What at least one of the requirements of TensorFlow admits; None if there is none that says something.

    ``requirements`` are names of files and what they state (PEP 508). One without versions counts only if all are.
    """
    versions: set[Version] = set()
    stated: str | None = None
    anything = False
    for file, text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if canonicalize_name(requirement.name) not in DISTRIBUTIONS:
            continue
        if not requirement.specifier:
            anything = True
            continue
        found = {each for each in _candidates(requirement) if requirement.specifier.contains(each, prereleases=True)}
        if not found:
            return None  # by no release that is known of
        versions |= found
        stated = stated or f"{file} requires {requirement.name}{requirement.specifier}"
    if stated is None:
        return Admitted(True, True, True, "") if anything else None
    two = {version for version in versions if version.major >= 2}
    return Admitted(
        len(two) < len(versions),
        any(version < _FIRST_WITH_KERAS_3 for version in two),
        any(version >= _FIRST_WITH_KERAS_3 for version in two),
        stated,
    )


def _candidates(requirement: Requirement) -> frozenset[Version]:
    """The releases there may be, and those that a requirement names."""
    named = set()
    for specifier in requirement.specifier:
        try:
            named.add(Version(specifier.version.removesuffix(".*")))
        except InvalidVersion:
            continue
    return _releases() | named


@functools.cache
def _releases() -> frozenset[Version]:
    minors = [(0, 12), *((1, minor) for minor in range(_LAST_OF_1 + 1)), *((2, minor) for minor in range(60))]
    return frozenset(Version(f"{major}.{minor}.{patch}") for major, minor in minors for patch in range(6))
