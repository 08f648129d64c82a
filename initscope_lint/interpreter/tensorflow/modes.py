"""Process-wide switches and the questions a program can ask about its context."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from initscope_lint.interpreter.values import FALSE, NONE, TRUE, Const, GraphObject, Value
from initscope_lint.semantics.context import Graph, Kind, Switch

if TYPE_CHECKING:
    from initscope_lint.interpreter.arguments import Arguments
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes


def predicate(vm: Machine, which: str, name: str) -> Value:
    """The answer to one of the catalogue's predicates."""
    stack = vm.stack
    vm.asked = which
    if vm.assumed:
        return vm.unknown(name, stable=True)
    if which == "executing_eagerly":
        return TRUE if stack.eager else FALSE
    if which == "executing_eagerly_outside_functions":
        return TRUE if stack.init_scope_target().graph is None else FALSE
    if which in ("inside_function", "building_function"):
        return TRUE if stack.default_graph.building else FALSE
    if which == "functions_run_eagerly":
        return TRUE if vm.flag("run functions eagerly") else FALSE
    if which == "control_flow_v2_enabled":
        return TRUE if stack.default_graph.building or not vm.flag("control flow v1") else FALSE
    return vm.unknown(name, stable=True)


def forget_finalized(vm: Machine) -> None:
    """Take the global graph for one that is not finalized."""
    flag = f"finalized {id(vm.stack.main)}"
    if vm.flag(flag):
        vm.set_flag(flag, False)


def enable_eager(vm: Machine, name: str, node: nodes.Node) -> None:
    """``enable_eager_execution``: only before the global graph exists."""
    stack = vm.stack
    if stack.eager or vm.flag("process eager"):
        return
    if vm.flag("global graph exists"):
        vm.fail(
            "ENABLE_LATE",
            "ValueError",
            "tf.enable_eager_execution must be called at program startup.",
            node,
            api=name,
        )
    vm.set_flag("process eager", True)
    vm.stack = dataclasses.replace(stack, eager=True, switches=(Switch(None), *stack.switches))


def disable_eager(vm: Machine) -> None:
    """``disable_eager_execution``: what was logged stays logged if eager code has run."""
    stack = vm.stack
    if vm.flag("process eager"):
        vm.set_flag("eager before", True)
    vm.set_flag("process eager", False)
    if stack.graphs or not stack.eager:
        return
    switches = stack.switches if vm.flag("eager context used") else ()
    vm.stack = dataclasses.replace(stack, eager=False, switches=switches)


def switch(vm: Machine, mode: str, name: str, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """Run one of the catalogue's mode switches."""
    if mode == "enable_eager":
        enable_eager(vm, name, node)
    elif mode == "disable_eager":
        disable_eager(vm)
    elif mode == "enable_v2":
        enable_eager(vm, name, node)
        vm.set_flag("control flow v1", False)
        vm.set_flag("resource variables", True)
    elif mode == "disable_v2":
        disable_eager(vm)
        vm.set_flag("control flow v1", True)
        vm.set_flag("resource variables", False)
    elif mode in ("enable_resource_variables", "disable_resource_variables"):
        vm.set_flag("resource variables", mode.startswith("enable"))
    elif mode == "enable_control_flow_v2":
        vm.set_flag("control flow v1", False)
    elif mode == "disable_control_flow_v2":
        vm.set_flag("control flow v1", True)
    elif mode == "run_functions_eagerly":
        given = arguments.get(0, "run_eagerly")
        value = vm.resolve(given) if given is not None else TRUE
        if isinstance(value, Const):
            vm.set_flag("run functions eagerly", bool(value.value))
        else:
            vm.store.set(vm.globals, "run functions eagerly", value)
    elif mode == "reset_default_graph":
        stack = vm.stack
        if stack.graphs:
            vm.fail(
                "RESET_NESTED",
                "AssertionError",
                "Do not use tf.reset_default_graph() to clear nested graphs.",
                node,
                api=name,
            )
        vm.stack = dataclasses.replace(stack, main=Graph(Kind.GLOBAL, "default graph", False))
        vm.set_flag("global graph exists", False)
    elif mode == "finalize_graph" and isinstance(callee, GraphObject):
        vm.set_flag(f"finalized {id(callee.graph)}", True)
    return NONE
