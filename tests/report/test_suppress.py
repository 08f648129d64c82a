"""Which lines a comment silences, and what its fix and ``--add-ignores`` make of a file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint import rules
from initscope_lint.report.diagnostic import Diagnostic, Edit, Severity, Span
from initscope_lint.report.edits import edited
from initscope_lint.report.suppress import additions, fix, suppressions, unused

PROGRAM = """\
# initscope-lint: ignore-file[ISL306] everywhere
import a

x = f(
    1,  # noqa: E501, ISL101  because
    2,
)

# initscope-lint: ignore[unguarded-init-scope, ISL103] the whole of it
@decorated
# initscope-lint: ignore[ISL106]
@twice(
    3  # noqa:ISL104
)
def g():
    with h:  # initscope-lint: ignore[ISL105]
        y = 1

    z = '''
# noqa: ISL101 '''
if x: y
# noqa: ISL107
"""


def resolve(word: str) -> str:
    return rules.find(word).code


def finding(code: str, line: int, end_line: int | None = None) -> Diagnostic:
    return Diagnostic(code, "n", Severity.ERROR, "p.py", Span(line, 1, end_line or line, 2), "m")


def silenced(text: str, code: str) -> list[int]:
    """The lines on which a rule is silenced."""
    written = suppressions(text, resolve)
    count = text.count("\n") + 1
    return [line for line in range(1, count) if any(each.covers(finding(code, line)) for each in written)]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("ISL306", list(range(1, 23))),
        ("ISL101", [4, 5, 6, 7]),
        ("ISL102", list(range(10, 21))),
        ("ISL103", list(range(10, 21))),
        ("ISL106", list(range(10, 21))),
        ("ISL104", list(range(10, 16))),
        ("ISL105", [16]),
        ("ISL107", [22]),
        ("ISL108", []),
    ],
)
def test_lines(code: str, lines: list[int]) -> None:
    """A comment silences more than a person would think, or less."""
    assert lines == silenced(PROGRAM, code)


def test_any_line_of_the_span() -> None:
    """A finding over several lines is silenced by a comment on one of them, not on another."""
    (written,) = suppressions("x = (1,\n2)\ny = 3  # noqa: ISL101\n", resolve)
    assert [False, True] == [written.covers(finding("ISL101", 1, 2)), written.covers(finding("ISL101", 2, 3))]


@pytest.mark.parametrize(
    "comment",
    ["# noqa", "# NOQA : E501", "# noqa: all", "# noqa because ISL101", "# see initscope-lint: ignore[ISL101]"],
)
def test_what_names_no_rule_of_ours_silences_nothing(comment: str) -> None:
    """A comment for another linter silences ours."""
    assert [] == silenced(f"x = 1  {comment}\n", "ISL101")


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("# initscope-lint: ignore", "This suppression names no rule, so it silences nothing; write `ignore[ISL101]`."),
        (
            "# initscope-lint: ignore[]",
            "This suppression names no rule, so it silences nothing; write `ignore[ISL101]`.",
        ),
        ("# initscope-lint: disable[ISL101]", "There is no `disable`; there are `ignore[...]` and `ignore-file[...]`."),
        ("# initscope-lint: ignore[ISL]", "This suppression names an unknown rule 'ISL'"),
        (
            "# initscope-lint: ignore[gradientlost]",
            "names an unknown rule 'gradientlost'; did you mean 'gradient-lost'?",
        ),
        ("# noqa: ISL999", "This suppression names an unknown rule 'ISL999'; did you mean 'ISL9"),
        ("# noqa: ISL101", ""),
    ],
)
def test_problems(comment: str, problem: str) -> None:
    """A comment that does not do what was meant goes unnoticed."""
    (written,) = suppressions(f"x = 1  {comment}\n", resolve)
    assert problem in written.problem
    assert bool(problem) is bool(written.problem)
    assert bool(problem) is (len(list(unused([written], [finding("ISL101", 1)], {"ISL101"}))) == 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: ISL101 because\n", "x = 1\n"),
        ("x = 1  # noqa: E501, ISL101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: ISL101 # type: ignore\n", "x = 1  # type: ignore\n"),
        ("x = 1  # type: ignore # noqa: ISL101\n", "x = 1  # type: ignore\n"),
        (
            "x = 1  # initscope-lint: ignore[ISL101,gradient-lost] why\n",
            "x = 1  # initscope-lint: ignore[ISL301] why\n",
        ),
        ("if x:\n    # noqa: ISL101\n    y = 1\n", "if x:\n    y = 1\n"),
        ("# initscope-lint: ignore-file[ISL101]", ""),
    ],
)
def test_fix(before: str, after: str) -> None:
    """The fix breaks the line, or takes away what somebody else needs."""
    written = suppressions(before, resolve)
    ((found, idle),) = unused(written, [finding("ISL301", 1)] if "gradient" in before else [], {"ISL101", "ISL301"})
    mended = fix(found, idle)
    assert mended is not None
    assert after.replace("ISL301", "gradient-lost") == edited(before, mended.edits)


def test_rules_that_did_not_run_are_not_unused() -> None:
    """``--select`` makes every other suppression look unused."""
    assert [] == list(unused(suppressions("x = 1  # noqa: ISL101\n", resolve), [], {"ISL102"}))


def test_additions() -> None:
    """``--add-ignores`` breaks a statement over several lines, or a comment that is there."""
    text = "x = f(\r\n  1)\r\ny = 2  # initscope-lint: ignore[ISL301] why\r\n@d\r\ndef g(\r\n  a):  # so\r\n  pass\r\n"
    found = [
        finding("ISL102", 1),
        finding("ISL101", 2),
        finding("ISL103", 3),
        finding("ISL301", 3),
        finding("ISL104", 4),
    ]
    edits, left = additions(text.replace("\r\n", "\n"), [*found, finding("ISL101", 9)], resolve)
    assert [finding("ISL101", 9)] == left
    assert (
        "x = f(\r\n  1)  # initscope-lint: ignore[ISL101, ISL102]\r\n"
        "y = 2  # initscope-lint: ignore[ISL301, ISL103] why\r\n"
        "@d\r\ndef g(\r\n  a):  # so  # initscope-lint: ignore[ISL104]\r\n  pass\r\n"
    ) == edited(text, edits)


@given(st.text(alphabet="ab:#[]()'\"\\\n \tdefinoqaISL10,-@", max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    """Some file makes the search for comments fail."""
    text += "\n# noqa: ISL101\n"
    for each in suppressions(text, resolve):
        assert re.search("ISL", edited(text, [Edit(each.span, "ISL")]))


def test_edits_keep_line_ends() -> None:
    """A fix changes the line ends of a file, or the wrong place."""
    text = "a\rb\r\nc\nd"
    edits = [Edit(Span(2, 1, 3, 1), ""), Edit(Span(4, 2, 4, 2), "!"), Edit(Span(1, 1, 1, 2), "A")]
    assert "A\rc\nd!" == edited(text, edits)
    assert "a\rb\r\nc\n" == edited(text, [Edit(Span(4, 1, 5, 1), "")])
