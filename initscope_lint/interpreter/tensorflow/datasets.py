"""What an element of a ``tf.data.Dataset`` is made of, as far as that is known.

Lists are tensors, tuples and dictionaries are structures (``data.util.nest``, ``structure.normalize_element``). A part
of which nothing is known may be a tensor or a structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from initscope_lint.interpreter import containers, tensors
from initscope_lint.interpreter.values import (
    NONE,
    OPEN,
    Const,
    Dataset,
    DictObject,
    ListObject,
    Tensor,
    TupleValue,
    Value,
    Variable,
    fresh_id,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.interpreter.tensors import Shape
    from initscope_lint.ir import nodes
    from initscope_lint.semantics.catalogue import Elements


def made(
    vm: Machine,
    elements: Elements | None,
    given: Sequence[Value],
    callee: Value,
    node: nodes.Node,
    result: Value | None = None,
) -> Dataset:
    """A dataset whose elements are made of what a row says. ``result``: of the function that was called for it."""
    given = [vm.resolve(value) for value in given]
    source = callee.element if isinstance(callee, Dataset) else None
    found = _element(vm, elements, given, source, None if result is None else vm.resolve(result), node)
    return Dataset(vm.stack.graph, vm.site(node), found)


def _element(
    vm: Machine,
    elements: Elements | None,
    given: Sequence[Value],
    source: Value | None,
    result: Value | None,
    node: nodes.Node,
) -> Value | None:
    if elements == "scalars":
        return _tensor(vm, (), node)
    if elements == "given" and given:
        return part(vm, given[0], node, 0)
    if elements == "slices" and given:
        return part(vm, given[0], node, 1)
    if elements == "zipped" and given and isinstance(given[0], (TupleValue, DictObject)):
        return containers.map_structure(given[0], lambda leaf: _or_any(vm, _element_of(vm, leaf)))
    if elements == "mapped" and result is not None:
        items = containers.known_items(vm, result) if isinstance(result, ListObject) else None
        return part(vm, TupleValue(items) if items is not None else result, node, 0)
    if elements == "flattened" and result is not None:
        return _element_of(vm, result)
    if source is None or elements is None:
        return None
    if elements == "same":
        return source
    if elements == "numbered":
        return TupleValue((_tensor(vm, (), node), source))
    batched = elements == "batched"

    def reshaped(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor):
            return leaf
        shape = leaf.shape
        return _tensor(vm, None if shape is None else (None, *shape) if batched else shape[1:], node)

    return containers.map_structure(source, reshaped)


def _element_of(vm: Machine, value: Value) -> Value | None:
    value = vm.resolve(value)
    return value.element if isinstance(value, Dataset) else None


def part(vm: Machine, value: Value, node: nodes.Node, sliced: int) -> Value | None:
    """What is made of a value: of the whole (``sliced`` 0), or of its slices along the first axis (1)."""
    value = vm.resolve(value)
    if isinstance(value, TupleValue) or (type(value) is DictObject and OPEN not in value.cells):
        return containers.map_structure(value, lambda leaf: _or_any(vm, part(vm, leaf, node, sliced)))
    if isinstance(value, Variable) or (isinstance(value, Tensor) and tensors.is_single(value)):
        shape = value.shape
    elif isinstance(value, ListObject) or (isinstance(value, Const) and value is not NONE):
        shape = tensors.constant_shape(vm, value)
    else:
        return None
    return _tensor(vm, shape and shape[sliced:], node)


def _tensor(vm: Machine, shape: Shape, node: nodes.Node) -> Tensor:
    return Tensor(fresh_id(), None, vm.site(node), tensors.COMPONENT, shape=shape)


def _or_any(vm: Machine, part: Value | None) -> Value:
    return vm.unknown("argument element", stable=True) if part is None else part
