"""What the units of a project have shown, as plain data, which can be kept, sent to another process, and joined."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from initscope_lint.interpreter.results import Finding, Site


class LateRecord(msgspec.Struct, frozen=True):
    """A scope that was made, or entered without effect, with what there is to say if no part says otherwise."""

    site: Site
    at_module_level: bool
    findings: list[Finding]


class PartRecord(msgspec.Struct, frozen=True):
    """What a module body or one entry point showed, as in ``initscope_lint.interpreter.events.Part``, judged."""

    entry: Site | None
    findings: list[Finding]
    made: list[LateRecord]
    entries: list[tuple[Site, list[LateRecord | None]]]
    entered: frozenset[Site]
    idle_tape: bool

    @property
    def scopes(self) -> Mapping[Site, list[LateRecord | None]]:
        """The entries of each ``init_scope``: None where it had, or might have, an effect."""
        return dict(self.entries)


class UnitRecord(msgspec.Struct, frozen=True):
    """What running one module of a project showed, and for which TensorFlow; ``executed`` are functions."""

    path: str
    target: str
    reason: str
    truncated: int
    parts: list[PartRecord]
    executed: frozenset[Site]
