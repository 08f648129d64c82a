"""An operation is made in a graph that has been finalized.

## What it does
Reports operations, variables and calls of traced functions in a graph after `finalize()`: also in the body of a
`MonitoredSession`, a `MonitoredTrainingSession` or a `Supervisor` session, and in session hooks after `begin`, all of
which work on a finalized graph. An `init_scope` does not lead out of an explicit graph, so it does not help.

## Why it is bad
`RuntimeError: Graph is finalized and cannot be modified.` Graphs are finalized so that a training loop cannot make them
grow with every step.

## Example
```python
import tensorflow as tf

with tf.Graph().as_default() as graph:
    loss = tf.constant(1.0)
    graph.finalize()
    scaled = 100.0 * loss
```

## Use instead
Make every operation before the graph is finalized:

```python
with tf.Graph().as_default() as graph:
    loss = tf.constant(1.0)
    scaled = 100.0 * loss
    graph.finalize()
```

or make later ones in a graph of their own. In a session hook, `begin` is the place.

## When it stays silent
- For what runs operations and makes none: `session.run`, `eval`.
- Inside another `tf.Graph`, and in eager code.
- For guarded creation that happened before.

## When it would be a false alarm
- If code that the linter did not see takes the graph out of that state by private means, `graph._unsafe_unfinalize()`.
"""

from __future__ import annotations

from initscope_lint.interpreter.events import Event, Failure
from initscope_lint.interpreter.results import Finding
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules.finding import finding
from initscope_lint.rules.model import Rule

RULE = Rule(
    code="ISL206",
    name="op-in-finalized-graph",
    severity=Severity.ERROR,
    since="0.1.0",
    claim="An operation is made in a graph that is finalized, which init_scope does not escape.",
    unknown_condition="report",
    rests_on=(
        "tensorflow.python.framework.ops.Graph.finalize",
        "tensorflow.python.framework.ops.Graph._check_not_finalized",
    ),
)


def check(event: Event) -> Finding | None:
    """An operation that a finalized graph refuses."""
    if not isinstance(event, Failure) or event.error != "FINALIZED":
        return None
    return finding(
        RULE,
        event,
        f"`{event.facts['what']}` adds to a graph that is finalized.",
        "make the operation before the graph is finalized, or in a graph of its own",
    )
