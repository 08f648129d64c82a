"""Python's built-ins and the parts of its standard library that programs build their guards from."""

from __future__ import annotations

import collections
import collections.abc
import dataclasses
import functools
import types
from typing import TYPE_CHECKING, Any

from initscope_lint.interpreter import (
    calls,
    containers,
    expressions,
    library,
    managers,
    modules,
    objects,
    provenance,
    records,
    statements,
    tensors,
)
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.registry import FUNCTIONS, METHODS, function
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
    Descriptor,
    DictObject,
    ExceptionValue,
    FunctionObject,
    Generator,
    GeneratorFactory,
    HeapObject,
    Instance,
    ListObject,
    Manager,
    Memoized,
    Native,
    Partial,
    Ref,
    SuperValue,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Variable,
    open_slot,
)
from initscope_lint.ir import nodes

if TYPE_CHECKING:
    from initscope_lint.interpreter.registry import Function


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Field(Value):
    """``dataclasses.field(...)``."""

    default: Value | None
    factory: Value | None


def constant(module: str, name: str) -> Value | None:
    """A constant of a standard module."""
    if module == "typing" and name == "TYPE_CHECKING":
        return FALSE
    if module == "six" and name in ("PY2", "PY3"):
        return Const(name == "PY3")
    return None


_TRANSPARENT = (
    "abc.",
    "typing.",
    "typing_extensions.",
    "atexit.register",
    "gin.configurable",
    "gin.register",
    "pytest.fixture",
    "functools.total_ordering",
    "enum.unique",
    "numpy.testing.",
    "absl.testing.",
    "unittest.skip",
    "six.add_metaclass",
    "warnings.deprecated",
    "deprecated.",
    "nose.",
)


def is_transparent(name: str) -> bool:
    """Whether a decorator from outside gives back what it gets, as far as this linter cares."""
    return name.startswith(_TRANSPARENT)


def makes_transparent(name: str) -> bool:
    """Whether calling this (with arguments of its own) gives such a decorator."""
    return name.startswith(
        ("pytest.mark.", "gin.", "unittest.skip", "six.add_metaclass", "absl.testing.", "deprecated.")
    )


# --- built-ins -------------------------------------------------------------------------------------


_ABSTRACT = ("collections.", "typing.")
_PROTOCOLS = {name: getattr(collections.abc, name) for name in collections.abc.__all__}


def _python_type(value: Value) -> type | None:
    """The class of a value that Python itself makes, where it is known."""
    if isinstance(value, Const):
        return type(value.value)
    if isinstance(value, ListObject):
        return {"list": list, "set": set, "deque": collections.deque, "bytearray": bytearray}.get(value.kind)
    if isinstance(value, DictObject):
        return dict
    return {TupleValue: tuple, FunctionObject: types.FunctionType}.get(type(value))


@function("builtins.isinstance")
def _isinstance(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) != 2:
        return vm.unknown("isinstance")
    return vm.split_all(arguments.args, lambda both: instance_check(vm, both[0], both[1]))


