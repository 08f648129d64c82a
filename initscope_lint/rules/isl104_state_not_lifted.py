"""State other than a variable is created once inside a function, kept, and used by later traces.

## What it does
Reports the creation of a lookup table, a dataset iterator, a queue or a plain tensor inside a function, where the
result is kept (on an object, in a global, in a cache) and a later trace uses it. The creation was not lifted by
`init_scope`.

## Why it is bad
Variables are lifted by TensorFlow itself; nothing else is. The state belongs to the graph of the trace that made it, so
a guard saves it only until the next trace: for a new input signature TensorFlow raises `TypeError: <tf.Tensor ...> is
out of scope and cannot be used here` (2), `TypeError: An op outside of the function building code is being passed`
(1.15). In a graph-mode program the two graphs are mixed, and it fails when it is built or when it is run. With a
dataset iterator 1.15 aborts the process.

## Example
```python
import tensorflow as tf


class Lookup:
    def __init__(self):
        self.table = None

    @tf.function
    def __call__(self, keys):
        if self.table is None:
            init = tf.lookup.KeyValueTensorInitializer(["a"], [1])
            self.table = tf.lookup.StaticHashTable(init, -1)
        return self.table.lookup(keys)
```

## Use instead
This is what `init_scope` is for:

```python
        if self.table is None:
            with tf.init_scope():
                init = tf.lookup.KeyValueTensorInitializer(["a"], [1])
                self.table = tf.lookup.StaticHashTable(init, -1)
```

or create it in `__init__`.

## When it stays silent
- When the creation is under `init_scope`.
- When the state is created anew on each trace and not kept: a table that is made and used in one trace is fine.
- When no later trace can use it.

## When it would be a false alarm
- If the function is traced once only, because every call that matters has the signature of the first: the linter tries
  another one for functions that nothing in the program calls.
- If the state is exchanged from outside before the next trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding, Step
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding, function_name
from initscope_lint.rules.model import Rule

if TYPE_CHECKING:
    from initscope_lint.interpreter.values import Tensor

RULE = Rule(
    code="ISL104",
    name="state-not-lifted",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="State other than a variable is created once in a function without init_scope, and a later trace uses it.",
    unknown_condition="report",
    fix="safe: it is created under `init_scope`, with what it is made of; unsafe where that was made further up",
    rests_on=(
        "tensorflow.python.framework.func_graph.FuncGraph.capture",
        "tensorflow.python.framework.ops.init_scope",
    ),
)


def could_be_lifted(event: Failure) -> bool:
    """Whether a kept tensor, used in another trace, depends on nothing that only its trace had."""
    # The list of rules and their pages need no interpreter.
    from initscope_lint.interpreter.tensors import OUTPUT
    from initscope_lint.interpreter.values import Tensor

    value = event.facts.get("value")
    if not isinstance(value, Tensor) or event.facts.get("in_init_scope") or event.facts.get("eager"):
        return False
    if value.graph is None or not value.graph.building or value.what == OUTPUT:  # of no trace, or of its conditions
        return False
    return not value.depends and value.site is not None and any(frame.kind == "function" for frame in event.stack)


def check(event: Event) -> Finding | None:
    """A trace uses what an earlier trace has made and kept, and could have made under ``init_scope``."""
    if not isinstance(event, Failure) or event.error not in ("OUT_OF_SCOPE", "DIFF_GRAPH"):
        return None
    if not event.facts.get("leaked") or not could_be_lifted(event):
        return None
    value: Tensor = event.facts["value"]
    return finding(
        RULE,
        event,
        f"`{value.what}` belongs to the trace that created it, but is kept and used by a later trace of "
        f"`{function_name(event)}`.",
        "create it under `with tf.init_scope():`, so that it outlives the trace",
        site=value.site,
        related=(Step(event.site, "used here by a later trace"),),
    )
