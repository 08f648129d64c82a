"""An object that owns variables is constructed, or first built, on every trace of a `tf.function`.

## What it does
Reports a layer, model, optimizer, metric, random generator or module that creates its variables while a `tf.function`
is being traced, and does so again on the next trace. It is ISL101 through an object: the line reported is the one that
constructs or first calls it.

## Why it is bad
The variables of the object are created on every trace, and the second trace raises `ValueError: tf.function only
supports singleton tf.Variables created on the first call` (1.15: `tf.function-decorated function tried to create
variables on non-first call`).

What owns variables depends on the version. A Keras 3 `Dropout`, and every other layer or preprocessing step with
randomness, owns the variable of its seed; the one of Keras 2 does not. A Keras 3 optimizer creates variables in its
constructor; `Adam()` of 1.15 does not. A composite Keras 3 layer that makes a sublayer in its `call` may run, but gets
fresh weights on every trace, which nothing trains or saves: reported as a warning.

In Keras 3 a sublayer that is constructed in `call` and kept on the layer (`self.dense = ...`) raises at once, since the
layer is built by then: `ValueError: You cannot add new elements of state [...] to a layer that is already built`.

## Example
```python
import tensorflow as tf


@tf.function
def predict(x):
    return tf.keras.layers.Dense(4)(x)
```

## Use instead
Construct it once, outside of the function:

```python
dense = tf.keras.layers.Dense(4)


@tf.function
def predict(x):
    return dense(x)
```

## When it stays silent
- When the object was constructed outside, or once behind a guard; also if its first call, which builds it, is inside.
- For what owns no variables: `ReLU`, `Flatten`, `Reshape`, pooling and other stateless layers, losses, regularizers.
- When it is constructed and built under an `init_scope` that lands in a graph, as it does in a graph-mode program.

## When it would be a false alarm
- With another version of Keras than those measured (3 as in TensorFlow 2.21, `tf_keras` 2, and 1.15): which object owns
  variables has changed before.
- If a subclass, in a file that was not read, takes the variables out of the constructor.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure, Happening
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.isl106_one_function_many_owners import is_later_creation
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL105",
    name="stateful-object-every-trace",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="An object that owns variables is constructed or first built on every trace of a tf.function.",
    unknown_condition="note",
    fix="unsafe: it is constructed once, in `__init__` or before the function",
    rests_on=(
        "tensorflow.python.eager.polymorphic_function.polymorphic_function.Function._initialize",
        "keras.src.layers.layer.Layer.build",
    ),
)


def check(event: Event) -> Finding | None:
    """Creation refused inside the constructor or first call of a stateful object, or repeated without being refused."""
    if isinstance(event, Happening) and event.kind == "object per trace":
        owner = event.facts["owner"]
        return finding(
            RULE,
            event,
            f"The {owner.family} `{owner.api}` is constructed on every trace of `{function_name(event)}`, each time "
            "with fresh weights, which nothing trains or saves.",
            "construct it in `__init__` or in `build`",
            severity=Severity.WARNING,
        )
    if not isinstance(event, Failure) or event.error not in ("SINGLETON", "OP_EAGER", "KERAS_LOCKED"):
        return None
    if is_later_creation(event):
        return None
    owner = event.facts.get("owner")
    if owner is None:
        return None
    if event.error == "KERAS_LOCKED":
        return finding(
            RULE,
            event,
            f"The {owner.family} `{owner.api}` is added to a layer that is already built.",
            "construct it in `__init__` or in `build`",
        )
    return finding(
        RULE,
        event,
        f"The {owner.family} `{owner.api}` creates its variables in its {owner.when}, on every trace of "
        f"`{function_name(event)}`.",
        "construct it once, outside of the function",
    )
