"""What an analysis gives back: findings and probe points, in terms of module paths and node ordinals.

Nothing here knows lines or columns. The runner resolves the ordinals that it needs, and only in the files that need it.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import msgspec


class Site(msgspec.Struct, frozen=True, order=True, array_like=True):
    """A node of a module: the path of the module and the node's ordinal in it."""

    path: str
    pos: int


class StackFrame(msgspec.Struct, frozen=True):
    """One entry of the symbolic context stack.

    ``kind`` is ``eager``, ``graph``, ``function`` or ``branch``; ``site`` is what entered it, None for the frame in
    which the process starts.
    """

    kind: str
    name: str
    site: Site | None = None


class Step(msgspec.Struct, frozen=True):
    """One step of the call path, or a related place, with its own words."""

    site: Site
    note: str


class Severity(enum.Enum):
    """How sure and how bad: see ``docs/analysis.md``, certainty."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True):
    """What a rule found.

    ``certain`` is false where something unknown decides: such a finding is reported as a note. ``severity`` is that of
    a finding which is certain, None for that of its rule.
    ``raises`` is the real error as ``ValueError: the text``, where the rule claims one. ``stack`` is outermost first,
    ``trace`` leads from the entry point to the site, ``related`` are other places worth seeing, ``instead`` is the
    dotted name to write in the place of the one that is there.
    """

    code: str
    certain: bool
    site: Site
    message: str
    help: str | None = None
    severity: Severity | None = None
    raises: str | None = None
    stack: tuple[StackFrame, ...] = ()
    trace: tuple[Step, ...] = ()
    related: tuple[Step, ...] = ()
    instead: str | None = None


class ContextState(msgspec.Struct, frozen=True):
    """The state of TensorFlow at one point on one way there. None means that something outside the program decides.

    ``resolved`` is ``eager``, ``graph``, ``function`` or ``unknown``; ``tape`` is ``none``, ``recording`` or
    ``paused``; ``control_dependencies`` is ``none``, ``active`` or ``cleared``. ``stack`` is outermost first, ``via``
    the call path from the entry point.
    """

    resolved: str
    executing_eagerly: bool | None
    building_function: bool | None
    branch: bool = False
    lifted: bool = False
    tape: str = "none"
    control_dependencies: str = "none"
    stack: tuple[StackFrame, ...] = ()
    via: tuple[Site, ...] = ()


class ProbePoint(msgspec.Struct, frozen=True):
    """An executable statement (its first line) and every distinct context in which it can run."""

    site: Site
    contexts: tuple[ContextState, ...]


class Evidence(NamedTuple):
    """What a module uses that is gone, from TensorFlow 2 and from the Keras that it has now, and whether it uses what
    goes with graphs that a session runs."""

    gone: str | None
    gone_from_keras: str | None
    sessions: bool
