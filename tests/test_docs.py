"""What the pages show is what a person gets."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from initscope_lint import cli, config
from initscope_lint.cli.command_line import CommandLine
from initscope_lint.cli.settings import SettingsFor
from tests import commands_page

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(language: str) -> list[tuple[str, str]]:
    """The blocks in a language, each with the name of its page."""
    return [
        (path.name, block)
        for path in PAGES
        for block in re.findall(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=page)
        for page, block in blocks("toml")
        if "[[" not in block  # a catalogue
    ],
)
def test_configuration_is_valid(block: str, tmp_path: Path) -> None:
    """A page shows a configuration that is refused."""
    path = tmp_path / ("pyproject.toml" if "[tool." in block else "initscope-lint.toml")
    path.write_text(block)
    for name in config.read(path).options.catalog:
        (tmp_path / name).write_text("")
    SettingsFor(CommandLine(config_file=path))(tmp_path / "any.py")


def test_every_key_is_explained() -> None:
    """A key is known only to those who read the source."""
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    properties: dict[str, object] = config.schema()["properties"]
    assert [key for key in properties if f"| `{key}` |" not in page] == []


def test_commands_page_is_current() -> None:
    """If this fails, run ``python -m tests.commands_page``."""
    assert commands_page.page() == commands_page.PAGE.read_text("utf-8")


def commands() -> list[str]:
    """The commands on all pages that somebody would copy."""
    shown = [block for language in ("console", "yaml", "text") for _, block in blocks(language)]
    lines = [re.sub(r"^[-$\s]*|\s+# .*$", "", line) for block in shown for line in block.splitlines()]
    return sorted({line for line in lines if line.startswith("initscope-lint ")})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has what the commands name."""
    directory = tmp_path_factory.mktemp("project")
    program = "import tensorflow as tf\n" + "\nv = tf.Variable(1.0)" * 50
    notebook = {"nbformat": 4, "cells": [{"cell_type": "code", "source": program}]}
    (directory / "src").mkdir()
    for name in ("train.py", "example.py", "seed.py", "src/model.py"):
        (directory / name).write_text(program)
    (directory / "train.ipynb").write_text(json.dumps(notebook))
    (directory / ".initscope-lint-baseline.json").write_text('{"version": "1", "findings": []}')
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "all"]):
        subprocess.run(["git", *identity, *arguments], cwd=directory, check=True)
    subprocess.run(["git", "update-ref", "refs/remotes/origin/main", "HEAD"], cwd=directory, check=True)
    return directory


@pytest.mark.parametrize("line", commands())
def test_commands_work(
    line: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page shows a command that is refused."""
    monkeypatch.chdir(project)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    _, *arguments = shlex.split(line)
    assert 0 == cli.main(arguments), capsys.readouterr()


def test_quick_start(tmp_path: Path) -> None:
    """The first page shows something else than what a person gets."""
    page = (ROOT / "docs" / "index.md").read_text("utf-8")
    reports = 0
    for language, block in re.findall(r"```(python|text)\n(.*?)```", page, re.DOTALL):
        if language == "python":
            (tmp_path / "example.py").write_text(block)
            continue
        command, _, expected = block.partition("\n")
        arguments = [sys.executable, "-m", "initscope_lint", *command.split()[2:]]
        outcome = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True)
        assert expected == outcome.stdout + outcome.stderr
        reports += 1
    assert 2 == reports


def test_accepted_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The page on accepted findings shows comments that silence nothing, or other words than a baseline's."""
    page = (ROOT / "docs" / "accepted.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (commands,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    (stale,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    write, compare = (line.split()[1:] for line in commands.splitlines())
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "example.py"
    path.write_text(program)
    assert 0 == cli.main([])
    assert "Nothing to report (1 file analysed); 3 findings ignored.\n" == capsys.readouterr().err
    path.write_text(program.replace("E501, ISL101", "E501"))
    assert [0, 0] == [cli.main(write), cli.main(compare)]
    path.write_text(program.replace("1.0)  # noqa: E501, ISL101", "1.0, trainable=False)  # noqa: ISL101"))
    capsys.readouterr()
    assert 1 == cli.main(compare)
    assert capsys.readouterr().err.startswith(stale.replace("(1.0)", "(1.0)  # noqa: E501"))
