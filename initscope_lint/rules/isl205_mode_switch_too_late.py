"""The execution mode is switched when it is too late for that.

## What it does
Reports `enable_eager_execution()` and `enable_v2_behavior()` after something has been put into the default graph, and
`disable_eager_execution()` when tensors or variables that were made eagerly are used afterwards.

## Why it is bad
The mode is a property of the program, to be chosen at its start. `enable_eager_execution()` raises
`ValueError: tf.enable_eager_execution must be called at program startup.` once the default graph exists: one operation
or a call of `get_default_graph()` is enough. `disable_eager_execution()` does not raise, but what existed before is
eager, and using it in a graph raises `RuntimeError: Attempting to capture an EagerTensor without building a function.`

## Example
```python
import tensorflow as tf

tf.compat.v1.disable_eager_execution()
x = tf.constant(1.0)
tf.compat.v1.enable_eager_execution()
```

## Use instead
Choose the mode first:

```python
tf.compat.v1.enable_eager_execution()
x = tf.constant(1.0)
```

Where one part of a program needs a graph, use `with tf.Graph().as_default():` in place of a switch.

## When it stays silent
- When the switch comes before any operation. Operations in an explicit `tf.Graph` do not count, nor does
  `tf.executing_eagerly()`.
- When the mode is the wanted one already: enabling it again does nothing.
- When eager execution is disabled late and nothing from before is used.

## When it would be a false alarm
- If the part of the program that uses the graph is not run in the process that switches, as where a script has two
  commands and the linter took both.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL205",
    name="mode-switch-too-late",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="The execution mode is switched after operations were made in the other mode.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.ops.enable_eager_execution_internal",
        "tensorflow.python.framework.ops.disable_eager_execution",
    ),
)


def check(event: Event) -> Finding | None:
    """A switch that TensorFlow refuses, or that separates what was made before it from what uses it."""
    if not isinstance(event, Failure):
        return None
    if event.error == "CAPTURE" and event.facts.get("disabled_late"):
        return finding(
            RULE,
            event,
            f"`{event.facts['what']}` in the default graph uses what was made before eager execution was disabled.",
            "call `disable_eager_execution` at the start of the program, before any operation",
        )
    if event.error == "ENABLE_LATE":
        return finding(
            RULE,
            event,
            f"`{event.facts['api']}` comes too late: the default graph exists already.",
            "call it at the start of the program, before any operation",
        )
    return None
