"""What TensorFlow says about the place where a program is: the observing half of `probe("name")`.

Runs inside the process of a fixture, under TensorFlow 2.21 and 1.15. Only what cannot be asked afterwards is noted as
it happens: which entries of the context-switch stack an `init_scope` pushed, and which tapes the program has open.
"""

# ruff: noqa: UP006, UP035  (Python 3.7)
# mypy: disable-error-code="import-untyped, import-not-found"

from __future__ import annotations

import functools
import os
import sys
import threading
from typing import Any, Callable, Dict, List

import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.eager.backprop import GradientTape
from tensorflow.python.framework import ops

try:
    from tensorflow.python import pywrap_tfe
except ImportError:  # 1.15
    from tensorflow.python import pywrap_tensorflow as pywrap_tfe

Context = Dict[str, Any]
_BRANCHES = {"CondBranchFuncGraph", "WhileCondFuncGraph", "WhileBodyFuncGraph"}


class _Noted(threading.local):
    """What has been noted on this thread."""

    def __init__(self) -> None:
        self.open_tapes: List[Any] = []
        # (entry of the context-switch stack, whether it changed the context, whether there were control inputs to cut)
        self.scopes: List[Any] = []
        # Entries by which a library entered the context that it was in already.
        self.reentries: List[Any] = []


_noted = _Noted()


def _resolved() -> Any:
    return "eager" if context.executing_eagerly() else ops.get_default_graph()


def _gets_control_inputs() -> bool:
    if context.executing_eagerly():
        return False
    return bool(ops.get_default_graph()._current_control_dependencies())


def _control_inputs_cut() -> bool:
    """Whether a `control_dependencies(None)` of the current graph cut control inputs off."""
    if context.executing_eagerly():
        return False
    stack = ops.get_default_graph()._control_dependencies_stack
    while stack and stack[0]._new_stack:
        outside = stack[0]._old_stack
        if any(controller.control_inputs for controller in outside):
            return True
        stack = outside
    return False


def _switches() -> List[Any]:
    """The context-switch stack, without what libraries pushed on it to no effect."""
    stack = context.context().context_switches.stack
    return [entry for entry in stack if not any(entry is reentry for reentry in _noted.reentries)]


def _innermost_scopes() -> List[Any]:
    """What was noted of the scopes since which no graph or function has been entered."""
    found: List[Any] = []
    for entry in reversed(_switches()):
        scope = next((scope for scope in _noted.scopes if scope[0] is entry), None)
        if scope is None:
            break
        found.append(scope)
    return found


def _control_dependencies() -> str:
    if _gets_control_inputs():
        return "active"
    left_behind = any(had_dependencies for _, _, had_dependencies in _innermost_scopes())
    return "cleared" if left_behind or _control_inputs_cut() else "none"


def _watch_init_scope() -> None:
    resolve = ops._get_outer_context_and_inner_device_stack

    @functools.wraps(resolve)
    def noting() -> Any:
        outer_context, device_stack = resolve()

        def entering() -> Any:
            return _EnteredScope(outer_context())

        return entering, device_stack

    ops._get_outer_context_and_inner_device_stack = noting


class _EnteredScope:
    """The context manager by which an `init_scope` enters the outer context."""

    def __init__(self, manager: Any) -> None:
        self.manager = manager

    def __enter__(self) -> Any:
        before, dependencies = _resolved(), _control_dependencies()
        entered = self.manager.__enter__()
        entry = context.context().context_switches.stack[-1]
        changed = before != "eager" if isinstance(_resolved(), str) else before is not _resolved()
        _noted.scopes.append((entry, changed, dependencies != "none"))
        return entered

    def __exit__(self, *exc: Any) -> Any:
        _noted.scopes.pop()
        return self.manager.__exit__(*exc)


def _watch_switches() -> None:
    """Note the entries that mean nothing: Keras and `variable_scope` enter the graph that they are in, for instance.

    What the program enters itself stays, and so does a session, which it enters too.
    """
    # Its class: asking for the stack itself would settle the mode that the program has yet to choose.
    switches = context._ContextSwitchStack
    push = switches.push
    machinery = ("contextlib.py", "ops.py", "context.py", "session.py", "observe.py")

    def pushing(self: Any, is_building_function: bool, enter_context_fn: Any, device_stack: Any) -> None:
        frame = sys._getframe(1)
        graph = getattr(enter_context_fn, "__self__", None)
        if frame.f_code.co_name == "__init__":  # the first entry of a thread
            changes = True
        elif isinstance(graph, ops.Graph):
            changes = context.executing_eagerly() or graph is not ops.get_default_graph()
        else:
            changes = not self.stack or _kind(self.stack[-1]) != "eager"
        push(self, is_building_function, enter_context_fn, device_stack)
        while frame.f_back and (os.path.basename(frame.f_code.co_filename).endswith(machinery) or _is_autograph(frame)):
            frame = frame.f_back
        if not changes and "site-packages" in frame.f_code.co_filename:
            _noted.reentries.append(self.stack[-1])

    switches.push = pushing


def _is_autograph(frame: Any) -> bool:
    """Whether this is AutoGraph, which calls all that is called in what it converts."""
    return os.path.join("python", "autograph", "") in frame.f_code.co_filename


def _watch_tapes() -> None:
    enter, leave = GradientTape.__enter__, GradientTape.__exit__

    def entering(self: Any) -> Any:
        # TensorFlow and Keras open tapes of their own, which are not the program's.
        frame = sys._getframe(1)
        while frame.f_back and _is_autograph(frame):
            frame = frame.f_back
        if "site-packages" not in frame.f_code.co_filename:
            _noted.open_tapes.append(self)
        return enter(self)

    def leaving(self: Any, *exc: Any) -> Any:
        _noted.open_tapes = [tape for tape in _noted.open_tapes if tape is not self]
        return leave(self, *exc)

    GradientTape.__enter__, GradientTape.__exit__ = entering, leaving


def _tape() -> str:
    if not _noted.open_tapes:
        return "none"
    # "Empty" to TensorFlow also when the tapes there are have been stopped.
    return "paused" if pywrap_tfe.TFE_Py_TapeSetIsEmpty() else "recording"


def _kind(entry: Any) -> str:
    graph = getattr(entry.enter_context_fn, "__self__", None)
    if not isinstance(graph, ops.Graph):
        return "eager"
    if type(graph).__name__ in _BRANCHES:
        return "branch"
    return "function" if graph.building_function else "graph"


def observed() -> Context:
    """The context here, in the words of `initscope-lint stack --output-format json`."""
    eager = context.executing_eagerly()
    graph = None if eager else ops.get_default_graph()
    building = graph is not None and bool(graph.building_function)
    return {
        "resolved": "eager" if eager else "function" if building else "graph",
        "executing_eagerly": eager,
        "building_function": building,
        "branch": graph is not None
        and (type(graph).__name__ in _BRANCHES or graph._get_control_flow_context() is not None),
        "lifted": any(changed for _, changed, _ in _innermost_scopes()),
        "tape": _tape(),
        "control_dependencies": _control_dependencies(),
        "stack": [_kind(entry) for entry in _switches()],
    }


def install(seen: Dict[str, List[Context]]) -> Callable[[str], None]:
    """Start noting, and return the `probe` that appends each distinct context under its name in `seen`."""
    _watch_init_scope()
    _watch_switches()
    _watch_tapes()

    def probe(name: str) -> None:
        contexts = seen.setdefault(name, [])
        here = observed()
        if here not in contexts:
            contexts.append(here)

    unconverted: Callable[[str], None] = tf.autograph.experimental.do_not_convert(probe)
    return unconverted
