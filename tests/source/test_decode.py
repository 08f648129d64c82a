"""Bytes to text, as Python reads them."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint.source.decode import SourceText, decode
from initscope_lint.source.error import SourceError


def text_of(data: bytes) -> SourceText:
    decoded = decode(data, "m.py")
    assert isinstance(decoded, SourceText), decoded
    return decoded


def error_of(data: bytes) -> SourceError:
    decoded = decode(data, "m.py")
    assert isinstance(decoded, SourceError), decoded
    return decoded


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        ("é = 1\n".encode(), "é = 1\n", "utf-8"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n", "utf-8-sig"),
        (b"# -*- coding: latin-1 -*-\n'\xe9'\n", "# -*- coding: latin-1 -*-\n'é'\n", "iso-8859-1"),
        (b"#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\n'\x80'\r\n", None, "cp1252"),
        (b"#\r# coding: latin-1\r'\xe9'\r", "#\r# coding: latin-1\r'é'\r", "iso-8859-1"),
        (b"# coding: latin-1 \xe9\n", "# coding: latin-1 é\n", "iso-8859-1"),
        (b"x = 1\n\n# coding: latin-1\n", "x = 1\n\n# coding: latin-1\n", "utf-8"),
    ],
)
def test_encodings(data: bytes, text: str | None, encoding: str) -> None:
    """A file that Python runs would be called unreadable, or its strings would be wrong."""
    decoded = text_of(data)
    assert decoded.encoding == encoding
    if text is not None:
        assert decoded.text == text


def test_nul_has_a_position() -> None:
    error = error_of(b"a = 1\r\nbc\0\n")
    assert (error.kind, error.line, error.column) == ("syntax", 2, 3)
    assert error.message == "source code cannot contain null bytes"


def test_invalid_bytes_have_a_position_in_characters() -> None:
    error = error_of("x = 1\ny = 'é".encode() + b"\xff'\n")
    assert (error.kind, error.line, error.column) == ("unreadable", 2, 7)
    assert error.message == "cannot decode byte 0xff as utf-8"


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: no-such-codec\n",
        b"# coding: rot13\n",
        b"\xef\xbb\xbf# coding: latin-1\n",
        b"# coding: hex\n",
        b"# coding: idna\nx = '\xfc'\n",
    ],
)
def test_unusable_codecs_are_errors(data: bytes) -> None:
    """They would be a crash."""
    assert error_of(data).kind == "unreadable"


def test_lines_are_python_lines() -> None:
    """Form feeds, U+2028 and their like end lines for ``str.splitlines`` only, and carets would point elsewhere."""
    assert text_of("a\x0cb\r\nc\u2028d\re\n".encode()).lines() == ["a\x0cb", "c\u2028d", "e", ""]
    assert text_of(b"a\r\nb\rc\n").normalized() == "a\nb\nc\n"


@given(st.binary(max_size=60))
def test_any_bytes_give_a_text_or_an_error(data: bytes) -> None:
    """And the same encoding as the standard library's, where that has an opinion."""
    decoded = decode(data, "m.py")
    if isinstance(decoded, SourceText) and b"\r" not in data:
        try:
            expected, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        except SyntaxError:
            return
        assert decoded.encoding == expected
