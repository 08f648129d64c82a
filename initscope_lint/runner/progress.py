"""How a run says how far it is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

Progress = Callable[[str, int], AbstractContextManager[Callable[[], object]]]
"""Is told which kind of work begins and how many pieces it has, and gives what is to be called after each of them."""


@contextlib.contextmanager
def unwatched(kind: str, count: int) -> Iterator[Callable[[], object]]:
    """Nobody is told."""
    yield lambda: None
