"""The store: every write to a cell goes through it, so that it can be undone, replayed and merged."""

from __future__ import annotations

from collections.abc import Hashable

from initscope_lint.interpreter.values import ABSENT, Fields, Locals, Value

Cells = dict[Hashable, Value]
Delta = dict[tuple[int, Hashable], tuple[Cells, Hashable, Value]]
"""The final values of changed cells: (identity of the dict, key) to (dict, key, value)."""


class Store:
    """A log of writes. A *mark* is a position in the log."""

    def __init__(self) -> None:
        self._log: list[tuple[Cells, Hashable, Value]] = []

    def set(self, cells: Cells, key: Hashable, value: Value) -> None:
        """Write one cell."""
        old = cells.get(key, ABSENT)
        if old is value:
            return
        self._log.append((cells, key, old))
        cells[key] = value

    def mark(self) -> int:
        """The current position."""
        return len(self._log)

    def delta(self, mark: int) -> Delta:
        """What has changed since ``mark``, with current values, and can still be read."""
        found: Delta = {}
        for cells, key, _ in self._log[mark:]:
            if not (cells.__class__ is Locals and cells.dead):
                found[(id(cells), key)] = (cells, key, cells.get(key, ABSENT))
        return found

    def close(self, mark: int, born: int, owner: int) -> Delta:
        """``delta``, and take it back; but what an object of ``owner`` holds that is younger than ``born`` stays in it.

        Nobody can have such an object who did not come to have it since the mark.
        """
        found: Delta = {}
        for cells, key, old in reversed(self._log[mark:]):
            kind = cells.__class__
            if kind is Fields:
                if cells.born > born and cells.owner == owner:  # type: ignore[attr-defined]
                    continue
            elif kind is Locals and cells.dead:  # type: ignore[attr-defined]
                continue
            place = (id(cells), key)
            if place not in found:
                found[place] = (cells, key, cells.get(key, ABSENT))
            if old is ABSENT:
                cells.pop(key, None)
            else:
                cells[key] = old
        del self._log[mark:]
        return found

    def before(self, mark: int) -> Delta:
        """The cells changed since ``mark``, with the values they had at the mark."""
        found: Delta = {}
        for cells, key, old in self._log[mark:]:
            found.setdefault((id(cells), key), (cells, key, old))
        return found

    def undo(self, mark: int) -> None:
        """Take back everything since ``mark``."""
        log = self._log
        for cells, key, old in reversed(log[mark:]):
            if old is ABSENT:
                cells.pop(key, None)
            else:
                cells[key] = old
        del log[mark:]

    def apply(self, delta: Delta) -> None:
        """Write all values of a delta."""
        for cells, key, value in delta.values():
            if not (cells.__class__ is Locals and cells.dead):
                self.set(cells, key, value)

    def forget(self) -> None:
        """Drop the log: what was written stays."""
        self._log.clear()

    def outward(self, owner: int) -> tuple[Delta, Delta]:
        """What was changed in cells that belong to others than ``owner``: the values now, and the values before."""
        now: Delta = {}
        before: Delta = {}
        for cells, key, old in self._log:
            if getattr(cells, "owner", owner) != owner:
                now[(id(cells), key)] = (cells, key, cells.get(key, ABSENT))
                before.setdefault((id(cells), key), (cells, key, old))
        return now, before


def write(delta: Delta) -> None:
    """Write all values of a delta, without a log."""
    for entry in delta.values():
        _put(*entry)


def _put(cells: Cells, key: Hashable, value: Value) -> None:
    """Write a cell; one that was not there is gone again."""
    if value is ABSENT:
        cells.pop(key, None)
    else:
        cells[key] = value
