"""What there is to say about the buffers of an editor, with the rest of the project as it is on the disk."""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from initscope_lint import rules, runner
from initscope_lint.report.diagnostic import Context, Diagnostic, Edit
from initscope_lint.report.edits import overlap
from initscope_lint.report.stack_text import by_line, remarks
from initscope_lint.report.suppress import additions
from initscope_lint.report.text import stack_text
from initscope_lint.runner import Settings
from initscope_lint.source.decode import SourceText
from initscope_lint.source.discovery import Discovery, discover
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import read as read_file
from initscope_lint.source.parse import text_of


@dataclass
class Buffers:
    """The texts of an editor, by absolute path."""

    settings: Callable[[Path], Settings]
    texts: dict[str, str] = field(default_factory=dict)

    def diagnostics(self, path: str) -> list[Diagnostic]:
        """What is found in a buffer."""
        run = runner.check([path], self.settings, find=functools.partial(_find, path), read=_reader(self.texts))
        return [each for each in run.diagnostics if os.path.abspath(each.path) == path]

    def contexts(self, path: str) -> dict[int, list[Context]]:
        """The contexts of the lines of a buffer on which statements begin."""
        text = self.texts.get(path, "")  # it may be closed by now
        run = runner.stack({path: None}, self.settings, read=_reader({**self.texts, path: text}))
        return by_line(run.points.get(path, ()), text.split("\n"))


def _reader(texts: Mapping[str, str]) -> runner.Read:
    """What files hold for an editor, as it has them now: they may change while a run goes on."""
    now = dict(texts)

    def read(path: Path) -> SourceText | SourceError:
        text = now.get(os.path.abspath(path))
        return read_file(path) if text is None else text_of(text.encode("utf-8", "surrogatepass"), path.as_posix())

    return read


def _find(path: str, paths: Sequence[str]) -> Discovery:
    """The buffer itself, though it may not be on the disk yet; and what else is in its project."""
    if [*paths] == [path]:
        return Discovery((Path(path),), ())
    return discover(paths)


def ignoring(text: str, found: Diagnostic) -> list[Edit]:
    """The edits that silence a finding in a text."""
    edits, _ = additions(text, [found], rules.code_of)
    return edits


def all_safe(found: Sequence[Diagnostic]) -> list[Edit]:
    """The edits of all safe fixes that do not touch each other."""
    edits: list[Edit] = []
    for each in found:
        if each.fix is not None and each.fix.applicability == "safe" and not overlap(edits, each.fix.edits):
            edits += each.fix.edits
    return edits


def hover(contexts: Sequence[Context]) -> str:
    """What a hover over a line says about its contexts, as Markdown."""
    parts = []
    for context in contexts:
        said = remarks(context)
        stack = stack_text([frame for frame in context.stack])
        parts.append(f"**{context.resolved}**{f' ({said})' if said else ''}\n\n```text\n{stack}\n```")
        if context.via:
            called = " > ".join(f"{os.path.basename(path)}:{line}" for path, line in context.via)
            parts[-1] += f"\ncalled from {called}"
    return "\n\n---\n\n".join(parts)


def with_blocks(text: str, contexts: dict[int, list[Context]]) -> Iterator[tuple[int, int, str]]:
    """Yield for each ``with`` block that changes the context: the line and column (from 1) of its colon, and what runs
    in it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    lines = text.split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, ast.With | ast.AsyncWith):
            continue
        outside, inside = contexts.get(node.lineno, []), contexts.get(node.body[0].lineno, [])
        said = list(dict.fromkeys(map(_brief, inside)))
        end = node.body[0].lineno - 1
        while end > node.lineno and not lines[end - 1].split("#")[0].rstrip().endswith(":"):
            end -= 1
        if said and end >= node.lineno and said != list(dict.fromkeys(map(_brief, outside))):
            yield end, len(lines[end - 1]) + 1, " | ".join(said)


def _brief(context: Context) -> str:
    said = remarks(context)
    return f"{context.resolved}, {said}" if said else context.resolved
