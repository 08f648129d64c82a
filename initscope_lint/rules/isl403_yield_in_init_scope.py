"""A generator yields inside of `tf.init_scope`, and its consumer goes on in the lifted context.

## What it does
Reports a `yield` under an `init_scope` where the code that consumes the generator then computes with a tensor of the
function that is being traced.

## Why it is bad
A context manager is left when its block ends, and a suspended generator has not ended its block. Until it is resumed,
the consumer runs under the scope: in eager mode, inside of a function. An operation on a tensor of that function raises
`TypeError: <tf.Tensor ...> is out of scope and cannot be used here` (1.15: `An op outside of the function building code
is being passed a "Graph" tensor`), in a line that shows no scope.

## Example
```python
import tensorflow as tf


def offsets():
    with tf.init_scope():
        for value in [1.0, 2.0]:
            yield tf.constant(value)


@tf.function
def shift(x):
    for offset in offsets():
        x = x + offset
    return x


shift(tf.constant(1.0))
```

## Use instead
Yield outside of the scope:

```python
def offsets():
    for value in [1.0, 2.0]:
        with tf.init_scope():
            offset = tf.constant(value)
        yield offset


@tf.function
def shift(x):
    for offset in offsets():
        x = x + offset
    return x


shift(tf.constant(1.0))
```

## When it stays silent
- For functions under `contextlib.contextmanager`, which yield inside of the scope on purpose.
- When the generator is run to its end before its values are used.
- When the consumer does nothing that the scope changes.

## When it would be a false alarm
- If somebody else's code calls `tf.config.run_functions_eagerly(True)`: then there is no symbolic tensor.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding, Site, Step
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL403",
    name="yield-in-init-scope",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A generator yields inside of init_scope, and its consumer computes with a tensor of the function there.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.ops.init_scope",
        "tensorflow.python.framework.func_graph.FuncGraph.capture",
    ),
)


def check(event: Event) -> Finding | None:
    """A consumer runs under the scope of a suspended generator."""
    if not isinstance(event, Failure) or event.error != "OUT_OF_SCOPE" or event.facts.get("leaked"):
        return None
    suspended: Site | None = event.facts.get("suspended_at")
    if suspended is None:
        return None
    return finding(
        RULE,
        event,
        "The generator is suspended inside of `init_scope`, so what consumes it runs under the scope.",
        "yield outside of the scope",
        site=suspended,
        related=(Step(event.site, "this runs under the scope of the generator"),),
    )
