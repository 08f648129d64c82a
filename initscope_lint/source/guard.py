"""A cheap look at source text before the native parser sees it: how deeply does it nest, how much work will it be?

The native parser recurses on the C stack, without a limit of its own (1,500 open brackets, 5,000 chained lambdas or
10,000 terms joined by ``and`` kill the process), and takes time quadratic in the length of a chain and in the depth
of brackets. The limits here lie far below what crashes it and far above what people write; tests hold them against
the real parser in subprocesses.

The text is scanned for strings, comments, brackets and line ends only. Only a logical line long enough to hide a
chain is looked at more closely, operator by operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

MAX_BRACKETS = 200
"""Open brackets, as in CPython (``too many nested parentheses``)."""

MAX_INDENTS = 100
"""Indentation levels, as in CPython (``too many levels of indentation``)."""

MAX_NESTING = 1000
"""What may be nested in what: brackets, operators of one chain, ``elif`` arms, indentation, all counted together."""

MAX_EXCESS = 300_000
"""Sum, over all brackets and operators, of how deep beyond ``ORDINARY_DEPTH`` they are: about two seconds' worth."""

MAX_WORK = 20 * MAX_EXCESS
"""The same sum, above which a text is refused: no time limit that people set would be enough."""

ORDINARY_DEPTH = 16
"""Depth up to which brackets and operators count for nothing in these sums."""

_SHORT_LINE = 240
"""Characters of a logical line that are not worth a closer look."""

_LONG_FIELD = 100
"""Nesting within one replacement field of an f-string that makes the text suspicious."""


class Verdict(msgspec.Struct, frozen=True):
    """``refusal`` says why the text must not be parsed at all (None: it may be), at ``offset``, a character index.

    ``suspicious``: it may be parsed, but nobody knows how long that takes.
    """

    refusal: str | None
    offset: int
    suspicious: bool


class _Refused(Exception):
    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class _Unterminated(Exception):
    """A quote that begins a string without an end."""


def inspect(text: str) -> Verdict:
    """Look at a text whose line ends are ``\\n``. Takes a few per cent of the time of parsing it."""
    scan = _Scan(text)
    try:
        scan.run()
    except _Refused as refused:
        return Verdict(refused.message, refused.offset, False)
    return Verdict(None, 0, scan.excess > MAX_EXCESS or scan.suspicious)


# Every alternative begins with one of a few characters, which lets the regex engine skip all the others quickly.
_PLAIN_STRINGS = r"""
  (?: \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
    | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
    | "(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"
    | '(?!'')[^'\\\n]*(?:\\.[^'\\\n]*)*' )
"""
# The prefix of an f-string or t-string stands before the quote, and no other letter before the prefix: if"{" has none.
_FORMATTED_START = r"""["'](?: (?<=[fFtT].)(?<!\w[fFtT].) | (?<=[fFtT][rR].)(?<!\w[fFtT][rR].) |
  (?<=[rR][fFtT].)(?<!\w[rR][fFtT].) ) (?:(?<=")""|(?<=')'')?"""
