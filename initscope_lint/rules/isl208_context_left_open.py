"""A context is entered and not left, or not left in order.

## What it does
Reports an `init_scope` or a graph that is entered by hand (`__enter__`, a kept `ExitStack`, a generator that is
suspended inside of it) and left after, or before, a context that was entered later; one that is still open when the
function that entered it has been traced; and `reset_default_graph()` inside of a context.

## Why it is bad
Contexts form a stack. TensorFlow checks it when one is left:

- `AssertionError: Nesting violated for default stack of Graph objects`.
- A scope that is open when the function ends: `ValueError: use_resource cannot be set to false` (2), and the rest of
  the program runs in the wrong context.
- `AssertionError: Do not use tf.reset_default_graph() to clear nested graphs.`

## Example
```python
import tensorflow as tf

first, second = tf.Graph(), tf.Graph()
one, two = first.as_default(), second.as_default()
one.__enter__()
two.__enter__()
one.__exit__(None, None, None)
```

## Use instead
```python
first, second = tf.Graph(), tf.Graph()
with first.as_default():
    with second.as_default():
        pass
```

A cleaned graph is a new `tf.Graph()`; `reset_default_graph()` is for the outermost level.

## When it stays silent
- For `with` blocks, and for an `ExitStack` that is closed.
- For a generator that is run to its end or dropped: it leaves its contexts then.
- When contexts are left by hand in the opposite order of entering.

## When it would be a false alarm
- If the object that keeps the context is left by something that the linter does not know, such as the fixture of a test
  framework.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL208",
    name="context-left-open",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="A context is not left, or not in the order in which contexts were entered.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.stack.DefaultStack.get_controller",
        "tensorflow.python.framework.ops.reset_default_graph",
    ),
)


def check(event: Event) -> Finding | None:
    """A context stack that TensorFlow finds out of order."""
    if not isinstance(event, Failure):
        return None
    if event.error == "RESET_NESTED":
        message = "`reset_default_graph()` is called inside of a graph, function or scope."
        return finding(RULE, event, message, "call it at the outermost level, or use a new `tf.Graph()`")
    if event.error == "NESTING":
        message = "A context is left while another one, entered later, is still open."
        return finding(RULE, event, message, "use `with` blocks, which nest")
    if event.error == "LEFT_OPEN":
        message = "A context that was entered here is still open when the function has been traced."
        return finding(RULE, event, message, "use a `with` block")
    return None
