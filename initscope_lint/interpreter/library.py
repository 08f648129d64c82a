"""Everything outside the program: what an imported name is, and what calling it does.

Python's own library is in ``stdlib``; TensorFlow and the libraries on top of it are rows of the catalogue, run by
``tensorflow.apply``. What neither knows is unknown.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from initscope_lint.interpreter import (
    calls,
    containers,
    managers,
    objects,
    provenance,
    registry,
    stdlib,
    tensorflow,
)
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.values import (
    FALSE,
    NONE,
    TRUE,
    BoundRef,
    ClassObject,
    Const,
    ExceptionValue,
    FunctionObject,
    Instance,
    ListObject,
    Manager,
    Native,
    Ref,
    Traced,
    TupleValue,
    Unknown,
    Value,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.catalogue import Api, load


def canonical(vm: Machine, name: str) -> str | None:
    """The catalogue's name for a qualified name, or None."""
    if name.startswith("tf."):
        return name
    return vm.catalogue.canonical(name)


def api(vm: Machine, name: str) -> tuple[str, Api] | None:
    """The canonical name and row of a qualified name, or None."""
    found = canonical(vm, name)
    if found is None:
        return None
    row = vm.catalogue.get(found)
    return None if row is None else (found, row)


def is_of_catalogue(vm: Machine, name: str) -> bool:
    """Whether the catalogue knows a qualified name, or something below it."""
    return canonical(vm, name) is not None or vm.catalogue.is_namespace(name)


def method(vm: Machine, cls: str, name: str) -> tuple[str, Api] | None:
    """The canonical name and row of a method of a class from outside, its bases included."""
    found = canonical(vm, cls)
    return None if found is None else vm.catalogue.method(found, name)


def members(vm: Machine, cls: str) -> frozenset[str] | None:
    """All attribute names of a class from outside, where they are known."""
    if cls.startswith("builtins."):
        known = getattr(builtins, cls.removeprefix("builtins."), None)
        return frozenset(dir(known)) if isinstance(known, type) else None
    found = canonical(vm, cls)
    return None if found is None else vm.catalogue.members(found)


def is_data(vm: Machine, cls: str, name: str) -> bool:
    """Whether an attribute of a class from outside is known not to be a method."""
    found = canonical(vm, cls)
    return found is not None and vm.catalogue.is_data(found, name)


# --- attributes ------------------------------------------------------------------------------------


def module_attribute(vm: Machine, owner: Ref, name: str) -> Value:
    """``module.name`` or ``Class.name`` for something imported."""
    value = stdlib.constant(owner.name, name)
    if value is not None:
        return value
    full = f"{owner.name}.{name}"
    if vm.handlers and vm.catalogue.removed(full) is not None:
        vm.throw("AttributeError", name)  # something may catch it: a fallback for another version
    return Ref(full)


def module_has(vm: Machine, owner: Ref, name: str) -> Value:
    """``hasattr(module, name)``."""
    full = f"{owner.name}.{name}"
    if is_of_catalogue(vm, full):
        return TRUE
    if vm.catalogue.removed(full) is not None:
        return FALSE
    return vm.derive("hasattr", owner, Const(name))


def object_attribute(vm: Machine, owner: Value, name: str) -> Value:
    """A method of an object that the interpreter models."""
    return tensorflow.attribute(vm, owner, name)


def instance_attribute(vm: Machine, owner: Instance, name: str) -> Value:
    """An attribute of an instance of a class from outside."""
    assert isinstance(owner.cls, Ref)
    found = method(vm, owner.cls.name, name)
    row = api(vm, owner.cls.name)
    if found is not None or (row is not None and row[1].model == "object" and name in ("__call__", *row[1].first_call)):
        return BoundRef(owner, f"{owner.cls.name}.{name}")
    if name == "build":
        row = api(vm, owner.cls.name)
        if row is not None and row[1].family in ("layer", "model"):
            return BoundRef(owner, f"{owner.cls.name}.build")
    if tensorflow.has_method(vm, owner, name):
        return BoundRef(owner, f"{owner.cls.name}.{name}")
    known = stdlib.instance_attribute(vm, owner, name)
    if known is not None:
        return known
    if provenance.is_generator(owner.cls.name):
        return BoundRef(owner, f"{owner.cls.name}.{name}")
    return vm.derive(f".{name}", owner)