_ATOMS = rf"""
  (?P<formatted>{_FORMATTED_START})
| (?P<string>{_PLAIN_STRINGS})
| (?P<unterminated>["'])
| (?P<comment>\#[^\n]*)
| (?P<open>[(\[{{])
| (?P<close>[)\]}}])
| (?P<newline>\n[ \t\f]*(?:elif\b)?)
| (?P<continued>\\\n)
"""
_CODE = re.compile(_ATOMS, re.VERBOSE | re.DOTALL)
# In a replacement field of an f-string, a colon ends the expression.
_FIELD = re.compile(_ATOMS + r"| (?P<colon>:)", re.VERBOSE | re.DOTALL)
_CLOSE_LOOK = re.compile(
    rf"""{_PLAIN_STRINGS} | (?P<comment>\#[^\n]*) | (?P<open>[(\[{{]) | (?P<close>[)\]}}])
  | (?P<separator>[,;]) | (?P<lambda>lambda\b)
  | \*\*=?|//=?|<<=?|>>=?|[-+*/%@&|^<>=!]=?|[~.'"]|\b(?:not|and|or|if|else|in|is|await|for|elif|yield|from)\b""",
    re.VERBOSE | re.DOTALL,
)
_FORMATTED_TEXT = {
    quote: re.compile(
        rf"[^{quote[0]}\\{{}}]+|(?P<named>\\N\{{)|\\[^{{}}]|\{{\{{|\}}\}}|(?P<end>{quote})|(?P<field>\{{)|.", re.DOTALL
    )
    for quote in ("'", '"', "'''", '"""')
}
_CHARACTER_NAME = re.compile(r"[A-Za-z0-9 -]*\}")
_SPECIFICATION = re.compile(r"[^{}'\"\n]+|(?P<field>\{)|(?P<end>\})|.", re.DOTALL)


