"""Classes, instances and attributes."""

from __future__ import annotations

from collections.abc import Iterable

from initscope_lint.interpreter import calls, expressions, library, modules, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine, Way
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    AttributeDict,
    BoundMethod,
    BoundRef,
    ClassObject,
    Const,
    Dataset,
    Descriptor,
    DictObject,
    ExceptionValue,
    FunctionObject,
    Generator,
    GeneratorFactory,
    GraphObject,
    HeapObject,
    Instance,
    ListObject,
    Manager,
    Memoized,
    Module,
    Native,
    Partial,
    Ref,
    Resource,
    SuperValue,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Variable,
    Wrapped,
)
from initscope_lint.ir import nodes

METACLASS = "\0metaclass"
_CLOSED = {"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing.NamedTuple"}
_FUNCTIONS = (FunctionObject, Traced, Memoized, GeneratorFactory, Wrapped)


def linearize(cls: ClassObject) -> tuple[Value, ...]:
    """The method resolution order (C3; where that fails, depth first)."""
    if len(cls.bases) == 1:
        (base,) = cls.bases
        return (cls, *base.mro) if isinstance(base, ClassObject) else (cls, base)
    sequences: list[list[Value]] = []
    for base in cls.bases:
        sequences.append(list(base.mro) if isinstance(base, ClassObject) else [base])
    sequences.append(list(cls.bases))
    order: list[Value] = [cls]
    while any(sequences):
        sequences = [sequence for sequence in sequences if sequence]
        for sequence in sequences:
            head = sequence[0]
            if not any(_among(head, other[1:]) for other in sequences):
                break
        else:
            head = sequences[0][0]
        order.append(head)
        sequences = [[item for item in sequence if not _alike(item, head)] for sequence in sequences]
    return tuple(order)


def _alike(left: Value, right: Value) -> bool:
    return left is right or (isinstance(left, Ref) and isinstance(right, Ref) and left.name == right.name)


def _among(value: Value, others: Iterable[Value]) -> bool:
    return any(_alike(value, other) for other in others)


def class_attribute(cls: ClassObject, name: str, after: ClassObject | None = None) -> tuple[Value, Value] | None:
    """The first class of the program in the MRO (after ``after``) that has ``name``: (value, class)."""
    order = cls.mro
    if after is not None and after in order:
        order = order[order.index(after) + 1 :]
    for item in order:
        if isinstance(item, ClassObject):
            found = item.cells.get(name, ABSENT)
            if found is not ABSENT:
                return found, item
    return None


def external_bases(cls: ClassObject) -> list[Value]:
    """The bases from outside the program, in MRO order."""
    return [item for item in cls.mro if not isinstance(item, ClassObject)]


# --- reading ---------------------------------------------------------------------------------------


def get_attribute(vm: Machine, owner: Value, name: str, node: nodes.Node) -> Value:
    """``owner.name`` for a resolved owner; raises AttributeError in the program where it is certain."""
    if isinstance(owner, Instance):
        return _instance_attribute(vm, owner, name, node)
    if isinstance(owner, Ref):
        return library.module_attribute(vm, owner, name)
    if isinstance(owner, Module):
        return vm.present(owner.cells.get(name, ABSENT), lambda: _module_attribute(vm, owner, name, node))
    if isinstance(owner, Unknown):
        if owner.tensor_of is not None:
            found = tensors.unknown_attribute(vm, owner, name)
            if found is not None:
                return found
        return vm.present(owner.cells.get(name, ABSENT), lambda: vm.derive(f".{name}", owner))
    if isinstance(owner, ClassObject):
        return _class_object_attribute(vm, owner, name, node)
    if isinstance(owner, (Tensor, Variable)):
        return tensors.attribute(vm, owner, name, node)
    if isinstance(owner, SuperValue):
        return _super_attribute(vm, owner, name, node)
    if isinstance(owner, TupleValue) and name in ("ndims", "rank"):  # a static shape
        return Const(len(owner.items))
    if isinstance(owner, (ListObject, DictObject, TupleValue)) or (
        isinstance(owner, Const) and isinstance(owner.value, (str, bytes))
    ):
        return BoundRef(owner, name)
    if isinstance(owner, Const):
        if owner.value is None:
            vm.throw("AttributeError", f"'NoneType' object has no attribute '{name}'")
        return vm.derive(f".{name}", owner)
    if isinstance(owner, Descriptor) and name in ("setter", "getter", "deleter"):
        return Native(name, lambda vm, args, kwargs, node: _with_setter(owner, name, args))
    if isinstance(owner, FunctionObject):
        return _function_attribute(vm, owner, name)
    if isinstance(owner, BoundMethod):
        if name == "__self__":
            return owner.self_value
        if name == "__func__":
            return owner.function
        return get_attribute(vm, owner.function, name, node)
    if isinstance(owner, (Traced, Memoized, GraphObject, Resource, Dataset, Manager, Generator)):
        return vm.present(owner.cells.get(name, ABSENT), lambda: library.object_attribute(vm, owner, name))
    if isinstance(owner, Partial) and name in ("func", "args"):
        return owner.function if name == "func" else TupleValue(owner.args)
    if isinstance(owner, Wrapped):
        return get_attribute(vm, owner.function, name, node)
    if isinstance(owner, ExceptionValue):
        return _exception_attribute(vm, owner, name, node)
    return vm.unknown(f".{name}")


