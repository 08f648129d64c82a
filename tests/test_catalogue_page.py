"""The worked example of docs/catalogue.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from initscope_lint.cli import command

PAGE = (Path(__file__).parents[1] / "docs" / "catalogue.md").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files of the example."""
    catalogue, configuration = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "mylib.toml").write_text(catalogue)
    (tmp_path / "pyproject.toml").write_text(configuration)
    (tmp_path / "program.py").write_text(program)
    return tmp_path


def reported(project: Path, *options: str) -> set[tuple[int, str]]:
    """The lines and codes that are reported on the program."""
    path = str(project / "program.py")
    result = CliRunner().invoke(command, ["check", "--output-format", "concise", "--pedantic", *options, path])
    found = {(int(line), code) for line, code in re.findall(r"program\.py:(\d+):\d+: error: (ISL\d{3})", result.stdout)}
    assert result.exit_code == (1 if found else 0), result.output
    return found


def test_catalogue_shows_the_mistakes(project: Path) -> None:
    """The page shows a catalogue that does not do what the page says."""
    lines = (project / "program.py").read_text().splitlines()
    expected = {
        (number, line.rpartition("# ")[2]) for number, line in enumerate(lines, 1) if re.search(r"# ISL\d{3}$", line)
    }
    assert expected == reported(project)


def test_nothing_is_claimed_without_it(project: Path) -> None:
    """Something is reported about code of which nothing is known."""
    assert set() == reported(project, "--isolated")


def test_error_is_as_shown(project: Path) -> None:
    """The page shows another message than the one that a person gets."""
    catalogue = project / "mylib.toml"
    catalogue.write_text(catalogue.read_text().replace('context = "graph"\n', ""))
    result = CliRunner().invoke(command, ["check", str(project)])
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    assert (2, shown) == (result.exit_code, result.stderr.replace(f"{project.as_posix()}/", ""))
