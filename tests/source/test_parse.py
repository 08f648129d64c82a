"""Guarded parsing: what is accepted, what is refused, and where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import libcst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint.source import guard
from initscope_lint.source.decode import SourceText
from initscope_lint.source.deep import run_deep
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import parse, read
from tests.source.hostile import TEXTS

ROOT = Path(__file__).parents[2]


def error_of(text: str, **options: float) -> SourceError:
    result = parse(SourceText("m.py", text, "utf-8"), **options)
    assert isinstance(result, SourceError)
    return result


def module_of(text: str) -> libcst.Module:
    result = parse(SourceText("m.py", text, "utf-8"))
    assert isinstance(result, libcst.Module), result
    return result


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_does_not_take_the_process_down(name: str) -> None:
    """In a subprocess, because the failure is a segmentation fault."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.source.hostile", name, "190", "900", "8000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert set(run.stdout.split()) <= {"parsed", "syntax", "unreadable"}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = 1\nprint 'a'\n", 2, 1),
        ("x = (1,\n", 1, 5),
        ("def f(:\n    pass\n", 1, 7),
        ("é = 1; é é\n", 1, 10),
        ("x = 'abc\n", 1, 5),
        ("if a:\nb\n", 2, 1),
    ],
)
def test_syntax_errors_have_python_positions(text: str, line: int, column: int) -> None:
    """Columns are characters, from 1. libcst's own would be those of the next token."""
    error = error_of(text)
    assert (error.kind, error.line, error.column) == ("syntax", line, column)


@pytest.mark.parametrize(
    "text",
    ["print 'a'\n", "exec 'a'\n", "raise E, 'a'\n", "x = 10L\n", "`a`\n", "a <> b\n", "'a' b'b'\n", "x = 0777\n"],
)
def test_what_python_3_refuses_is_a_syntax_error(text: str) -> None:
    error = error_of(text)
    assert (error.kind, error.line) == ("syntax", 1)
    assert error.message


def test_valid_python_that_libcst_does_not_know_is_not_the_authors_fault() -> None:
    error = error_of("(x): int = 1\n")
    assert (error.kind, error.message) == ("unreadable", "valid Python that the parser does not support")


def test_refusals_have_a_position() -> None:
    error = error_of("x = 1\ny = " + "(" * 201 + ")" * 201)
    assert (error.kind, error.line, error.column) == ("unreadable", 2, 205)
    assert error.message == "too many nested brackets"


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("parentheses", 201, "too many nested brackets"),
        ("indentation", 101, "too many levels of indentation"),
        ("sum", 1001, "expression or statement nested too deeply"),
        ("many deep lines", 200, "too much nesting altogether"),
    ],
)
def test_what_is_refused(name: str, size: int, message: str) -> None:
    error = error_of(TEXTS[name](size))
    assert ("unreadable", message) == (error.kind, error.message)


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (MemoryError(), "too complex to parse (MemoryError)"),
        (ValueError("x"), "the parser failed: ValueError: x"),
    ],
)
def test_parser_that_fails(failure: Exception, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> NoReturn:
        raise failure

    monkeypatch.setattr(libcst, "parse_module", fail)
    error = error_of("x = 1\n")
    assert ("unreadable", message) == (error.kind, error.message)


def test_line_ends_do_not_move_anything() -> None:
    """Alone, each ``\\r`` is a line end to Python, which libcst loses track of."""
    for end in ("\n", "\r\n", "\r"):
        module = module_of(end.join(["a = '''x", "y'''", "b", ""]))
        assert module.code == "a = '''x\ny'''\nb\n"


def test_leading_continuation_lines_keep_later_lines_in_place() -> None:
    assert module_of("\\\n\\\na\n").code == "\n\na\n"


def test_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suspicious file is given up when the child process does not come back in time."""
    monkeypatch.setattr("initscope_lint.source.parse.LARGE_TEXT", 10)
    error = error_of("x = 1\n" * 10, time_limit=0.0)
    assert (error.kind, error.message) == ("unreadable", "not parsed within 0 seconds")


def test_a_suspicious_file_is_parsed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("initscope_lint.source.parse.LARGE_TEXT", 10)
    assert len(module_of("x = 1\n" * 10).body) == 10


def test_the_child_does_not_import_the_linted_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linting a repository must not run its code."""
    (tmp_path / "libcst.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / "json.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("initscope_lint.source.parse.LARGE_TEXT", 10)
    assert len(module_of("x = 1\n" * 10).body) == 10
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "text",
    [
        "x = {" + ", ".join(f"'{i}': lambda a, b: a + b" for i in range(80)) + "}\n",
        "x = [" + "a + b, " * 3000 + "]\n",
        "f('''" + "((((" * 300 + "''')\n",
        'x = f"' + "{{ ( [ " * 400 + '{a}"\n',
        "# " + "(" * 5000 + "\nx = 1\n",
        "if a:\n    pass\n" + "elif a:\n    pass\n" * 15 + "else:\n    pass\n",
        ("if a: pass\nelif b: pass\n") * 1200,
    ],
)
def test_ordinary_code_is_not_suspicious(text: str) -> None:
    """It would be refused, or parsed twice."""
    assert guard.inspect(text) == guard.Verdict(None, 0, False)


@given(st.text(alphabet="ab(){}[]'\"\\#\n fr:+.!=\t,", max_size=60))
def test_inspecting_and_parsing_are_total(text: str) -> None:
    """Any text gives a module or an error inside of the text."""
    assert guard.inspect(text).refusal is None
    source = SourceText("m.py", text, "utf-8")
    result = parse(source, time_limit=60.0) if not guard.inspect(text).suspicious else None
    if isinstance(result, SourceError):
        lines = source.lines()
        assert 1 <= result.line <= len(lines)
        assert 1 <= result.column <= len(lines[result.line - 1]) + 1


def test_read_refuses_large_files(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_bytes(b"x" * 11)
    error = read(tmp_path / "m.py", max_bytes=10)
    assert isinstance(error, SourceError)
    assert (error.kind, error.message) == ("unreadable", "larger than 10 bytes")
    assert read(tmp_path / "m.py", max_bytes=11) == SourceText((tmp_path / "m.py").as_posix(), "x" * 11, "utf-8")


def test_read_reports_what_is_not_a_file(tmp_path: Path) -> None:
    for path, message in (
        (tmp_path, "cannot read: it is not a regular file"),
        (tmp_path / "no", "cannot read: it does not exist"),
    ):
        error = read(path)
        assert isinstance(error, SourceError)
        assert error.message == message


def test_deep_calls_nest() -> None:
    """If this fails, a deep call inside a deep call waits for itself for ever."""
    assert run_deep(lambda: run_deep(lambda: 42)) == 42