def _exception_attribute(vm: Machine, owner: ExceptionValue, name: str, node: nodes.Node) -> Value:
    if name == "args":
        return TupleValue(owner.args)
    if name == "__class__":
        return owner.cls
    if owner.instance is not None and name in owner.instance.cells:
        return owner.instance.cells[name]
    return vm.unknown(f"exception.{name}")


def _with_setter(owner: Descriptor, name: str, args: tuple[Value, ...]) -> Value:
    if name == "setter" and args:
        return Descriptor(owner.kind, owner.function, args[0])
    return owner


def _function_attribute(vm: Machine, owner: FunctionObject, name: str) -> Value:
    def absent() -> Value:
        if name in ("__name__", "__qualname__"):
            return Const(owner.node.name)
        if name == "__dict__":
            return AttributeDict(owner.cells)
        if name.startswith("__"):
            return vm.derive(f".{name}", owner)
        vm.throw("AttributeError", f"'function' object has no attribute '{name}'")

    return vm.present(owner.cells.get(name, ABSENT), absent)


def _class_object_attribute(vm: Machine, owner: ClassObject, name: str, node: nodes.Node) -> Value:
    above = metaclass(owner)
    if above is not None and class_attribute(owner, name) is None:
        own = class_attribute(above, name)
        if own is not None and isinstance(own[0], _FUNCTIONS):
            return BoundMethod(own[0], owner)
    if name == "__name__":
        return Const(owner.name)
    if name == "__dict__":
        return AttributeDict(owner.cells)
    if name == "__mro__":
        return TupleValue(owner.mro)
    for cls in owner.mro:
        if isinstance(cls, ClassObject):
            value = cls.cells.get(name, ABSENT)
            if value is ABSENT:
                continue
            return vm.split(value, lambda item: _from_class(vm, owner, item, name, node))
        found = _external_attribute(vm, owner, cls, name)
        if found is not None:
            return found
    if name.startswith("__"):
        return vm.derive(f".{name}", owner)
    vm.throw("AttributeError", name)


def _from_class(vm: Machine, owner: ClassObject, item: Value, name: str, node: nodes.Node) -> Value:
    if item is ABSENT:
        vm.throw("AttributeError", name)
    if isinstance(item, Descriptor):
        if item.kind == "classmethod":
            return BoundMethod(item.function, owner)
        if item.kind == "staticmethod":
            return item.function
    return item


def _external_attribute(vm: Machine, owner: Value, cls: Value, name: str) -> Value | None:
    """An attribute that a base class from outside the program may provide; None where it certainly does not."""
    if isinstance(cls, Ref):
        if cls.name in _CLOSED:
            return BoundRef(owner, f"builtins.object.{name}") if name.startswith("__") else None
        members = library.members(vm, cls.name)
        if members is not None:
            if name not in members:
                return None
            if not library.is_data(vm, cls.name, name):
                return BoundRef(owner, f"{cls.name}.{name}")
        elif _is_method_name(vm, cls.name, name):
            return BoundRef(owner, f"{cls.name}.{name}")
    # What has led out of the program since may have set it.
    return vm.derive(f".{name}", owner, Const(vm.opaque))


def _module_attribute(vm: Machine, owner: Module, name: str, node: nodes.Node) -> Value:
    if name == "__dict__":
        return AttributeDict(owner.cells)
    getter = owner.cells.get("__getattr__", ABSENT)
    found = modules.attribute(vm, owner, name)
    if isinstance(found, Unknown) and getter is not ABSENT:
        return call_function(vm, getter, (Const(name),), node)
    if found is None:
        vm.throw("AttributeError", f"module '{owner.name}' has no attribute '{name}'")
    return found


