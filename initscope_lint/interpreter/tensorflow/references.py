"""Reference variables of version 1 where only resource variables work.

``tf.Variable`` and ``get_variable`` of a graph-mode 1.15 program make a ``RefVariable`` unless they are told
otherwise. A tape cannot differentiate with respect to one (``imperative_grad`` wants tensors), the optimizers of Keras
cannot update one (``OptimizerV2.add_slot`` asks for the type ``float32_ref``), and in a function graph its value is
captured, which cannot be assigned to (``state_ops.assign``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from initscope_lint.interpreter import tensors
from initscope_lint.interpreter.values import Value, Variable

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

_ASSIGNING = (
    "tf.Variable.assign",
    "tf.Variable.scatter_",
    "tf.Variable.count_up_to",
    "tf.compat.v1.assign",
    "tf.compat.v1.scatter_",
    "tf.compat.v1.count_up_to",
)


def check_sources(vm: Machine, sources: Sequence[Value], node: nodes.Node) -> None:
    """``tape.gradient(target, sources)``."""
    for value in sources:
        if isinstance(value, Variable) and value.reference:
            message = "'RefVariable' object has no attribute '_id'"
            _fail(vm, value, "tf.GradientTape.gradient", "AttributeError", message, node)


def check_assignment(vm: Machine, name: str, operands: Sequence[Value], node: nodes.Node) -> None:
    """An operation that may assign to its first operand."""
    if name.startswith(_ASSIGNING) and operands:
        check_updates(vm, name, operands[:1], node)


def check_updates(vm: Machine, name: str, targets: Sequence[Value], node: nodes.Node) -> None:
    """Variables are assigned to by an operation of version 1."""
    for value in targets:
        value = vm.resolve(value)
        if isinstance(value, Variable) and value.reference and vm.stack.building_function:
            message = "In op 'Assign', input types are not compatible with expected types"
            _fail(vm, value, name, "TypeError", message, node)


def check_keras_updates(vm: Machine, name: str, targets: Sequence[Value], node: nodes.Node) -> None:
    """Variables are updated by an optimizer of Keras."""
    for value in targets:
        if isinstance(value, Variable) and value.reference:
            message = "Tensor conversion requested dtype float32_ref for Tensor with dtype float32"
            _fail(vm, value, name, "ValueError", message, node)


def _fail(vm: Machine, value: Variable, api: str, exception: str, message: str, node: nodes.Node) -> NoReturn:
    vm.fail("REFERENCE", exception, message, node, related=tensors.origin(value), api=api, value=value)