def instance_check(vm: Machine, value: Value, kinds: Value) -> Value:
    """``isinstance(value, kinds)`` as a truth."""
    if isinstance(kinds, TupleValue):
        result: Value = FALSE
        for kind in kinds.items:
            found = instance_check(vm, value, vm.resolve(kind))
            if isinstance(found, Const):
                if found.value:
                    return TRUE
            elif isinstance(result, Const):
                result = found
            else:
                result = vm.derive("isinstance any", value, kinds)
        return result
    if isinstance(kinds, Ref) and kinds.name == "builtins.object":
        return TRUE
    if isinstance(value, Instance) and isinstance(value.cls, ClassObject):
        if kinds in value.cls.mro or any(isinstance(kinds, Ref) and objects._alike(kinds, k) for k in value.cls.mro):
            return TRUE
        if isinstance(kinds, ClassObject) and not any(isinstance(k, Unknown) for k in value.cls.mro):
            return FALSE
    elif isinstance(value, (Tensor, Variable)) and isinstance(kinds, Ref):
        name = library.canonical(vm, kinds.name)
        if name in ("tf.Variable", "tf.compat.v1.Variable"):
            return TRUE if isinstance(value, Variable) else FALSE
        if name == "tf.Tensor":
            return TRUE if isinstance(value, Tensor) else FALSE
        if kinds.name.startswith("builtins."):
            return FALSE
    elif isinstance(kinds, Ref) and kinds.name.startswith("builtins."):
        wanted = kinds.name.removeprefix("builtins.")
        python = {"int": int, "float": float, "str": str, "bool": bool, "bytes": bytes}.get(wanted)
        if isinstance(value, Const):
            if python is not None:
                return TRUE if isinstance(value.value, python) else FALSE
            return FALSE
        if isinstance(value, ExceptionValue):
            return library.exception_matches(vm, value, kinds)
        if isinstance(value, TupleValue):
            return TRUE if wanted == "tuple" else FALSE
        if isinstance(value, ListObject):
            return TRUE if wanted == value.kind else FALSE
        if isinstance(value, DictObject):
            return TRUE if wanted == "dict" else FALSE
        if isinstance(value, (FunctionObject, Traced, ClassObject, BoundMethod)) and python is not None:
            return FALSE
    elif isinstance(kinds, Ref) and isinstance(value, (Const, TupleValue, ListObject, DictObject, FunctionObject)):
        if library.canonical(vm, kinds.name) is not None:
            return FALSE  # no class of TensorFlow's
        protocol = _PROTOCOLS.get(kinds.name.rpartition(".")[2]) if kinds.name.startswith(_ABSTRACT) else None
        made_by = _python_type(value)
        if protocol is not None and made_by is not None:
            return TRUE if issubclass(made_by, protocol) else FALSE
    elif isinstance(kinds, ClassObject) and isinstance(
        value, (Const, TupleValue, ListObject, DictObject, Tensor, Variable, FunctionObject)
    ):
        return FALSE
    unknown = vm.derive("isinstance", value, kinds)
    if isinstance(value, (Tensor, Variable)):
        vm.told.add(unknown.uid)
    return unknown


@function("builtins.issubclass")
def _issubclass(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) == 2:
        cls, kind = map(vm.resolve, arguments.args)
        if isinstance(cls, ClassObject) and isinstance(kind, ClassObject):
            return TRUE if kind in cls.mro else FALSE
        if isinstance(kind, Ref) and kind.name == "builtins.object":
            return TRUE
    return vm.derive("issubclass", *arguments.args)


def _text(value: Value | None, vm: Machine) -> str | None:
    value = None if value is None else vm.resolve(value)
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _open_slot(vm: Machine, name: Value) -> str:
    """The cell for an attribute whose name is not known: what was set by a name is there by the same name."""
    return open_slot(vm.key(vm.resolve(name)))


def _open_attribute(vm: Machine, owner: Value, name: Value) -> Value:
    """What was set by a name that is not known; ABSENT where nothing was."""
    cells = getattr(owner, "cells", None)
    return ABSENT if cells is None else cells.get(_open_slot(vm, name), ABSENT)


def _set_open_attribute(vm: Machine, owner: Value, name: Value, value: Value, node: nodes.Node) -> Value:
    if isinstance(owner, (HeapObject, Unknown)):
        vm.store.set(owner.cells, _open_slot(vm, name), value)
        tensors.escaped(vm, value, node, "an attribute")
    return NONE


