"""What earlier runs have found is found again, as long as nothing has changed that it depends on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from initscope_lint.cli import command, main
from initscope_lint.runner import CheckRun, Settings, Store, check
from initscope_lint.runner.cache import fingerprint, store

BAD = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"
PROJECT = {
    "pyproject.toml": "",
    "lib/__init__.py": "",
    "lib/make.py": "import tensorflow as tf\n\ndef make():\n    return tf.Variable(1.0)\n",
    "lib/use.py": "import tensorflow as tf\nfrom lib.make import make\n\n@tf.function\ndef f():\n    make()\n\nf()\n",
    "lib/optional.py": "try:\n    from lib.extra import double\nexcept ImportError:\n    double = None\n"
    "import tensorflow as tf\n\n@tf.function\ndef g():\n    if double:\n        tf.Variable(1.0)\n\ng()\n",
    "lib/silent.py": "import os  # noqa: ISL101\n",
    "lib/broken.py": "def f(:\n",
    "lib/plain.py": "import os\n",
}
Change = Callable[[Path], object]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in PROJECT.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def lint(kept: Store | None, *paths: str, target: str | None = None) -> CheckRun:
    return check(paths or ["."], lambda _: Settings(target=target), pedantic=True, store=kept)


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units that are run."""
    from initscope_lint.interpreter.analysis import Session

    units: list[str] = []
    run = Session.unit

    def unit(session: Session, path: str) -> object:
        units.append(path)
        return run(session, path)

    monkeypatch.setattr(Session, "unit", unit)
    return units


def records(kept: Store) -> list[Path]:
    return sorted(path for path in kept.directory.glob("??/*") if path.is_file())


@pytest.mark.usefixtures("project")
def test_a_second_run_analyses_nothing(kept: Store, analysed: list[str]) -> None:
    cold = lint(kept)
    assert {"ISL101", "ISL900", "ISL901"} == {each.code for each in cold.diagnostics}
    assert analysed
    analysed.clear()
    assert cold == lint(kept)
    assert not analysed


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "lib/make.py").write_text("def make():\n    return None\n"),
        lambda root: (root / "lib/use.py").write_text(PROJECT["lib/use.py"].replace("make()", "None")),
        lambda root: (root / "lib/extra.py").write_text("def double(x):\n    return 2 * x\n"),
        lambda root: (root / "lib/make.py").unlink(),
        lambda root: (root / "lib/new.py").write_text(BAD),
        lambda root: (root / "lib/plain.py").write_text(BAD),
        lambda root: (root / "lib/silent.py").write_text("import os\n"),
        lambda root: (root / "lib/broken.py").write_text("def f(): pass\n"),
        lambda root: (root / "lib/broken.py").write_bytes(b"# coding: no\n"),
        lambda root: (root / "lib/make").mkdir() or (root / "lib/make/__init__.py").write_text("make = None\n"),
        lambda root: (root / "pyproject.toml").unlink(),
        lambda root: (root / "lib/__init__.py").unlink(),
        lambda root: (root / ".gitignore").write_text("use.py\n"),
        lambda root: (root / "requirements-gpu.txt").write_text("tensorflow-gpu==1.15\n"),
        lambda root: (root / "pyproject.toml").write_text("[project]\ndependencies = ['tensorflow<2']\n"),
        lambda root: (
            (root / "lib/requirements").mkdir() or (root / "lib/requirements/all.txt").write_text("tensorflow<2.16\n")
        ),
        lambda root: None,
    ],
)
@pytest.mark.parametrize("paths", [(".",), ("lib/use.py", "lib/optional.py")])
def test_after_a_change_it_is_as_if_there_were_no_cache(
    project: Path, kept: Store, change: Change, paths: tuple[str, ...]
) -> None:
    """Also if the files keep their sizes and times."""
    lint(kept, *paths)
    times = {path: path.stat().st_mtime_ns for path in project.rglob("*.py")}
    change(project)
    for path, time in times.items():
        if path.exists():
            os.utime(path, ns=(time, time))
    assert lint(None, *paths) == lint(kept, *paths)
    assert lint(None, *paths) == lint(kept, *paths)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda root: (root / "lib/make.py").write_text(PROJECT["lib/make.py"] + "x = 1\n"), ["make", "use"]),
        (lambda root: (root / "lib/use.py").write_text(PROJECT["lib/use.py"] + "x = 1\n"), ["use"]),
        (lambda root: (root / "lib/extra.py").write_text("double = abs\n"), ["optional"]),
        (lambda root: (root / "lib/plain.py").write_text("import sys\n"), []),
        (lambda root: (root / "lib/silent.py").write_text("import os\n"), []),
        (lambda root: (root / "lib/new.py").write_text(BAD), ["new"]),
        (lambda root: (root / "lib/make.py").unlink(), ["use"]),
    ],
)
def test_only_what_can_tell_is_run_again(
    project: Path, kept: Store, analysed: list[str], change: Change, expected: list[str]
) -> None:
    """Otherwise a change to one file costs as much as all files. The package is part of each module in it."""
    lint(kept)
    analysed.clear()
    change(project)
    lint(kept)
    assert [f"lib/{name}.py" for name in expected] == analysed


