"""``Model.fit`` and its kin: a step of the model, traced by a ``tf.function`` of the model's own.

Source: ``keras.src.backend.tensorflow.trainer.TensorFlowTrainer.make_train_function``, and in Keras 2
``Model.make_train_function``; both run the step as it is under ``run_eagerly``. In 1.15, and in Keras 2 in graph-mode
programs (``training_v1``), models have no step methods of their own: the model and its loss are first called on
symbolic inputs (``training.Model._set_inputs``, ``_prepare_total_loss``), and in eager programs again in a
``tf.function`` (``training_v2_utils``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, containers, objects, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.tensorflow import traces
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundMethod,
    ClassObject,
    Const,
    Dataset,
    DictObject,
    FunctionObject,
    Instance,
    ListObject,
    Native,
    Partial,
    Ref,
    Tensor,
    Traced,
    TupleValue,
    Value,
    fresh_id,
)

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes
    from initscope_lint.semantics.catalogue import Api

STEPS = {
    "fit": "train_step",
    "train_on_batch": "train_step",
    "evaluate": "test_step",
    "test_on_batch": "test_step",
    "predict": "predict_step",
    "predict_on_batch": "predict_step",
}
"""The step that each method runs."""

_EAGERLY = "\0run eagerly"
_LOSS = "\0loss"
_METRICS = "\0metrics"
_SYMBOLIC = "\0symbolic"
"""The cell that holds whether 1.15 has called the model on symbolic inputs."""


REGULARIZERS = "\0regularizers"
"""The cell of a layer with its regularizers; of the program, with those of the layers that a step has called."""


def note_regularizers(vm: Machine, layer: Instance) -> None:
    """A layer of Keras has been called, whose variables the loss of a step takes into account (``Layer.losses``)."""
    own = layer.cells.get(REGULARIZERS, ABSENT)
    noted = vm.globals.get(REGULARIZERS, ABSENT)
    if isinstance(own, TupleValue) and isinstance(noted, TupleValue):
        vm.store.set(vm.globals, REGULARIZERS, TupleValue((*noted.items, *own.items)))


def _regularize(vm: Machine, node: nodes.Node) -> None:
    """Call what the called layers' variables are punished by, as ``train_step`` does."""
    noted = vm.globals.get(REGULARIZERS, ABSENT)
    for item in noted.items if isinstance(noted, TupleValue) else ():
        if containers.is_callable(vm.resolve(item)) is TRUE or isinstance(vm.resolve(item), Instance):
            objects.call_function(vm, item, (tensors.make(vm, node, "a variable"),), node)


def compile_model(vm: Machine, target: Instance, api: Api, arguments: Arguments, node: nodes.Node) -> None:
    """``Model.compile``: remember what steps use, and whether they run eagerly; traced steps are made anew."""
    optimizer = vm.resolve(arguments.get(0, "optimizer") or NONE)
    if isinstance(optimizer, Const) and isinstance(optimizer.value, str):
        package = "keras" if api.keras == 3 else "tf_keras"
        optimizer = Instance(Ref(f"{package}.optimizers.Optimizer"), vm.site(node))
    vm.store.set(target.cells, "optimizer", optimizer)
    vm.store.set(target.cells, _METRICS, arguments.get(3, "metrics") or NONE)
    eagerly = arguments.kwargs.get("run_eagerly", FALSE)
    vm.store.set(target.cells, _EAGERLY, eagerly)
    vm.store.set(target.cells, _LOSS, arguments.get(1, "loss") or NONE)
    for step in set(STEPS.values()):
        vm.store.set(target.cells, f"\0{step}", ABSENT)


def run(
    vm: Machine,
    target: Instance,
    name: str,
    arguments: Arguments,
    node: nodes.Node,
    symbolically: Callable[[Callable[[], Value]], Value] | None = None,
) -> Value:
    """One of the methods of ``STEPS``: its step on one batch. Where the model is called on symbolic inputs first,
    ``symbolically`` runs a call in the graph for that."""
    step = STEPS[name]
    optimizer = vm.resolve(target.cells.get("optimizer", NONE))
    if isinstance(optimizer, Instance):  # its variables are made before the step is traced
        vm.store.set(optimizer.cells, "built", TRUE)
    if symbolically is not None:

        def first(done: Value) -> Value:
            if done is ABSENT:
                symbolically(lambda: _step(vm, target, step, _symbolic_batch(vm, node), node, False))
                vm.store.set(target.cells, _SYMBOLIC, TRUE)
            return NONE

        vm.split(target.cells.get(_SYMBOLIC, ABSENT), first)
        if vm.stack.init_scope_target().graph is not None:
            return vm.unknown(name, stable=True)
    overridden = not vm.tf1
    data = Arguments((_batch(vm, arguments, node),))
    eagerly = vm.resolve(target.cells.get(_EAGERLY, FALSE))

    def traced(found: Value) -> Value:
        if not isinstance(found, Traced):
            body = Native(step, lambda vm, args, kwargs, where: _step(vm, target, step, args[0], where, overridden))
            found = Traced("function", body, {"autograph": FALSE}, vm.site(node))
            vm.store.set(target.cells, f"\0{step}", found)
        return traces.call_traced(vm, found, data, node)

    def compiled() -> Value:
        return vm.split(target.cells.get(f"\0{step}", ABSENT), traced)

    if isinstance(eagerly, Const) and eagerly.value is None:
        eagerly = FALSE
    callbacks = _callbacks(vm, target, arguments)
    when = step.removesuffix("_step")
    _call_back(vm, callbacks, (f"on_{when}_begin", "on_epoch_begin", f"on_{when}_batch_begin", "on_batch_begin"), node)
    vm.branch(eagerly, lambda: _step(vm, target, step, data.args[0], node, overridden), compiled)
    _call_back(vm, callbacks, (f"on_{when}_batch_end", "on_batch_end", "on_epoch_end", f"on_{when}_end"), node)
    return vm.unknown(name, stable=True)


