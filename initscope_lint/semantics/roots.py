"""The packages that the catalogue has rows for."""

from __future__ import annotations

ROOTS = {
    "tensorflow": "tf",
    "tensorflow_core": "tf",  # where 1.15 and 2.0 really live
    "keras": "keras",
    "tf_keras": "tf_keras",
    "sonnet": "snt",
    "tf_agents": "tf_agents",
    "tensorflow_probability": "tfp",
}
"""What canonical names begin with in the place of each."""


def is_known_root(dotted: str) -> bool:
    """Whether our own catalogue has rows below the package in which a spelling starts."""
    return dotted.partition(".")[0] in ROOTS