def _is_method_name(vm: Machine, cls: str, name: str) -> bool:
    return library.method(vm, cls, name) is not None


def _instance_attribute(vm: Machine, owner: Instance, name: str, node: nodes.Node) -> Value:
    cls = owner.cls
    if name == "__class__":
        return cls
    if name == "__dict__":
        return AttributeDict(owner.cells)
    found = class_attribute(cls, name) if isinstance(cls, ClassObject) else None
    if found is not None and isinstance(found[0], Descriptor) and found[0].kind == "property":
        return call_function(vm, found[0].function, (owner,), node)
    return vm.present(owner.cells.get(name, ABSENT), lambda: _missing_attribute(vm, owner, name, node))


def _missing_attribute(vm: Machine, owner: Instance, name: str, node: nodes.Node) -> Value:
    cls = owner.cls
    if isinstance(cls, Ref):
        return library.instance_attribute(vm, owner, name)
    return _walk(vm, owner, cls, cls.mro, name, node)


def _walk(
    vm: Machine, owner: Instance, cls: ClassObject, order: tuple[Value, ...], name: str, node: nodes.Node
) -> Value:
    for index, item in enumerate(order):
        if isinstance(item, ClassObject):
            value = item.cells.get(name, ABSENT)
            if value is ABSENT:
                continue
            rest = order[index + 1 :]

            def use(found: Value, rest: tuple[Value, ...] = rest) -> Value:
                if found is ABSENT:
                    return _walk(vm, owner, cls, rest, name, node)
                return bind_to_instance(vm, owner, found, name, node)

            return vm.split(value, use)
        found = _external_attribute(vm, owner, item, name)
        if found is not None:
            return found
    getter = class_attribute(cls, "__getattr__")
    if getter is not None:
        return call_function(vm, getter[0], (owner, Const(name)), node)
    if name.startswith("__") and name.endswith("__"):
        return BoundRef(owner, f"builtins.object.{name}")
    vm.throw("AttributeError", f"'{cls.name}' object has no attribute '{name}'")


def bind_to_instance(vm: Machine, owner: Instance, item: Value, name: str, node: nodes.Node) -> Value:
    """What a class attribute is when read through an instance."""
    if isinstance(item, Traced):
        return library.bound_traced(vm, item, owner)
    if isinstance(item, _FUNCTIONS) or (isinstance(item, Native) and item.function is not None):
        return BoundMethod(item, owner)
    if isinstance(item, Descriptor):
        if item.kind == "classmethod":
            return BoundMethod(item.function, owner.cls)
        if item.kind == "staticmethod":
            return item.function
        if item.kind == "property":
            return call_function(vm, item.function, (owner,), node)
        if item.kind == "cached_property":
            value = call_function(vm, item.function, (owner,), node)
            vm.store.set(owner.cells, name, value)
            return value
    if isinstance(item, Instance) and isinstance(item.cls, ClassObject):
        getter = class_attribute(item.cls, "__get__")
        if getter is not None:
            return call_function(vm, getter[0], (item, owner, owner.cls), node)
    return item


def metaclass(cls: ClassObject) -> ClassObject | None:
    """The metaclass that the program gave a class or one of its bases."""
    for item in cls.mro:
        if isinstance(item, ClassObject):
            found = item.cells.get(METACLASS)
            if isinstance(found, ClassObject):
                return found
    return None


def _super_attribute(vm: Machine, owner: SuperValue, name: str, node: nodes.Node) -> Value:
    target = owner.self_value
    cls = target.cls if isinstance(target, Instance) else target
    if isinstance(target, ClassObject) and name == "__call__" and metaclass(target) is owner.owner:
        return Native(
            name, lambda vm, args, kwargs, node: calls.construct(vm, target, Arguments(args, kwargs), node), None
        )
    if not isinstance(cls, ClassObject) or owner.owner not in cls.mro:
        return vm.derive(f"super.{name}", target)
    order = cls.mro[cls.mro.index(owner.owner) + 1 :]
    if isinstance(target, Instance):
        return _walk(vm, target, cls, (*order, Ref("builtins.object")), name, node)
    for item in order:
        if isinstance(item, ClassObject):
            value = item.cells.get(name, ABSENT)
            if value is not ABSENT:
                if isinstance(value, Descriptor) and value.kind == "classmethod":
                    return BoundMethod(value.function, target)
                return _from_class(vm, cls, value, name, node)
        else:
            found = _external_attribute(vm, target, item, name)
            if found is not None:
                return found
    return BoundRef(target, f"builtins.object.{name}")


