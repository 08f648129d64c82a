"""A value that is read or drawn under `tf.init_scope` becomes a constant of the function.

## What it does
Reports reading a variable, drawing random numbers (of TensorFlow, NumPy or Python) and asking for the time under an
`init_scope` that leads to eager mode, where the value goes on into the graph of the function.

## Why it is bad
The scope is executed while the function is traced. The function keeps what it got then: a schedule reads the step of
its first call for ever, noise is the same in every step, a time stamp is that of the trace. Nothing raises.

## Example
```python
import tensorflow as tf


@tf.function
def augment(x):
    with tf.init_scope():
        noise = tf.random.normal([2])
    return x + noise


augment(tf.zeros([2]))
```

## Use instead
```python
@tf.function
def augment(x):
    noise = tf.random.normal([2])
    return x + noise


augment(tf.zeros([2]))
```

## When it stays silent
- For initial values of variables: drawn once is what is meant.
- For values behind a create-once guard, which a further trace does not read or draw again.
- When the value does not reach the function's graph.
- Without an `init_scope`: Python's random numbers in a function are frozen as well, but that does not hide in a scope.

## When it would be a false alarm
- If one value for each trace is what is wanted: a seed, a name, a default that never changes.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL304",
    name="value-frozen-at-trace",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="A value read or drawn under init_scope becomes a constant of the function that is traced.",
    unknown_condition="note",
    rests_on=(
        "tensorflow.python.framework.ops.init_scope",
        "tensorflow.python.framework.func_graph.FuncGraph.capture",
    ),
)


def check(event: Event) -> Finding | None:
    """A value of the trace, used in the graph."""
    if not isinstance(event, Happening) or event.kind != "value frozen":
        return None
    return finding(
        RULE,
        event,
        f"`{event.facts['what']}` runs once per trace here, and the function keeps the value as a constant.",
        "read or draw the value in the function itself, outside of the scope",
    )
