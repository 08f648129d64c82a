"""A program lies in several files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from initscope_lint import cli

PROGRAMS = Path(__file__).parents[2] / "fixtures" / "programs"


def _found(capsys: pytest.CaptureFixture[str], *paths: Path) -> list[tuple[str, str, int]]:
    arguments = ["--isolated", "--exit-zero", "--output-format", "json"]
    assert cli.main([*map(str, paths), *arguments]) == 0
    diagnostics = json.loads(capsys.readouterr().out)["diagnostics"]
    return [(each["path"], each["code"], each["line"]) for each in diagnostics]


@pytest.mark.parametrize("program", sorted(path.name for path in PROGRAMS.iterdir() if path.is_dir()))
def test_a_file_alone_has_the_findings_it_has_in_its_project(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a hook that lints the staged files says something else than the whole run in CI."""
    folder = PROGRAMS / program
    together = _found(capsys, folder)
    alone = [finding for file in sorted(folder.rglob("*.py")) for finding in _found(capsys, file)]
    assert sorted(alone) == sorted(together)


def test_a_method_may_be_a_function_of_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, an entry point is taken for a place in the wrong file, which may not even exist there."""
    (tmp_path / "deco.py").write_text(
        "VALUES = [" + "0, " * 100 + "]\n\n\n"
        "def twice(function):\n    def decorated(self):\n        function(self)\n        function(self)\n\n"
        "    return decorated\n"
    )
    (tmp_path / "model.py").write_text(
        "import tensorflow as tf\n\nfrom deco import twice\n\n\nclass Model:\n    @twice\n    def run(self):\n"
        "        with tf.init_scope:\n            pass\n"
    )
    found = _found(capsys, tmp_path)
    assert [(code, line) for _, code, line in found] == [("ISL401", 9)]