def has_attribute(vm: Machine, owner: Value, name: str, node: nodes.Node) -> Value:
    """``hasattr`` for a resolved owner, as a truth."""
    if isinstance(owner, Unknown):
        cell = owner.cells.get(name, ABSENT)
        return vm.split(cell, lambda item: vm.derive(f"has .{name}", owner) if item is ABSENT else TRUE)
    if isinstance(owner, Ref):
        return library.module_has(vm, owner, name)
    if isinstance(owner, (Instance, FunctionObject, ClassObject, Module, Const, SuperValue, Tensor, Variable)):

        def read() -> Value:
            value = get_attribute(vm, owner, name, node)
            if isinstance(value, Unknown) and name not in getattr(owner, "cells", {}):
                return vm.derive(f"has .{name}", owner)
            return TRUE

        def after(way: Way, value: Value) -> Value:
            if way is Way.RAISE:
                return FALSE
            return value

        vm.handlers += 1
        try:
            return vm.protect(read, after)
        finally:
            vm.handlers -= 1
    if isinstance(owner, HeapObject):
        return TRUE if owner.cells.get(name, ABSENT) is not ABSENT else vm.derive(f"has .{name}", owner)
    return vm.derive(f"has .{name}", owner)


# --- writing ---------------------------------------------------------------------------------------


def set_attribute(vm: Machine, owner: Value, name: str, value: Value, node: nodes.Node) -> Value:
    """``owner.name = value`` for a resolved owner."""
    if isinstance(owner, Instance) and isinstance(owner.cls, ClassObject):
        found = class_attribute(owner.cls, name)
        if found is not None and isinstance(found[0], Descriptor) and found[0].kind == "property":
            if found[0].setter is not None:
                call_function(vm, found[0].setter, (owner, value), node)
            return NONE
        setter = class_attribute(owner.cls, "__setattr__")
        if setter is not None:
            return call_function(vm, setter[0], (owner, Const(name), value), node)
    if isinstance(owner, Instance):
        library.before_set(vm, owner, name, value, node)
    if isinstance(owner, (HeapObject, Unknown)):
        vm.store.set(owner.cells, name, value)
        tensors.escaped(vm, value, node, f"attribute {name}")
    return NONE


def delete_attribute(vm: Machine, owner: Value, name: str) -> Value:
    """``del owner.name``."""
    if isinstance(owner, (HeapObject, Unknown)):
        vm.store.set(owner.cells, name, ABSENT)
    return NONE


# --- special methods -------------------------------------------------------------------------------


def call_function(vm: Machine, function: Value, args: tuple[Value, ...], node: nodes.Node) -> Value:
    """Call any callable with positional arguments."""
    return vm.split(function, lambda callee: calls.call(vm, callee, Arguments(args, {}), node))


def call_method(vm: Machine, owner: Instance, name: str, node: nodes.Node) -> None:
    """Call a method without arguments, if the class has it as far as the program says."""
    found = class_attribute(owner.cls, name) if isinstance(owner.cls, ClassObject) else None
    if found is not None:
        call_function(vm, bind_to_instance(vm, owner, found[0], name, node), (), node)


def special(vm: Machine, owner: Instance, name: str, args: tuple[Value, ...], node: nodes.Node) -> Value | None:
    """Call a special method of an instance; None where its class (as far as the program says) has none."""
    if not name or not isinstance(owner.cls, ClassObject):
        return None
    found = class_attribute(owner.cls, name)
    if found is None:
        return None
    return call_function(vm, found[0], (owner, *args), node)


def may_define(value: Value, name: str) -> bool:
    """Whether the class of a value, or a base from outside that is not known, has a special method of its own."""
    if not isinstance(value, Instance):
        return False
    if not isinstance(value.cls, ClassObject) or value.cls.cells.get("__dataclass_fields__", ABSENT) is not ABSENT:
        return True
    outside = external_bases(value.cls)
    return class_attribute(value.cls, name) is not None or any(
        not isinstance(base, Ref) or base.name not in _CLOSED for base in outside
    )


def instance_truth(vm: Machine, owner: Instance, node: nodes.Node) -> Value:
    """The truth of an instance: ``__bool__``, ``__len__``, or true."""
    for name in ("__bool__", "__len__"):
        found = special(vm, owner, name, (), node)
        if found is not None:
            return vm.split(found, lambda value: expressions.truth(vm, value, node))
    cls = owner.cls
    if isinstance(cls, ClassObject):
        for base in external_bases(cls):
            if not isinstance(base, Ref) or (base.name not in _CLOSED and library.members(vm, base.name) is None):
                return vm.derive("truth", owner)
    return TRUE
