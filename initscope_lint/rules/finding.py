"""From an event to a finding: what every rule does alike."""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding, Severity, Site, Step
from initscope_lint.rules.model import Rule


def finding(
    rule: Rule,
    event: Event,
    message: str,
    help: str | None = None,
    site: Site | None = None,
    related: tuple[Step, ...] = (),
    certain: bool | None = None,
    severity: Severity | None = None,
    instead: str | None = None,
) -> Finding:
    """A finding of ``rule`` on ``event``, with the place, certainty and severity of these unless it has its own."""
    raises = f"{event.exception}: {event.message}" if isinstance(event, Failure) else None
    return Finding(
        code=rule.code,
        certain=event.certain if certain is None else certain,
        site=site or event.site,
        message=message,
        help=help,
        severity=severity,
        raises=raises,
        stack=event.stack,
        trace=event.trace,
        related=(*event.related, *related),
        instead=instead,
    )


def function_name(event: Event) -> str:
    """The name of the innermost traced function on the stack of an event."""
    for frame in reversed(event.stack):
        if frame.kind == "function":
            return frame.name
    return "the function"
