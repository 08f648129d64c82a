"""Names: lookup by Python's scopes, and assignment to targets."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Hashable

from initscope_lint.interpreter import containers, expressions, library, objects
from initscope_lint.interpreter.machine import Frame, Machine
from initscope_lint.interpreter.values import ABSENT, Ite, Module, Ref, TupleValue, Value
from initscope_lint.ir import nodes

_BUILTINS = frozenset(dir(builtins))


def lookup(vm: Machine, node: nodes.Name) -> Value:
    """The value of a name; raises NameError in the program where Python would."""
    found = search(vm, node.id)
    if found is not None:
        return found
    assert vm.frame is not None
    module = vm.frame.module
    bound = module.cells.get(node.id, ABSENT)
    return vm.resolve(bound) if _is_there(bound) else vm.present(bound, functools.partial(_outside, vm, module, node))


def _is_there(cell: Value) -> bool:
    """Whether a cell holds something, on whatever path: most do, and need not be asked twice."""
    return cell is not ABSENT and cell.__class__ is not Ite


def _outside(vm: Machine, module: Module, node: nodes.Name) -> Value:
    """What a name means that the module does not bind."""
    for star in reversed(module.stars):
        if library.is_of_catalogue(vm, f"{star}.{node.id}"):
            return Ref(f"{star}.{node.id}")
    if node.id in _BUILTINS:
        return Ref(f"builtins.{node.id}")
    if node.id == "__name__":
        return containers.constant(module.name)
    if node.id in ("__file__", "__doc__", "__path__", "__spec__", "__package__", "__class__"):
        return vm.unknown(node.id, stable=True)
    if module.open:
        return vm.unknown(f"name {node.id}", stable=True)
    vm.throw("NameError", node.id)


def search(vm: Machine, name: str) -> Value | None:
    """What a name of the program stands for; None where no scope of it binds it."""
    frame = vm.frame
    here = True
    while frame is not None and (frame.function is not None or frame.is_class or frame.transparent):
        if name in frame.globals:
            return _kept_by_branch(vm, frame, name)
        if name in frame.assigned and name not in frame.nonlocals and (here or not frame.is_class):
            value = frame.cells.get(name, ABSENT)
            if not frame.is_class or value is not ABSENT:
                return vm.resolve(value) if _is_there(value) else vm.present(value, lambda: _unbound(vm, name))
        here = here and frame.transparent
        frame = frame.parent
    return None


def is_bound(vm: Machine, name: str) -> bool:
    """Whether the function at hand has bound a name that is its own; any other name is none of its business."""
    frame = vm.frame
    assert frame is not None
    own = name in frame.assigned and name not in frame.nonlocals and name not in frame.globals
    return not own or not _may_be_absent(frame.cells.get(name, ABSENT))


def _may_be_absent(cell: Value) -> bool:
    return _may_be_absent(cell.then) or _may_be_absent(cell.other) if isinstance(cell, Ite) else cell is ABSENT


def _kept_by_branch(vm: Machine, frame: Frame, name: str) -> Value | None:
    """A global that a branch has bound, in code that AutoGraph of 1.15 has converted.

    The branch is a function of its own there, which has no ``global`` statement: what it binds is a local of it, and is
    given to the global only where the name is read after the branch (``autograph.converters.control_flow``).
    """
    value = frame.cells.get(_in_branch(name), ABSENT)
    if value is ABSENT:
        return None
    if not frame.branches:
        vm.store.set(frame.module.cells, name, value)
        vm.store.set(frame.cells, _in_branch(name), ABSENT)
    return value


def _in_branch(name: str) -> str:
    return f"\0branch {name}"


def _unbound(vm: Machine, name: str) -> Value:
    vm.throw("UnboundLocalError", name)


def cells_for(vm: Machine, name: str) -> dict[Hashable, Value]:
    """The cells in which an assignment to ``name`` writes."""
    frame: Frame | None = vm.frame
    assert frame is not None
    module = frame.module
    while frame is not None and frame.transparent and name not in frame.assigned:
        frame = frame.parent
    assert frame is not None
    if name in frame.globals:
        return module.cells
    if name in frame.nonlocals:
        outer = frame.parent
        while outer is not None:
            if not outer.is_class and name in outer.assigned and name not in outer.nonlocals:
                return outer.cells
            outer = outer.parent
    return frame.cells


def bind(vm: Machine, name: str, value: Value) -> None:
    """Assign to a plain name."""
    frame = vm.frame
    if vm.tf1 and vm.autograph and frame is not None and frame.branches and name in frame.globals:
        vm.store.set(frame.cells, _in_branch(name), value)
    else:
        vm.store.set(cells_for(vm, name), name, value)


def assign(vm: Machine, target: nodes.Expr, value: Value) -> None:
    """Assign to any target."""
    if isinstance(target, nodes.Name):
        bind(vm, target.id, value)
    elif isinstance(target, nodes.Attribute):
        attribute = target.attr
        vm.split(
            expressions.evaluate(vm, target.value),
            lambda owner: objects.set_attribute(vm, owner, attribute, value, target),
        )
    elif isinstance(target, nodes.Subscript):
        owner = expressions.evaluate(vm, target.value)
        index = expressions.evaluate(vm, target.index)
        vm.split_all((owner, index), lambda both: containers.set_item(vm, both[0], both[1], value, target))
    elif isinstance(target, (nodes.Tuple, nodes.List)):
        elements = target.elts

        def unpack(item: Value) -> Value:
            for element, part in zip(elements, containers.unpack(vm, item, elements, target), strict=True):
                assign(vm, element.value if isinstance(element, nodes.Starred) else element, part)
            return TupleValue(())

        vm.split(value, unpack)
    elif isinstance(target, nodes.Starred):
        assign(vm, target.value, value)


def delete(vm: Machine, target: nodes.Expr) -> None:
    """``del target``."""
    if isinstance(target, nodes.Name):
        bind(vm, target.id, ABSENT)
    elif isinstance(target, nodes.Attribute):
        attribute = target.attr
        vm.split(expressions.evaluate(vm, target.value), lambda owner: objects.delete_attribute(vm, owner, attribute))
    elif isinstance(target, nodes.Subscript):
        owner = expressions.evaluate(vm, target.value)
        index = expressions.evaluate(vm, target.index)
        vm.split_all((owner, index), lambda both: containers.delete_item(vm, both[0], both[1]))
    elif isinstance(target, (nodes.Tuple, nodes.List)):
        for element in target.elts:
            delete(vm, element)
