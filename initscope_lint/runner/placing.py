"""From nodes to lines: what an analysis says about ordinals, as diagnostics and points with positions.

Positions cost more than the analysis of a small file, so they are computed only for what is shown, all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from initscope_lint import rules
from initscope_lint.interpreter.results import ContextState, Finding, ProbePoint, Site, StackFrame, Step
from initscope_lint.ir.span import Span
from initscope_lint.report.diagnostic import Context, Diagnostic, Frame, Location, Point, Severity

SpansOf = Callable[[str, Collection[int]], Mapping[int, Span]]
"""The spans of ordinals of the module at a path."""


class Places:
    """The positions of a set of sites."""

    def __init__(self, spans_of: SpansOf, sites: Iterable[Site]) -> None:
        ordinals: dict[str, set[int]] = {}
        for site in sites:
            ordinals.setdefault(site.path, set()).add(site.pos)
        self._spans = {path: spans_of(path, wanted) for path, wanted in ordinals.items()}

    def span(self, site: Site) -> Span:
        """Return where a site is. Raises KeyError if it was not among the sites asked for."""
        return self._spans[site.path][site.pos]

    def location(self, step: Step) -> Location:
        """Return a step of a call path, or a related place, with its position."""
        span = self.span(step.site)
        return Location(step.site.path, span.line, span.column, step.note)

    def frame(self, frame: StackFrame, home: str) -> Frame:
        """Return an entry of a context stack. The one in which the process starts lies at the top of ``home``."""
        if frame.site is None:
            return Frame(frame.kind, frame.name, home, 1)
        return Frame(frame.kind, frame.name, frame.site.path, self.span(frame.site).line)


def diagnostics(findings: Sequence[Finding], spans_of: SpansOf) -> list[Diagnostic]:
    """Return the findings with their positions, in the order given."""
    places = Places(spans_of, (site for finding in findings for site in _sites_of(finding)))
    return [_diagnostic(finding, places) for finding in findings]


def points(probes: Sequence[ProbePoint], spans_of: SpansOf) -> list[tuple[Span, Point]]:
    """Return the probe points in the order of the source, each with the span of its statement.

    A compound statement spans its header only.
    """
    places = Places(spans_of, (site for probe in probes for site in _sites_around(probe)))
    placed = [(places.span(probe.site), probe) for probe in probes]
    placed.sort(key=lambda pair: pair[0])
    return [(span, Point(span.line, span.column, tuple(_contexts(probe, places)))) for span, probe in placed]


def _sites_of(finding: Finding) -> Iterator[Site]:
    yield finding.site
    for step in (*finding.trace, *finding.related):
        yield step.site
    yield from _sites_of_stack(finding.stack)


def _sites_around(probe: ProbePoint) -> Iterator[Site]:
    yield probe.site
    for context in probe.contexts:
        yield from _sites_of_stack(context.stack)
        yield from context.via


def _sites_of_stack(stack: Iterable[StackFrame]) -> Iterator[Site]:
    for frame in stack:
        if frame.site is not None:
            yield frame.site


def _diagnostic(finding: Finding, places: Places) -> Diagnostic:
    rule = rules.get(finding.code)
    path = finding.site.path
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=(finding.severity or rule.severity) if finding.certain else Severity.NOTE,
        path=path,
        span=places.span(finding.site),
        message=finding.message,
        help=finding.help,
        raises=finding.raises,
        stack=tuple(places.frame(frame, path) for frame in finding.stack),
        trace=tuple(places.location(step) for step in finding.trace),
        related=tuple(places.location(step) for step in finding.related),
        instead=finding.instead,
    )


def _contexts(probe: ProbePoint, places: Places) -> list[Context]:
    """Return the distinct contexts of a point: what differs only in ordinals may be alike in lines."""
    contexts = (_context(state, places, probe.site.path) for state in probe.contexts)
    return list(dict.fromkeys(contexts))


def _context(state: ContextState, places: Places, home: str) -> Context:
    return Context(
        resolved=state.resolved,
        executing_eagerly=state.executing_eagerly,
        building_function=state.building_function,
        branch=state.branch,
        lifted=state.lifted,
        tape=state.tape,
        control_dependencies=state.control_dependencies,
        stack=tuple(places.frame(frame, home) for frame in state.stack),
        via=tuple((site.path, places.span(site).line) for site in state.via),
    )
