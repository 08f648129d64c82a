"""Every new trace of a function makes another variable, and nothing refuses it.

## What it does
Reports an unguarded creation in a traced function where it is allowed: under an `init_scope` that leads to a graph, and
in a `defun` of TensorFlow 1.15 that keeps the variable.

## Why it is bad
A `tf.function` refuses a second creation where it can see it. Where it cannot, each trace, that is each new input
signature, makes a variable of its own: the state starts afresh, what was trained before is left behind, memory grows,
and a session needs the initialiser of each. Nothing raises.

## Example
```python
import tensorflow as tf

with tf.Graph().as_default():

    @tf.function
    def count(x):
        with tf.init_scope():
            total = tf.Variable(0.0)
        return total.assign_add(x)

    count(tf.constant(1.0))
```

## Use instead
Create it once:

```python
with tf.Graph().as_default():
    total = tf.Variable(0.0)

    @tf.function
    def count(x):
        return total.assign_add(x)

    count(tf.constant(1.0))
```

or guard the creation with `if self.total is None`.

## When it stays silent
- When a guard keeps a further trace from creating.
- For `get_variable` that reuses.
- For `wrap_function`, functional construction of Keras, and dataset functions.
- Where creation is refused: that is ISL101 or ISL102.

## When it would be a false alarm
- If a variable for each trace is what is wanted: a buffer for each signature, a counter of traces.
- If the function has one signature only, so that there is one trace.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL107",
    name="variable-per-trace",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="Each new trace of the function makes another variable, so that state starts afresh and memory grows.",
    unknown_condition="note",
    rests_on=(
        "tensorflow.python.framework.ops.init_scope",
        "tensorflow.python.framework.func_graph.FuncGraph",
    ),
)


def check(event: Event) -> Finding | None:
    """A creation that a further trace repeats."""
    if not isinstance(event, Happening) or event.kind != "variable per trace":
        return None
    return finding(
        RULE,
        event,
        f"`{event.facts['api']}` is created anew by every trace of `{function_name(event)}`.",
        "create it outside of the function, or guard the creation so that it happens once",
    )
