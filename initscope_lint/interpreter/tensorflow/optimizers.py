"""Optimizers: which variables an update is about, and what becomes of those an optimizer was not built for.

Source: ``keras.src.optimizers.base_optimizer.BaseOptimizer.apply`` and ``tf_keras``'s ``Optimizer.apply_gradients``
build for the variables of the first update, and refuse others later; ``OptimizerV2`` (1.15, ``legacy``) makes the
slots of those others then. ``tf.compat.v1.train.Optimizer.compute_gradients`` without ``var_list`` takes the trainable
variables of the graph's collections, and the graph of a function of an eager program has none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from initscope_lint.interpreter import containers, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.tensorflow import references
from initscope_lint.interpreter.values import (
    ABSENT,
    NONE,
    Const,
    Instance,
    ListObject,
    TupleValue,
    Value,
    Variable,
    same,
)

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes
    from initscope_lint.semantics.catalogue import Api

_KNOWN = "\0known"
"""The cell with the variables that an optimizer was built for."""


METHODS = ("apply_gradients", "apply", "minimize", "build")
_BEFORE = "\0opaque"
"""The cell with the number of calls that had led out of the program when the optimizer was made."""


def prepare(vm: Machine, made: Instance) -> None:
    """An optimizer has been constructed."""
    vm.store.set(made.cells, _BEFORE, Const(vm.opaque))


def update(
    vm: Machine,
    target: Instance,
    cls: str,
    api: Api,
    name: str,
    arguments: Arguments,
    node: nodes.Node,
    create: Callable[[], Value],
) -> None:
    """One of the ``METHODS`` of an optimizer; ``create`` makes its slots."""
    if api.family != "optimizer" or name not in METHODS:
        return
    found = _updated(vm, name, arguments)
    api_name = f"{cls}.{name}"
    if api.keras is None:
        if name == "minimize":
            _check_collection(vm, api_name, arguments, node)
        references.check_updates(vm, api_name, found or (), node)
        return
    if vm.tf1:
        references.check_keras_updates(vm, api_name, found or (), node)
    known = vm.resolve(target.cells.get(_KNOWN, ABSENT))
    if known is ABSENT:
        vm.store.set(target.cells, _KNOWN, NONE if found is None else TupleValue(found))
    if not found or not isinstance(known, TupleValue):
        return
    new = [value for value in found if not any(value is item for item in known.items)]
    if not new:
        return
    if api.variables_at == "apply":
        create()
        vm.store.set(target.cells, _KNOWN, TupleValue((*known.items, *new)))
        return
    vm.fail(
        "UNKNOWN_VARIABLE",
        "ValueError" if api.keras == 3 else "KeyError",
        "Unknown variable. This optimizer can only be called for the variables it was originally built with."
        if api.keras == 3
        else "The optimizer cannot recognize variable.",
        node,
        certain=same(target.cells.get(_BEFORE, NONE), Const(vm.opaque)),  # code outside of the program may build it
        related=tensors.origin(new[0]),
        api=cls,
    )


def _updated(vm: Machine, name: str, arguments: Arguments) -> tuple[Value, ...] | None:
    """The variables of an update, where all of them are known."""
    if name == "build":
        given = arguments.get(0, "var_list") or arguments.get(0, "variables")
    elif name == "apply":
        given = arguments.get(1, "trainable_variables")
    elif name == "minimize":
        given = arguments.get(1, "var_list")
    else:
        given = arguments.get(0, "grads_and_vars")
    items = _items(vm, given)
    if items is None:
        return None
    if name == "apply_gradients":
        pairs = [_items(vm, item) for item in items]
        items = tuple(pair[1] for pair in pairs if pair is not None and len(pair) == 2)
        if len(items) != len(pairs):
            return None
    found = tuple(vm.resolve(item) for item in items)
    return found if all(isinstance(item, Variable) for item in found) else None


def _items(vm: Machine, value: Value | None) -> tuple[Value, ...] | None:
    value = vm.resolve(value or NONE)
    if not isinstance(value, (TupleValue, ListObject)):
        return None
    items = containers.known_items(vm, value)
    return None if items is None else tuple(items)


def _check_collection(vm: Machine, name: str, arguments: Arguments, node: nodes.Node) -> None:
    given = arguments.kwargs.get("var_list") or (arguments.args[3] if len(arguments.args) > 3 else NONE)
    given = vm.resolve(given)
    stack = vm.stack
    if arguments.rest or not isinstance(given, Const) or given.value is not None:
        return
    if stack.eager and stack.paused:  # the tape that the optimizer opens records nothing
        vm.fail("NO_VARIABLES", "ValueError", "No variables to optimize.", node, api=name)
    if not stack.building_function or stack.init_scope_target().graph is not None:
        return
    graph = stack.default_graph
    if any(vm.flag(("variables in", id(each))) for each in (graph, graph.function)):
        return
    vm.fail("NO_VARIABLES", "ValueError", "No variables to optimize.", node, api=name)
