"""An `init_scope` leads to a graph, where the code inside expects eager mode, or is not lifted at all.

## What it does
Reports, under an `init_scope` that leads to a graph: `assert tf.executing_eagerly()`, and an operation on a tensor of
the function that is being traced.

## Why it is bad
`init_scope` leads to the innermost context that is not building a function. In a graph-mode program, and in a function
that is called under `with tf.Graph().as_default()`, that is a graph and not eager mode: the assertion fails. And an
operation goes to the graph of its inputs: on a tensor of the function it is silently built in the function, not
lifted, and its result differs from call to call although it reads like state.

## Example
```python
import tensorflow as tf

with tf.Graph().as_default():

    @tf.function
    def scale(x):
        with tf.init_scope():
            factor = 2.0 * x
        return factor

    scale(tf.constant(1.0))
```

## Use instead
```python
with tf.Graph().as_default():

    @tf.function
    def scale(x):
        factor = 2.0 * x
        return factor

    scale(tf.constant(1.0))
```

## When it stays silent
- For operations under the scope that are lifted: their inputs are constants or tensors of the graph.
- Where the scope leads to eager mode: there the operation raises (ISL201).
- For `if tf.executing_eagerly():`, which allows for both.

## When it would be a false alarm
- If nobody relies on the operation being lifted, and the scope is there for something else in its block.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL305",
    name="lifted-into-graph",
    severity=Severity.WARNING,
    since="0.1.0",
    claim="An init_scope leads to a graph, and the code under it expects eager mode or is not lifted at all.",
    unknown_condition="report",
    rests_on=("tensorflow.python.framework.ops.init_scope",),
)


def check(event: Event) -> Finding | None:
    """Code under a scope that leads to a graph."""
    if not isinstance(event, Happening):
        return None
    if event.kind == "eager expected":
        message = "`init_scope` leads to a graph here, so nothing under it executes eagerly."
        return finding(RULE, event, message, "call this code outside of the graph")
    if event.kind == "not lifted":
        message = f"`{event.facts['what']}` is not lifted: its input is a tensor of the function, so it is built there."
        return finding(RULE, event, message, "move the operation out of the scope")
    return None
