"""A variable is created each time a `tf.function` is traced, not once.

## What it does
Reports a line that creates a variable while a `tf.function` is being traced, and creates another one on a later trace
of the same function. The creation may be written anywhere: in a helper, a constructor, a branch, a loop, or a function
that a dataset traces.

## Why it is bad
A `tf.function` that creates variables is traced twice on its first call. The first trace may create; in the second,
and in every later one, creation raises:

- TensorFlow 2: `ValueError: tf.function only supports singleton tf.Variables created on the first call`.
- TensorFlow 1.15: `ValueError: tf.function-decorated function tried to create variables on non-first call`.
- `tf.compat.v1.get_variable` without reuse in an eager program: `AttributeError`, `Tensor.op` is undefined (2) or
  meaningless (1.15) when eager execution is enabled.
- Keras 3, `add_weight` in `call`: `ValueError: You cannot add new elements of state [...]`.
- `tf_keras`, in the function of a `Lambda` layer, also where it is eager: `ValueError: The following Variables were
  created within a Lambda layer [...] but are not tracked by said layer`.

## Example
```python
import tensorflow as tf


class Dense:
    @tf.function
    def __call__(self, x):
        w = tf.Variable(tf.ones([2, 2]))
        return x @ w
```

## Use instead
Create it in `__init__`, or once:

```python
class Dense:
    def __init__(self):
        self.w = None

    @tf.function
    def __call__(self, x):
        if self.w is None:
            self.w = tf.Variable(tf.ones([2, 2]))
        return x @ self.w
```

An `init_scope` around the creation is not the mend in an eager program: see ISL102.

## When it stays silent
- When the second trace does not reach the creation, whatever keeps it away: an attribute that is `None`, `hasattr`, a
  dictionary, a flag, `lru_cache`, an early return.
- `get_variable` with `reuse=tf.compat.v1.AUTO_REUSE`.
- In `py_function` (it runs eagerly, at run time), inside an explicit `tf.Graph`, under `init_scope` in a graph-mode
  program, and in `wrap_function`, which may create in every trace.
- With `tf.config.run_functions_eagerly(True)` for what then runs eagerly.

## When it would be a false alarm
- If somebody else's code calls `tf.config.run_functions_eagerly(True)` before the function is called: then nothing is
  traced, and the creation is eager.
- If what keeps the second trace away from the creation is set from outside of the program, by another thread say.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.isl106_one_function_many_owners import is_later_creation
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL101",
    name="variable-created-every-trace",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A variable is created on every trace of a tf.function, and creation on a later trace raises.",
    unknown_condition="note",
    fix="unsafe: it is created once, in `__init__` or `build`, before the function, behind a guard, or with `reuse`",
    rests_on=(
        "tensorflow.python.eager.polymorphic_function.polymorphic_function.Function._initialize",
        "tensorflow.python.eager.polymorphic_function.polymorphic_function.Function._call",
    ),
)


def check(event: Event) -> Finding | None:
    """Creation refused by a trace that may not create, of a variable that the program creates itself."""
    if isinstance(event, Failure) and event.error == "KERAS_LAMBDA":
        message = "A variable is created in a `Lambda` layer, which refuses to keep it."
        return finding(RULE, event, message, "write a layer of your own, which creates it in `build`")
    refused = ("SINGLETON", "OP_EAGER", "VAR_EXISTS", "KERAS_LOCKED")
    if not isinstance(event, Failure) or event.error not in refused or is_later_creation(event):
        return None
    if event.error == "VAR_EXISTS" and event.facts.get("function") is None:
        return None
    if event.facts.get("owner") is not None or event.facts.get("lifted"):
        return None
    api = event.facts.get("api", "a variable")
    return finding(
        RULE,
        event,
        f"`{api}` is created on every trace of `{function_name(event)}`, not once.",
        "create it outside of the function, or once: if self.w is None: self.w = tf.Variable(...)",
    )
