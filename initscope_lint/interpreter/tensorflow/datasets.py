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
    from collections.abc import Callable, Sequence

    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.interpreter.tensors import Shape
    from initscope_lint.ir import nodes

_OF_SOME = frozenset(("shuffle", "repeat", "take", "skip", "shard", "filter", "unique", "take_while", "concatenate"))
_OF_ALL = frozenset(("prefetch", "cache", "with_options"))
_SCALARS = frozenset(("range", "list_files", "TextLineDataset", "TFRecordDataset", "FixedLengthRecordDataset"))


def made(
    vm: Machine, name: str, given: Sequence[Value], callee: Value, node: nodes.Node, result: Value | None = None
) -> Dataset:
    """The dataset that a function or method of ``tf.data`` returns. ``result``: of the function that it calls."""
    return Dataset(vm.stack.graph, vm.site(node), _element(vm, name.rpartition(".")[2], given, callee, node, result))


def _element(
    vm: Machine, method: str, given: Sequence[Value], callee: Value, node: nodes.Node, result: Value | None
) -> Value | None:
    given = [vm.resolve(value) for value in given]
    source = callee.element if isinstance(callee, Dataset) else None
    if method in _SCALARS:
        return _tensor(vm, (), node)
    if method in _OF_SOME | _OF_ALL:
        return source
    if method == "map" and result is not None:
        result = vm.resolve(result)
        items = containers.known_items(vm, result) if isinstance(result, ListObject) else None
        return part(vm, TupleValue(items) if items is not None else result, node, 0)
    if method in ("flat_map", "interleave"):
        return result.element if isinstance(result, Dataset) else None
    if method in ("from_tensors", "from_tensor_slices") and given:
        return part(vm, given[0], node, 1 if method.endswith("slices") else 0)
    if method == "zip" and given and isinstance(given[0], TupleValue):
        parts = [vm.resolve(item) for item in given[0].items]
        return TupleValue(tuple(_or_any(vm, part.element if isinstance(part, Dataset) else None) for part in parts))
    if source is None:
        return None
    if method == "enumerate":
        return TupleValue((_tensor(vm, (), node), source))
    if method == "batch":
        return _reshaped(vm, source, lambda shape: None if shape is None else (None, *shape), node)
    if method == "unbatch":
        return _reshaped(vm, source, lambda shape: shape[1:] if shape else None, node)
    return None


def part(vm: Machine, value: Value, node: nodes.Node, sliced: int) -> Value | None:
    """What is made of a value: of the whole (``sliced`` 0), or of its slices along the first axis (1)."""
    value = vm.resolve(value)
    if isinstance(value, TupleValue):
        return TupleValue(tuple(_or_any(vm, part(vm, item, node, sliced)) for item in value.items))
    if type(value) is DictObject and OPEN not in value.cells:
        found = DictObject(value.kind)
        found.keys = value.keys
        for key, cell in value.cells.items():
            found.cells[key] = _or_any(vm, part(vm, cell, node, sliced))
        return found
    if isinstance(value, (Tensor, Variable)) and (isinstance(value, Variable) or tensors.is_single(value)):
        return _tensor(vm, value.shape and value.shape[sliced:], node)
    if isinstance(value, ListObject) or (isinstance(value, Const) and value is not NONE):
        shape = tensors.constant_shape(vm, value)
        return _tensor(vm, shape and shape[sliced:], node)
    return None


def _tensor(vm: Machine, shape: Shape, node: nodes.Node) -> Tensor:
    return Tensor(fresh_id(), None, vm.site(node), tensors.COMPONENT, shape=shape)


def _or_any(vm: Machine, part: Value | None) -> Value:
    return vm.unknown("argument element", stable=True) if part is None else part


def _reshaped(vm: Machine, part: Value, change: Callable[[Shape], Shape], node: nodes.Node) -> Value:
    if isinstance(part, Tensor):
        return _tensor(vm, change(part.shape), node)
    if isinstance(part, TupleValue):
        return TupleValue(tuple(_reshaped(vm, item, change, node) for item in part.items))
    if isinstance(part, DictObject):
        found = DictObject(part.kind)
        found.keys = part.keys
        for key, cell in part.cells.items():
            found.cells[key] = _reshaped(vm, cell, change, node)
        return found
    return part
