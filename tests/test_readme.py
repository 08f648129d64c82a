"""What the README promises."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """If this fails, CI proves another command than the one that the README gives."""
    (command,) = (line for line in _console_lines() if "pytest" in line)
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_files_named_exist() -> None:
    """If this fails, the README links to nothing."""
    links = re.findall(r"\]\(([^):]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_shown_output_is_what_comes_out(tmp_path: Path) -> None:
    """If this fails, the README shows something else than what a person gets."""
    text = (ROOT / "README.md").read_text("utf-8")
    program, *_ = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "example.py").write_text(program)
    shown = re.findall(r"```text\n\$ initscope-lint (.*?)\n(.*?)```", text, re.DOTALL)
    assert len(shown) == 2
    for arguments, expected in shown:
        command = [sys.executable, "-m", "initscope_lint", *arguments.split()]
        outcome = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert expected == outcome.stdout + outcome.stderr


def _console_lines() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]
