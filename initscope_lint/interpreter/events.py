"""What the interpreter saw that a rule may report on.

An event says what TensorFlow does at a place, with the context stack and the call path; it names no rule.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from initscope_lint.interpreter.results import ProbePoint, Site, StackFrame, Step
    from initscope_lint.interpreter.values import Unknown
    from initscope_lint.semantics.context import Stack


@dataclasses.dataclass(frozen=True)
class Failure:
    """TensorFlow raises here.

    ``error`` is a stable key (``SINGLETON``, ``OUT_OF_SCOPE`` ..., as in the measured tables), ``exception`` and
    ``message`` what a person would see. ``facts`` is what rules look at; its keys are documented at each error's
    constructor in ``initscope_lint.interpreter.tensorflow``.
    """

    error: str
    exception: str
    message: str
    site: Site
    stack: tuple[StackFrame, ...]
    trace: tuple[Step, ...]
    certain: bool
    facts: dict[str, Any]
    related: tuple[Step, ...] = ()
    path: tuple[tuple[Unknown, bool], ...] = ()
    """The conditions on the way to it, with their truths."""


@dataclasses.dataclass(frozen=True)
class Happening:
    """Something that does not raise but that a rule may report: ``kind`` as rules know it."""

    kind: str
    site: Site
    stack: tuple[StackFrame, ...]
    trace: tuple[Step, ...]
    certain: bool
    facts: dict[str, Any]
    related: tuple[Step, ...] = ()

    @property
    def at_module_level(self) -> bool:
        """Whether a scope was entered at the top of a module."""
        return bool(self.facts["at_module_level"])


Event: TypeAlias = Failure | Happening


Seen: TypeAlias = "tuple[Stack, tuple[Site, ...], bool]"
"""A context stack at a statement, the calls that led there, and whether the start of them is an assumption."""


@dataclasses.dataclass(frozen=True)
class Part:
    """What a module body (``entry`` None) or one entry point showed.

    ``made`` are the scopes that were made, and ``entered`` the places of those that were entered; ``scopes`` has the
    entries of each ``init_scope``: None where it had, or might have, an effect. ``idle_tape``: a tape was opened under
    one, which makes it record nothing. ``executed`` are the functions that were called, by their definitions.
    """

    entry: Site | None
    events: Sequence[Event]
    made: Sequence[Happening]
    scopes: Mapping[Site, Sequence[Happening | None]]
    entered: Set[Site]
    idle_tape: bool
    executed: Set[Site]
    points: Mapping[Site, Sequence[Seen]]


@dataclasses.dataclass(frozen=True)
class Unit:
    """What running one module of a project showed: its body, then its entry points.

    ``truncated`` counts the entry points whose analysis reached its budget.
    """

    path: str
    parts: Sequence[Part]
    truncated: int


@dataclasses.dataclass(frozen=True)
class Analysis:
    """The outcome for one program: what happened, for the rules to judge, and where.

    ``truncated`` counts the entry points whose analysis reached its budget. ``target`` is the TensorFlow whose
    semantics were used, ``1.15`` or ``2``, and ``target_reason`` says in a few words what decided that.
    """

    events: Sequence[Event]
    points: Sequence[ProbePoint]
    truncated: int
    target: str
    target_reason: str = ""
