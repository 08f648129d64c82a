"""A tensor of a function is computed with inside an `init_scope` that has left that function.

## What it does
Reports the use of a symbolic tensor (an argument of the function, or something computed from one) in an operation
inside an `init_scope` whose resolved context is eager.

## Why it is bad
Inside the scope TensorFlow runs eagerly, and a symbolic tensor has no value there:

- an operation: `TypeError: <tf.Tensor 'x:0' ...> is out of scope and cannot be used here` (2), `TypeError: An op
  outside of the function building code is being passed` (1.15);
- `tf.constant(x)` and NumPy: `NotImplementedError: Cannot convert a symbolic tf.Tensor [...] to a numpy array` (2),
  `ValueError: len is not well defined for symbolic Tensors` (1.15);
- `print(x)`: `AttributeError` (2).

## Example
```python
import tensorflow as tf


class Normalise:
    def __init__(self):
        self.scale = None

    @tf.function
    def __call__(self, x):
        if self.scale is None:
            with tf.init_scope():
                self.scale = tf.Variable(tf.reduce_max(x))
        return x / self.scale
```

## Use instead
Only what does not depend on the function's tensors belongs in the scope. A variable that is created once needs no
`init_scope` at all:

```python
        if self.scale is None:
            self.scale = tf.Variable(tf.reduce_max(x))
```

## When it stays silent
- For what is known without the value: `x.shape`, `x.shape[0]`, `x.dtype`, `x.name`, `x.graph`, `x.op`, `len(x)` and
  `tf.rank(x)`; `tf.size(x)` if the shape is static.
- For `tf.convert_to_tensor(x)`, `tf.is_tensor(x)`, `tf.get_static_value(x)`, `tf.nest`, and for returning or keeping
  `x`.
- When the scope lands in a graph: the operation is then built in the tensor's own function, and not lifted.

## When it would be a false alarm
- If the program is imported by one that disables eager execution: then the scope leads to a graph, and the operation is
  built in the function (ISL305).
- If somebody else's code calls `tf.config.run_functions_eagerly(True)`: then the argument is an eager tensor.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL201",
    name="symbolic-tensor-in-init-scope",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A tensor of a function is computed with inside an init_scope that lands in the eager context.",
    unknown_condition="report",
    fix="unsafe: the static shape is used, or the `init_scope` is removed where it holds a variable or what "
    "is not kept",
    rests_on=(
        "tensorflow.python.framework.func_graph.FuncGraph.capture",
        "tensorflow.python.framework.ops.init_scope",
    ),
)


def check(event: Event) -> Finding | None:
    """Eager code under ``init_scope`` computes with a tensor of the function that is being traced."""
    if not isinstance(event, Failure) or event.error != "OUT_OF_SCOPE":
        return None
    if not event.facts.get("in_init_scope") or event.facts.get("leaked") or event.facts.get("suspended_at"):
        return None
    return finding(
        RULE,
        event,
        f"`{event.facts['what']}` runs eagerly under `init_scope`, but its input is a symbolic tensor of the function.",
        "move the computation out of the scope, or use the static shape or dtype only",
    )
