"""A value is computed while `tf.init_scope` pauses the tape, and then differentiated: the gradient is None.

## What it does
Reports `tape.gradient` (`jacobian`, `batch_jacobian`) where the way from the target to a source leads through a value
that was computed under an `init_scope`: around the computation, around a call of a function, or around the tape itself.

## Why it is bad
`init_scope` stops the recording of every tape, in an eager program too, and also of a tape that is opened inside of it.
What was computed meanwhile is a constant for the tape. Nothing raises: the gradient is `None`, and training goes on
without it or fails later, in the optimizer, with `No gradients provided for any variable`.

## Example
```python
import tensorflow as tf

weight = tf.Variable(3.0)


@tf.function
def step():
    with tf.GradientTape() as tape:
        with tf.init_scope():
            loss = tf.square(weight)
    return tape.gradient(loss, weight)


step()
```

## Use instead
Lift the creation of state, not the computation:

```python
weight = tf.Variable(3.0)


@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = tf.square(weight)
    return tape.gradient(loss, weight)


step()
```

## When it stays silent
- When the target also depends on the source by a way that was recorded: then the gradient is not `None`.
- For `tf.gradients`, which reads the graph and no tape.
- When something unknown takes part in the computation.
- For `tape.stop_recording()`, which says what it does.

## When it would be a false alarm
- If the missing gradient is what is wanted, and the code expects `None`: `tf.stop_gradient` or `tape.stop_recording()`
  say so.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL301",
    name="gradient-lost",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="A value that was computed while init_scope pauses the tape is differentiated, and the gradient is None.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.ops.init_scope",
        "tensorflow.python.eager.record.stop_recording",
    ),
)


def check(event: Event) -> Finding | None:
    """A target that no tape has seen the computation of."""
    if not isinstance(event, Happening) or event.kind != "gradient lost":
        return None
    return finding(
        RULE,
        event,
        "The gradient is None: the target was computed under `init_scope`, where no tape records.",
        "compute the target outside of the scope",
    )
