"""The registry: every rule is complete, has the name it was given, and can be selected by what a person would write."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules import Rule, UnknownRuleError, all_rules, find, get, modules, page, select
from tests.rules.evidence import pages

ROOT = Path(__file__).parents[2]
PLANNED = {
    "ISL101": ("variable-created-every-trace", Severity.ERROR),
    "ISL102": ("unguarded-init-scope", Severity.ERROR),
    "ISL103": ("unliftable-initial-value", Severity.ERROR),
    "ISL104": ("state-not-lifted", Severity.ERROR),
    "ISL105": ("stateful-object-every-trace", Severity.ERROR),
    "ISL106": ("one-function-many-owners", Severity.ERROR),
    "ISL107": ("variable-per-trace", Severity.WARNING),
    "ISL108": ("variable-dropped", Severity.WARNING),
    "ISL201": ("symbolic-tensor-in-init-scope", Severity.ERROR),
    "ISL202": ("graph-only-api-in-eager", Severity.ERROR),
    "ISL203": ("eager-only-api-in-graph", Severity.ERROR),
    "ISL204": ("leaked-symbolic-tensor", Severity.ERROR),
    "ISL205": ("mode-switch-too-late", Severity.ERROR),
    "ISL206": ("op-in-finalized-graph", Severity.ERROR),
    "ISL207": ("tensors-of-two-graphs", Severity.ERROR),
    "ISL208": ("context-left-open", Severity.ERROR),
    "ISL301": ("gradient-lost", Severity.WARNING),
    "ISL302": ("control-dependency-cleared", Severity.WARNING),
    "ISL303": ("side-effect-once-per-trace", Severity.WARNING),
    "ISL304": ("value-frozen-at-trace", Severity.WARNING),
    "ISL305": ("lifted-into-graph", Severity.WARNING),
    "ISL306": ("init-scope-without-effect", Severity.WARNING),
    "ISL401": ("init-scope-not-called", Severity.ERROR),
    "ISL402": ("init-scope-not-entered", Severity.WARNING),
    "ISL403": ("yield-in-init-scope", Severity.ERROR),
    "ISL404": ("removed-or-private-alias", Severity.WARNING),
    "ISL900": ("unused-suppression", Severity.WARNING),
    "ISL901": ("syntax-error", Severity.ERROR),
    "ISL902": ("unreadable-file", Severity.ERROR),
    "ISL903": ("internal-error", Severity.ERROR),
    "ISL904": ("analysis-budget-reached", Severity.NOTE),
}
"""The codes that are given out. They are for ever: people write them into their configuration."""

SECTIONS = [
    "What it does",
    "Why it is bad",
    "Example",
    "Use instead",
    "When it stays silent",
    "When it would be a false alarm",
    "How to silence it",
]

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


@each_rule
def test_code_and_name_are_the_ones_given_out(rule: Rule) -> None:
    """If this fails, a rule was renamed, and everybody's selections and suppressions of it are void."""
    assert PLANNED[rule.code] == (rule.name, rule.severity)


@each_rule
def test_module_is_named_after_its_rule(rule: Rule) -> None:
    """If this fails, a rule cannot be found by its file name."""
    expected = f"initscope_lint.rules.{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert expected == modules()[rule.code].__name__


@each_rule
def test_page_is_complete(rule: Rule) -> None:
    """If this fails, ``explain`` leaves a question open."""
    text = page(rule)
    expected = SECTIONS if rule.code >= "ISL9" else [*SECTIONS, "What it rests on"]
    assert expected == re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert text.startswith(f"# {rule.code} {rule.name}\n\n")
    assert rule.claim.endswith(".")


@each_rule
def test_examples_are_python(rule: Rule) -> None:
    """If this fails, a page shows an example that nobody can copy."""
    for block in re.findall(r"```python\n(.*?)```", page(rule), re.DOTALL):
        body = block if not block.startswith(" ") else "def f():\n    if True:\n" + block
        compile(body, rule.code, "exec")


def test_changelog_names_every_rule() -> None:
    """If this fails, a rule came without being announced."""
    text = " ".join((ROOT / "CHANGELOG.md").read_text("utf-8").split())
    assert [rule.code for rule in all_rules() if f"{rule.code} {rule.name}" not in text] == []


def test_pages_are_current() -> None:
    """If this fails, run ``python -m tests.rules.evidence``."""
    for path, text in pages().items():
        assert text == path.read_text("utf-8"), path.name


def test_fixtures_docs_and_changelog_name_the_rules_that_exist() -> None:
    """If this fails, something is left of a rule that was taken away, or a rule makes a claim that no program shows."""
    codes = {rule.code for rule in all_rules()}
    assert codes == {path.stem for path in (ROOT / "docs" / "rules").iterdir()}
    assert {code for code in codes if code < "ISL9"} == {path.name for path in (ROOT / "fixtures").glob("ISL*")}
    documents = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    named = {code for path in documents for code in re.findall(r"\bISL\d{3}\b", path.read_text("utf-8"))}
    assert set() == named - codes


@pytest.mark.tensorflow
@each_rule
def test_what_it_rests_on_is_there(rule: Rule) -> None:
    """If this fails, a page sends its reader to a symbol that TensorFlow does not have."""
    for symbol in rule.rests_on:
        parts = symbol.split(".")
        modules = [number for number in range(1, len(parts)) if _is_module(".".join(parts[:number]))]
        value = importlib.import_module(".".join(parts[: modules[-1]]))
        for part in parts[modules[-1] :]:
            value = getattr(value, part)


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("text", ["ISL101", "isl101", "variable-created-every-trace", " ISL101 "])
def test_find(text: str) -> None:
    """If this fails, a rule is not found under a spelling that a person may use."""
    assert get("ISL101") == find(text)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("variable-created-each-trace", "variable-created-every-trace"), ("ISL1O1", "ISL101"), ("zebra", None)],
)
def test_unknown_rule_suggests_the_nearest(text: str, suggestion: str | None) -> None:
    """If this fails, a typing error leaves a person without help."""
    for lookup in (find, lambda selector: select([selector])):
        with pytest.raises(UnknownRuleError) as caught:
            lookup(text)
        assert suggestion == caught.value.suggestion


KEPT = {"ISL901", "ISL902", "ISL903"}


@pytest.mark.parametrize(
    ("selected", "ignored", "expected"),
    [
        (["ISL10"], [], {rule.code for rule in all_rules() if rule.code.startswith("ISL10")} | KEPT),
        (["isl101"], [], {"ISL101"} | KEPT),
        (["unguarded-init-scope", "ISL401"], [], {"ISL102", "ISL401"} | KEPT),
        (
            ["ISL4"],
            ["init-scope-not-called"],
            {rule.code for rule in all_rules() if rule.code.startswith("ISL4")} - {"ISL401"} | KEPT,
        ),
        (["ISL401"], ["ISL9"], {"ISL401", "ISL902", "ISL903"}),
        (["ISL401"], ["ISL"], {"ISL902", "ISL903"}),
    ],
)
def test_select(selected: list[str], ignored: list[str], expected: set[str]) -> None:
    """If this fails, a selection reports too much or too little, or hides that something was not linted."""
    assert expected == select(selected, ignored)


def test_everything_is_selected_by_default() -> None:
    """If this fails, a rule exists that nobody sees."""
    assert {rule.code for rule in all_rules()} == select()


def test_registry_imports_nothing_heavy() -> None:
    """If this fails, ``rules`` and ``explain`` wait for the parser or the interpreter to be imported."""
    program = "import sys, initscope_lint.rules as r; r.all_rules(); print('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"
