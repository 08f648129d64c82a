"""Configuration files: where they are found, what they change, and what a mistake in one leads to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from initscope_lint import config
from initscope_lint.cli import command

PROGRAM = """\
import tensorflow as tf


@tf.function
def f(x):
    v = tf.Variable(1.0)
    return x * v


@tf.function
def g(x):
    with tf.init_scope():
        v = tf.Variable(1.0)
    return x * v


f(tf.ones([2]))
g(tf.ones([2]))
"""
GRAPH_PROGRAM = "import tensorflow as tf\n\np = tf.compat.v1.placeholder(tf.float32)\n"


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Files of another test are not remembered."""
    config._nearest.cache_clear()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "program.py").write_text(PROGRAM)
    return tmp_path


def check(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["check", "--output-format", "concise", *map(str, arguments)])


def codes(result: Result) -> list[str]:
    """The codes that are reported."""
    assert result.exit_code in (0, 1), result.output
    return re.findall(r"\b(ISL\d{3})\b", result.stdout)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.initscope-lint]\nignore = ["ISL102"]\n'),
        ("pyproject.toml", '[tool.initscope-lint]\nselect = ["variable-created-every-trace"]\n'),
        ("initscope-lint.toml", 'ignore = ["unguarded-init-scope"]\n'),
    ],
)
def test_file_selects_rules(project: Path, name: str, text: str) -> None:
    """A project's choice of rules has no effect, by code or by name."""
    (project / name).write_text(text)
    assert ["ISL101"] == codes(check(project))


def test_isolated_ignores_files(project: Path) -> None:
    """`--isolated` is not isolated."""
    (project / "initscope-lint.toml").write_text("nonsense = 1\n")
    assert ["ISL101", "ISL102"] == codes(check("--isolated", project))


def test_command_line_beats_the_file(project: Path) -> None:
    """A person who names a rule does not get it."""
    (project / "initscope-lint.toml").write_text('select = ["ISL101"]\nignore = ["ISL102"]\n')
    assert ["ISL102"] == codes(check("--select", "ISL102", project))
    assert [] == codes(check("--ignore", "ISL1", project))


def test_nearest_file_counts(project: Path) -> None:
    """What holds for a file depends on which paths were given."""
    (project / "initscope-lint.toml").write_text('ignore = ["ISL101"]\n')
    (project / "pkg" / "pyproject.toml").write_text('[tool.initscope-lint]\nignore = ["ISL102"]\n')
    (project / "other.py").write_text(PROGRAM)
    assert ["ISL102", "ISL101"] == codes(check(project))
    assert ["ISL101"] == codes(check(project / "pkg" / "program.py"))


def test_pyproject_without_the_table_is_passed_over(project: Path) -> None:
    """A package inside a repository loses the repository's configuration."""
    (project / "initscope-lint.toml").write_text('ignore = ["ISL101"]\n')
    (project / "pkg" / "pyproject.toml").write_text('[project]\nname = "pkg"\n')
    assert ["ISL102"] == codes(check(project))


def test_own_file_comes_before_pyproject(project: Path) -> None:
    """Which of two files counts would be a matter of luck."""
    (project / "initscope-lint.toml").write_text('ignore = ["ISL101"]\n')
    (project / "pyproject.toml").write_text('[tool.initscope-lint]\nignore = ["ISL102"]\n')
    assert ["ISL102"] == codes(check(project))


def test_target(project: Path) -> None:
    """The target of the file has no effect, on `check` or on `stack`."""
    program = project / "pkg" / "program.py"
    program.write_text(GRAPH_PROGRAM)
    assert ["ISL202"] == codes(check(program))
    (project / "initscope-lint.toml").write_text('target-tensorflow = "1.15"\n')
    config._nearest.cache_clear()
    assert [] == codes(check(program))
    assert ["ISL202"] == codes(check("--target-tensorflow", "2", program))
    shown = CliRunner().invoke(command, ["stack", f"{program}:3"])
    assert "graph" in shown.output
    isolated = CliRunner().invoke(command, ["stack", "--isolated", f"{program}:3"])
    assert "eager" in isolated.output


def test_catalogue_path_is_relative_to_the_file(project: Path) -> None:
    """A catalogue is found only from one working directory."""
    (project / "pkg" / "program.py").write_text("import ours\n" + PROGRAM.replace("tf.function", "ours.traced"))
    (project / "catalogues").mkdir()
    (project / "catalogues" / "ours.toml").write_text('[[api]]\nnames = ["ours.traced"]\nmodel = "function"\n')
    assert [] == codes(check(project))
    config._nearest.cache_clear()
    (project / "initscope-lint.toml").write_text('catalog = ["catalogues/ours.toml"]\n')
    assert ["ISL101", "ISL102"] == codes(check(project))


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("selct = []", "selct", "unknown key; did you mean `select`?"),
        ("target_tensorflow = '2'", "target_tensorflow", "unknown key; did you mean `target-tensorflow`?"),
        ("zzz = 1", "zzz", "unknown key; there are `select`, `ignore`, `target-tensorflow`, `catalog`"),
        ("select = 'ISL1'", "select", "expected `array`, got `str`"),
        ("ignore = ['ISL1', 3]", "ignore[1]", "expected `str`, got `int`"),
        ("select = ['ISL10l']", "select[0]", "unknown rule 'ISL10l'; did you mean 'ISL10"),
        ("target-tensorflow = 2", "target-tensorflow", 'expected "1.15" or "2"'),
        ("target-tensorflow = '2.4'", "target-tensorflow", 'expected "1.15" or "2"'),
    ],
)
@pytest.mark.parametrize("name", ["pyproject.toml", "initscope-lint.toml"])
def test_mistake_says_where_and_why(project: Path, name: str, text: str, key: str, reason: str) -> None:
    """A misspelled key would be as good as none, and nobody would know."""
    table, prefix = ("[tool.initscope-lint]\n", "tool.initscope-lint.") if name == "pyproject.toml" else ("", "")
    (project / name).write_text(table + text + "\n")
    result = check(project)
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith(f"Error: {(project / name).as_posix()}: {prefix}{key}: {reason}")
    assert 1 == len(result.stderr.splitlines())


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("pyproject.toml", "[tool", "not valid TOML: "),
        ("pyproject.toml", "[tool]\ninitscope-lint = 3\n", "tool.initscope-lint: expected a table"),
        ("initscope-lint.toml", "select = [", "not valid TOML: "),
    ],
)
def test_what_is_no_configuration_is_an_error(project: Path, name: str, text: str, reason: str) -> None:
    """A broken file would be as good as none."""
    (project / name).write_text(text)
    result = check(project)
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith(f"Error: {(project / name).as_posix()}: {reason}")


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        (None, "", "No such file or directory"),
        ("[[api]\n", "", ""),
        ('[[api]]\nnames = ["a.b"]\nmodel = "functoin"\n', "$.api[0].model: ", "Invalid enum value 'functoin'"),
        ('[[api]]\nnames = ["a.b"]\nmodel = "once"\ntypo = 1\n', "$.api[0]: ", "Object contains unknown field `typo`"),
        ('[[api]]\nnames = ["a.b"]\nmodel = "object"\n', "$.api[0]: ", "model `object` needs the field `family`"),
    ],
)
def test_bad_catalogue_is_an_error(project: Path, text: str | None, where: str, reason: str) -> None:
    """A catalogue that is not read would be as good as none."""
    path = project / "ours.toml"
    if text is not None:
        path.write_text(text)
    (project / "initscope-lint.toml").write_text('catalog = ["ours.toml"]\n')
    result = check(project)
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith(f"Error: {path}: {where}{reason}")
