"""Context managers of TensorFlow: what they do to the context stack."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from initscope_lint.interpreter import containers, objects, tensors
from initscope_lint.interpreter.events import Happening
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.values import (
    NONE,
    TRUE,
    ClassObject,
    Const,
    FunctionObject,
    GraphObject,
    Instance,
    ListObject,
    Manager,
    Tensor,
    TupleValue,
    Value,
)
from initscope_lint.semantics.context import Graph, Kind, Stack, Tape

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes
from initscope_lint.interpreter.tensorflow import variable_scope

INIT_FN = "\0init_fn"
"""The cell with what a ``Supervisor`` calls to load a session it has made, when its graph is finalized."""


def enter_context(vm: Machine, manager: Manager, node: nodes.Node) -> Value:
    """Enter one of the catalogue's contexts."""
    stack = vm.stack
    kind = manager.kind
    site = manager.site
    if kind == "init_scope":
        _note_entry(vm, stack, manager)
        vm.stack = stack.enter_init_scope(site)
        return NONE
    if kind in ("graph_as_default", "session", "test_session", "monitored_session"):
        graph = manager.detail
        if not isinstance(graph, GraphObject):
            graph = default_graph(vm)
        if stack.eager and vm.in_entry_point and kind != "graph_as_default" and graph.graph.kind is Kind.GLOBAL:
            vm.assumed = True  # a session on the default graph speaks for a program in graph mode
        vm.stack = stack.enter_graph(graph.graph, site)
        if kind == "monitored_session":
            call_hooks(vm, manager, ("begin",), node)
            vm.set_flag(f"finalized {id(graph.graph)}", True)
            call_hooks(vm, manager, ("after_create_session",), node)
            vm.split(
                manager.cells.get(INIT_FN, NONE),
                lambda load: (
                    objects.call_function(vm, load, (manager,), node) if containers.is_callable(load) is TRUE else NONE
                ),
            )
        return graph if kind == "graph_as_default" else manager
    if kind == "graph":
        graph_here = Graph(Kind.GRAPH, "Graph", False, site)
        vm.stack = stack.enter_graph(graph_here, site)
        return graph_object(vm, graph_here)
    if kind == "graph_mode":
        vm.stack = stack.enter_graph(stack.default_graph, site)
        return NONE
    if kind == "eager_mode":
        vm.stack = stack.enter_eager(site)
        return NONE
    if kind == "tape":
        vm.entered_idle = vm.entered_idle or stack.paused > 0
        depth = len(stack.graphs)
        vm.stack = dataclasses.replace(stack, tapes=(*stack.tapes, Tape(manager, depth)))
        return manager
    if kind == "stop_recording":
        owner = manager.detail
        if isinstance(owner, Manager):
            tapes = tuple(
                dataclasses.replace(tape, stopped=True) if tape.key is owner else tape for tape in stack.tapes
            )
            vm.stack = dataclasses.replace(stack, tapes=tapes)
        else:
            vm.stack = dataclasses.replace(stack, paused=stack.paused + 1)
        return NONE
    if kind in ("control_dependencies", "clear_control_dependencies"):
        _enter_control(vm, manager, node, stack)
        return NONE
    if kind == "variable_scope":
        return variable_scope.enter(vm, manager, node)
    if kind == "creator_scope" and isinstance(manager.detail, Value):
        entry = (stack.default_graph, manager.detail)
        vm.stack = dataclasses.replace(stack, creator_scopes=(*stack.creator_scopes, entry))
    return manager


def recorded_as_one(vm: Machine, body: Callable[[], Value]) -> Value:
    """Run something while tapes are paused (``record.stop_recording``), which then record what comes of it."""
    outside = vm.paused_outside
    vm.stack = dataclasses.replace(vm.stack, paused=vm.stack.paused + 1)
    vm.paused_outside = vm.stack.paused

    def after(way: Way, value: Value) -> Value:
        vm.stack = dataclasses.replace(vm.stack, paused=max(0, vm.stack.paused - 1))
        vm.paused_outside = outside
        if way is Way.NORMAL:
            return value
        raise Signal(way, value)

    return vm.protect(body, after)


def _note_entry(vm: Machine, stack: Stack, manager: Manager) -> None:
    """Whether entering an ``init_scope`` does anything here: in eager code without a tape it does not."""
    site = manager.site
    idle = stack.eager and not stack.tapes and not stack.graphs and vm.once is None and not vm.assumed
    assert vm.frame is not None
    if not idle or vm.in_entry_point or vm.frame.generator is not None:
        vm.scopes.setdefault(site, []).append(None)
        return
    facts = {"at_module_level": vm.frame.function is None}
    vm.scopes.setdefault(site, []).append(
        Happening("scope without effect", site, vm.frames(), vm.trace(), not vm.unstable({}), facts)
    )


