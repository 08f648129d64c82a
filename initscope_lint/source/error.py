"""Why a file could not be read or parsed, as a value that travels to the report."""

from __future__ import annotations

from typing import Literal

import msgspec


class SourceError(msgspec.Struct, frozen=True):
    """``kind`` is ``syntax`` (the file is not Python 3: ISL901) or ``unreadable`` (it could not be read, decoded or
    parsed within bounds: ISL902). ``line`` and ``column`` are 1-based; 1, 1 where the whole file is meant.
    ``path`` is as it was given. ``passing``: it may be otherwise the next time, as where there was no time.
    """

    kind: Literal["syntax", "unreadable"]
    path: str
    line: int
    column: int
    message: str
    passing: bool = False
