"""A failure of the linter itself is reported for its file, and the rest is linted."""

from __future__ import annotations

from pathlib import Path

import pytest

from initscope_lint import cli
from initscope_lint.interpreter.analysis import Session
from initscope_lint.interpreter.events import Failure, Part, Unit
from initscope_lint.interpreter.results import Site


@pytest.fixture
def analyses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files, of which one makes the analysis fail; the other has an uncertain finding, twice, and a certain one."""
    (tmp_path / "a_fails.py").write_text("import tensorflow\n")
    (tmp_path / "b_works.py").write_text("x = f()\ny = f()\nimport tensorflow\n")

    def unit(session: Session, path: str) -> Unit:
        if path == "a_fails.py":
            raise LookupError("no such frame\nsecond line")
        ir = session.sources.load(path).ir
        assert ir is not None
        first, second = (Site(path, statement.pos) for statement in ir.body[:2])
        events = [
            Failure("NO_CM", "TypeError", "no context manager", second, (), (), True, {}),
            Failure("SINGLETON", "ValueError", "singleton", first, (), (), False, {}),
            Failure("SINGLETON", "ValueError", "singleton, by another path", first, (), (), False, {}),
        ]
        return Unit(path, [Part(None, events, (), {}, set(), False, set(), {first: ()})], 3)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Session, "unit", unit)
    return tmp_path


@pytest.mark.usefixtures("analyses")
def test_internal_error(capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a bug in the linter hides the findings in every other file, or is itself hidden."""
    assert cli.main([".", "--output-format", "concise", "--exit-zero", "--select", "ISL4"]) == 2
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        "a_fails.py:1:1: error: ISL903 internal-error: LookupError: no such frame",
        "b_works.py:2:1: error: ISL401 init-scope-not-called: `init_scope` is not called.",
    ]
    assert output.err == (
        "Found 2 errors in 2 files (1 file analysed); 1 file could not be linted; "
        "analysis cut short at 3 entry points.\n"
    )


@pytest.mark.usefixtures("analyses")
def test_verbose_shows_where(capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a bug report about an internal error has nothing to go by."""
    cli.main(["-v", "-q"])
    errors = capsys.readouterr().err
    assert "Traceback (most recent call last):" in errors
    assert "b_works.py: analysed for TensorFlow 2 (nothing that it uses is gone from TensorFlow 2)" in errors


@pytest.mark.usefixtures("analyses")
def test_notes_are_pedantic(capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, the possible is reported as if it were certain, or twice, or never."""
    assert cli.main(["b_works.py", "--output-format", "concise", "-q", "--pedantic"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "b_works.py:1:1: note: ISL101 variable-created-every-trace: "
        "`a variable` is created on every trace of `the function`, not once.",
        "b_works.py:2:1: error: ISL401 init-scope-not-called: `init_scope` is not called.",
    ]


@pytest.mark.usefixtures("analyses")
def test_internal_error_in_stack(capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, one file on which the analysis fails takes ``stack`` down with it."""
    assert cli.main(["stack", "a_fails.py", "b_works.py"]) == 2
    output = capsys.readouterr()
    assert output.out.splitlines() == ["b_works.py:", "  1 - | x = f()", "  2   | y = f()", "  3   | import tensorflow"]
    assert output.err == "a_fails.py: internal error: LookupError: no such frame\n"
