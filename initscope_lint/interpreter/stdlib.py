"""Python's built-ins and the parts of its standard library that programs build their guards from."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from typing import Any

from initscope_lint.interpreter import (
    calls,
    containers,
    expressions,
    library,
    managers,
    objects,
    provenance,
    statements,
    tensorflow,
    tensors,
)
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine
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
)
from initscope_lint.ir import nodes

Function = Callable[[Machine, "Arguments", nodes.Node], Value]
Method = Callable[[Machine, Value, "Arguments", nodes.Node], Value]
FUNCTIONS: dict[str, Function] = {}
METHODS: dict[str, Method] = {}


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Field(Value):
    """``dataclasses.field(...)``."""

    default: Value | None
    factory: Value | None


def _function(*names: str) -> Callable[[Function], Function]:
    def register(function: Function) -> Function:
        for name in names:
            FUNCTIONS[name] = function
        return function

    return register


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


@_function("builtins.isinstance")
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
        if isinstance(value, TupleValue):
            return TRUE if wanted == "tuple" else FALSE
        if isinstance(value, ListObject):
            return TRUE if wanted == value.kind else FALSE
        if isinstance(value, DictObject):
            return TRUE if wanted == "dict" else FALSE
        if isinstance(value, (FunctionObject, Traced, ClassObject, BoundMethod)) and python is not None:
            return FALSE
    elif isinstance(kinds, ClassObject) and isinstance(
        value, (Const, TupleValue, ListObject, DictObject, Tensor, Variable, FunctionObject)
    ):
        return FALSE
    return vm.derive("isinstance", value, kinds)


@_function("builtins.issubclass")
def _issubclass(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) == 2:
        cls, kind = map(vm.resolve, arguments.args)
        if isinstance(cls, ClassObject) and isinstance(kind, ClassObject):
            return TRUE if kind in cls.mro else FALSE
    return vm.derive("issubclass", *arguments.args)


def _text(value: Value | None, vm: Machine) -> str | None:
    value = None if value is None else vm.resolve(value)
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _open_slot(vm: Machine, name: Value) -> str:
    """The cell for an attribute whose name is not known: what was set by a name is there by the same name."""
    return f"\0open {vm.key(vm.resolve(name))}"


def _open_attribute(vm: Machine, owner: Value, name: Value) -> Value:
    """What was set by a name that is not known; ABSENT where nothing was."""
    cells = getattr(owner, "cells", None)
    return ABSENT if cells is None else cells.get(_open_slot(vm, name), ABSENT)


def _set_open_attribute(vm: Machine, owner: Value, name: Value, value: Value, node: nodes.Node) -> Value:
    if isinstance(owner, (HeapObject, Unknown)):
        vm.store.set(owner.cells, _open_slot(vm, name), value)
        tensors.escaped(vm, value, node, "an attribute")
    return NONE


@_function("builtins.hasattr")
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


@_function("builtins.getattr")
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


@_function("builtins.setattr")
def _setattr(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _text(arguments.get(1, "name"), vm)
    if name is not None and len(arguments.args) == 3:
        value = arguments.args[2]
        vm.split(arguments.args[0], lambda owner: objects.set_attribute(vm, owner, name, value, node))
    elif len(arguments.args) == 3:
        owner, what, value = arguments.args
        vm.split(owner, lambda item: _set_open_attribute(vm, item, what, value, node))
    return NONE


@_function("builtins.delattr")
def _delattr(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _text(arguments.get(1, "name"), vm)
    if name is not None:
        vm.split(arguments.args[0], lambda owner: objects.delete_attribute(vm, owner, name))
    return NONE


@_function("builtins.vars")
def _vars(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.args:
        owner = vm.resolve(arguments.args[0])
        if isinstance(owner, (Instance, ClassObject, FunctionObject)):
            return AttributeDict(owner.cells)
    return vm.unknown("vars")


@_function("builtins.globals")
def _globals(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    assert vm.frame is not None
    return AttributeDict(vm.frame.module.cells)


@_function("builtins.id")
def _id(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.args:
        value = vm.resolve(arguments.args[0])
        if isinstance(value, (HeapObject, Unknown, Tensor)):
            return Const(f"id {value.uid}")
    return vm.derive("id", *arguments.args)


@_function("builtins.len")
def _len(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) != 1:
        return vm.unknown("len")
    return vm.split(arguments.args[0], lambda value: containers.length(vm, value, node))


@_function("builtins.bool")
def _bool(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if not arguments.args:
        return FALSE
    return vm.split(arguments.args[0], lambda value: expressions.truth(vm, value, node))


@_function("builtins.int", "builtins.float", "builtins.abs", "builtins.round")
def _number(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def convert(value: Value) -> Value:
        if isinstance(value, Const) and isinstance(value.value, (int, float, bool, str)):
            name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "float"
            kind: Any = {"int": int, "float": float, "abs": abs, "round": round}.get(name)
            if kind is not None:
                try:
                    return Const(kind(value.value))
                except (ValueError, TypeError, OverflowError):
                    return vm.derive("number", value)
        if isinstance(value, Tensor) and value.graph is not None:
            if vm.autograph and value.graph.building:
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


@_function("builtins.str", "builtins.repr", "builtins.format")
def _str(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) == 1:
        value = vm.resolve(arguments.args[0])
        if isinstance(value, Const):
            return Const(str(value.value))
    return vm.spell("str", "str", *map(vm.resolve, arguments.args))


@_function("builtins.any", "builtins.all")
def _any(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "any"
    items = containers.known_items(vm, arguments.args[0]) if arguments.args else None
    if items is None:
        return vm.derive(name, *arguments.args)
    stop, end = (TRUE, FALSE) if name == "any" else (FALSE, TRUE)

    def check(index: int) -> Value:
        if index == len(items):
            return end
        value = vm.split(items[index], lambda item: expressions.truth(vm, item, node))
        if name == "any":
            return vm.branch(value, lambda: stop, lambda: check(index + 1))
        return vm.branch(value, lambda: check(index + 1), lambda: stop)

    return check(0)


@_function("builtins.callable")
def _callable(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def check(value: Value) -> Value:
        found = containers.is_callable(value)
        return vm.derive("callable", value) if found is None else found

    return vm.split(arguments.args[0], check) if arguments.args else FALSE


@_function("builtins.range")
def _range(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    bounds = []
    for value in arguments.args:
        value = vm.resolve(value)
        if isinstance(value, Tensor) and value.graph is not None and vm.autograph:
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


@_function("builtins.enumerate")
def _enumerate(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = containers.known_items(vm, arguments.args[0]) if arguments.args else None
    if items is None:
        value = vm.resolve(arguments.args[0]) if arguments.args else NONE
        return vm.derive("enumerate", value)
    return ListObject(TupleValue(tuple(TupleValue((Const(i), item)) for i, item in enumerate(items))))


@_function("builtins.zip")
def _zip(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    columns = [containers.known_items(vm, value) for value in arguments.args]
    if any(column is None for column in columns) or arguments.rest:
        return vm.derive("zip", *arguments.args)
    rows = zip(*(column for column in columns if column is not None), strict=False)
    return ListObject(TupleValue(tuple(TupleValue(tuple(row)) for row in rows)))


@_function("builtins.reversed")
def _reversed(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = containers.known_items(vm, arguments.args[0]) if arguments.args else None
    if items is None:
        return vm.derive("reversed", *arguments.args)
    return ListObject(TupleValue(tuple(reversed(items))))


@_function("builtins.sorted")
def _sorted(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = containers.known_items(vm, arguments.args[0]) if arguments.args else None
    if items is None:
        return vm.derive("sorted", *arguments.args)
    plain = [item.value for item in map(vm.resolve, items) if isinstance(item, Const)]
    if len(plain) == len(items) and not arguments.kwargs:
        with contextlib.suppress(TypeError):
            return ListObject(TupleValue(tuple(Const(value) for value in sorted(plain))))
    return ListObject(TupleValue(items))


@_function("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "collections.deque")
def _sequence(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "list"
    kind = {"tuple": "tuple", "set": "set", "frozenset": "set"}.get(name, "list")
    if not arguments.args:
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
        items = containers.known_items(vm, value)
        if items is None:
            return vm.derive("list", value)
        return TupleValue(items) if kind == "tuple" else ListObject(TupleValue(items), kind)

    return vm.split(arguments.args[0], build)


@_function("builtins.dict", "collections.OrderedDict")
def _dict(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    found = DictObject()
    if arguments.args:
        containers.update_dict(vm, found, arguments.args[0])
    for name, value in arguments.kwargs.items():
        containers.set_item(vm, found, Const(name), value, node)
    if arguments.rest:
        vm.store.set(found.cells, "\0open", TRUE)
    return found


@_function("collections.defaultdict")
def _defaultdict(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    found = DictObject()
    if arguments.args and vm.resolve(arguments.args[0]) is not NONE:
        found.factory = arguments.args[0]
    return found


@_function("weakref.WeakKeyDictionary", "weakref.WeakValueDictionary")
def _weak_dict(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return DictObject()


@_function("builtins.iter")
def _iter(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if not arguments.args:
        return vm.unknown("iter")

    def make(value: Value) -> Value:
        found = tensorflow.iterator(vm, value, node)
        if found is not None:
            return found
        if isinstance(value, Generator):
            return value
        items = containers.known_items(vm, value)
        return ListObject(TupleValue(items), "iterator") if items is not None else vm.derive("iter", value)

    return vm.split(arguments.args[0], make)


@_function("builtins.next")
def _next(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def pull(value: Value) -> Value:
        if isinstance(value, Generator):
            item = statements.resume_generator(vm, value, node)

            def ended(found: Value) -> Value:
                if found is ABSENT:
                    if len(arguments.args) > 1:
                        return arguments.args[1]
                    vm.throw("StopIteration")
                return found

            return vm.split(item, ended)
        found = tensorflow.advance(vm, value, node)
        if found is not None:
            return found
        if isinstance(value, ListObject) and value.kind == "iterator":
            items = containers.known_items(vm, value)
            if items:
                vm.store.set(value.cells, "items", TupleValue(items[1:]))
                return items[0]
        return vm.unknown("next")

    return vm.split(arguments.args[0], pull) if arguments.args else vm.unknown("next")


@_function("builtins.map", "builtins.filter")
def _map(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) < 2:
        return vm.unknown("map")
    name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "map"
    items = containers.known_items(vm, arguments.args[1])
    if name == "filter" or items is None or len(arguments.args) > 2 or len(items) > 32:
        return vm.derive(name, *arguments.args)
    results = [objects.call_function(vm, arguments.args[0], (item,), node) for item in items]
    return ListObject(TupleValue(tuple(results)))


@_function("builtins.print", "builtins.hash", "builtins.input", "builtins.open", "builtins.dir")
def _effect(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.id == "print":
        provenance.python_effect(vm, node)
        return NONE
    return vm.derive("call", *arguments.args) if arguments.args else vm.unknown("call")


@_function("builtins.max", "builtins.min", "builtins.sum", "builtins.pow", "builtins.divmod")
def _reduce(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else "max"
    found = list(tensors.flatten(vm, arguments.args))
    if found:
        return tensors.operation(vm, found, node, name)
    values = [vm.resolve(value) for value in arguments.args]
    if len(values) == 1:
        items = containers.known_items(vm, values[0])
        values = [vm.resolve(item) for item in items] if items else values
    if values and all(isinstance(v, Const) and isinstance(v.value, (int, float)) for v in values):
        numbers = [v.value for v in values if isinstance(v, Const)]
        if name in ("max", "min"):
            return Const(max(numbers) if name == "max" else min(numbers))
        if name == "sum" and len(arguments.args) == 1:
            return Const(sum(numbers))
    return vm.derive(name, *arguments.args)


@_function("builtins.type")
def _type(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) == 1:

        def kind(value: Value) -> Value:
            return value.cls if isinstance(value, Instance) else vm.derive("type", value)

        return vm.split(arguments.args[0], kind)
    return vm.unknown("type")


@_function("builtins.super")
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


@_function("builtins.object")
def _object(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Instance(Ref("builtins.object"), vm.site(node))


@_function(
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


@_function("functools.partial", "functools.partialmethod")
def _partial(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if not arguments.args:
        return vm.unknown("partial")
    return Partial(arguments.args[0], arguments.args[1:], tuple(arguments.kwargs.items()))


def _give_back(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
    return args[0] if args else NONE


@_function(
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
    return Native("wraps", _give_back)


def _memoize(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
    return Memoized(args[0]) if args else NONE


@_function("functools.lru_cache", "functools.cache", "functools.singledispatch")
def _lru_cache(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.args and isinstance(vm.resolve(arguments.args[0]), (FunctionObject, BoundMethod, Traced)):
        return Memoized(arguments.args[0])
    return Native("lru_cache", _memoize)


@_function(
    "contextlib.contextmanager",
    "contextlib.asynccontextmanager",
    "contextlib2.contextmanager",
    "tensorflow.python.util.tf_contextlib.contextmanager",
)
def _contextmanager(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return GeneratorFactory(arguments.args[0]) if arguments.args else vm.unknown("contextmanager")


@_function("contextlib.ExitStack", "contextlib.AsyncExitStack", "contextlib2.ExitStack")
def _exit_stack(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    manager = Manager("exit_stack", vm.site(node))
    manager.cells["items"] = TupleValue(())
    return manager


@_function("contextlib.suppress", "pytest.raises", "pytest.warns", "pytest.deprecated_call")
def _suppress(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Manager("suppress", vm.site(node), TupleValue(arguments.args))


@_function(
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


@_function("copy.copy", "copy.deepcopy")
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


@_function("dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "attr.field")
def _field(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Field(
        arguments.kwargs.get("default"), arguments.kwargs.get("default_factory") or arguments.kwargs.get("factory")
    )


@_function("dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attrs.define", "attrs.frozen")
def _dataclass(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Native("dataclasses.dataclass", _give_back)


@_function("typing.cast")
def _cast(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return arguments.args[1] if len(arguments.args) > 1 else vm.unknown("cast")


@_function("itertools.chain", "itertools.product", "itertools.count", "itertools.cycle", "itertools.islice")
def _itertools(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return vm.derive("itertools", Const(node.pos), *arguments.args)


@_function("numpy.array", "numpy.asarray", "numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64", "numpy.mean")
def _numpy(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    """NumPy converts its arguments by ``__array__``, which a symbolic tensor refuses."""
    for value in tensors.flatten(vm, arguments.args):
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
    return vm.unknown("array", stable=True)


@_function("numpy.zeros", "numpy.ones", "numpy.arange", "numpy.eye", "numpy.linspace")
def _numpy_new(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return vm.unknown("array", stable=True)


@_function("threading.Thread")
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
assert_raises = _raises
