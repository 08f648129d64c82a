"""A create-once guard is passed a second time by the same traced function: for another owner, key or option.

## What it does
Reports a variable that is created on a later trace of a `tf.function`, after the first call is over. The guard around
the creation works for the first model, shape or argument, and lets the second one through: one traced function is
called with two models or optimizers, a cache is keyed by a shape or a Python argument. Or the first trace created
nothing, and a later one does. An optimizer of Keras is such a guard itself: the first variables that it updates are
those it is built for, and it refuses others.

## Why it is bad
A `tf.function` may create variables in its first call only. Later, TensorFlow raises:

- `ValueError: tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is
  only created once or created outside tf.function.` (1.15: `tf.function-decorated function tried to create variables
  on non-first call.`)
- `ValueError: Creating variables on a non-first call to a function decorated with tf.function.`, where the first call
  created none. It is raised when the trace is over, at the call of the function.

- `ValueError: Unknown variable: ... This optimizer can only be called for the variables it was originally built with.`
  (Keras 2: `KeyError: The optimizer cannot recognize variable`.)

An `init_scope` around the creation does not help where it leads to eager mode.

## Example
```python
import tensorflow as tf


class Model:
    def __init__(self):
        self.w = None

    def __call__(self, x):
        if self.w is None:
            self.w = tf.Variable(1.0)
        return self.w * x


@tf.function
def predict(model, x):
    return model(x)


predict(Model(), tf.constant(1.0))
predict(Model(), tf.constant(1.0))
```

## Use instead
A function for each owner, as a decorated method has by itself:

```python
class Model:
    def __init__(self):
        self.w = None

    @tf.function
    def __call__(self, x):
        if self.w is None:
            self.w = tf.Variable(1.0)
        return self.w * x


Model()(tf.constant(1.0))
Model()(tf.constant(1.0))
```

or create everything before the first call.

## When it stays silent
- For a decorated method: each instance has a function of its own.
- When the variables of every owner exist before it is given to the function.
- When each owner has a traced function of its own, made by a factory.
- In a graph-mode program when the creation is under `init_scope`: that is legal there.

## When it would be a false alarm
- If both objects share their variables, by a class or module attribute that the linter could not follow.
- If somebody else's code calls `tf.config.run_functions_eagerly(True)` before the function is called.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.model import Rule
from initscope_lint.semantics.context import Trace

RULE = Rule(
    code="ISL106",
    name="one-function-many-owners",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A traced function creates variables for a second owner, key or option, after its first call.",
    unknown_condition="note",
    rests_on=("tensorflow.python.eager.polymorphic_function.polymorphic_function.Function._call",),
)


def is_later_creation(event: Event) -> bool:
    """Whether a variable was refused in a trace of a later call, so that something created once was not enough."""
    if not isinstance(event, Failure):
        return False
    return event.error == "NONFIRST" or (
        event.error in ("SINGLETON", "OP_EAGER") and event.facts.get("trace") is Trace.LATER
    )


def check(event: Event) -> Finding | None:
    """Creation refused by a trace that follows a complete first call."""
    if isinstance(event, Failure) and event.error == "UNKNOWN_VARIABLE":
        message = f"The optimizer `{event.facts['api']}` was built for other variables than it is to update here."
        return finding(RULE, event, message, "make an optimizer for each set of variables, or `build` it for all")
    if not isinstance(event, Failure) or not is_later_creation(event):
        return None
    if event.error == "NONFIRST":
        return finding(
            RULE,
            event,
            "The first call of the function created no variable, so this later trace must not create one.",
            "create it on the first trace, whether that needs it or not, or outside of the function",
        )
    owner = event.facts.get("owner")
    what = f"The {owner.family} `{owner.api}`" if owner is not None else f"`{event.facts['api']}`"
    return finding(
        RULE,
        event,
        f"{what} is created on a later trace of `{function_name(event)}`, which has created its variables already.",
        "make a traced function for each owner or key, or create the variables before the first call",
    )
