"""``Model.fit`` and its kin: a step of the model, traced by a ``tf.function`` of the model's own.

Source: ``keras.src.backend.tensorflow.trainer.TensorFlowTrainer.make_train_function``, and in Keras 2
``Model.make_train_function``; both run the step as it is under ``run_eagerly``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, objects
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.tensorflow import traces
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    ClassObject,
    Const,
    Dataset,
    Instance,
    Native,
    Tensor,
    Traced,
    TupleValue,
    Value,
    fresh_id,
)

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

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


def compile_model(vm: Machine, target: Instance, arguments: Arguments) -> None:
    """``Model.compile``: remember the loss, and whether steps run eagerly; traced steps are made anew."""
    eagerly = arguments.kwargs.get("run_eagerly", FALSE)
    vm.store.set(target.cells, _EAGERLY, eagerly)
    vm.store.set(target.cells, _LOSS, arguments.get(1, "loss") or NONE)
    for step in set(STEPS.values()):
        vm.store.set(target.cells, f"\0{step}", ABSENT)


def run(vm: Machine, target: Instance, name: str, arguments: Arguments, node: nodes.Node) -> Value:
    """One of the methods of ``STEPS``: its step on one batch."""
    step = STEPS[name]
    data = Arguments((_batch(vm, arguments, node),))
    eagerly = vm.resolve(target.cells.get(_EAGERLY, FALSE))

    def traced(found: Value) -> Value:
        if not isinstance(found, Traced):
            body = Native(step, lambda vm, args, kwargs, where: _step(vm, target, step, args[0], where))
            found = Traced("function", body, {"autograph": FALSE}, vm.site(node))
            vm.store.set(target.cells, f"\0{step}", found)
        return traces.call_traced(vm, found, data, node)

    def compiled() -> Value:
        return vm.split(target.cells.get(f"\0{step}", ABSENT), traced)

    if isinstance(eagerly, Const) and eagerly.value is None:
        eagerly = FALSE
    vm.branch(eagerly, lambda: _step(vm, target, step, data.args[0], node), compiled)
    return vm.unknown(name, stable=True)


def _batch(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    given = [arguments.get(0, "x"), arguments.get(1, "y")]
    first = None if given[0] is None else vm.resolve(given[0])
    if first is None or isinstance(first, Dataset) or given[1] is None:
        return vm.unknown("argument data", stable=True)
    return TupleValue(tuple(Tensor(fresh_id(), vm.stack.graph, vm.site(node), "a batch") for _ in given))


def _step(vm: Machine, target: Instance, step: str, data: Value, node: nodes.Node) -> Value:
    if isinstance(target.cls, ClassObject):
        own = objects.class_attribute(target.cls, step)
        if own is not None:
            return objects.call_function(vm, own[0], (target, data), node)
    batch = vm.resolve(data)
    x, y = batch.items if isinstance(batch, TupleValue) else (batch, NONE)
    inputs = Arguments((x,), {"training": TRUE if step == "train_step" else FALSE})
    predicted = calls.call(vm, target, inputs, node)
    loss = vm.resolve(target.cells.get(_LOSS, NONE))
    if step != "predict_step" and not isinstance(loss, Const):
        objects.call_function(vm, loss, (y, predicted), node)
    return predicted
