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


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("requirements.txt", "tensorflow", "2 (nothing that it uses is gone from TensorFlow 2)"),
        ("requirements.txt", "tensorflow>=1.4", "2 (nothing that it uses is gone from TensorFlow 2)"),
        ("requirements.txt", "tensorflow-gpu==1.13.1", "1.15 (requirements.txt requires tensorflow-gpu==1.13.1)"),
        ("requirements/gpu.txt", "tensorflow<2", "1.15 (gpu.txt requires tensorflow<2)"),
        ("setup.cfg", "[options]\ninstall_requires = tensorflow==2.4", "2 (with Keras 2: setup.cfg requires "),
        ("models/requirements.txt", "tensorflow==1.8", "1.15 (requirements.txt requires tensorflow==1.8)"),
        ("other/requirements.txt", "tensorflow==1.8", "2 (nothing that it uses is gone from TensorFlow 2)"),
    ],
)
def test_what_a_project_requires_decides_the_target(
    file: str, text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the code itself fits several releases. If this fails, programs for graphs are judged as eager ones."""
    (tmp_path / "setup.py").write_text("from setuptools import setup\nsetup(extras_require={'tf': ['tensorflow']})\n")
    (tmp_path / "models").mkdir()
    module = tmp_path / "models" / "train.py"
    module.write_text(
        "import tensorflow.compat.v1 as tf\n\nx = tf.placeholder(tf.float32)\ntf.Session().run(x, {x: 1.0})\n"
    )
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text + "\n")
    status = cli.main([str(module), "--isolated", "--no-cache", "-v"])
    captured = capsys.readouterr()
    assert f"train.py: analysed for TensorFlow {reason}" in captured.err
    assert status == (0 if reason.startswith("1.15") else 1), captured.out


def test_a_list_that_windows_has_written_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``pip freeze > requirements.txt`` in PowerShell writes UTF-16."""
    (tmp_path / "train.py").write_text("import tensorflow as tf\n")
    (tmp_path / "requirements.txt").write_text("tensorflow==1.13.1\n", encoding="utf-16")
    cli.main([str(tmp_path), "--isolated", "--no-cache", "-v"])
    assert "analysed for TensorFlow 1.15 (requirements.txt requires tensorflow==1.13.1)" in capsys.readouterr().err
