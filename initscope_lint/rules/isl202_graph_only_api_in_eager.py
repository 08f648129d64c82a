"""An API that needs a graph is used where TensorFlow executes eagerly.

## What it does
Reports placeholders, `tf.gradients`, initializable iterators, the metrics of version 1, `FileWriter`, version-1
optimizers on tensors and the like, where the resolved context is eager: at the top of an eager program, or in a
function under an `init_scope` that lands there. Also an optimizer of version 1 that minimizes without `var_list` in a
function of an eager program: it takes the variables of the graph's collections, and a function's graph has none.

## Why it is bad
They raise, in both versions:

- `RuntimeError: tf.placeholder() is not compatible with eager execution.`
- `RuntimeError: tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead.`
- the others with their own `RuntimeError`.
- `ValueError: No variables to optimize.`

## Example
```python
import tensorflow as tf

x = tf.compat.v1.placeholder(tf.float32, [None, 8])
```

## Use instead
A `tf.function` with an argument in place of the placeholder, `tf.GradientTape` in place of `tf.gradients`, a Python
loop over the dataset in place of an iterator. Or stay with the graph:

```python
with tf.Graph().as_default():
    x = tf.compat.v1.placeholder(tf.float32, [None, 8])
```

## When it stays silent
- In a graph: a graph-mode program, an explicit `tf.Graph`, the body of a `with tf.compat.v1.Session()`.
- In a `tf.function` outside of `init_scope`: `tf.gradients` works there, and a placeholder can be built.
- For what has a graph's name but works eagerly: `placeholder_with_default`, `get_variable`, `train.Saver`.

## When it would be a false alarm
- If the module is imported by a program that has disabled eager execution: `target-tensorflow = "1.15"` says so, as far
  as a program for 1.15 starts in a graph anyway.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL202",
    name="graph-only-api-in-eager",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="An API that needs a graph is used where the resolved context, also after lifting, is eager.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.ops.array_ops.placeholder",
        "tensorflow.python.eager.context.executing_eagerly",
    ),
)


def check(event: Event) -> Finding | None:
    """An API that needs a graph, called where operations execute eagerly."""
    if isinstance(event, Failure) and event.error == "NO_VARIABLES":
        message = f"`{event.facts['api']}` finds no variables here: neither a collection nor a tape has any."
        return finding(RULE, event, message, "pass `var_list`, or use an optimizer of Keras and a `tf.GradientTape`")
    if not isinstance(event, Failure) or event.error != "GRAPH_ONLY":
        return None
    where = "`init_scope` leads to eager mode here" if event.facts.get("lifted") else "this code executes eagerly"
    return finding(
        RULE, event, f"`{event.facts['api']}` needs a graph, but {where}.", "call it under `tf.Graph().as_default()`"
    )
