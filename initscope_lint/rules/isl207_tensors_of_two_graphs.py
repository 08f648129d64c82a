"""Tensors of two graphs, or of a graph and of eager mode, meet in one operation.

## What it does
Reports an operation in a plain graph on an eager tensor, variable or layer; an operation on tensors of two graphs; a
tensor of a function mixed with tensors of the graph that an `init_scope` leads to; and a session that is asked to run
a tensor of a graph other than its own, or in 1.15 one that was made inside of a control-flow construct.

## Why it is bad
Only a function captures tensors from outside. A plain graph does not, and TensorFlow raises:

- `RuntimeError: Attempting to capture an EagerTensor without building a function.`
- `ValueError: Tensor(...) must be from the same graph as Tensor(...).`
- `RuntimeError: The Session graph is empty. Add operations to the graph before calling run().`
- `InaccessibleTensorError: Operation [...] has been marked as not fetchable.`

## Example
```python
import tensorflow as tf

mean = tf.constant([0.5, 0.5])

with tf.Graph().as_default():
    x = tf.compat.v1.placeholder(tf.float32, [2])
    centred = x - mean
```

## Use instead
Make everything that meets in one graph in that graph, or use a `tf.function`, which captures:

```python
mean = tf.constant([0.5, 0.5])


@tf.function
def centre(x):
    return x - mean


centre(tf.constant([1.0, 2.0]))
```

A value that a graph needs from eager code goes in as a NumPy array.

## When it stays silent
- In functions and their branches: what they use from outside is captured.
- When the tensor is from the graph, or the value from NumPy or Python.
- In a graph that two sessions share.

## When it would be a false alarm
- If a library that the linter does not know copies the tensor into the other graph behind the same name.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL207",
    name="tensors-of-two-graphs",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="Tensors of two graphs, or of a graph and eager mode, meet in an operation or a session.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.ops._get_graph_from_inputs",
        "tensorflow.python.client.session.BaseSession.run",
    ),
)


def check(event: Event) -> Finding | None:
    """Tensors that TensorFlow does not let meet."""
    if not isinstance(event, Failure):
        return None
    if event.error == "CAPTURE" and not event.facts.get("disabled_late"):
        return finding(
            RULE,
            event,
            f"`{event.facts['what']}` in a graph uses an eager tensor, which a plain graph cannot capture.",
            "make it in the graph, pass its value as a NumPy array, or use a `tf.function`",
        )
    if event.error == "DIFF_GRAPH" and not event.facts.get("leaked"):
        if event.facts.get("lifted"):
            message = "`init_scope` leads to a graph here, where a tensor of the function meets one of that graph."
            return finding(RULE, event, message, "leave the scope before using the tensor of the function")
        message = f"`{event.facts['what']}` gets tensors of two graphs."
        return finding(RULE, event, message, "make all of them in the same graph")
    if event.error == "NOT_FETCHABLE":
        message = "The tensor was made inside of a control-flow construct, whose tensors a session cannot fetch."
        return finding(RULE, event, message, "make it outside of the branch")
    if event.error == "SESSION_GRAPH":
        message = "The session runs another graph than the one that the tensor is in."
        return finding(RULE, event, message, "give the session its graph: tf.compat.v1.Session(graph=...)")
    return None
