"""What comes from a program is shown as it is, in its place, and without power over the terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint.report.display import excerpt, path_text, plural, printable, source_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("größe 変数", "größe 変数"),
        ("a\nb", "a\\nb"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x85\u2028", "\\x85\\u2028"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable(text: str, expected: str) -> None:
    """If this fails, a file can move the cursor, colour or reorder what the linter prints."""
    assert expected == printable(text)


@given(st.text())
def test_printable_is_one_harmless_line(text: str) -> None:
    """If this fails, some character breaks a report into two lines or reaches the terminal raw."""
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)


def test_path_that_is_not_utf8() -> None:
    """If this fails, a file name in another encoding cannot be written to JSON."""
    path = path_text(b"caf\xe9.py".decode("utf-8", "surrogateescape"))
    assert "caf\\xe9.py" == path
    assert path == json.loads(json.dumps(path))


@pytest.mark.parametrize(
    ("source", "column", "end_column", "shown", "marks"),
    [
        ("x = f(y)", 5, 9, "x = f(y)", "    ^^^^"),
        ("\tf(y)", 2, 6, "    f(y)", "    ^^^^"),
        ("a\tf(y)", 3, 7, "a   f(y)", "    ^^^^"),
        ("変数 = f(y)", 6, 10, "変数 = f(y)", "       ^^^^"),
        ("変数 = 1", 1, 3, "変数 = 1", "^^^^"),
        ("e\u0301 = f", 6, 7, "e\u0301 = f", "    ^"),
        ("'\x1b' + f", 7, 8, "'\\x1b' + f", "         ^"),
        ("f", 9, 12, "f", " ^"),
    ],
)
def test_carets(source: str, column: int, end_column: int, shown: str, marks: str) -> None:
    """If this fails, carets do not stand below what they mean."""
    assert (shown, marks) == excerpt([source + "\n"], 1, column, 1, end_column)


def test_carets_of_several_lines_end_with_the_first() -> None:
    """If this fails, a call over several lines is marked wrongly."""
    assert ("v = f(  ", "    ^^") == excerpt(["v = f(  \r\n", "  1)\r\n"], 1, 5, 2, 5)


def test_long_line_is_cut_around_the_span() -> None:
    """If this fails, a generated line fills the screen, or the marked part is cut off."""
    source = "x" * 5000 + "HERE" + "y" * 5000
    shown, marks = excerpt([source], 1, 5001, 1, 5005)
    assert len(shown) <= 160
    assert "HERE" == shown[marks.index("^") : marks.rindex("^") + 1]
    assert len(source_line([source], 1)) <= 160


def test_line_that_does_not_exist() -> None:
    """If this fails, a file that changed during the run crashes the report."""
    assert ("", "") == excerpt(["x"], 2, 1, 2, 2)
    assert "" == source_line([], 1)


def test_plural() -> None:
    """If this fails, the summary says "1 files" or "2 entry point"."""
    assert "1 file, 0 files, 2 entry points" == f"{plural(1, 'file')}, {plural(0, 'file')}, {plural(2, 'entry point')}"
