"""The formats of ``check`` for people, JSON, and the two of ``stack``, for findings made by hand."""

from __future__ import annotations

import importlib
import json as stdlib_json
from collections.abc import Iterator, Sequence

import click
import pytest
from wcwidth import wcswidth

from initscope_lint.report import concise, json, stack_json, stack_text, text
from initscope_lint.report.diagnostic import (
    Context,
    Diagnostic,
    Edit,
    Fix,
    Frame,
    Location,
    Point,
    Severity,
    Span,
    Summary,
)
from initscope_lint.report.formats import FORMATS
from initscope_lint.report.report import Report, RulePage
from initscope_lint.rules import all_rules, page

SOURCE = """\
import tensorflow as tf
class Model:
    def dense(self, x):
        w = tf.Variable(tf.zeros([8, 8]))
        return x @ w
"""
LINES = SOURCE.splitlines(keepends=True)
START = Frame("eager", "", "model.py", 1)
FUNCTION = Frame("function", "train_step", "model.py", 20)
FINDING = Diagnostic(
    code="ISL101",
    name="variable-created-every-trace",
    severity=Severity.ERROR,
    path="model.py",
    span=Span(4, 13, 4, 42),
    message="`tf.Variable` is created on every trace of `train_step`, not once.",
    help="create it in __init__",
    raises="ValueError: tf.function only supports singleton tf.Variables created on the first call",
    stack=(START, FUNCTION),
    trace=(Location("model.py", 31, 1, "train_step(batch)"), Location("model.py", 22, 5, "self.dense(x)")),
    related=(Location("other.py", 7, 3, "the function is made here"),),
)
SUMMARY = Summary(files=3, analyzed=2, skipped=1, errors=0, truncated=0)


def report(*found: Diagnostic, lines: Sequence[str] = LINES, color: bool = False, width: int | None = None) -> Report:
    """A report on findings in a file with these lines."""
    pages = [RulePage(each.code, each.name, each.severity, each.claim, page(each)) for each in all_rules()]
    return Report(found, SUMMARY, lambda path: lines, pages, color, width)


def render(name: str, given: Report) -> Iterator[str]:
    """Give what the format of that name makes of a report."""
    rendered: Iterator[str] = importlib.import_module(f"initscope_lint.report.{name}").render(given)
    return rendered


def test_text() -> None:
    """If this fails, what a person sees has changed: look at it before the expectation is changed."""
    expected = """\
model.py:4:13 error ISL101 variable-created-every-trace
  `tf.Variable` is created on every trace of `train_step`, not once.
    3 |     def dense(self, x):
    4 |         w = tf.Variable(tf.zeros([8, 8]))
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  stack  eager > function train_step (model.py:20)
  path   model.py:31 train_step(batch) > model.py:22 self.dense(x)
  see    other.py:7 the function is made here
  raises ValueError: tf.function only supports singleton tf.Variables created on the first call
  help   create it in __init__

"""
    assert [expected] == list(text.render(report(FINDING)))


def test_colour_adds_nothing_else() -> None:
    """If this fails, the coloured report says something else than the plain one."""
    plain = list(text.render(report(FINDING)))
    coloured = list(text.render(report(FINDING, color=True)))
    assert plain != coloured
    assert plain == [click.unstyle(block) for block in coloured]


def test_text_without_source() -> None:
    """If this fails, a finding in a file that cannot be read any more is lost, or shown with an empty excerpt."""
    (block,) = text.render(report(FINDING, lines=()))
    assert "|" not in block
    assert "stack  eager > function" in block


def test_text_is_wrapped() -> None:
    """If this fails, a narrow terminal breaks the report where it likes."""
    expected = """\
model.py:4:13 error ISL101 variable-created-every-trace
  `tf.Variable` is created on every trace of
  `train_step`, not once.
    3 |     def dense(self, x):
    4 |         w = tf.Variable(tf.zeros([8, 8]…
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  stack  eager > function train_step
         (model.py:20)
  path   model.py:31 train_step(batch) >
         model.py:22 self.dense(x)
  see    other.py:7 the function is made here
  raises ValueError: tf.function only supports
         singleton tf.Variables created on the
         first call
  help   create it in __init__

"""
    assert [expected] == list(text.render(report(FINDING, width=48)))


@pytest.mark.parametrize("width", [30, 48, 80])
def test_wide_characters_are_wrapped_by_their_width(width: int) -> None:
    """If this fails, wide characters run over the edge."""
    message = " ".join(["変数 größe"] * 20)
    finding = Diagnostic("ISL101", "n", Severity.ERROR, "m.py", Span(1, 40, 1, 44), message, message)
    (shown,) = text.render(report(finding, lines=["\t変数" * 30], width=width))
    assert all(wcswidth(line) <= width for line in shown.splitlines())
    assert "^" in shown


def test_summary_lines() -> None:
    """If this fails, the closing line miscounts."""
    note = Diagnostic("ISL101", "n", Severity.NOTE, "b.py", Span(1, 1, 1, 2), "m")
    assert "Found 2 errors and 1 note in 2 files (2 files analysed)." == text.summary_line(
        [FINDING, FINDING, note], SUMMARY
    )
    assert "Nothing to report (1 file analysed); 2 files could not be linted; analysis cut short at 1 entry point." == (
        text.summary_line([], Summary(3, 1, 0, 2, 1))
    )
    assert "Nothing to report (1 file analysed); 2 findings ignored; 1 finding in the baseline." == (
        text.summary_line([], Summary(1, 1, 0, 0, 0, ignored=2, known=1))
    )


