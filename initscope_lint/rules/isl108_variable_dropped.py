"""Only a local name keeps a variable that the graph of a `defun` uses: it is gone before it is used.

## What it does
Reports a variable that a `defun` of an eager TensorFlow 1.15 program creates and does not keep anywhere.

## Why it is bad
The graph refers to the variable's memory, not to the Python object, and 1.15 frees the memory with the object. When the
function is run, the local is gone: `FailedPreconditionError: Error while reading resource variable ... from Container:
localhost. This could mean that the variable was uninitialized. Not found: Resource ... does not exist.` TensorFlow 2
keeps alive what a trace uses.

## Example
```python
import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


@tf.contrib.eager.defun
def scale(x):
    factor = tf.Variable(2.0)
    return factor * x


scale(tf.constant(1.0))
```

## Use instead
Keep the variable as long as the function, and create it once:

```python
tf.compat.v1.enable_v2_behavior()
factor = tf.Variable(2.0)


@tf.contrib.eager.defun
def scale(x):
    return factor * x


scale(tf.constant(1.0))
```

## When it stays silent
- When the variable is stored: on an object, in a global, a list or a closure that lives.
- In TensorFlow 2, in graph mode (the graph's collections keep it), and in a `tf.function`.

## When it would be a false alarm
- If the function is traced and never run, or run only while its concrete function is being built by somebody who keeps
  the variable.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL108",
    name="variable-dropped",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="Only a local name keeps a variable that a defun uses, and 1.15 frees it before the function runs.",
    unknown_condition="note",
    rests_on=("tensorflow.python.ops.resource_variable_ops.EagerResourceDeleter",),
)


def check(event: Event) -> Finding | None:
    """A variable that nothing reaches when its trace is over."""
    if not isinstance(event, Failure) or event.error != "UNINIT":
        return None
    return finding(
        RULE,
        event,
        f"Nothing keeps this `{event.facts['api']}` after the trace of `{event.facts['graph'].name}`, so it is freed.",
        "keep it on an object or in a global, and create it once",
    )