@function("importlib.import_module")
def _import_module(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def named(name: Value) -> Value:
        if not isinstance(name, Const) or not isinstance(name.value, str):
            return vm.derive("module", name)
        module = name.value.lstrip(".")
        level = len(name.value) - len(module)
        if level:
            package = _text(arguments.get(1, "package"), vm)
            if package is None:
                return vm.unknown("module")
            module = ".".join([*package.split(".")[: 1 - level or None], module])
        return modules.import_module(vm, module)

    return vm.split(arguments.get(0, "name") or NONE, named)


@function("builtins.hasattr")
def _hasattr(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _text(arguments.get(1, "name"), vm)
    if len(arguments.args) < 2:
        return vm.derive("hasattr", *arguments.args)
    if name is None:
        owner, what = arguments.args[:2]
        otherwise = vm.derive("hasattr", owner, what)
        return vm.split(
            owner,
            lambda item: vm.split(
                _open_attribute(vm, item, what), lambda found: otherwise if found is ABSENT else TRUE
            ),
        )
    return vm.split(arguments.args[0], lambda owner: objects.has_attribute(vm, owner, name, node))


@function("builtins.getattr")
def _getattr(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _text(arguments.get(1, "name"), vm)
    if len(arguments.args) < 2:
        return vm.derive("getattr", *arguments.args)
    owner = arguments.args[0]
    if name is None:
        what = arguments.args[1]
        otherwise = vm.derive("getattr", *arguments.args)
        return vm.split(
            owner,
            lambda item: vm.split(
                _open_attribute(vm, item, what), lambda found: otherwise if found is ABSENT else found
            ),
        )
    if len(arguments.args) < 3:
        return vm.split(owner, lambda value: objects.get_attribute(vm, value, name, node))
    default = arguments.args[2]

    def read(value: Value) -> Value:
        present = objects.has_attribute(vm, value, name, node)
        return vm.branch(present, lambda: objects.get_attribute(vm, value, name, node), lambda: default)

    return vm.split(owner, read)


@function("builtins.setattr")
def _setattr(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _text(arguments.get(1, "name"), vm)
    if name is not None and len(arguments.args) == 3:
        value = arguments.args[2]
        vm.split(arguments.args[0], lambda owner: objects.set_attribute(vm, owner, name, value, node))
    elif len(arguments.args) == 3:
        owner, what, value = arguments.args
        vm.split(owner, lambda item: _set_open_attribute(vm, item, what, value, node))
    return NONE


@function("builtins.delattr")
def _delattr(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _text(arguments.get(1, "name"), vm)
    if name is not None:
        vm.split(arguments.args[0], lambda owner: objects.delete_attribute(vm, owner, name))
    return NONE


@function("builtins.vars")
def _vars(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.args:
        owner = vm.resolve(arguments.args[0])
        if isinstance(owner, (Instance, ClassObject, FunctionObject)):
            return AttributeDict(owner.cells)
    return vm.unknown("vars")


@function("builtins.globals")
def _globals(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    assert vm.frame is not None
    return AttributeDict(vm.frame.module.cells)


@function("builtins.id")
def _id(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.args:
        value = vm.resolve(arguments.args[0])
        if isinstance(value, (HeapObject, Unknown, Tensor)):
            return Const(f"id {value.uid}")
    return vm.derive("id", *arguments.args)


@function("builtins.len")
def _len(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) != 1:
        return vm.unknown("len")
    return vm.split(arguments.args[0], lambda value: containers.length(vm, value, node))


@function("builtins.bool")
def _bool(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if not arguments.args:
        return FALSE
    return vm.split(arguments.args[0], lambda value: expressions.truth(vm, value, node))


@function("builtins.int", "builtins.float", "builtins.abs", "builtins.round")
def _number(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def convert(value: Value) -> Value:
        if isinstance(value, Const) and isinstance(value.value, (int, float, bool, str)):
            name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "float"
            kind: Any = {"int": int, "float": float, "abs": abs, "round": round}.get(name)
            more = [item.value for item in map(vm.resolve, arguments.args[1:]) if isinstance(item, Const)]
            if kind is not None and len(more) == len(arguments.all()) - 1:
                try:
                    return Const(kind(value.value, *more))
                except (ValueError, TypeError, OverflowError) as error:
                    vm.throw(type(error).__name__, str(error))
        if isinstance(value, Tensor) and value.graph is not None:
            if tensors.converts_calls(vm) and value.graph.building:
                return tensors.operation(vm, (value,), node, "number")
            if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.id == "abs":
                return tensors.operation(vm, (value,), node, "abs")
            building = vm.stack.building_function or value.graph.building
            vm.fail(
                "SYM2NP" if building else "FLOAT",
                "NotImplementedError" if vm.tf1 else "TypeError",
                "Cannot convert a symbolic tf.Tensor to a Python number."
                if building
                else "float() argument must be a string or a real number, not 'SymbolicTensor'",
                node,
                related=tensors.origin(value),
                what="number",
                value=value,
            )
        return vm.derive("number", value)

    if not arguments.args:
        return Const(0)
    return vm.split(arguments.args[0], convert)


@function("builtins.str", "builtins.repr", "builtins.format")
def _str(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) == 1:
        value = vm.resolve(arguments.args[0])
        if isinstance(value, Const):
            written = isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.id == "repr"
            return Const(repr(value.value) if written else str(value.value))
        if isinstance(value, ExceptionValue) and len(value.args) == 1:
            return vm.split(value.args[0], lambda item: _str(vm, Arguments((item,)), node))
    return vm.spell("str", "str", *map(vm.resolve, arguments.args))


@function("builtins.callable")
def _callable(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def check(value: Value) -> Value:
        found = containers.is_callable(value)
        return vm.derive("callable", value) if found is None else found

    return vm.split(arguments.args[0], check) if arguments.args else FALSE


@function("builtins.range")
def _range(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    bounds = []
    for value in arguments.args:
        value = vm.resolve(value)
        if isinstance(value, Tensor) and value.graph is not None and tensors.converts_calls(vm):
            return tensors.operation(vm, (value,), node, "range")
        if not isinstance(value, Const) or not isinstance(value.value, int):
            return vm.derive("range", *arguments.args)
        bounds.append(value.value)
    try:
        numbers = range(*bounds)
    except (TypeError, ValueError):
        return vm.unknown("range")
    if len(numbers) > 64:
        return ListObject(TupleValue(tuple(Const(n) for n in numbers[:64])), "range")
    return ListObject(TupleValue(tuple(Const(n) for n in numbers)), "range")


@function("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "collections.deque")
def _sequence(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "list"
    kind = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(name, "list")
    if not arguments.args and not arguments.kwargs:
        return TupleValue(()) if kind == "tuple" else ListObject(TupleValue(()), kind)

    def build(value: Value) -> Value:
        if isinstance(value, (Generator, Instance)) or tensors.is_tensor_like(value):
            if tensors.is_tensor_like(value):
                tensors.iterate(vm, value, node)
                return vm.derive("list", value)
            collected = ListObject(TupleValue(()), kind)

            def add(item: Value) -> Value:
                containers.append(vm, collected, item)
                return NONE

            statements.iterate(vm, value, add, lambda: NONE, node)
            return vm.resolve(collected.cells["items"]) if kind == "tuple" else collected
        items = containers.taken_items(vm, value)
        if items is None:
            return vm.derive("list", value)
        if kind == "set":
            items = tuple({vm.key(vm.resolve(item)): item for item in items}.values())
        return TupleValue(items) if kind == "tuple" else ListObject(TupleValue(items), kind)

    made = vm.split(arguments.args[0], build) if arguments.args else ListObject(TupleValue(()))
    most = arguments.get(1, "maxlen")
    if most is not None and isinstance(made, ListObject):
        made.cells["maxlen"] = most
        given, made.cells["items"] = containers.known_items(vm, made) or (), TupleValue(())
        for item in given:
            containers.append(vm, made, item)
    return made


@function("builtins.dict", "collections.OrderedDict")
def _dict(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    found = DictObject()
    if arguments.args:
        containers.update_dict(vm, found, arguments.args[0])
    for name, value in arguments.kwargs.items():
        containers.set_item(vm, found, Const(name), value, node)
    if arguments.rest:
        vm.store.set(found.cells, "\0open", TRUE)
    return found


@function("collections.defaultdict")
def _defaultdict(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    found = DictObject()
    if arguments.args and vm.resolve(arguments.args[0]) is not NONE:
        found.factory = arguments.args[0]
    return found


@function("weakref.WeakKeyDictionary", "weakref.WeakValueDictionary")
def _weak_dict(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return DictObject()


@function("builtins.print", "builtins.hash", "builtins.input", "builtins.open")
def _effect(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.id == "print":
        provenance.python_effect(vm, node)
        return NONE
    return vm.derive("call", *arguments.args) if arguments.args else vm.unknown("call")


@function("builtins.max", "builtins.min", "builtins.sum", "builtins.pow", "builtins.divmod")
def _reduce(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "max"
    found = list(tensors.flatten(vm, arguments.args))
    if found:
        if name in ("max", "min") and "key" not in arguments.kwargs:
            given = arguments.args
            compared = given if len(given) > 1 else containers.known_items(vm, given[0]) or ()
            expressions.compare_order(vm, compared, node)
        return tensors.operation(vm, found, node, name)
    values = [vm.resolve(value) for value in arguments.args]
    if len(values) == 1:
        items = containers.taken_items(vm, values[0])
        values = [vm.resolve(item) for item in items] if items is not None else values
    if values and all(isinstance(v, Const) and isinstance(v.value, (int, float)) for v in values):
        numbers = [v.value for v in values if isinstance(v, Const)]
        if name in ("max", "min") and not arguments.kwargs:
            return Const(max(numbers) if name == "max" else min(numbers))
        if name == "divmod" and len(numbers) == 2 and numbers[1]:
            return TupleValue(tuple(Const(number) for number in divmod(numbers[0], numbers[1])))
        if name == "pow" and len(numbers) == 2 and all(abs(number) < 1000 for number in numbers):
            return Const(pow(*numbers))
        if name == "sum" and len(arguments.args) == 1:
            return Const(sum(numbers))
    return vm.derive(name, *arguments.args)


@function("builtins.type")
def _type(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) == 1:
        return vm.split(arguments.args[0], lambda value: type_of(vm, value))
    if len(arguments.args) == 3:
        return _make_class(vm, arguments, node)
    return vm.unknown("type")


def type_of(vm: Machine, value: Value) -> Value:
    """``type(value)`` for a resolved value."""
    if isinstance(value, (Instance, ExceptionValue)):
        return value.cls
    if isinstance(value, Const) and value.value is not None:
        return Ref(f"builtins.{type(value.value).__name__}")
    if isinstance(value, ListObject) and value.kind in ("list", "set"):
        return Ref(f"builtins.{value.kind}")
    if isinstance(value, TupleValue):
        return Ref("builtins.tuple")
    if isinstance(value, DictObject) and value.kind == "dict" and value.factory is None:
        return Ref("builtins.dict")
    return vm.derive("type", value)


def _make_class(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    """``type(name, bases, members)``."""
    name = _text(arguments.args[0], vm)
    bases = containers.known_items(vm, arguments.args[1])
    members = containers.known_entries(vm, arguments.args[2])
    if name is None or bases is None or members is None:
        return vm.unknown("type")
    found = tuple(map(vm.resolve, bases))
    if not all(isinstance(base, (ClassObject, Ref, Unknown)) for base in found):
        return vm.unknown("type")
    cls = records.new_class(vm, name, found, node)
    for key, value in members.items():
        cls.cells[key] = value
    return cls


@function("builtins.super")
def _super(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    frame = vm.frame
    assert frame is not None
    if len(arguments.args) == 2:
        owner, target = map(vm.resolve, arguments.args)
    else:
        while frame.transparent and frame.parent is not None:
            frame = frame.parent
        owner = frame.owner
        target = vm.resolve(frame.first) if frame.first is not None else NONE
    if isinstance(owner, ClassObject) and isinstance(target, (Instance, ClassObject)):
        return SuperValue(owner, target)
    return vm.unknown("super")


@function("builtins.object")
def _object(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Instance(Ref("builtins.object"), vm.site(node))


@function(
    "builtins.property",
    "functools.cached_property",
    "builtins.staticmethod",
    "builtins.classmethod",
    "abc.abstractproperty",
    "werkzeug.utils.cached_property",
    "cached_property.cached_property",
)
def _descriptor(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = node.id if isinstance(node, nodes.Name) else node.attr if isinstance(node, nodes.Attribute) else ""
    if isinstance(node, nodes.Call):
        func = node.func
        name = func.id if isinstance(func, nodes.Name) else func.attr if isinstance(func, nodes.Attribute) else ""
    kind = name if name in ("staticmethod", "classmethod", "cached_property") else "property"
    getter = arguments.get(0, "fget") or NONE
    return Descriptor(kind, getter, arguments.get(1, "fset"))


def object_method(vm: Machine, owner: Value, name: str, arguments: Arguments, node: nodes.Node) -> Value:
    """A method that every object has."""
    if name == "__new__":
        cls = vm.resolve(arguments.args[0]) if arguments.args else owner
        return Instance(cls, vm.site(node)) if isinstance(cls, (ClassObject, Ref)) else vm.unknown("__new__")
    if name == "__setattr__" and len(arguments.args) >= 2:
        text = _text(arguments.args[0], vm)
        if text is not None and isinstance(owner, HeapObject):
            vm.store.set(owner.cells, text, arguments.args[1])
        return NONE
    if name in ("__getattribute__", "__getattr__") and arguments.args:
        text = _text(arguments.args[0], vm)
        if text is not None:
            return objects.get_attribute(vm, owner, text, node)
    if name in ("__init__", "__init_subclass__", "__enter__", "__exit__", "__del__", "__delattr__"):
        return NONE
    return vm.unknown(name)


def instance_attribute(vm: Machine, owner: Instance, name: str) -> Value | None:
    """An attribute of an instance of a standard class."""
    assert isinstance(owner.cls, Ref)
    full = f"{owner.cls.name}.{name}"
    return BoundRef(owner, full) if full in METHODS else None


# --- functools, contextlib and the like ------------------------------------------------------------


@function("functools.partial", "functools.partialmethod")
def _partial(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if not arguments.args:
        return vm.unknown("partial")
    return Partial(arguments.args[0], arguments.args[1:], tuple(arguments.kwargs.items()))


def _give_back(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
    return args[0] if args else NONE


@function(
    "functools.wraps",
    "functools.update_wrapper",
    "tensorflow.python.util.tf_decorator.make_decorator",
    "wrapt.decorator",
)
def _wraps(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if isinstance(node, nodes.Call) and isinstance(node.func, (nodes.Name, nodes.Attribute)):
        name = node.func.id if isinstance(node.func, nodes.Name) else node.func.attr
        if name == "update_wrapper" and arguments.args:
            return arguments.args[0]
        if name == "make_decorator" and len(arguments.args) > 1:
            return arguments.args[1]
        if name == "wraps" and arguments.args:
            return Native("wraps", functools.partial(_named_as, vm.resolve(arguments.args[0])))
    return Native("wraps", _give_back)


def _named_as(
    wrapped: Value, vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node
) -> Value:
    """``functools.wraps(wrapped)(function)``."""
    if not args:
        return NONE
    made = vm.resolve(args[0])
    if isinstance(made, FunctionObject):
        vm.store.set(made.cells, "__wrapped__", wrapped)
        if isinstance(wrapped, FunctionObject):
            vm.store.set(made.cells, "__name__", Const(wrapped.node.name))
            for key, cell in wrapped.cells.items():
                vm.store.set(made.cells, key, cell)
    return made


def _memoize(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
    return Memoized(args[0]) if args else NONE


@function("functools.lru_cache", "functools.cache")
def _lru_cache(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.args and isinstance(vm.resolve(arguments.args[0]), (FunctionObject, BoundMethod, Traced)):
        return Memoized(arguments.args[0])
    return Native("lru_cache", _memoize)


@function(
    "contextlib.contextmanager",
    "contextlib.asynccontextmanager",
    "contextlib2.contextmanager",
    "tensorflow.python.util.tf_contextlib.contextmanager",
)
def _contextmanager(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return GeneratorFactory(arguments.args[0]) if arguments.args else vm.unknown("contextmanager")


@function("contextlib.ExitStack", "contextlib.AsyncExitStack", "contextlib2.ExitStack")
def _exit_stack(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    manager = Manager("exit_stack", vm.site(node))
    manager.cells["items"] = TupleValue(())
    return manager


@function("contextlib.suppress", "pytest.raises", "pytest.warns", "pytest.deprecated_call")
def _suppress(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Manager("suppress", vm.site(node), TupleValue(arguments.args))


@function(
    "contextlib.nullcontext",
    "threading.Lock",
    "threading.RLock",
    "threading.Condition",
    "threading.Semaphore",
    "multiprocessing.Lock",
    "warnings.catch_warnings",
    "contextlib.redirect_stdout",
    "contextlib.closing",
    "builtins.memoryview",
    "tempfile.TemporaryDirectory",
    "tempfile.NamedTemporaryFile",
)
def _neutral_manager(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Manager("neutral", vm.site(node), arguments.args[0] if arguments.args else None)


@function("copy.copy", "copy.deepcopy")
def _copy(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    value = vm.resolve(arguments.args[0]) if arguments.args else NONE
    if isinstance(value, ListObject):
        return vm.split(value.cells["items"], lambda items: ListObject(items, value.kind))
    if isinstance(value, Instance):
        made = Instance(value.cls, value.site)
        for name, cell in value.cells.items():
            made.cells[name] = cell
        return made
    return value


@function("dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "attr.field")
def _field(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Field(
        arguments.kwargs.get("default"), arguments.kwargs.get("default_factory") or arguments.kwargs.get("factory")
    )


@function("dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attrs.define", "attrs.frozen")
def _dataclass(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Native("dataclasses.dataclass", _give_back)


@function("typing.cast")
def _cast(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return arguments.args[1] if len(arguments.args) > 1 else vm.unknown("cast")


_CONVERTING = (
    "abs absolute add all allclose amax amin any append arccos arcsin arctan arctan2 argmax argmin argsort argwhere "
    "around array asarray ascontiguousarray average ceil clip copy cos cosh count_nonzero cov cross cumprod cumsum "
    "diag diff divide dot einsum equal exp expand_dims expm1 float32 float64 floor greater int32 int64 isclose "
    "isfinite isinf isnan less linalg.norm log log10 log1p log2 logical_and logical_not logical_or matmul max maximum "
    "mean median min minimum mod multiply nan_to_num nanmean nansum negative nonzero outer pad percentile power prod "
    "ravel repeat reshape roll round sign sin sinh sort sqrt square squeeze std subtract sum take tan tanh tensordot "
    "tile trace transpose unique var where"
)
"""Functions of NumPy that have an array made of their first argument, as measured with 2.21 and 1.15.5."""


def _numpy(name: str) -> Function:
    """NumPy converts the first argument by ``__array__``, which a symbolic tensor refuses."""

    def converting(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
        for value in tensors.flatten(vm, arguments.args[:1]):
            if isinstance(value, Tensor) and value.graph is not None:
                vm.fail(
                    "SYM2NP",
                    "NotImplementedError",
                    "Cannot convert a symbolic tf.Tensor to a numpy array.",
                    node,
                    related=tensors.origin(value),
                    what="numpy",
                    value=value,
                )
        return vm.derive(name, *arguments.all())

    return converting


FUNCTIONS.update({f"numpy.{name}": _numpy(f"numpy.{name}") for name in _CONVERTING.split()})


@function("numpy.zeros", "numpy.ones", "numpy.arange", "numpy.eye", "numpy.linspace")
def _numpy_new(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return vm.unknown("array", stable=True)


@function("threading.Thread")
def _thread(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    thread = Instance(Ref("threading.Thread"), vm.site(node))
    target = arguments.get(1, "target")
    if target is not None:
        args = arguments.get(3, "args")
        thread.cells["target"] = target
        thread.cells["args"] = args if args is not None else TupleValue(())
    return thread


def _start_thread(vm: Machine, owner: Value, arguments: Arguments, node: nodes.Node) -> Value:
    from initscope_lint.semantics.context import Stack

    if not isinstance(owner, Instance) or "target" not in owner.cells:
        return NONE
    before, autograph, region = vm.stack, vm.autograph, vm.handlers
    vm.stack = Stack.start(vm.flag("process eager"), vm.site(node))
    vm.autograph = False
    vm.handlers = 1
    items = containers.known_items(vm, owner.cells["args"])

    def run() -> Value:
        return vm.split(
            owner.cells["target"],
            lambda f: calls.call(vm, f, Arguments(items or (), {}, items is None), node),
        )

    def after(way: object, value: Value) -> Value:
        vm.report(value) if isinstance(value, ExceptionValue) else None
        return NONE

    try:
        vm.protect(run, after)
    finally:
        vm.stack, vm.autograph, vm.handlers = before, autograph, region
    return NONE


METHODS["threading.Thread.start"] = _start_thread
METHODS["threading.Thread.join"] = lambda vm, owner, arguments, node: NONE


def _raises(vm: Machine, owner: Value, arguments: Arguments, node: nodes.Node) -> Value:
    manager = Manager("suppress", vm.site(node), TupleValue((Ref("builtins.BaseException"),)))
    if len(arguments.args) > 1:
        rest = Arguments(arguments.args[1:], arguments.kwargs)
        function = rest.args[0]
        if containers.is_callable(vm.resolve(function)) is TRUE:
            tail = Arguments(rest.args[1:], rest.kwargs)
            managers.within(vm, manager, lambda: vm.split(function, lambda f: calls.call(vm, f, tail, node)), node)
            return NONE
    return manager


def _assert_raises_names() -> list[str]:
    return [
        "assertRaises",
        "assertRaisesRegex",
        "assertRaisesRegexp",
        "assertRaisesOpError",
        "assertWarns",
        "assertRaisesWithPredicateMatch",
        "assertRaisesWithLiteralMatch",
        "assertRaisesIncompatibleShapesError",
    ]


def is_assert_raises(name: str) -> bool:
    """Whether a method name is one of unittest's that expect an exception."""
    return name.rpartition(".")[2] in _ASSERT_RAISES


_ASSERT_RAISES = frozenset(_assert_raises_names())
