"""Configuration files: where they are found, what they change, and what a mistake in one leads to."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from initscope_lint import cli, config
from initscope_lint.cli import command
from initscope_lint.report import formats

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

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


KEYS = ", ".join(f"`{name}`" for name in config.schema()["properties"])

FORMATS = " or ".join(map(json.dumps, formats.FORMATS))


def _wrong_toml(text: str) -> str:
    """What Python says about a text; its versions word it differently."""
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("selct = []", "selct", "unknown key; did you mean `select`?"),
        ("target_tensorflow = '2'", "target_tensorflow", "unknown key; did you mean `target-tensorflow`?"),
        ("zzz = 1", "zzz", f"unknown key; there are {KEYS}"),
        ("select = 'ISL1'", "select", "expected `array`, got `str`"),
        ("ignore = ['ISL1', 3]", "ignore[1]", "expected `str`, got `int`"),
        ("select = ['ISL10l']", "select[0]", "unknown rule 'ISL10l'; did you mean 'ISL108'?"),
        ("target-tensorflow = 2", "target-tensorflow", 'expected "1.15" or "2"; did you mean "2"?'),
        ("target-tensorflow = '3'", "target-tensorflow", 'expected "1.15" or "2"'),
        ("output-format = 'jsn'", "output-format", f'expected {FORMATS}; did you mean "json"?'),
        ("severity = 3", "severity", "expected `object`, got `int`"),
        (
            "severity.ISL101 = 'warn'",
            "severity.ISL101",
            'expected "error" or "warning" or "note"; did you mean "warning"?',
        ),
        ("severity.ISL10l = 'note'", "severity.ISL10l", "unknown rule 'ISL10l'; did you mean 'ISL108'?"),
        ("extend-select = ['zebra']", "extend-select[0]", "unknown rule 'zebra'"),
        ("per-file-ignores.'a b' = ['ISL1', 3]", 'per-file-ignores."a b"[1]', "expected `str`, got `int`"),
        (
            "per-file-ignores.'*.py' = ['ISL3x']",
            'per-file-ignores."*.py"[0]',
            "unknown rule 'ISL3x'; did you mean 'ISL903'?",
        ),
        ("per-file-ignores.'!' = ['ISL3']", 'per-file-ignores."!"', "Invalid git pattern: '!'"),
        ("extend-exclude = ['x', '!']", "extend-exclude", "Invalid git pattern: '!'"),
    ],
)
@pytest.mark.parametrize("name", ["pyproject.toml", "initscope-lint.toml"])
def test_mistake_says_where_and_why(project: Path, name: str, text: str, key: str, reason: str) -> None:
    """A misspelled key would be as good as none, and nobody would know."""
    table, prefix = ("[tool.initscope-lint]\n", "tool.initscope-lint.") if name == "pyproject.toml" else ("", "")
    (project / name).write_text(table + text + "\n")
    result = check(project)
    assert (2, "") == (result.exit_code, result.stdout)
    assert f"Error: {(project / name).as_posix()}: {prefix}{key}: {reason}\n" == result.stderr


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("pyproject.toml", "[tool", f"not valid TOML: {_wrong_toml('[tool')}"),
        ("pyproject.toml", "[tool]\ninitscope-lint = 3\n", "tool.initscope-lint: expected a table"),
        ("initscope-lint.toml", "select = [", f"not valid TOML: {_wrong_toml('select = [')}"),
    ],
)
def test_what_is_no_configuration_is_an_error(project: Path, name: str, text: str, reason: str) -> None:
    """A broken file would be as good as none."""
    (project / name).write_text(text)
    result = check(project)
    assert (2, "") == (result.exit_code, result.stdout)
    assert f"Error: {(project / name).as_posix()}: {reason}\n" == result.stderr


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        (None, "", "No such file or directory"),
        ("[[api]\n", "", _wrong_toml("[[api]\n")),
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
    assert f"Error: {path}: {where}{reason}\n" == result.stderr


def files(*arguments: str | Path) -> list[str]:
    """The names of the files that would be linted."""
    result = CliRunner().invoke(command, ["check", "--show-files", *map(str, arguments)])
    assert (0, "") == (result.exit_code, result.stderr)
    return [Path(line).name for line in result.stdout.splitlines()]


def test_extend_select(project: Path) -> None:
    """A rule that is selected besides others is not reported, or hides these."""
    (project / "initscope-lint.toml").write_text('select = ["ISL2"]\nextend-select = ["ISL102"]\n')
    assert ["ISL102"] == codes(check(project))
    assert ["ISL101", "ISL102"] == codes(check("--extend-select", "ISL101", project))
    assert ["ISL101"] == codes(check("--select", "ISL101", project))


def test_per_file_ignores(project: Path) -> None:
    """Tests that provoke errors cannot be told from the code that must not have them."""
    (project / "other.py").write_text(PROGRAM)
    (project / "initscope-lint.toml").write_text('[per-file-ignores]\n"/pkg/" = ["ISL101"]\n"other.py" = ["ISL1"]\n')
    assert ["ISL102"] == codes(check(project))
    assert ["ISL102"] == codes(check("--select", "ISL", project))


def test_per_file_ignores_do_not_hide_that_a_file_was_not_linted(project: Path) -> None:
    """A file that cannot be read would pass."""
    (project / "other.py").write_bytes(b"\xff")
    (project / "initscope-lint.toml").write_text('per-file-ignores."*.py" = ["ISL"]\n')
    assert "ISL902" in check(project).stdout


def test_severity(project: Path) -> None:
    """A project cannot say how bad a finding is to it."""
    (project / "initscope-lint.toml").write_text(
        '[severity]\nISL101 = "warning"\nunguarded-init-scope = "note"\n',
    )
    assert re.search(r": warning: ISL101 ", check(project).stdout)
    assert ["ISL101"] == codes(check(project))
    assert re.search(r": note: ISL102 ", check("--pedantic", project).stdout)


def test_exclude(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a project does not want linted is linted, or the other way round."""
    for name in ("generated/a.py", "generated/keep.py", ".tox/b.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("")
    own = project / "initscope-lint.toml"
    assert ["a.py", "keep.py", "program.py"] == files(project)
    for text, expected in [
        ('extend-exclude = ["/generated/*", "!keep.py"]', ["keep.py", "program.py"]),
        ('exclude = ["generated"]', ["b.py", "program.py"]),
        ("exclude = []", ["b.py", "a.py", "keep.py", "program.py"]),
    ]:
        config._nearest.cache_clear()
        own.write_text(text + "\n")
        assert expected == files(project)
    monkeypatch.chdir(project)
    assert ["a.py", "keep.py", "program.py"] == files("--exclude", ".tox")
    assert ["b.py", "a.py", "keep.py"] == files("--extend-exclude", "program.py,any.py")
    own.write_text('extend-exclude = ["pkg"]\n')
    config._nearest.cache_clear()
    assert ["program.py"] == files("pkg/program.py")
    assert [] == files("pkg/program.py", "--force-exclude")


def test_what_is_excluded_does_not_count_for_the_rest(project: Path) -> None:
    """What others wrote decides about one's own code."""
    (project / "pyproject.toml").write_text("")
    lib = project / "pkg" / "lib.py"
    lib.write_text("import tensorflow as tf\n\n\ndef make():\n    return tf.Variable(1.0)\n")
    (project / "pkg" / "__init__.py").write_text("")
    (project / "theirs").mkdir()
    uses = "from pkg.lib import make\n" + PROGRAM.replace("tf.Variable(1.0)", "make()")
    (project / "theirs" / "use.py").write_text(uses)
    assert ["ISL101", "ISL102"] == codes(check(lib))
    config._nearest.cache_clear()
    (project / "initscope-lint.toml").write_text('extend-exclude = ["theirs"]\n')
    assert [] == codes(check(lib))


def test_named_file_counts_for_everything(project: Path) -> None:
    """`--config` is not followed, or what is beside the file that is linted counts all the same."""
    (project / "initscope-lint.toml").write_text('ignore = ["ISL101"]\n')
    (project / "other.toml").write_text('ignore = ["ISL102"]\n')
    assert ["ISL101"] == codes(check("--config", project / "other.toml", project))
    stacked = CliRunner().invoke(command, ["stack", "--config", "nowhere.toml", str(project / "pkg" / "program.py")])
    assert (2, "Error: nowhere.toml: No such file or directory\n") == (stacked.exit_code, stacked.stderr)


def test_output_format_is_that_of_the_working_directory(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The format in the file has no effect, or beats the option."""
    monkeypatch.chdir(project)
    (project / "pyproject.toml").write_text('[tool.initscope-lint]\noutput-format = "json"\n')
    result = CliRunner().invoke(command, ["check"])
    assert "1" == json.loads(result.stdout)["version"]
    assert check().stdout.startswith("pkg/program.py:6:9: error: ISL101")


def test_show_settings_is_a_configuration(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown is not what holds: as a configuration file it must come to the same."""
    monkeypatch.chdir(project)
    own = project / "initscope-lint.toml"
    own.write_text(
        'select = ["ISL1"]\nextend-exclude = ["\u00e4\U0001f600\\u001b\\u009b\\u202e"]\n'
        'target-tensorflow = "2"\ncache-dir = ".cache"\n'
        '[severity]\nISL101 = "note"\n[per-file-ignores]\n"program.py" = ["ISL102"]\n'
    )
    shown = CliRunner().invoke(command, ["check", "--show-settings"]).stdout
    assert shown.startswith("# pkg/program.py\n# configured by ")
    assert '"ISL101"' in shown and '"ISL102"' not in shown
    assert not set("\x1b\x9b\u202e") & set(shown)
    own.write_text(shown)
    config._nearest.cache_clear()
    assert shown == CliRunner().invoke(command, ["check", "--show-settings"]).stdout


def test_message_cannot_steer_the_terminal(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key of a file that somebody sent is written raw."""
    (project / "initscope-lint.toml").write_text('"\\u001b[31m" = 1\n')
    assert 2 == cli.main([str(project)])
    error = capsys.readouterr().err
    assert "\\x1b[31m: unknown key" in error and "\x1b" not in error


def test_schema_is_current() -> None:
    """If this fails, run ``initscope-lint schema > docs/initscope-lint.schema.json``."""
    committed = (Path(__file__).parents[1] / "docs" / "initscope-lint.schema.json").read_text("utf-8")
    assert committed == CliRunner().invoke(command, ["schema"]).stdout
    jsonschema.Draft202012Validator.check_schema(json.loads(committed))


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ({"select": ["ISL1"], "per-file-ignores": {"a": ["ISL2"]}, "severity": {"ISL101": "note"}}, True),
        ({"selct": []}, False),
        ({"target-tensorflow": "3"}, False),
        ({"severity": {"ISL101": "bad"}}, False),
    ],
)
def test_schema_tells_right_from_wrong(document: dict[str, object], valid: bool) -> None:
    """An editor accepts what the linter does not, or the other way round."""
    assert valid is jsonschema.Draft202012Validator(config.schema()).is_valid(document)
