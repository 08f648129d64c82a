"""The initial value of a variable is a tensor that cannot be lifted out of the graph in which it was computed.

## What it does
Reports a variable that is created while a function is being built, and whose initial value is a tensor of that function
which TensorFlow cannot compute outside of it.

## Why it is bad
A variable that is created inside a function is initialised outside. Where TensorFlow cannot move the computation of the
initial value there, it raises. In a `tf.function`:

- The value depends on an argument, in a graph-mode program or under an explicit `tf.Graph`, through
  `get_concrete_function`, a SavedModel signature or `jit_compile=True`: `UnliftableError: Unable to lift tensor` or
  `UnimplementedError`.

In the other graphs that build functions, any tensor of the graph will do:

- `defun`, `wrap_function`, guarded creation in a dataset function (1.15), the branches of `tf.cond` and
  `tf.while_loop` in graph mode, functional Keras 2 construction: ``ValueError: Argument `initial_value` [...] could not
  be lifted out of a `tf.function` `` (2), `ValueError: Tensor-typed variable initializers must either be wrapped in an
  init_scope or callable` (1.15).
- A branch of control flow v1 (1.15 graph mode): `ValueError: Initializer for variable [...] is from inside a
  control-flow construct`.

## Example
```python
import tensorflow as tf

tf.compat.v1.disable_eager_execution()


class Start:
    def __init__(self):
        self.v = None

    @tf.function
    def __call__(self, x):
        if self.v is None:
            self.v = tf.Variable(x)
        return self.v + x
```

## Use instead
Initialise with a Python value or a constant, or with a callable that uses no tensor of the function, and assign the
tensor afterwards:

```python
        if self.v is None:
            self.v = tf.Variable(tf.zeros([2]))
        self.v.assign(x)
```

## When it stays silent
- In an eager program, for a create-once variable of a plain `tf.function`, also nested or in a branch: TensorFlow then
  initialises it conditionally, and any initial value works, an argument too.
- For Python numbers, NumPy arrays, and callables that make their own tensors.
- Under an `init_scope` that lands in eager: a tensor of the function is then out of scope, which is ISL201.

## When it would be a false alarm
- If a `tf.variable_creator_scope` that the linter did not see makes another kind of variable.
- If the file is imported, and its function called, by an eager program, while it runs in graph mode by itself.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL103",
    name="unliftable-initial-value",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="The initial value of a variable is a tensor that cannot be lifted out of the function that computes it.",
    unknown_condition="report",
    fix="safe: the initial value becomes a callable, where it is computed by TensorFlow from no argument; "
    "unsafe: the variable is created outside of the function",
    rests_on=(
        "tensorflow.python.eager.lift_to_graph.lift_to_graph",
        "tensorflow.python.eager.polymorphic_function.polymorphic_function.UnliftedInitializerVariable",
    ),
)


def check(event: Event) -> Finding | None:
    """An initial value that cannot be computed where the variable is made."""
    if not isinstance(event, Failure) or event.error not in ("UNLIFT", "INIT_CALLABLE", "INIT_CF"):
        return None
    return finding(
        RULE,
        event,
        f"The initial value of `{event.facts['api']}` cannot be lifted out of the graph that is being built.",
        "give a callable or a constant as the initial value, or create the variable outside of the function",
    )
