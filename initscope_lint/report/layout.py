"""The statements of a file as lines, and its comments: what a suppression needs to know of Python."""

from __future__ import annotations

import contextlib
import io
import token
import tokenize
from collections.abc import Iterator

import msgspec


class Statement(msgspec.Struct):
    """The lines, first to last, of a simple statement or of a header with its decorators; ``end`` is that of its body.

    All are 1-based and inclusive.
    """

    first: int
    last: int
    end: int


class Comment(msgspec.Struct, frozen=True):
    """A comment: its text from the ``#`` on, where it begins (1-based), what is before it on its line, and which lines
    belong to it.

    A comment behind code belongs to the statement that it stands in. One on a line of its own belongs to the
    statement that it stands in as well, or else to the one below it, with its body; to no lines at the end of a file.
    """

    text: str
    line: int
    column: int
    before: str
    lines: tuple[int, int] | None


class Layout(msgspec.Struct, frozen=True):
    """The statements of a file, in order, and its comments, up to where tokens stop to make sense."""

    statements: list[Statement]
    comments: list[Comment]

    def statement(self, line: int) -> Statement | None:
        """Return the statement (for a body: the header) that a line belongs to, None if there is none."""
        return next((each for each in self.statements if each.first <= line <= each.last), None)


def layout(text: str) -> Layout:
    """Return the layout of a source text whose lines end in ``\\n``."""
    statements: list[Statement] = []
    comments: list[tuple[tokenize.TokenInfo, int, bool]] = []
    open_: list[tuple[int, Statement]] = []  # the statements whose bodies may go on, with their depths
    depth = first = 0
    at_sign = decorated = False
    for each in _tokens(text):
        if each.type == tokenize.INDENT:
            depth += 1
        elif each.type == tokenize.DEDENT:
            depth -= 1
        elif each.type == tokenize.COMMENT:
            comments.append((each, len(statements) - decorated, not first))
        elif each.type == tokenize.NEWLINE:
            last = each.start[0]
            if decorated:
                statements[-1].last = last
            else:
                statements.append(Statement(first, last, last))
                while open_ and open_[-1][0] >= depth:
                    open_.pop()
                open_.append((depth, statements[-1]))
            for _, enclosing in open_:
                enclosing.end = last
            first, decorated = 0, at_sign
        elif each.type not in (tokenize.NL, token.ENDMARKER) and not first:
            first, at_sign = each.start[0], each.string == "@"
    lines = text.split("\n")
    return Layout(
        statements,
        [
            _comment(each, statements[at] if at < len(statements) else None, outside, lines)
            for each, at, outside in comments
        ],
    )


def _comment(found: tokenize.TokenInfo, its: Statement | None, outside: bool, lines: list[str]) -> Comment:
    line, column = found.start
    covered = None if its is None else (its.first, its.end if outside else its.last)
    return Comment(found.string, line, column + 1, lines[line - 1][:column], covered)


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """Yield tokens as long as there are any: what this Python's tokenizer cannot read, another's may."""
    with contextlib.suppress(tokenize.TokenError, SyntaxError):
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
