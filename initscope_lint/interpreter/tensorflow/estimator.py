"""``tf.estimator.Estimator``: each ``train``, ``evaluate`` and ``predict`` builds a graph of its own.

Source: ``tensorflow_estimator.python.estimator.estimator.Estimator._train_model_default`` and kin: under
``ops.Graph().as_default()`` they call ``input_fn`` (of ``predict`` and ``evaluate``, too) and then ``model_fn``, with
those of the arguments ``features, labels, mode, params, config`` that it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.values import ABSENT, NONE, Const, FunctionObject, Instance, Ref, Value
from initscope_lint.semantics.context import Graph, Kind

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

NAME = "tf.estimator.Estimator"
MODES = {"train": "train", "evaluate": "eval", "predict": "infer"}
"""What ``mode`` is in each method."""


def construct(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    """``Estimator(model_fn, model_dir, config, params, ...)``."""
    made = Instance(Ref(NAME), vm.site(node))
    vm.store.set(made.cells, "model_fn", arguments.get(0, "model_fn") or NONE)
    vm.store.set(made.cells, "params", arguments.get(3, "params") or NONE)
    return made


def run(vm: Machine, target: Instance, name: str, arguments: Arguments, node: nodes.Node) -> Value | None:
    """``train``, ``evaluate`` or ``predict``; None for other methods."""
    mode = MODES.get(name)
    if mode is None:
        return None
    before, autograph = vm.stack, vm.autograph
    vm.autograph = False
    graph = Graph(Kind.GRAPH, f"Estimator.{name}", False, vm.site(node))

    def body() -> Value:
        vm.stack = before.enter_graph(graph, vm.site(node))
        given = arguments.get(0, "input_fn") or NONE
        vm.split(given, lambda function: _call(vm, function, Arguments(), node))
        model = target.cells.get("model_fn", ABSENT)
        return vm.split(model, lambda function: _call_model(vm, target, function, mode, node))

    def after(way: Way, value: Value) -> Value:
        vm.stack = before
        if way is Way.RAISE:
            raise Signal(way, value)
        return vm.unknown(f"Estimator.{name}", stable=True)

    try:
        return vm.protect(body, after)
    finally:
        vm.autograph = autograph


def _call(vm: Machine, function: Value, arguments: Arguments, node: nodes.Node) -> Value:
    if isinstance(function, Const):
        return NONE
    return calls.call(vm, function, arguments, node)


def _call_model(vm: Machine, target: Instance, function: Value, mode: str, node: nodes.Node) -> Value:
    if not isinstance(function, FunctionObject):
        return NONE if function is ABSENT else _call(vm, function, Arguments((), {}, True), node)
    names = {param.name for param in function.node.params}
    optional: dict[str, Value] = {
        "labels": vm.unknown("argument labels", stable=True),
        "mode": Const(mode),
        "params": target.cells["params"],
        "config": vm.unknown("argument config", stable=True),
    }
    features = vm.unknown("argument features", stable=True)
    return _call(vm, function, Arguments((features,), {k: v for k, v in optional.items() if k in names}), node)
