"""What a run reports: the finding model, independent of any output format."""

from __future__ import annotations

from typing import Literal

import msgspec

from initscope_lint.interpreter.results import Severity as Severity
from initscope_lint.ir.span import Span as Span


class Frame(msgspec.Struct, frozen=True):
    """One entry of the symbolic context stack; ``kind`` is ``eager``, ``graph``, ``function`` or ``branch``."""

    kind: str
    name: str
    path: str
    line: int


class Location(msgspec.Struct, frozen=True):
    """A secondary place with its own words."""

    path: str
    line: int
    column: int
    note: str


class Edit(msgspec.Struct, frozen=True):
    """Text in the place of a stretch of the file that the finding is in; a line after the last one is its end."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """How to mend a finding: ``safe`` if the program stays what it is, else ``unsafe``."""

    applicability: Literal["safe", "unsafe"]
    description: str
    edits: tuple[Edit, ...]


class Diagnostic(msgspec.Struct, frozen=True):
    """One finding. Paths are as the user gave them, with forward slashes."""

    code: str
    name: str
    severity: Severity
    path: str
    span: Span
    message: str
    help: str | None = None
    raises: str | None = None
    """The real error, as ``ValueError: the text``, where the finding claims one."""
    stack: tuple[Frame, ...] = ()
    trace: tuple[Location, ...] = ()
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    instead: str | None = None
    """The dotted name to write in the place of the one at ``span``, where that is what mends it."""


class Summary(msgspec.Struct, frozen=True):
    """Counts of one run, in files; ``errors`` are files the linter could not do its work on, ``truncated`` entry points
    whose analysis reached its budget, ``ignored`` findings that a comment silences, ``known`` those of a baseline."""

    files: int
    analyzed: int
    skipped: int
    errors: int
    truncated: int
    ignored: int = 0
    known: int = 0


class Context(msgspec.Struct, frozen=True):
    """The state of TensorFlow at a point, as ``stack --output-format json`` gives it (None is "unknown")."""

    resolved: str
    executing_eagerly: bool | None
    building_function: bool | None
    branch: bool
    lifted: bool
    tape: str
    control_dependencies: str
    stack: tuple[Frame, ...]
    via: tuple[tuple[str, int], ...] = ()
    """Call path from the entry point, as (path, line)."""


class Point(msgspec.Struct, frozen=True):
    """The first line of an executable statement and every distinct context in which it can run."""

    line: int
    column: int
    contexts: tuple[Context, ...]
