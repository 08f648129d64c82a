"""Stateful objects: layers, models, optimizers, metrics, generators, by the protocol of their library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, library, objects, tensors
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.tensorflow import creation
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundRef,
    ClassObject,
    Const,
    Instance,
    Manager,
    Ref,
    Value,
)
from initscope_lint.semantics.catalogue import Api

if TYPE_CHECKING:
    from initscope_lint.interpreter.calls import Arguments
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes


def construct(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node) -> Value:
    """Construct an object of a class outside the program."""
    made = Instance(Ref(name), vm.site(node))
    if api.variables_at == "constructor":
        owner = creation.Owner(name, api.family or "object", "construction")
        creation.variable(vm, name, None, node, owner)
        vm.store.set(made.cells, "built", TRUE)
    return made


def _row(vm: Machine, target: Instance) -> tuple[str, Api] | None:
    """The row of the first class outside the program that an instance derives from."""
    if isinstance(target.cls, Ref):
        return library.api(vm, target.cls.name)
    for base in objects.external_bases(target.cls):
        if isinstance(base, Ref):
            found = library.api(vm, base.name)
            if found is not None:
                return found
    return None


def method(
    vm: Machine, target: Instance, owner: str, name: str, arguments: Arguments, node: nodes.Node
) -> Value | None:
    """Call a method that a stateful object has from its library; None where this module knows nothing of it."""
    row = _row(vm, target)
    if row is None:
        return None
    cls, api = row
    if isinstance(target.cls, ClassObject):
        return _own_class(vm, target, target.cls, cls, api, name, arguments, node)
    if api.model != "object":
        return None
    if api.variables_at in ("first_call", "apply") and name in (api.first_call or ("__call__",)):
        _build(vm, target, cls, api, node)
        tensors_in = [value for value in arguments.args if True]
        if name == "__call__":
            return tensors.operation(vm, tuple(tensors.flatten(vm, tensors_in)), node, cls)
        return vm.unknown(f"{cls}.{name}", stable=True)
    if name == "__call__":
        return tensors.operation(vm, tuple(tensors.flatten(vm, arguments.args)), node, cls)
    return None


def _build(vm: Machine, target: Instance, cls: str, api: Api, node: nodes.Node) -> None:
    """The first call of an object: its variables are made, lifted by Keras 2 and not by Keras 3."""

    def first(built: Value) -> Value:
        if built is TRUE:
            return NONE
        owner = creation.Owner(cls, api.family or "object", "first call")
        before = vm.stack
        if api.keras == 2:
            vm.stack = before.enter_init_scope(vm.site(node))
        try:
            creation.variable(vm, cls, None, node, owner, construction=target.site)
        finally:
            vm.stack = before
        vm.store.set(target.cells, "built", TRUE)
        return NONE

    vm.split(target.cells.get("built", FALSE), first)


def _own_class(
    vm: Machine,
    target: Instance,
    cls: ClassObject,
    base: str,
    api: Api,
    name: str,
    arguments: Arguments,
    node: nodes.Node,
) -> Value | None:
    """A method that a class of the program has from its library base."""
    if name == "__init__":
        return NONE
    if name in ("add_weight", "add_variable") and api.family in ("layer", "model", "metric"):
        initial = None
        return creation.variable(vm, f"{base}.{name}", initial, node)
    if name == "__call__" and api.family in ("layer", "model"):
        return call_layer(vm, target, cls, api, arguments, node)
    if name == "build":
        vm.store.set(target.cells, "built", TRUE)
        return NONE
    return None


def call_layer(
    vm: Machine, target: Instance, cls: ClassObject, api: Api, arguments: Arguments, node: nodes.Node
) -> Value:
    """``Layer.__call__``: build once (under ``init_scope`` in Keras 2), then ``call``."""
    build = objects.class_attribute(cls, "build")
    if build is not None:

        def first(built: Value) -> Value:
            if built is TRUE:
                return NONE
            shape = vm.derive("input shape", arguments.args[0]) if arguments.args else vm.unknown("input shape", True)
            before = vm.stack
            autograph = vm.autograph

            def body() -> Value:
                vm.autograph = False
                if api.keras == 2:
                    vm.stack = before.enter_init_scope(vm.site(node))
                return objects.call_function(vm, build[0], (target, shape), node)

            def after(way: Way, value: Value) -> Value:
                vm.stack = before
                if way is Way.NORMAL:
                    return value
                raise Signal(way, value)

            try:
                vm.protect(body, after)
            finally:
                vm.autograph = autograph
            vm.store.set(target.cells, "built", TRUE)
            return NONE

        vm.split(target.cells.get("built", FALSE), first)
    call = objects.class_attribute(cls, "call")
    if call is None:
        return vm.unknown("layer output")
    bound = objects.bind_to_instance(vm, target, call[0], "call", node)
    return vm.split(bound, lambda function: calls.call(vm, function, arguments, node))


_ = (ABSENT, BoundRef, Const, Manager)
