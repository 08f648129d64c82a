"""What is read off values without running anything, so that no path has to be forked for the alternatives of a choice.

Each function gives what its counterpart in ``objects``, ``containers`` or ``expressions`` gives, or None where that one
may run code of the program, raise, or note something.
"""

from __future__ import annotations

from initscope_lint.interpreter import library, tensors
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    TRUE,
    BoundMethod,
    BoundRef,
    ClassObject,
    Const,
    Descriptor,
    DictObject,
    FunctionObject,
    Instance,
    Ite,
    ListObject,
    Module,
    Ref,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    Variable,
)
from initscope_lint.ir import nodes


def attribute(vm: Machine, owner: Value, name: str, node: nodes.Node) -> Value | None:
    """``objects.get_attribute``."""
    if isinstance(owner, Instance):
        return _instance_attribute(owner, name)
    if isinstance(owner, Unknown):
        cell = owner.cells.get(name, ABSENT)
        if owner.tensor_of is not None or _may_lack(cell):
            return vm.derive(f".{name}", owner) if cell is ABSENT and owner.tensor_of is None else None
        return cell
    if isinstance(owner, (Tensor, Variable)):
        return tensors.attribute(vm, owner, name, node)
    if isinstance(owner, Ref):
        return None if vm.handlers else library.module_attribute(vm, owner, name)
    if isinstance(owner, Module):
        cell = owner.cells.get(name, ABSENT)
        return None if _may_lack(cell) else cell
    if isinstance(owner, (ListObject, DictObject, TupleValue)):
        return BoundRef(owner, name)
    return None


def _instance_attribute(owner: Instance, name: str) -> Value | None:
    cls = owner.cls
    if not isinstance(cls, ClassObject) or name in ("__class__", "__dict__"):
        return None
    cell = owner.cells.get(name, ABSENT)
    for base in cls.mro:
        found = base.cells.get(name, ABSENT) if isinstance(base, ClassObject) else ABSENT
        if found is ABSENT:
            if cell is ABSENT and not isinstance(base, ClassObject):
                return None
            continue
        if isinstance(found, Descriptor):
            return None
        if cell is ABSENT:
            return BoundMethod(found, owner) if isinstance(found, FunctionObject) else None
        break
    return None if _may_lack(cell) else cell


def item(vm: Machine, both: tuple[Value, ...], _: nodes.Node) -> Value | None:
    """``containers.get_item``."""
    owner, index = both
    if isinstance(owner, ListObject):
        owner = vm.resolve(owner.cells["items"])
    if isinstance(owner, TupleValue):
        if isinstance(index, Const) and isinstance(index.value, int):
            size = len(owner.items)
            return owner.items[index.value] if -size <= index.value < size else None
    elif isinstance(owner, Unknown) and owner.tensor_of is None and owner is both[0]:
        cell = owner.cells.get(("item", vm.key(index)))
        return vm.derive("item", owner, index) if cell is None else cell
    return None


def truth(value: Value) -> Value | None:
    """``expressions.truth``."""
    if isinstance(value, Const):
        return TRUE if value.value else FALSE
    if isinstance(value, Unknown):
        return value
    if isinstance(value, TupleValue):
        return TRUE if value.items else FALSE
    return None


def _may_lack(cell: Value) -> bool:
    return cell is ABSENT or (isinstance(cell, Ite) and cell.lacks)
