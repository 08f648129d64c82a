"""What the pages in HTML share: one self-contained document each, that fetches nothing from anywhere."""

from __future__ import annotations

import html
import io
import itertools
import keyword
import token
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from initscope_lint.report.diagnostic import Frame
from initscope_lint.report.display import path_text, printable

_ASSETS = Path(__file__).with_name("assets")
_CLASSES = {token.STRING: "s", token.NUMBER: "d", tokenize.COMMENT: "c"}
KINDS = {"eager": "E", "graph": "G", "function": "F", "branch": "B"}
"""The kinds of contexts, with the letters that stand for them."""

_LONGEST = 1_000
"""Characters of a line that are shown."""

Stretch = tuple[int, int, str]
"""Where a stretch of a line begins and ends, from 0, and the class that it has; ``mark`` is that of a finding."""


def escape(text: str) -> str:
    """Return text for HTML, in which nothing that comes from a program can be anything else."""
    return html.escape("\t".join(printable(part) for part in text.split("\t")))


def place(path: str, line: int) -> str:
    """Return ``path:line`` for HTML."""
    return f"{escape(path_text(path))}:{line}"


def document(title: str, body: Sequence[str], script: str) -> Iterator[str]:
    """Yield a page; ``script`` is the name of one of the assets. No policy of a server is needed for it to be safe."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_asset('page.css')}</style>\n</head>\n<body>\n"
    )
    yield from (f"{part}\n" for part in body)
    yield f"<script>\n{_asset(script)}</script>\n</body>\n</html>\n"


def legend() -> str:
    """Return what the colours and letters of contexts mean."""
    kinds = "".join(f'<span><span class="frame {kind}">{letter}</span>{kind}</span>' for kind, letter in KINDS.items())
    return f'<div class="legend" aria-label="Contexts">{kinds}</div>'


def chips(stack: Sequence[Frame]) -> str:
    """Return a context stack in one line, outermost first."""
    return " ".join(
        f'<span class="chip {escape(frame.kind)}">{escape(_named(frame))}'
        f' <span class="soft">{place(frame.path, frame.line)}</span></span>'
        for frame in stack
    )


def _named(frame: Frame) -> str:
    return frame.kind if frame.name in ("", frame.kind) else f"{frame.kind} {frame.name}"


class Code:
    """Source lines for HTML, in colours."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [line.rstrip("\r\n") for line in lines]
        self._colours: dict[int, list[Stretch]] = {}
        for number, stretch in _tokens(self.lines):
            self._colours.setdefault(number, []).append(stretch)

    def line(self, number: int, marks: Sequence[Stretch] = ()) -> str:
        """Return a line (from 1) with marks; one that is too long to be read is cut."""
        return _line(self.lines[number - 1][:_LONGEST], self._colours.get(number, []), marks)


def _tokens(lines: Sequence[str]) -> Iterator[tuple[int, Stretch]]:
    try:
        for each in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            name = _CLASSES.get(each.type, "")
            if each.type == token.NAME and keyword.iskeyword(each.string):
                name = "k"
            elif token.tok_name[each.type].startswith("FSTRING"):
                name = "s"
            (first, begin), (last, end) = each.start, each.end
            for number in range(first, last + 1) if name else ():
                stop = end if number == last else len(lines[number - 1])
                yield number, (begin if number == first else 0, stop, name)
    except (tokenize.TokenError, SyntaxError):
        return


def _line(text: str, colours: Sequence[Stretch], marks: Sequence[Stretch]) -> str:
    cuts = sorted({0, len(text), *(min(at, len(text)) for each in (*colours, *marks) for at in each[:2])})
    parts = []
    for begin, end in itertools.pairwise(cuts):
        part = escape(text[begin:end])
        for name in (name for first, last, name in colours if first <= begin and end <= last):
            part = f'<span class="{name}">{part}</span>'
        if any(first <= begin and end <= last for first, last, _ in marks):
            part = f"<mark>{part}</mark>"
        parts.append(part)
    return "".join(parts)


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