def _enter_control(vm: Machine, manager: Manager, node: nodes.Node, stack: Stack) -> None:
    inputs = manager.detail
    if inputs is None or (isinstance(inputs, Const) and inputs.value is None):
        vm.stack = stack.enter_control(clears=True)
        return
    value = vm.resolve(inputs)
    items = value.items if isinstance(value, TupleValue) else ()
    if isinstance(value, ListObject):
        found = vm.resolve(value.cells["items"])
        items = found.items if isinstance(found, TupleValue) else (value,)
    if isinstance(value, (TupleValue, ListObject)) and not items:
        return
    here = stack.graph
    if here is not None and not here.building:
        for item in items:
            if isinstance(vm.resolve(item), FunctionObject):
                message = "Can not convert a function into a Tensor or Operation."
                vm.fail("EAGER_ONLY", "TypeError", message, node, api="control_dependencies of a function")
        for item in tensors.flatten(vm, items):
            graph = tensors.graph_of(item)
            if isinstance(item, Tensor) and graph is not None and graph is not here:
                vm.fail(
                    "DIFF_GRAPH",
                    "ValueError",
                    "Tensors must be from the same graph.",
                    node,
                    related=tensors.origin(item),
                    what="control_dependencies",
                    value=item,
                    lifted=stack.lifted,
                )
    flat = list(tensors.flatten(vm, items))
    if here is not None and here.building:
        # What is not made by this very function is waited for by its call.
        own = [item for item in flat if tensors.graph_of(item) is here]
        if flat and not own:
            return
        flat = own
    symbolic = any(getattr(item, "depends", None) for item in flat)
    vm.stack = stack.enter_control(clears=False, symbolic=symbolic)


def leave_context(vm: Machine, manager: Manager, before: Stack, node: nodes.Node) -> None:
    """Leave a context that was entered in state ``before``; raises NestingError where TensorFlow would."""
    stack = vm.stack
    kind = manager.kind
    if kind == "init_scope":
        vm.stack = stack.leave_init_scope(before)
    elif kind in ("graph_as_default", "session", "test_session", "monitored_session", "graph", "graph_mode"):
        graph = manager.detail.graph if isinstance(manager.detail, GraphObject) else None
        if graph is None:
            graph = stack.graphs[-1] if stack.graphs else stack.main
        vm.stack = stack.leave_graph(graph, before.eager)
    elif kind == "eager_mode":
        vm.stack = stack.leave_eager(before.eager)
    elif kind == "tape":
        vm.stack = dataclasses.replace(stack, tapes=tuple(tape for tape in stack.tapes if tape.key is not manager))
    elif kind == "stop_recording":
        if isinstance(manager.detail, Manager):
            vm.stack = dataclasses.replace(stack, tapes=before.tapes)
        else:
            vm.stack = dataclasses.replace(stack, paused=before.paused)
    elif kind == "variable_scope":
        variable_scope.leave(vm, manager)
    elif kind == "creator_scope":
        vm.stack = dataclasses.replace(stack, creator_scopes=before.creator_scopes)
    elif kind in ("control_dependencies", "clear_control_dependencies"):
        vm.stack = dataclasses.replace(stack, control=before.control, flow=before.flow)


def call_hooks(vm: Machine, session: Manager, names: tuple[str, ...], node: nodes.Node) -> None:
    """Call methods of the session hooks that are objects of the program, as a ``MonitoredSession`` does."""
    hooks = vm.resolve(session.cells.get("hooks", NONE))
    for hook in hooks.items if isinstance(hooks, TupleValue) else ():
        hook = vm.resolve(hook)
        if not isinstance(hook, Instance) or not isinstance(hook.cls, ClassObject):
            continue
        for name in names:
            found = objects.class_attribute(hook.cls, name)
            if found is not None:
                count = 0 if name == "begin" else 1 if name in ("before_run", "end") else 2
                args = tuple(vm.unknown(f"argument of {name}") for _ in range(count))
                objects.call_function(vm, found[0], (hook, *args), node)


def default_graph(vm: Machine) -> GraphObject:
    """``get_default_graph()`` as an object."""
    return graph_object(vm, vm.stack.default_graph)


def graph_object(vm: Machine, graph: Graph) -> GraphObject:
    """The one object that stands for a graph."""
    found = vm.graph_objects.get(id(graph))
    if found is None:
        found = vm.graph_objects[id(graph)] = GraphObject(graph)
        vm.keep.append(graph)
    return found


def enter_object(vm: Machine, manager: Value, node: nodes.Node) -> Value | None:
    """Enter an object that is its own context manager; None where it is not one of TensorFlow's."""
    return None


def leave_object(vm: Machine, manager: Value, node: nodes.Node) -> None:
    """Leave an object that is its own context manager."""
