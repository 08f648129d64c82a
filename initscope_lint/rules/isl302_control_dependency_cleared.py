"""An operation with an effect is made under `tf.init_scope` and does not wait for the control dependencies around it.

## What it does
Reports an assignment, a print or a file write that is made in a graph, under an `init_scope` inside of
`tf.control_dependencies([...])`.

## Why it is bad
`init_scope` clears the control dependencies: what is made in it has no control inputs. The code reads as if the
operation came after those named, and the session is free to run it before them, or without them. Nothing raises.

## Example
```python
import tensorflow as tf

with tf.Graph().as_default():
    total = tf.compat.v1.get_variable("total", [], use_resource=True)
    last = tf.compat.v1.get_variable("last", [], use_resource=True)
    update = total.assign_add(1.0)
    with tf.control_dependencies([update]):
        with tf.init_scope():
            copy = last.assign(total)
```

## Use instead
```python
with tf.Graph().as_default():
    total = tf.compat.v1.get_variable("total", [], use_resource=True)
    last = tf.compat.v1.get_variable("last", [], use_resource=True)
    update = total.assign_add(1.0)
    with tf.control_dependencies([update]):
        copy = last.assign(total)
```

## When it stays silent
- For operations without an effect, such as constants and initial values: there is nothing to wait for.
- Where the dependencies are opened inside of the scope.
- Where the scope leads to eager mode: there the operation runs at once (ISL303).

## When it would be a false alarm
- If the operation is lifted on purpose, to be free of the caller's dependencies: `tf.control_dependencies(None)` says
  that better.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL302",
    name="control-dependency-cleared",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="An operation with an effect under init_scope does not wait for the enclosing control_dependencies.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.ops.init_scope",
        "tensorflow.python.framework.ops.Graph.control_dependencies",
    ),
)


def check(event: Event) -> Finding | None:
    """An effect whose control inputs the scope has cut."""
    if not isinstance(event, Happening) or event.kind != "effect not waiting":
        return None
    return finding(
        RULE,
        event,
        f"`{event.facts['api']}` does not wait for the `control_dependencies`, which `init_scope` clears.",
        "make the operation outside of the scope, or open `control_dependencies` inside of it",
    )