class _Scan:
    """One pass over one text. ``excess`` and ``suspicious`` are what ``Verdict`` says of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.excess = 0
        self.suspicious = False
        self.depth = 0
        self.blocks: list[tuple[int, int]] = [(0, 0)]
        """Open blocks as (indentation in columns, ``elif`` arms so far); the first is the module."""
        self.line_start = 0
        self.spans: list[tuple[int, int]] = []
        """Where the f-strings of the logical line are, each after those inside of it."""

    def run(self) -> None:
        try:
            end = self.code(0, in_field=False)
        except _Unterminated:
            # The native tokenizer runs before the parser and stops there as well, if it reads strings as we do.
            self.suspicious = True
        else:
            self.chains(self.line_start, end)

    def code(self, position: int, in_field: bool) -> int:
        """Scan code from ``position``, in a replacement field to behind its closing brace; returns where it ended."""
        text, outer = self.text, self.depth
        pattern = _FIELD if in_field else _CODE
        while True:
            for match in pattern.finditer(text, position):
                kind = match.lastgroup
                if kind == "string" or kind == "comment" or kind == "continued":
                    continue
                if kind == "open":
                    self.open(match.start())
                elif kind == "close":
                    if in_field and self.depth == outer:
                        return match.end()
                    self.depth = max(self.depth - 1, outer)
                elif kind == "newline":
                    if not self.depth:
                        self.newline(match)
                elif kind == "formatted":
                    position = self.formatted(match)
                    break
                elif kind == "colon":
                    if self.depth == outer:
                        return self.specification(match.end())
                else:
                    raise _Unterminated
            else:
                return len(text)

    def open(self, offset: int) -> None:
        self.depth += 1
        if self.depth > ORDINARY_DEPTH:
            self.work(self.depth, offset)
            if self.depth > MAX_BRACKETS:
                raise _Refused("too many nested brackets", offset)

    def formatted(self, start: re.Match[str]) -> int:
        """Scan an f-string or t-string from its opening quote; returns where it ended."""
        quote = start.group()
        pattern = _FORMATTED_TEXT[quote]
        position = start.end()
        self.open(start.start())
        while True:
            for match in pattern.finditer(self.text, position):
                kind = match.lastgroup
                if kind == "end":
                    self.depth -= 1
                    self.spans.append((start.start(), match.end()))
                    return match.end()
                if kind == "field" or kind == "named":
                    # The braces of ``N{DASH}`` read alike as a field, but anything else there is odd.
                    if kind == "named" and not _CHARACTER_NAME.match(self.text, match.end()):
                        self.suspicious = True
                    position = self.field(match)
                    break
            else:
                self.suspicious = True
                return len(self.text)

    def field(self, start: re.Match[str]) -> int:
        """Scan a replacement field from its opening brace; returns where it ended."""
        self.open(start.start())
        end = self.code(start.end(), in_field=True)
        self.depth -= 1
        if end - start.end() > _SHORT_LINE and self.chains(start.end(), end) > _LONG_FIELD:
            # Fields nest in strings that nest in fields; their chains are not added up.
            self.suspicious = True
        return end

    def specification(self, position: int) -> int:
        """Scan a format specification, from behind its colon to behind the brace that ends its field."""
        while True:
            for match in _SPECIFICATION.finditer(self.text, position):
                if match.lastgroup == "end":
                    return match.end()
                if match.lastgroup == "field":
                    position = self.field(match)
                    break
            else:
                return len(self.text)

    def newline(self, match: re.Match[str]) -> None:
        """A line end outside of brackets: close the logical line, and see how far the next one is indented."""
        after = match.end()
        if self.text[after : after + 1] in ("\n", "#"):
            return
        offset = match.start()
        if offset - self.line_start > _SHORT_LINE:
            self.chains(self.line_start, offset)
        self.line_start = offset
        self.spans.clear()
        lead = match.group()[1:]
        is_elif = lead.endswith("elif")
        blank = (lead[:-4] if is_elif else lead).rpartition("\f")[2]
        indent = len(blank.expandtabs(8) if "\t" in blank else blank)
        blocks = self.blocks
        while len(blocks) > 1 and blocks[-1][0] > indent:
            blocks.pop()
        if blocks[-1][0] < indent:
            blocks.append((indent, 0))
            if len(blocks) - 1 > MAX_INDENTS:
                raise _Refused("too many levels of indentation", offset + 1)
        else:
            arms = blocks[-1][1] + 1 if is_elif else 0
            blocks[-1] = (indent, arms)
            if arms > ORDINARY_DEPTH:
                self.work(arms, offset + 1)
                self.nesting(0, offset + 1)

    def work(self, depth: int, offset: int) -> None:
        self.excess += depth
        if self.excess > MAX_WORK:
            raise _Refused("too much nesting altogether", offset)

    def nesting(self, depth: int, offset: int) -> None:
        """Refuse what nests ``depth`` deep inside of the open blocks, if that is too much together."""
        if depth + len(self.blocks) + sum(arms for _, arms in self.blocks) > MAX_NESTING:
            raise _Refused("expression or statement nested too deeply", offset)

    def chains(self, start: int, end: int) -> int:
        """Count the operators of every chain in this stretch of code, with what they nest in; returns the maximum.

        An f-string counts as one term: its fields are looked at by themselves.
        """
        enclosing = 0  # the chains around the innermost open bracket, together
        chains = [0]
        lambdas = 0
        deepest = 0
        base = len(self.blocks)
        for match in self.tokens(start, end):
            kind = None if match is None else match.lastgroup
            if kind == "open":
                chains[-1] += 1
                enclosing += chains[-1]
                chains.append(0)
            elif kind == "close":
                if len(chains) > 1:
                    chains.pop()
                    enclosing -= chains[-1]
            elif kind == "separator":
                chains[-1] = 0
            elif kind != "comment":
                chains[-1] += 1
                if kind == "lambda":
                    # A comma between the parameters of a lambda separates nothing that nests.
                    lambdas += 1
            depth = enclosing + chains[-1]
            if depth > deepest:
                deepest = depth
                if depth + base > MAX_NESTING // 4:
                    self.nesting(depth, start if match is None else match.start())
            if depth > ORDINARY_DEPTH:
                self.work(depth, start if match is None else match.start())
        if lambdas > _LONG_FIELD:
            self.suspicious = True
        return deepest

    def tokens(self, start: int, end: int) -> Iterator[re.Match[str] | None]:
        """What matters to chains between two offsets; None stands for an f-string."""
        position = start
        for begin, stop in sorted(self.spans):
            if position <= begin and stop <= end:
                yield from _CLOSE_LOOK.finditer(self.text, position, begin)
                yield None
                position = stop
        yield from _CLOSE_LOOK.finditer(self.text, position, end)
