"""Bytes to text, as Python itself reads a source file (PEP 263): byte order mark, coding cookie, else UTF-8."""

from __future__ import annotations

import codecs
import io
import re

import msgspec

from initscope_lint.source.error import SourceError

_NEWLINE = re.compile(r"\r\n?|\n")


class SourceText(msgspec.Struct, frozen=True):
    """A decoded file.

    ``text`` has the newlines of the file but no byte order mark; ``encoding`` is the codec that writes it back
    (``utf-8-sig`` if there was a mark). For a notebook, ``text`` is the program that its cells make, and ``cells`` has
    the line at which each code cell begins.
    """

    path: str
    text: str
    encoding: str
    cells: tuple[int, ...] = ()

    def lines(self) -> list[str]:
        """The lines without their ends, split where Python splits them (not at form feeds or U+2028)."""
        return _NEWLINE.split(self.text)

    def normalized(self) -> str:
        """The text with every line end as ``\\n``; lines and columns stay what they were."""
        return _NEWLINE.sub("\n", self.text) if "\r" in self.text else self.text


_OF_NAMES = frozenset({"idna", "punycode"})
"""Codecs of the names of hosts, which take quadratic time: a megabyte would take hours."""


def decode(data: bytes, path: str) -> SourceText | SourceError:
    """The text of a source file, or why there is none. ``path`` is only for the error."""
    nul = data.find(b"\0")
    if nul >= 0 and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        line, column = _place(data[:nul].decode("latin-1"))
        return SourceError("syntax", path, line, column, "source code cannot contain null bytes")
    encoding = "utf-8"
    try:
        head = _first_two_lines(data)
        if b"coding" in head or head.startswith(codecs.BOM_UTF8):
            import tokenize

            encoding, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
            if codecs.lookup(encoding).name in _OF_NAMES:
                return SourceError("unreadable", path, 1, 1, f"cannot decode: {encoding} is no encoding of files")
        text = data.decode(encoding)
    except SyntaxError as error:  # an unknown codec, or one that contradicts the byte order mark
        return SourceError("unreadable", path, 1, 1, f"cannot decode: {error.msg or error}")
    except UnicodeDecodeError as error:
        try:
            before = data[: error.start].decode(encoding, "replace")
        except UnicodeError:  # a codec that replaces nothing
            before = data[: error.start].decode("latin-1")
        line, column = _place(before)
        byte = data[error.start : error.start + 1].hex()
        return SourceError("unreadable", path, line, column, f"cannot decode byte 0x{byte} as {encoding}")
    except (LookupError, ValueError) as error:  # a codec that is not one of text, such as rot13 or hex
        return SourceError("unreadable", path, 1, 1, f"cannot decode as {encoding}: {error}")
    return SourceText(path, text, encoding)


def _first_two_lines(data: bytes) -> bytes:
    """The first two lines, as lines ended by ``\\n``, which is the only end that ``detect_encoding`` knows.

    Bytes that are not UTF-8 are blanked outside of the mark: ``detect_encoding`` refuses them without a position,
    whereas decoding has one.
    """
    end, start = 0, 0
    for _ in range(2):
        match = re.compile(rb"\r\n?|\n").search(data, start)
        start = end = len(data) if match is None else match.end()
    head = re.sub(rb"\r\n?", b"\n", data[:end])
    mark = codecs.BOM_UTF8 if head.startswith(codecs.BOM_UTF8) else b""
    return mark + re.sub(rb"[\x80-\xff]", b" ", head[len(mark) :])


def _place(before: str) -> tuple[int, int]:
    """The 1-based line and column of what follows ``before``."""
    lines = _NEWLINE.split(before.removeprefix("\ufeff"))
    return len(lines), len(lines[-1]) + 1