def test_files_one_by_one_and_the_project_share_what_is_known(project: Path, kept: Store, analysed: list[str]) -> None:
    files = [str(path.relative_to(project)) for path in sorted(project.rglob("*.py"))]
    whole = lint(None).diagnostics
    assert whole == [each for path in files for each in lint(kept, path).diagnostics]
    analysed.clear()
    assert whole == lint(kept).diagnostics
    assert not analysed


def test_fixes_are_kept(project: Path, kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise libcst parses all files with findings again whenever any file changes."""
    (project / "bad.py").write_text(BAD)
    cold = lint(kept)
    assert any(each.fix is not None for each in cold.diagnostics)
    (project / "lib/plain.py").write_text("import sys\n")
    monkeypatch.setattr("initscope_lint.runner.linting.with_fixes", None)
    assert cold.diagnostics == lint(kept).diagnostics


def test_what_an_attribute_looked_up_counts(project: Path, kept: Store) -> None:
    """No import names the module: it is looked up when it is used."""
    (project / "user.py").write_text(
        "import lib\nimport tensorflow as tf\n\n@tf.function\ndef f():\n    lib.late.make()\n\nf()\n"
    )
    lint(kept)
    for text in ("import tensorflow as tf\n\ndef make():\n    tf.Variable(1.0)\n", "def make(): pass\n"):
        (project / "lib/late.py").write_text(text)
        assert lint(None, "user.py") == lint(kept, "user.py") == lint(kept, "user.py")


def test_a_target_a_catalogue_and_the_files_asked_for_count(project: Path, kept: Store) -> None:
    lint(kept)
    assert lint(None, target="1.15") == lint(kept, target="1.15")
    assert lint(None, "lib/use.py") == lint(kept, "lib/use.py")
    own = project / "own.toml"
    settings = Settings(catalogues=[own])
    for what in ("def helper(): pass\n", "import ours\n\n@ours.traced\ndef f():\n    ours.make()\n\nf()\n"):
        (project / "lib/make.py").write_text(what)
        for model in ("variable", "static"):
            own.write_text(
                '[[api]]\nnames = ["ours.traced"]\nmodel = "function"\n'
                f'[[api]]\nnames = ["ours.make"]\nmodel = "{model}"\n'
            )
            runs = [check(["."], lambda _: settings, store=each) for each in (None, kept, kept)]
            assert runs[0] == runs[1] == runs[2]


def test_what_is_asked_of_the_findings_does_not_count(project: Path, analysed: list[str]) -> None:
    """Other rules, severities, comments and formats need no new analysis."""
    runner = CliRunner()
    assert 1 == runner.invoke(command, ["check"]).exit_code
    analysed.clear()
    assert "ISL101" not in runner.invoke(command, ["check", "--ignore", "ISL101"]).stdout
    assert "ISL900" not in runner.invoke(command, ["check", "--no-ignores", "--output-format", "json"]).stdout
    (project / "initscope-lint.toml").write_text('[severity]\nISL101 = "warning"\n')
    from initscope_lint import config

    config._nearest.cache_clear()
    assert "warning ISL101" in runner.invoke(command, ["check", "--pedantic"]).stdout
    assert not analysed
    runner.invoke(command, ["check", "--no-cache"])
    assert analysed


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("damage", [b"", b"initscope-lint 1\n", b"\x00" * 500, None])
def test_a_damaged_record_is_made_anew(kept: Store, damage: bytes | None, analysed: list[str]) -> None:
    cold = lint(kept)
    for path in records(kept):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    assert cold == lint(kept)
    analysed.clear()
    assert cold == lint(kept)
    assert not analysed


@pytest.mark.usefixtures("project")
def test_a_record_of_another_linter_is_none(kept: Store, analysed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lint(kept)
    mine = fingerprint.fingerprint()
    monkeypatch.setattr(store, "fingerprint", lambda: mine + b"another")
    analysed.clear()
    lint(kept)
    assert analysed


def test_the_code_of_the_linter_is_in_its_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rule.py").write_text("1")
    monkeypatch.setattr(fingerprint, "_OWN", str(tmp_path))
    one = fingerprint.fingerprint.__wrapped__()
    (tmp_path / "rule.py").write_text("2")
    assert one != fingerprint.fingerprint.__wrapped__()


def test_a_directory_of_somebody_else_stays_as_it_is(project: Path) -> None:
    theirs = Store(project)
    before = sorted(project.rglob("*"))
    assert lint(None).diagnostics == lint(theirs).diagnostics
    assert before == sorted(project.rglob("*"))
    assert "it is no cache of initscope-lint, and there is something in it" == theirs.trouble
    with pytest.raises(OSError, match="no cache of initscope-lint"):
        theirs.clean()


@pytest.mark.usefixtures("project")
def test_a_cache_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert lint(None) == lint(Store(tmp_path / "file" / "cache"))


def test_what_is_gone_is_forgotten(project: Path, kept: Store) -> None:
    """Otherwise a record grows with all that has ever been there."""
    (project / "gone.py").write_text(BAD)
    lint(kept)
    (project / "gone.py").unlink()
    lint(kept)
    assert not any(b"gone.py" in path.read_bytes() for path in records(kept) if b"lib/plain.py" in path.read_bytes())


def test_what_was_used_longest_ago_is_evicted(project: Path, kept: Store) -> None:
    for name in ("lib/use.py", "lib/make.py", "lib/plain.py"):
        lint(kept, name)
    old, *new = records(kept)
    os.utime(old, (0, 0))
    kept.evict()
    assert new == records(kept)
    kept.evict(max_bytes=0)
    assert [] == records(kept)
    assert lint(None) == lint(kept)


def test_clean(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "initscope-lint.toml").write_text('cache-dir = "kept"\n')
    directory = project / "kept"
    environment = {key: value for key, value in os.environ.items() if key != "INITSCOPE_LINT_CACHE_DIR"}
    subprocess.run([sys.executable, "-m", "initscope_lint", "-q"], env=environment, capture_output=True)
    assert (directory / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert 0 == main(["clean", "--cache-dir", str(directory)])
    assert not directory.exists()
    assert 0 == main(["clean", "--cache-dir", str(directory)])
    assert 2 == main(["clean", "--cache-dir", str(project)])
    assert (project / "lib").exists()
    output = capsys.readouterr()
    assert f"Removed {directory}.\nThere is no cache at {directory}.\n" == output.out
    assert "not removed" in output.err


def test_a_run_with_nothing_to_do_imports_nothing_heavy(project: Path) -> None:
    """Otherwise a hook waits for the parser, the interpreter and the rules, and then does not use them."""
    (project / "lib/book.ipynb").write_text('{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x = 1"}]}')
    program = (
        "import sys; from initscope_lint.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "light = {'initscope_lint.interpreter', 'initscope_lint.interpreter.results', 'initscope_lint.rules',\n"
        "         'initscope_lint.rules.model'}\n"
        "heavy = [name for name in sys.modules if name not in light and name.startswith(('libcst', 'wcwidth',\n"
        "         'initscope_lint.interpreter', 'initscope_lint.ir.', 'initscope_lint.rules'))]\n"
        "print([name for name in heavy if name != 'initscope_lint.ir.span'], file=sys.stderr)\n"
        "sys.exit(status)"
    )
    command = [sys.executable, "-c", program, "check", "--output-format", "json", "--select", "ISL1"]
    cold, warm = (subprocess.run(command, capture_output=True, text=True) for _ in range(2))
    assert (1, cold.stdout) == (warm.returncode, warm.stdout)
    assert "initscope_lint.interpreter.machine" in cold.stderr
    assert "[]\n" == warm.stderr


def test_processes_share_a_cache(project: Path, tmp_path: Path) -> None:
    """Each reads and writes while the others do."""
    command = [sys.executable, "-m", "initscope_lint", "--output-format", "json", "--cache-dir", str(tmp_path / "new")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    reports = {each.communicate()[0] for each in running}
    assert 1 == len(reports)
    assert reports == {subprocess.run([*command, "--no-cache"], capture_output=True).stdout}
    assert all(path.name[0] != "." for path in records(Store(tmp_path / "new")))


def test_stdin_is_not_kept(project: Path) -> None:
    runner = CliRunner()
    for text, status in ((BAD, 1), ("x = 1\n", 0)):
        assert status == runner.invoke(command, ["check", "-", "--stdin-filename", "lib/x.py"], input=text).exit_code
