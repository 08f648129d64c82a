"""A page that shows files with the context of every statement: the stack as blocks beside the source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from initscope_lint.report.diagnostic import Context, Diagnostic, Point
from initscope_lint.report.display import path_text
from initscope_lint.report.layout import layout
from initscope_lint.report.stack_json import context_object
from initscope_lint.report.stack_text import by_line, lifted_past, remarks
from initscope_lint.report.web import Code, Stretch, document, escape, legend, place


class _Contexts:
    """The distinct contexts of a page, and the call paths to them, by number."""

    def __init__(self) -> None:
        self.known: dict[Context, int] = {}
        self.paths: dict[tuple[tuple[str, int], ...], int] = {}

    def number(self, context: Context) -> int:
        self.paths.setdefault(context.via, len(self.paths))
        return self.known.setdefault(context, len(self.known))

    def objects(self) -> list[dict[str, Any]]:
        """What the script of the page knows of them; ``lands`` is the entry of the stack that one is lifted to."""
        return [
            {
                **context_object(context),
                "via": [[path_text(path), line] for path, line in context.via],
                "remarks": remarks(context),
                "lands": len(context.stack) - 2 - len(lifted_past(context)),
                "path": self.paths[context.via],
            }
            for context in self.known
        ]


def render(
    files: Mapping[str, Sequence[Point]], source: Mapping[str, Sequence[str]], found: Sequence[Diagnostic] = ()
) -> Iterator[str]:
    """Yield the page. ``source`` has the lines of the files; findings in them are shown in their places."""
    contexts = _Contexts()
    tables = [
        "".join(_file(number, path, points, source[path], [each for each in found if each.path == path], contexts))
        for number, (path, points) in enumerate(files.items())
    ]
    data = {"files": [path_text(path) for path in files], "contexts": contexts.objects()}
    island = json.dumps(data, ensure_ascii=True).replace("<", "\\u003c").replace("\x7f", "\\u007f")
    title = f"{', '.join(map(path_text, files))}: context"
    body = [
        "<h1>TensorFlow's context, statement by statement</h1>",
        legend(),
        _chooser(contexts),
        '<div class="layout">',
        f"<main>{''.join(tables)}</main>",
        '<aside id="panel" aria-live="polite"></aside>',
        "</div>",
        f'<script type="application/json" id="data">{island}</script>',
    ]
    yield from document(title, body, "stack.js")


def _chooser(contexts: _Contexts) -> str:
    if len(contexts.paths) < 2:
        return ""
    options = "".join(
        f'<option value="{number}">{" &gt; ".join(_short(*step) for step in path) or "the module itself"}</option>'
        for path, number in contexts.paths.items()
    )
    return (
        '<div class="bar"><label>Follow the call path <select id="path">'
        f'<option value="-1">the first to each line</option>{options}</select></label>'
        '<span class="soft"><kbd>↑</kbd> <kbd>↓</kbd> lines, <kbd>←</kbd> <kbd>→</kbd> contexts of a line</span></div>'
    )


def _short(path: str, line: int) -> str:
    return place(path.rpartition("/")[2], line)


def _file(
    number: int,
    path: str,
    points: Sequence[Point],
    lines: Sequence[str],
    found: Sequence[Diagnostic],
    contexts: _Contexts,
) -> Iterator[str]:
    yield f'<h2>{escape(path_text(path))}</h2><div class="scroll"><table class="code">'
    here = by_line(points, lines)
    marks: dict[int, list[Stretch]] = {}
    for each in found:
        span = each.span
        end = span.end_column - 1 if span.end_line == span.line else 1 << 30
        marks.setdefault(span.line, []).append((span.column - 1, end, "mark"))
    code = Code(lines)
    going_on = {
        line for each in layout("\n".join(code.lines)).statements for line in range(each.first + 1, each.last + 1)
    }
    for line in range(1, len(lines) + 1):
        yield _row(number, line, code.line(line, marks.get(line, ())), here.get(line), line in going_on, contexts)
        yield from (_finding(each) for each in found if each.span.line == line)
    yield "</table></div>"


def _row(file: int, line: int, text: str, here: Sequence[Context] | None, goes_on: bool, contexts: _Contexts) -> str:
    numbers = " ".join(str(contexts.number(each)) for each in here or ())
    state = " unreached" if here is not None and not here else " more" if goes_on and here is None else ""
    where = (
        "not reached"
        if here is not None and not here
        else ", ".join(dict.fromkeys(escape(each.resolved) for each in here or ()))
    )
    return (
        f'<tr class="row{state}" tabindex="0" id="f{file}L{line}" data-file="{file}" data-line="{line}"'
        f' data-contexts="{numbers}"><th class="number" scope="row">'
        f'<a href="#f{file}L{line}" tabindex="-1">{line}</a></th>'
        f'<td class="rails"></td><td class="where">{where}</td><td class="source">{text}</td>'
        '<td class="remarks"></td></tr>\n'
    )


def _finding(each: Diagnostic) -> str:
    said = [f'<p class="severity">{each.severity.value} {each.code} {escape(each.name)}</p>']
    said.append(f"<p>{escape(each.message)}</p>")
    if each.raises:
        said.append(f'<p class="soft">raises {escape(each.raises)}</p>')
    if each.help:
        said.append(f"<p>help: {escape(each.help)}</p>")
    return (
        '<tr class="finding"><td></td><td class="rails"></td>'
        f'<td colspan="3" class="said"><div class="{each.severity.value}">'
        f"{''.join(said)}</div></td></tr>\n"
    )
