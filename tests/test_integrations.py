"""The hooks, the action and the completion, as the programs that use them do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MISTAKE = """\
import tensorflow as tf


@tf.function
def f(x):
    v = tf.Variable(1.0)
    return x * v


f(tf.ones([2]))
"""
MENDED = MISTAKE.replace("    v = tf.Variable(1.0)\n", "").replace("x * v", "x * 1.0")


def git(directory: Path, *arguments: str) -> str:
    """Run git, with an identity of its own, and return what it says."""
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(directory), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def run(command: list[str], directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a directory."""
    return subprocess.run(
        command, cwd=directory, env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8"
    )


def test_hooks_are_valid() -> None:
    """pre-commit refuses the hooks."""
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    outcome = run(command, ROOT)
    assert (0, "") == (outcome.returncode, outcome.stdout)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what is here, committed or not."""
    directory = tmp_path_factory.mktemp("source")
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "fixtures/")):
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    git(directory, "init", "--quiet")
    git(directory, "add", ".")
    git(directory, "commit", "--quiet", "--message", "all")
    return directory


@pytest.mark.installs
def test_pre_commit(source: Path, tmp_path: Path) -> None:
    """Somebody copies the configuration of the page on CI, and the hook does nothing, or something else."""
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    (written,) = re.findall(r"```yaml\n# \.pre-commit-config\.yaml\n(.*?)```", page, re.DOTALL)
    wanted = yaml.safe_load(written)
    (repository,) = wanted["repos"]
    repository |= {"repo": str(source), "rev": git(source, "rev-parse", "HEAD").strip()}
    project = tmp_path / "project"
    (project / "third_party").mkdir(parents=True)
    (project / ".pre-commit-config.yaml").write_text(json.dumps(wanted))
    (project / "initscope-lint.toml").write_text('extend-exclude = ["/third_party/"]\n')
    for name in ("old.py", "new.py", "third_party/theirs.py"):
        (project / name).write_text(MISTAKE)
    git(project, "init", "--quiet")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "all")

    def hook(*arguments: str) -> tuple[int, str]:
        outcome = run(
            [sys.executable, "-m", "pre_commit", "run", *arguments], project, PRE_COMMIT_HOME=str(tmp_path / "home")
        )
        return outcome.returncode, outcome.stdout + outcome.stderr

    (project / "new.py").write_text(MISTAKE + "\n")
    git(project, "add", ".")
    status, said = hook("initscope-lint")
    assert (1, True, False) == (status, "new.py:6:9 error ISL101" in said, "old.py" in said), said
    (project / "new.py").write_text(MENDED)
    git(project, "add", ".")
    status, said = hook("initscope-lint")
    assert (0, True) == (status, "Passed" in said), said
    status, said = hook("initscope-lint", "--all-files")
    assert (1, True, False) == (status, "old.py:6:9" in said, "theirs.py" in said), said
    status, said = hook("initscope-lint-project", "--hook-stage", "pre-push", "--all-files")
    assert (1, True, False) == (status, "old.py:6:9" in said, "theirs.py" in said), said


@pytest.mark.installs
def test_action(source: Path, tmp_path: Path) -> None:
    """The action fails before it lints, or passes whatever is there."""
    (tmp_path / "a b.py").write_text(MISTAKE)
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert "composite" == action["runs"]["using"]
    inputs = {name: described["default"] for name, described in action["inputs"].items()} | {
        "sarif-file": "found.sarif"
    }
    values = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.action_path": str(source)}
    outcomes = []
    for step in action["runs"]["steps"]:
        environment = {
            name: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: values[match[1]], text)
            for name, text in step["env"].items()
        }
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        outcomes.append(run(shell, tmp_path, RUNNER_TEMP=str(tmp_path / "temp"), PYTHONPATH="", **environment))
    install, report, lint = outcomes
    assert [0, 0, 1] == [install.returncode, report.returncode, lint.returncode], [each.stderr for each in outcomes]
    assert "::error title=ISL101 variable-created-every-trace,file=a b.py,line=6" in lint.stdout
    assert "ISL101" == json.loads((tmp_path / "found.sarif").read_text())["runs"][0]["results"][0]["ruleId"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("initscope-lint sta", {"plain,stack", "file,sta"}),
        ("initscope-lint --output-fi", {"plain,--output-file"}),
        ("initscope-lint check --output-format s", {"plain,sarif"}),
        ("initscope-lint explain gradient", {"plain,gradient-lost"}),
        ("initscope-lint stack --tar", {"plain,--target-tensorflow"}),
    ],
)
def test_completion(words: str, expected: set[str], tmp_path: Path) -> None:
    """The shell completes nothing, or what is not there."""
    environment = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    outcome = run(
        [sys.executable, "-m", "initscope_lint"], tmp_path, _INITSCOPE_LINT_COMPLETE="bash_complete", **environment
    )
    assert expected == set(outcome.stdout.splitlines())
