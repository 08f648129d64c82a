"""The source of a file with the context of every statement in the gutter.

::

    7 function  |   assert not tf.executing_eagerly()
    8 function  |   with tf.init_scope():
    9 eager  ^  |     assert tf.executing_eagerly()      lifted past function func

``^`` marks a line that ``init_scope`` has lifted; ``-`` a statement that nothing reaches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import click

from initscope_lint.report.diagnostic import Context, Frame, Point
from initscope_lint.report.display import columns, path_text, printable, source_line
from initscope_lint.report.text import stack_text

_COLORS = {"eager": "green", "graph": "blue", "function": "magenta", "branch": "cyan", "unknown": "yellow"}
_REMARKS_FROM = 44
"""The column of the source at which remarks begin, unless a line is longer."""


def render(
    points: Sequence[Point], lines: Sequence[str], *, only: Collection[int] | None = None, color: bool = False
) -> Iterator[str]:
    """Yield the lines of one file, without line ends.

    With ``only``, just the statements that begin on these lines, each followed by its contexts in full. In colour, the
    stack is drawn beside the line numbers, a block for each entry.
    """
    shown = by_line(points, lines)
    gutters = {line: _gutter(contexts) for line, contexts in shown.items() if only is None or line in only}
    digits = max(3, len(str(len(lines))))
    width = max((len(gutter) for gutter in gutters.values()), default=0)
    depth = max((len(contexts[0].stack) for contexts in shown.values() if contexts), default=0) if color else 0
    for line in range(1, len(lines) + 1) if only is None else sorted(gutters):
        gutter = f"{gutters.get(line, ''):<{width}}"
        contexts = shown.get(line, [])
        if color and contexts:
            gutter = click.style(gutter, fg=_COLORS.get(contexts[0].resolved))
        if color and only is None:
            gutter = _rails(contexts, depth) + gutter
        text = source_line(lines, line)
        said = "" if only is not None else _all_remarks(contexts)
        if said:
            text += " " * max(6, _REMARKS_FROM - max(columns(text), 0)) + said
        yield f"{line:>{digits}} {gutter} | {text}".rstrip()
        if only is not None:
            for context in contexts:
                yield from _details(context, " " * digits)


def by_line(points: Sequence[Point], lines: Sequence[str]) -> dict[int, list[Context]]:
    """Return the contexts of the lines on which statements begin.

    Decorators have those of the definition below them: they are evaluated in its place.
    """
    found: dict[int, list[Context]] = {}
    for point in points:
        contexts = found.setdefault(point.line, [])
        contexts.extend(context for context in point.contexts if context not in contexts)
    for line in sorted(found):
        if source_line(lines, line).lstrip().startswith(("def ", "async def ", "class ")):
            above = line - 1
            while above not in found and source_line(lines, above).lstrip().startswith("@"):
                found[above] = found[line]
                above -= 1
    return found


def _gutter(contexts: Sequence[Context]) -> str:
    """Name where an operation lands; several contexts are named once each."""
    names = dict.fromkeys(f"{context.resolved:<6} ^" if context.lifted else context.resolved for context in contexts)
    return ", ".join(names) if names else "-"


def _rails(contexts: Sequence[Context], depth: int) -> str:
    """Return the stack of the first context as blocks, outermost first, each in the colour of its kind."""
    stack = contexts[0].stack if contexts else ()
    blocks = "".join(click.style("▌", fg=_COLORS.get(frame.kind)) for frame in stack)
    return blocks + " " * (depth - len(stack) + 1)


def _all_remarks(contexts: Sequence[Context]) -> str:
    every = dict.fromkeys(remarks(context) for context in contexts)
    return " | ".join(text for text in every if text)


def remarks(context: Context) -> str:
    """Return what else holds in a context than where operations land, in a few words."""
    found = []
    if context.lifted:
        past = [printable(f"{frame.kind} {frame.name}".strip()) for frame in lifted_past(context)]
        found.append(f"lifted past {', '.join(past)}" if past else "lifted")
    if context.branch:
        found.append("in a branch")
    if context.tape != "none":
        found.append(f"tape {context.tape}")
    if context.control_dependencies != "none":
        found.append(f"control dependencies {context.control_dependencies}")
    return "; ".join(found)


def lifted_past(context: Context) -> list[Frame]:
    """Return the frames that build functions between the context in force and the next one further out, inside first.

    The stack of a lifted context ends with the frame that the scope entered again.
    """
    passed = []
    for frame in reversed(context.stack[:-1]):
        if frame.kind not in ("function", "branch"):
            break
        passed.append(frame)
    return passed


def _details(context: Context, margin: str) -> Iterator[str]:
    said = remarks(context)
    yield f"{margin} {context.resolved}{f': {said}' if said else ''}"
    if context.stack:
        yield f"{margin}   stack  {stack_text(context.stack)}"
    if context.via:
        places = (f"{printable(path_text(path))}:{line}" for path, line in context.via)
        yield f"{margin}   path   {' > '.join(places)}"
