"""A tensor of a function is kept and used after its trace, or by another function.

## What it does
Reports the use of a symbolic tensor outside of the function whose graph it belongs to: it was stored on an object, in a
global, a list or a variable of an enclosing function, and is computed with by eager code, by a later trace, by another
function or under `init_scope`.

## Why it is bad
A symbolic tensor means something in the trace that made it only. Elsewhere TensorFlow raises:

- `TypeError: <tf.Tensor ...> is out of scope and cannot be used here. Use return values, explicit Python locals or
  TensorFlow collections to access it.`; between two functions `InaccessibleTensorError` with the same text.
- 1.15: `TypeError: An op outside of the function building code is being passed a "Graph" tensor.`

In a later trace it is raised when the function is called.

## Example
```python
import tensorflow as tf

history = []


@tf.function
def step(x):
    loss = tf.reduce_mean(x)
    history.append(loss)
    return loss


step(tf.constant([1.0, 2.0]))
mean = tf.reduce_mean(history)
```

## Use instead
Return it: what a function returns is eager outside of it.

```python
history = []


@tf.function
def step(x):
    return tf.reduce_mean(x)


history.append(step(tf.constant([1.0, 2.0])))
mean = tf.reduce_mean(history)
```

State that is to live from call to call belongs in a `tf.Variable`.

## When it stays silent
- When the tensor is returned, or used in the trace that made it.
- For static properties of the kept tensor: shape, type, name.
- When a branch or an inner function uses a tensor of the function around it: that is captured.
- For what does not depend on an argument and could have been created under `init_scope`, when a later trace uses it:
  that is ISL104.

## When it would be a false alarm
- If the attribute or list is emptied, or filled with something else, by code that the linter did not see, between the
  trace and the use.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.isl104_state_not_lifted import could_be_lifted
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL204",
    name="leaked-symbolic-tensor",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A tensor of a function's graph is kept and used outside of the trace that made it.",
    unknown_condition="report",
    rests_on=("tensorflow.python.framework.func_graph.FuncGraph.capture",),
)


def check(event: Event) -> Finding | None:
    """A tensor is used where its graph is neither being built nor around."""
    if not isinstance(event, Failure) or event.error not in ("OUT_OF_SCOPE", "DIFF_GRAPH"):
        return None
    if not event.facts.get("leaked") or could_be_lifted(event):
        return None
    return finding(
        RULE,
        event,
        "A symbolic tensor is used outside of the function that made it.",
        "return it from the function, or keep the value in a `tf.Variable`",
    )
