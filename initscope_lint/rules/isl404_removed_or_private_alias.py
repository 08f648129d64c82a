"""A function or context of TensorFlow is reached by a private path, or by one that TensorFlow 2 no longer has.

## What it does
Reports calls of what builds functions, switches contexts or modes (`init_scope`, `function`, `defun`,
`enable_eager_execution` and their kin), under `tensorflow.python` where a public name exists, and under names such as
`tf.contrib.eager.defun` or `tf.enable_eager_execution` in a program for TensorFlow 2.

## Why it is bad
A removed name raises `AttributeError: module 'tensorflow' has no attribute 'contrib'`. A private path may move in any
release, without notice: `tensorflow.python.framework.ops` is not part of the API that TensorFlow keeps stable.

## Example
```python
import tensorflow as tf
from tensorflow.python.framework import ops


@tf.function
def f(x):
    with ops.init_scope():
        offset = tf.constant(1.0)
    return x + offset
```

## Use instead
```python
@tf.function
def f(x):
    with tf.init_scope():
        offset = tf.constant(1.0)
    return x + offset
```

## When it stays silent
- For public names, `tf.compat.v1` included.
- For private API that has no public name.
- In a program for TensorFlow 1.15, for names that it has.
- Where the program asks first, or catches the exception.

## When it would be a false alarm
- If an older TensorFlow 2 is pinned on purpose, for which the private path is the only one.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL404",
    name="removed-or-private-alias",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="A function or context of TensorFlow is reached by a private path, or by a removed name.",
    unknown_condition="silent",
    fix="safe: the public name is written; unsafe where TensorFlow is not imported yet",
    rests_on=("tensorflow.python.util.module_wrapper.TFModuleWrapper",),
)


def check(event: Event) -> Finding | None:
    """A call by a name that is not there, or not to be relied on."""
    if not isinstance(event, Happening):
        return None
    if event.kind == "alias removed":
        message = f"`{event.facts['api']}` is not in TensorFlow 2."
        instead = event.facts["instead"]
        help = "use its successor, or the name under `tf.compat.v1`" if instead is None else f"use `{instead}`"
        return finding(RULE, event, message, help, instead=instead)
    if event.kind == "alias private":
        message = f"`{event.facts['api']}` is a private path to `{event.facts['public']}`."
        public = event.facts["public"]
        return finding(RULE, event, message, f"use `{public}`", instead=public)
    return None
