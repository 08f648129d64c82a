"""A Jupyter notebook as one program: its code cells in their order, with what only IPython understands taken out.

Every line keeps its place in its cell. A magic or a shell command becomes ``pass``, what is assigned from one comes
from ``input()``, of which nothing is known either; a cell of another language becomes empty lines. A cell that is
indented as a whole loses its indentation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

_PYTHON_MAGICS = frozenset({"capture", "prun", "python", "python3", "time", "timeit"})
"""Cell magics whose cells are Python all the same."""

_CELL_MAGIC = re.compile(r"\s*%%(\w*)")
_STATEMENT = re.compile(r"(\s*)(?:[%!?]|(?=\S)[^#'\"]*[\w)\]]\?{1,2}\s*$)")
_COMMAND = re.compile(
    r"(\s*)(?:cat|cd|clear|conda|cp|ll|ls|mkdir|mv|pip|pwd|rm|rmdir)"
    r"(?:\s+(?!(?:and|if|in|is|not|or)\b)(?:[\w.~$'\"-]|/\w).*|\s*)$"
)
"""A command that is known without ``!``, unless the line goes on as an expression or an assignment would."""
_ASSIGNMENT = re.compile(r"([\w.,\[\]\s]*=\s*)(?:%\w|!)")
_TOKEN = re.compile(
    r"""(?P<triple>\"\"\"|''')|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\#.*|(?P<open>[\[({])|(?P<close>[\])}])|(?P<more>\\$)"""
)


class NotebookError(ValueError):
    """A file is not a notebook that can be read."""


class Notebook(msgspec.Struct, frozen=True):
    """``text`` is the program; ``starts`` has the line at which each code cell begins, 1-based."""

    text: str
    starts: tuple[int, ...]


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""


class _Document(msgspec.Struct):
    nbformat: int
    cells: list[_Cell] = []
    metadata: dict[str, Any] = {}


def program(data: bytes) -> Notebook:
    """Return the program of a notebook. One that is not in Python is an empty program.

    Raises NotebookError if the file is not a notebook of format 4.
    """
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotebookError(f"not a notebook: {error}") from error
    except RecursionError as error:
        raise NotebookError("not a notebook: nested too deeply") from error
    if document.nbformat != 4:
        raise NotebookError(f"a notebook of format {document.nbformat}, and only 4 is known")
    if _language(document.metadata) not in ("python", "ipython", None):
        return Notebook("", ())
    lines: list[str] = []
    starts: list[int] = []
    for cell in document.cells:
        if cell.cell_type == "code":
            starts.append(len(lines) + 1)
            source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            source = source.encode("utf-8", "replace").decode()  # JSON can say what no text is
            lines.extend(_python(re.split(r"\r\n?|\n", source)))
    return Notebook("\n".join([*lines, ""]), tuple(starts))


def cell_and_line(starts: Sequence[int], line: int) -> tuple[int, int]:
    """Return the number of the code cell (from 1) that a line of the program is in, and its line in there."""
    cell = max(bisect_right(starts, line), 1)
    return cell, line - starts[cell - 1] + 1


def _language(metadata: dict[str, Any]) -> object:
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        described = metadata.get(key)
        if isinstance(described, dict) and described.get(name):
            return str(described[name]).lower()
    return None


def _python(lines: list[str]) -> Iterator[str]:
    """Yield the lines of a cell as Python, one for each."""
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        if magic[1] not in _PYTHON_MAGICS:
            yield from ("" for _ in lines)
            return
        lines[first] = "pass"
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip(" \t"))]
    lines = [line.removeprefix(indent) for line in lines]
    state = _State()
    commanding = False
    for line in lines:
        if commanding:
            shown = ""
        elif state.inside or not (found := _first_match(line)):
            state.read(line)
            yield line
            continue
        else:
            shown = found[1] + ("input()" if found.re is _ASSIGNMENT else "pass")
        commanding = line.endswith("\\")
        yield shown


def _first_match(line: str) -> re.Match[str] | None:
    """Match a line that only IPython understands; its first group is what stays of it."""
    return next(filter(None, (form.match(line) for form in (_STATEMENT, _COMMAND, _ASSIGNMENT))), None)


class _State:
    """Whether a statement goes on at the end of a line."""

    def __init__(self) -> None:
        self.depth = 0
        self.quote = ""
        self.continued = False

    @property
    def inside(self) -> bool:
        """Whether the next line is within a statement."""
        return bool(self.depth or self.quote or self.continued)

    def read(self, line: str) -> None:
        """Take in the next line."""
        self.continued = False
        position = 0
        while True:
            if self.quote:
                end = re.compile(rf"(?:\\.|[^\\])*?{self.quote}").match(line, position)
                if end is None:
                    return
                self.quote, position = "", end.end()
            match = _TOKEN.search(line, position)
            if match is None:
                return
            position = match.end()
            kind = match.lastgroup
            if kind == "triple":
                self.quote = match.group()
            elif kind == "open":
                self.depth += 1
            elif kind == "close":
                self.depth = max(self.depth - 1, 0)
            elif kind == "more":
                self.continued = True
