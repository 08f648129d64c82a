"""`tf.init_scope` itself is used as a context manager or a decorator: the parentheses are missing.

## What it does
Reports `with tf.init_scope:` and `@tf.init_scope`.

## Why it is bad
`tf.init_scope` is a function that returns the context manager.

- `with tf.init_scope:` raises `TypeError: 'function' object does not support the context manager protocol` (Python 3.11
  and later) or `AttributeError: __enter__`.
- `@tf.init_scope` raises `TypeError` when the decorator is applied, since `init_scope` takes no arguments.

## Example
```python
import tensorflow as tf


@tf.function
def table(x):
    with tf.init_scope:
        rows = tf.constant([1.0, 2.0])
    return rows * x
```

## Use instead
```python
@tf.function
def table(x):
    with tf.init_scope():
        rows = tf.constant([1.0, 2.0])
    return rows * x
```

`@tf.init_scope()` works as a decorator, for any number of calls.

## When it stays silent
When the name is not TensorFlow's, such as Chainer's `self.init_scope()`.

## When it would be a false alarm
- If another module puts something of its own in the place of `tf.init_scope`.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL401",
    name="init-scope-not-called",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="The function tf.init_scope itself is entered or used as a decorator, which raises.",
    unknown_condition="report",
    fix="safe: it is called",
    rests_on=("tensorflow.python.framework.ops.init_scope",),
)


def check(event: Event) -> Finding | None:
    """The function itself is used where its result, the scope, is meant."""
    if not isinstance(event, Failure) or event.error != "NO_CM":
        return None
    return finding(RULE, event, "`init_scope` is not called.", "write `tf.init_scope()`")
