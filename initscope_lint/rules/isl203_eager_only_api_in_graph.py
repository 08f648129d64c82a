"""Something that needs a value is done with a symbolic tensor, which has none yet.

## What it does
Reports `.numpy()`, the truth value, iteration, unpacking, `len`, `float()`, conversion to a NumPy array, and iteration
over a dataset, where the tensor is symbolic and AutoGraph does not convert the code: in a function under
`autograph=False`, in what AutoGraph leaves alone, in a plain graph, and under an `init_scope` that leads to a graph.
So are other calls that work only eagerly, such as `tf.train.Checkpoint.save` in a function, and in 1.15 reference
variables (what `tf.Variable` and `get_variable` make in a graph-mode program) where resource variables are needed: as
the source of a `GradientTape`, in an optimizer of Keras, and assigned to in a function.

## Why it is bad
A symbolic tensor is a node of a graph and has no value while the graph is built. TensorFlow raises:

- `AttributeError: 'SymbolicTensor' object has no attribute 'numpy'` (1.15: `'Tensor' object has no attribute 'numpy'`).
- `OperatorNotAllowedInGraphError: Using a symbolic tf.Tensor as a Python bool is not allowed`, and
  `Iterating over a symbolic tf.Tensor is not allowed`.
- `NotImplementedError: Cannot convert a symbolic tf.Tensor to a numpy array.`
- `RuntimeError: tf.data.Dataset only supports Python-style iteration in eager mode or within tf.function.`
- `NotImplementedError: Calling tf.train.Checkpoint.save() from a function is not supported`, and
  `TypeError: Can not convert a function into a Tensor or Operation.`
- For a reference variable `AttributeError: 'RefVariable' object has no attribute '_id'` (tape), `ValueError: Tensor
  conversion requested dtype float32_ref for Tensor with dtype float32` (Keras), and `TypeError: In op 'Assign', input
  types are not compatible with expected types` (function).

## Example
```python
import tensorflow as tf


@tf.function
def train_step(x):
    loss = tf.reduce_mean(x)
    print(loss.numpy())
    return loss


train_step(tf.constant([1.0, 2.0]))
```

## Use instead
Look at the value where there is one, outside of the function, or use a graph operation:

```python
@tf.function
def train_step(x):
    loss = tf.reduce_mean(x)
    tf.print(loss)
    return loss


print(train_step(tf.constant([1.0, 2.0])).numpy())
```

`tf.cond`, `tf.unstack` and `tf.shape` take the place of `if`, unpacking and `len`; `tf.py_function` runs Python code
when the graph is run.

## When it stays silent
- Where AutoGraph converts the code: `if`, `while` and `for` in a `tf.function`.
- In eager code, also under an `init_scope` that leads to eager mode, and in `tf.py_function`.
- For resource variables: with `use_resource=True`, after `enable_resource_variables()` or `enable_v2_behavior()`.
- For static properties: `x.shape`, `x.dtype`, `len(x.shape)`.
- Where the program catches the exception.

## When it would be a false alarm
- If the code catches the exception where the linter cannot see it, as a caller in another file.
- If somebody else's code calls `tf.config.run_functions_eagerly(True)`: then the tensor has a value.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL203",
    name="eager-only-api-in-graph",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A value, truth, length or elements, or what else only eager mode has, is asked for in a graph.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.tensor.Tensor.__bool__",
        "tensorflow.python.framework.tensor.Tensor.__iter__",
        "tensorflow.python.data.ops.dataset_ops.DatasetV2.__iter__",
    ),
)

_ASKED = {
    "BOOL": "The truth value of a symbolic tensor is asked for",
    "ITER": "Python iterates over a symbolic tensor",
    "ITER_GRAPH": "Python iterates over a dataset in a graph",
    "NO_NUMPY": "`numpy()` asks for the value of a symbolic tensor",
    "SYM2NP": "A symbolic tensor is converted to a NumPy array",
    "LEN": "The length of a symbolic tensor is asked for",
    "FLOAT": "A symbolic tensor is converted to a Python number",
}
_INSTEAD = {
    "BOOL": "use `tf.cond` or `tf.where`, or have AutoGraph convert this code",
    "ITER": "use `tf.unstack` or `tf.map_fn`, or have AutoGraph convert this code",
    "ITER_GRAPH": "iterate eagerly, in a `tf.function`, or by an iterator of `tf.compat.v1.data`",
    "LEN": "use `tf.shape(x)[0]`, or `x.shape[0]` where that is known",
}


def check(event: Event) -> Finding | None:
    """Python asks a symbolic tensor for what only a value has."""
    if not isinstance(event, Failure):
        return None
    if event.error == "EAGER_ONLY":
        return finding(
            RULE, event, f"`{event.facts['api']}` works in eager code only, but a graph is being built here."
        )
    if event.error == "REFERENCE":
        message = f"`{event.facts['api']}` needs a resource variable, and this one is a reference variable."
        return finding(RULE, event, message, "create it with `use_resource=True` or call `enable_resource_variables()`")
    if event.error not in _ASKED:
        return None
    help = _INSTEAD.get(
        event.error, "return the tensor and read its value outside of the graph, or use `tf.py_function`"
    )
    return finding(RULE, event, f"{_ASKED[event.error]}, but a graph is being built here.", help)