def _callbacks(vm: Machine, target: Instance, arguments: Arguments) -> list[Instance]:
    """The callbacks that are objects of the program."""
    given = vm.resolve(arguments.kwargs.get("callbacks", NONE))
    items = containers.known_items(vm, given) if isinstance(given, (ListObject, TupleValue)) else None
    found: list[Instance] = []
    for item in items or ():
        item = vm.resolve(item)
        if isinstance(item, Instance) and isinstance(item.cls, ClassObject):
            vm.store.set(item.cells, "model", target)
            found.append(item)
    return found


def _call_back(vm: Machine, callbacks: list[Instance], names: tuple[str, ...], node: nodes.Node) -> None:
    """Methods of callbacks, where the method is called that they are given to: they are not part of the step."""
    for callback in callbacks:
        for name in names:
            assert isinstance(callback.cls, ClassObject)
            found = objects.class_attribute(callback.cls, name)
            if found is None:
                continue
            logs = vm.unknown("option logs", stable=True)
            whole = name in ("on_train_begin", "on_train_end", "on_test_begin", "on_test_end")
            index = () if whole or (name.startswith("on_predict_") and "batch" not in name) else (vm.unknown("index"),)
            objects.call_function(vm, found[0], (callback, *index, logs), node)


def _symbolic_batch(vm: Machine, node: nodes.Node) -> Value:
    graph = vm.stack.graph
    depends = frozenset({graph}) if graph is not None else frozenset()
    return TupleValue(tuple(Tensor(fresh_id(), graph, vm.site(node), "argument", depends) for _ in range(2)))


def _batch(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    given = [arguments.get(0, "x"), arguments.get(1, "y")]
    first = None if given[0] is None else vm.resolve(given[0])
    if first is None or isinstance(first, Dataset) or given[1] is None:
        return vm.unknown("argument data", stable=True)
    return TupleValue(tuple(Tensor(fresh_id(), vm.stack.graph, vm.site(node), "a batch") for _ in given))


def _step(vm: Machine, target: Instance, step: str, data: Value, node: nodes.Node, overridden: bool) -> Value:
    """A step, which a class of the program may have ``overridden``."""
    if overridden and isinstance(target.cls, ClassObject):
        own = objects.class_attribute(target.cls, step)
        if own is not None:
            return objects.call_function(vm, own[0], (target, data), node)
    batch = vm.resolve(data)
    x, y = batch.items if isinstance(batch, TupleValue) else (batch, NONE)
    inputs = Arguments((x,), {"training": TRUE if step == "train_step" else FALSE})
    vm.store.set(vm.globals, REGULARIZERS, TupleValue(()))
    predicted = calls.call(vm, target, inputs, node)
    loss = vm.resolve(target.cells.get(_LOSS, NONE))
    if step != "predict_step":
        if not isinstance(loss, Const):
            objects.call_function(vm, loss, (y, predicted), node)
        _regularize(vm, node)
        for metric in _metrics(vm, target.cells.get(_METRICS, NONE)):
            vm.split(metric, lambda item: _tell(vm, item, (y, predicted), node))
    return predicted


def _metrics(vm: Machine, given: Value) -> list[Value]:
    """The metrics in what ``compile`` takes: nested lists and dictionaries of them."""
    given = vm.resolve(given)
    if isinstance(given, DictObject):
        items: Iterable[Value] = given.cells.values()
    elif isinstance(given, (ListObject, TupleValue)):
        items = containers.known_items(vm, given) or ()
    else:
        return [given]
    return [part for item in items for part in _metrics(vm, item)]


def _tell(vm: Machine, metric: Value, values: tuple[Value, Value], node: nodes.Node) -> Value:
    """A compiled metric gets the values of a batch: a function is called with them, an object told them."""
    if isinstance(metric, (FunctionObject, Partial, BoundMethod, Traced)):
        return objects.call_function(vm, metric, values, node)
    if isinstance(metric, Instance) and isinstance(metric.cls, ClassObject):
        own = objects.class_attribute(metric.cls, "update_state")
        if own is not None:
            return objects.call_function(vm, own[0], (metric, *values), node)
    return NONE