def test_concise() -> None:
    """If this fails, editors that parse this line stop working."""
    expected = (
        "model.py:4:13: error: ISL101 variable-created-every-trace: "
        "`tf.Variable` is created on every trace of `train_step`, not once.\n"
    )
    assert [expected] == list(concise.render(report(FINDING)))


def test_json() -> None:
    """If this fails, the JSON contract is broken."""
    expected = {
        "version": "1",
        "diagnostics": [
            {
                "code": "ISL101",
                "name": "variable-created-every-trace",
                "severity": "error",
                "path": "model.py",
                "line": 4,
                "column": 13,
                "end_line": 4,
                "end_column": 42,
                "message": "`tf.Variable` is created on every trace of `train_step`, not once.",
                "help": "create it in __init__",
                "stack": [
                    {"kind": "eager", "name": "", "path": "model.py", "line": 1},
                    {"kind": "function", "name": "train_step", "path": "model.py", "line": 20},
                ],
                "trace": [
                    {"path": "model.py", "line": 31, "column": 1, "note": "train_step(batch)"},
                    {"path": "model.py", "line": 22, "column": 5, "note": "self.dense(x)"},
                ],
                "related": [{"path": "other.py", "line": 7, "column": 3, "note": "the function is made here"}],
                "fix": None,
            }
        ],
        "summary": {"files": 3, "analyzed": 2, "skipped": 1, "errors": 0, "truncated": 0},
    }
    document = "".join(json.render(report(FINDING)))
    assert expected == stdlib_json.loads(document)
    assert document.endswith("}\n")


def test_no_format_lets_control_characters_through() -> None:
    """If this fails, a crafted file name or message reaches the terminal raw."""
    evil = "a\x1b[2J\x7f\x9b\u202e.py"
    place = Location(evil, 1, 1, evil)
    frames = (Frame("function", evil, evil, 1),)
    fix = Fix("safe", "d", (Edit(Span(1, 1, 1, 1), evil),))
    finding = Diagnostic(
        "ISL101", "n", Severity.ERROR, evil, Span(1, 1, 1, 2), evil, evil, evil, frames, (place,), (place,), fix
    )
    output = [
        *(chunk for each in FORMATS for chunk in render(each, report(finding, lines=[evil]))),
        stack_json.render({evil: []}),
        *stack_text.render([], [evil]),
    ]
    assert not set("\x1b\x7f\x9b\u202e") & set("".join(output))
    (document,) = json.render(report(finding))
    assert evil == stdlib_json.loads(document)["diagnostics"][0]["message"]


STACK_LINES = """\
@tf.function
def func(
):
  with tf.init_scope():
    assert tf.executing_eagerly()
def unused():
  pass
""".splitlines(keepends=True)
EAGER = Context("eager", True, False, False, False, "none", "none", (START,))
IN_FUNCTION = Context("function", False, True, False, False, "recording", "none", (START, FUNCTION), (("m.py", 9),))
LIFTED = Context(
    "eager",
    True,
    False,
    False,
    True,
    "paused",
    "none",
    (START, FUNCTION, Frame("eager", "", "m.py", 4)),
    (("m.py", 9),),
)
POINTS = [
    Point(1, 1, (EAGER,)),
    Point(2, 1, (EAGER,)),
    Point(4, 3, (IN_FUNCTION, EAGER)),
    Point(5, 5, (LIFTED,)),
    Point(6, 1, (EAGER,)),
    Point(7, 3, ()),
]


def test_stack_text() -> None:
    """If this fails, the gutter of ``stack`` has changed."""
    expected = """\
  1 eager           | @tf.function
  2 eager           | def func(
  3                 | ):
  4 function, eager |   with tf.init_scope():                     tape recording
  5 eager  ^        |     assert tf.executing_eagerly()           lifted past function train_step; tape paused
  6 eager           | def unused():
  7 -               |   pass
"""
    assert expected.splitlines() == list(stack_text.render(POINTS, STACK_LINES))


def test_stack_text_of_one_line() -> None:
    """If this fails, asking for one line does not tell how it is reached."""
    expected = """\
  5 eager  ^ |     assert tf.executing_eagerly()
    eager: lifted past function train_step; tape paused
      stack  eager > function train_step (model.py:20) > eager (m.py:4)
      path   m.py:9
"""
    assert expected.splitlines() == list(stack_text.render(POINTS, STACK_LINES, only={5}))


def test_stack_json() -> None:
    """If this fails, the JSON contract of ``stack`` is broken."""
    expected = {
        "version": "1",
        "files": [
            {
                "path": "m.py",
                "points": [
                    {
                        "line": 5,
                        "column": 5,
                        "contexts": [
                            {
                                "resolved": "eager",
                                "executing_eagerly": True,
                                "building_function": False,
                                "branch": False,
                                "lifted": True,
                                "tape": "paused",
                                "control_dependencies": "none",
                                "stack": [
                                    {"kind": "eager", "name": "", "path": "model.py", "line": 1},
                                    {"kind": "function", "name": "train_step", "path": "model.py", "line": 20},
                                    {"kind": "eager", "name": "", "path": "m.py", "line": 4},
                                ],
                                "via": [{"path": "m.py", "line": 9}],
                            }
                        ],
                    },
                    {"line": 7, "column": 3, "contexts": []},
                ],
            }
        ],
    }
    assert expected == stdlib_json.loads(stack_json.render({"m.py": [POINTS[3], POINTS[5]]}))
