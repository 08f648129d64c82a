"""A variable is created under `tf.init_scope` on every trace: lifting alone does not make it legal.

## What it does
Reports an unguarded creation inside a `tf.function` whose enclosing `init_scope` lands in the eager context.

## Why it is bad
`init_scope` lifts the *operations* out of the function, but the function's graph is still the default graph and its
variable creator still applies. So the creation counts as the function's own, and the second trace raises
`ValueError: tf.function only supports singleton tf.Variables created on the first call` (1.15: `tf.function-decorated
function tried to create variables on non-first call`).

## Example
```python
import tensorflow as tf


@tf.function
def f(x):
    with tf.init_scope():
        v = tf.Variable(1.0)
    return x * v
```

## Use instead
Create the variable outside of the function, or once:

```python
class Scale:
    def __init__(self):
        self.v = None

    @tf.function
    def __call__(self, x):
        if self.v is None:
            with tf.init_scope():
                self.v = tf.Variable(1.0)
        return x * self.v
```

The guard is what matters. The `init_scope` is optional here, and harmful if the initial value is a tensor of the
function (ISL201, ISL103).

## When it stays silent
- When a guard keeps the second trace away from the creation.
- When the `init_scope` lands in a graph (a graph-mode program, or an explicit `tf.Graph` around the function): then the
  creation is legal, and makes one variable for each trace.
- When no `tf.function` is being traced.

## When it would be a false alarm
- If the program is imported by one that disables eager execution, or called under its `tf.Graph`: then the scope lands
  in a graph and the creation is legal.
- If somebody else's code calls `tf.config.run_functions_eagerly(True)`: then no function is traced.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.isl106_one_function_many_owners import is_later_creation
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL102",
    name="unguarded-init-scope",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A variable is created under an init_scope on every trace; lifting does not exempt it, so the second raises.",
    unknown_condition="note",
    fix="unsafe: it is created once, in `__init__`, before the function, or behind a guard",
    rests_on=(
        "tensorflow.python.framework.ops.init_scope",
        "tensorflow.python.eager.polymorphic_function.polymorphic_function.Function._initialize",
    ),
)


def check(event: Event) -> Finding | None:
    """Creation refused although an ``init_scope`` lifted it to eager mode."""
    if not isinstance(event, Failure) or event.error not in ("SINGLETON", "OP_EAGER") or is_later_creation(event):
        return None
    if event.facts.get("owner") is not None or not event.facts.get("lifted"):
        return None
    return finding(
        RULE,
        event,
        f"`{event.facts['api']}` is created on every trace of `{function_name(event)}`; `init_scope` alone does not "
        "exempt it.",
        "guard the creation, so that it happens once: if self.w is None: ...",
    )
