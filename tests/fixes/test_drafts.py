"""What the fixtures do not show of the fixes: layout, comments, and where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from initscope_lint import runner
from initscope_lint.report.edits import edited
from initscope_lint.runner import Settings
from initscope_lint.source.decode import SourceText
from initscope_lint.source.discovery import Discovery

HEAD = "import tensorflow as tf\n\n\n"


def fixes(text: str) -> list[tuple[str, str, str]]:
    """The fixes of what is found in a text: rule, applicability, and what they make of the text."""
    source = SourceText("a.py", text, "utf-8")
    run = runner.check(
        ["a.py"], lambda path: Settings(target="2"), find=_found, read=lambda path: source, pedantic=True
    )
    return [
        (each.code, each.fix.applicability, edited(text, each.fix.edits))
        for each in run.diagnostics
        if each.fix is not None
    ]


def _found(paths: object) -> Discovery:
    return Discovery((Path("a.py"),), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "with tf.init_scope():  # why\n    # what\n    x = '''\n  text\n'''\n    # end\ny = 1\n",
            "# why\n# what\nx = '''\n  text\n'''\n# end\ny = 1\n",
        ),
        ("with tf.init_scope(): x = 1; y = 2  # both\n", "x = 1; y = 2  # both\n"),
        ("with tf.init_scope(), open('f') as f:\n    x = 1\n", "with open('f') as f:\n    x = 1\n"),
        ("if True:\n\twith tf.init_scope():\n\t\tx = 1", "if True:\n\tx = 1"),
    ],
)
def test_scope_is_taken_away(before: str, after: str) -> None:
    """Comments are lost, a text is moved with its block, or another item of the `with` goes."""
    assert [("ISL306", "safe", HEAD + after)] == fixes(HEAD + before)


def test_import_comes_with_the_name() -> None:
    """The public name is written where TensorFlow has none, or its import is called safe."""
    before = (
        "from tensorflow.python.framework import ops\n\n\ndef f():\n    with ops.init_scope():\n        return g()\n"
    )
    after = before.replace("ops\n", "ops\nimport tensorflow as tf\n", 1).replace("ops.init", "tf.init")
    assert [("ISL404", "unsafe", after)] == fixes(before)


def test_scope_is_entered_over_what_uses_no_argument() -> None:
    """What needs the argument is put under the scope, or a comment is lost."""
    before = (
        "@tf.function\ndef f(x):\n    tf.init_scope()  # lift\n    a = tf.zeros([])\n    b = tf.zeros(x.shape)\n"
        "    return x + a + b\n\n\nf(tf.ones([]))\n"
    )
    after = (
        "@tf.function\ndef f(x):\n    with tf.init_scope():  # lift\n        a = tf.zeros([])\n"
        "        b = tf.zeros(x.shape)\n    return x + a + b\n\n\nf(tf.ones([]))\n"
    )
    assert [("ISL402", "unsafe", HEAD + after)] == fixes(HEAD + before)


@pytest.mark.parametrize(
    "body",
    [
        "def make(n):\n    return tf.Variable(tf.zeros([n]))\n\n\n@tf.function\ndef f(x):\n    return x * make(2)\n",
        "def make():\n    return tf.Variable(1.0)\n\n\n@tf.function\ndef f(x):\n    return x * make() * make()\n",
        "@tf.function\ndef f(x):\n    for _ in range(2):\n        x = x * tf.Variable(1.0)\n    return x\n",
        "@tf.function\ndef f(x):\n    v = tf.Variable(x)\n    return v\n",
    ],
)
def test_no_fix_where_it_is_not_known_what_was_meant(body: str) -> None:
    """Variables that were several become one, or what they are made of is not there."""
    assert [] == fixes(f"{HEAD}{body}\n\nf(tf.ones([]))\n")
