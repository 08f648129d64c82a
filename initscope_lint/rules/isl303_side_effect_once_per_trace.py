"""An effect under `tf.init_scope` happens when the function is traced, not when it is called.

## What it does
Reports an assignment to a variable, a step of an optimizer, an update of a metric, a `tf.print`, a summary or a file
write that a function makes under an `init_scope` which leads to eager mode. A `print` of Python in a traced function is
a note.

## Why it is bad
What is under the scope runs while the function is traced, and is not part of its graph: once for each trace (twice, if
the first trace creates variables), however often the function is called. A counter stands still, a target network is
never updated again, a log has one line. Nothing raises.

## Example
```python
import tensorflow as tf

steps = tf.Variable(0)


@tf.function
def train_step(x):
    with tf.init_scope():
        steps.assign_add(1)
    return 2.0 * x


train_step(tf.constant(1.0))
train_step(tf.constant(2.0))
```

## Use instead
```python
steps = tf.Variable(0)


@tf.function
def train_step(x):
    steps.assign_add(1)
    return 2.0 * x


train_step(tf.constant(1.0))
train_step(tf.constant(2.0))
```

## When it stays silent
- For what is part of a creation: an assignment to a variable that the same trace has created, or behind a create-once
  guard, so that a further trace does not repeat it.
- Where the scope leads to a graph.
- When the function is called eagerly, or the code is in `py_function`.

## When it would be a false alarm
- If once per trace is what is wanted: a counter of traces, a message that says that the function is being traced.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL303",
    name="side-effect-once-per-trace",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="An effect under init_scope happens each time the function is traced, not each time it is called.",
    unknown_condition="note",
    rests_on=("tensorflow.python.framework.ops.init_scope",),
)


def check(event: Event) -> Finding | None:
    """An effect that every trace has and no call."""
    if not isinstance(event, Happening) or event.kind not in ("effect lifted", "python effect"):
        return None
    if event.kind == "python effect":
        message = "This runs when the function is traced, not when it is called."
        return finding(RULE, event, message, "use `tf.print`, or print outside of the function", certain=False)
    return finding(
        RULE,
        event,
        f"`{event.facts['api']}` under `init_scope` runs when `{function_name(event)}` is traced, not on each call.",
        "move it out of the scope",
    )