def bound_traced(vm: Machine, traced: Traced, owner: Instance) -> Value:
    """The tf.function of one instance: TensorFlow makes one per instance on first access."""
    return tensorflow.bound(vm, traced, owner)


# --- calls -----------------------------------------------------------------------------------------


def call_ref(vm: Machine, callee: Ref, arguments: Arguments, node: nodes.Node) -> Value:
    """Call an imported function or class."""
    _check_alias(vm, callee.name, node)
    known = registry.FUNCTIONS.get(callee.name)
    if known is not None:
        return known(vm, arguments, node)
    found = api(vm, callee.name)
    if found is not None:
        return tensorflow.apply(vm, found[0], found[1], arguments, node, callee)
    if callee.name.startswith("builtins."):
        kind = getattr(builtins, callee.name.removeprefix("builtins."), None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            return ExceptionValue(callee, arguments.args)
    owner, _, name = callee.name.rpartition(".")
    bound = method(vm, owner, name)
    if bound is not None and arguments.args:  # Class.method(instance, ...)
        rest = Arguments(arguments.args[1:], arguments.kwargs, arguments.rest)
        return vm.split(arguments.args[0], lambda value: call_bound(vm, BoundRef(value, callee.name), rest, node))
    if stdlib.is_transparent(callee.name) and len(arguments.args) == 1 and not arguments.kwargs:
        return arguments.args[0]
    if stdlib.makes_transparent(callee.name):
        return Native(callee.name, lambda vm, args, kwargs, node: args[0] if args else NONE)
    if provenance.is_generator(callee.name):
        return Instance(callee, vm.site(node))
    made = calls.opaque(vm, vm.derive(callee.name), arguments, node)
    provenance.draw_outside(vm, callee.name, made, node)
    return made


def _matters(row: Api) -> bool:
    return row.model in ("function", "defun", "wrap_function", "mode") or row.context == "init_scope"


def _check_alias(vm: Machine, name: str, node: nodes.Node) -> None:
    """Note names that TensorFlow 2 no longer has, and private paths to what has a public name."""
    removed = vm.catalogue.removed(name)
    if removed is not None:
        row = load("1.15").get(removed)
        if row is not None and _matters(row) and not vm.path and not vm.handlers:
            vm.happen("alias removed", node, api=name, instead=vm.catalogue.successor(removed))
    elif name.startswith("tensorflow") and vm.catalogue.is_private(name):
        found = api(vm, name)
        if found is not None and _matters(found[1]) and not found[1].private and not vm.path:
            vm.happen("alias private", node, api=name, public=found[0])


def call_bound(vm: Machine, callee: BoundRef, arguments: Arguments, node: nodes.Node) -> Value:
    """Call a method that is defined outside the program."""
    owner, _, name = callee.name.rpartition(".")
    if owner == "builtins.object":
        return stdlib.object_method(vm, callee.self_value, name, arguments, node)
    if (
        isinstance(callee.self_value, (TupleValue, ListObject, Const))
        or type(callee.self_value).__name__.endswith("Dict")
        or type(callee.self_value).__name__ == "DictObject"
    ):
        return containers.call_method(vm, callee.self_value, callee.name, arguments.args, arguments.kwargs, node)
    known = registry.METHODS.get(callee.name)
    if known is not None:
        return known(vm, callee.self_value, arguments, node)
    found = tensorflow.apply_method(vm, callee, owner, name, arguments, node)
    if found is not None:
        return found
    if name in ("__init__", "__new__", "__init_subclass__", "__setattr__"):
        return NONE if name != "__setattr__" else stdlib.object_method(vm, callee.self_value, name, arguments, node)
    made = calls.opaque(vm, vm.derive(callee.name, callee.self_value), arguments, node)
    provenance.draw_outside(vm, callee.name, made, node)
    return made


def call_traced(vm: Machine, callee: Traced, arguments: Arguments, node: nodes.Node) -> Value:
    """Call a ``tf.function`` or its kin."""
    return tensorflow.call_watched(vm, callee, arguments, node)


def decorate_with_manager(vm: Machine, callee: Manager | Instance, arguments: Arguments, node: nodes.Node) -> Value:
    """A context manager used as a decorator (``ContextDecorator``): every call enters it."""
    if not arguments.args:
        return vm.unknown("context manager called")
    function = arguments.args[0]

    def run(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        fresh = managers.copy(callee) if isinstance(callee, Manager) else callee
        return managers.within(
            vm,
            fresh,
            lambda: vm.split(function, lambda f: calls.call(vm, f, Arguments(args, kwargs), where)),
            where,
        )

    if not isinstance(function, (FunctionObject, Traced)) and isinstance(function, Const):
        vm.throw("TypeError", "not callable")
    return Native("decorated", run, function)


def escape(vm: Machine, values: Sequence[Value]) -> None:
    """Values are passed to code outside the program, which may enter the scopes among them."""
    for value in values:
        value = vm.resolve(value)
        if isinstance(value, Manager):
            vm.entered.add(value.site)


# --- classes and exceptions ------------------------------------------------------------------------


def before_init(vm: Machine, cls: ClassObject, instance: Instance, node: nodes.Node) -> None:
    """What happens to an instance before its ``__init__`` runs."""
    tensorflow.prepare(vm, cls, instance)


def before_set(vm: Machine, owner: Instance, name: str, value: Value, node: nodes.Node) -> None:
    """What happens before an attribute of an instance is set."""
    tensorflow.check_attribute(vm, owner, name, value, node)


def is_called(vm: Machine, cls: str) -> bool:
    """Whether calls of the instances of a class from outside are known, by a row or by the protocol of its library."""
    return tensorflow.is_object(vm, cls) or method(vm, cls, "__call__") is not None


def is_exception_class(vm: Machine, cls: ClassObject) -> bool:
    """Whether a class of the program is an exception class."""
    for base in objects.external_bases(cls):
        if isinstance(base, Ref) and base.name.startswith("builtins."):
            kind = getattr(builtins, base.name.removeprefix("builtins."), None)
            if isinstance(kind, type) and issubclass(kind, BaseException):
                return True
    return False


def field_default(vm: Machine, default: Value, node: nodes.Node) -> Value:
    """The default of a dataclass field: itself, or what ``field(default_factory=...)`` makes."""
    if isinstance(default, stdlib.Field):
        if default.factory is not None:
            return vm.split(default.factory, lambda factory: calls.call(vm, factory, Arguments(), node))
        return default.default if default.default is not None else vm.unknown("field")
    return default


def is_dataclass_decorator(vm: Machine, value: Value) -> bool:
    """Whether a class decorator makes a dataclass."""
    name = value.name if isinstance(value, (Ref, Native)) else ""
    return name in ("dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attrs.define", "attrs.frozen")


_TF_ERRORS = {"OperatorNotAllowedInGraphError": TypeError, "InaccessibleTensorError": ValueError}


def _python_class(name: str) -> type[BaseException] | None:
    last = name.rpartition(".")[2]
    if last in _TF_ERRORS:
        return _TF_ERRORS[last]
    kind = getattr(builtins, last, None)
    if isinstance(kind, type) and issubclass(kind, BaseException):
        return kind
    return None


def exception_matches(vm: Machine, raised: Value, kinds: Value) -> Value:
    """Whether ``except kinds`` catches an exception, as a truth."""
    kinds = vm.resolve(kinds)
    if isinstance(kinds, TupleValue):
        result: Value = FALSE
        for kind in kinds.items:
            found = exception_matches(vm, raised, kind)
            if isinstance(found, Const) and found.value:
                return TRUE
            if not isinstance(found, Const):
                result = found
        return result
    cls = raised.cls if isinstance(raised, ExceptionValue) else raised
    if isinstance(cls, ClassObject):
        chain: list[Value] = list(cls.mro)
    else:
        chain = [cls]
    if isinstance(kinds, ClassObject):
        return TRUE if kinds in chain else FALSE
    if isinstance(kinds, Ref):
        wanted = _python_class(kinds.name)
        for item in chain:
            if not isinstance(item, Ref):
                if isinstance(item, Unknown):
                    if wanted in (Exception, BaseException):
                        return TRUE
                    return vm.unknown("exception type")
                continue
            if item.name == kinds.name or item.name.rpartition(".")[2] == kinds.name.rpartition(".")[2]:
                return TRUE
            have = _python_class(item.name)
            if have is not None and wanted is not None and issubclass(have, wanted):
                return TRUE
            if have is None and wanted in (Exception, BaseException):
                return TRUE
        return FALSE
    return vm.unknown("exception type")
