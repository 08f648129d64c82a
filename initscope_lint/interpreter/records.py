"""Small classes of Python's library: named tuples, counters, namespaces, enumerations, operators, references."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Callable
from typing import Any

from initscope_lint.interpreter import containers, expressions, iterators, objects, statements
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine, Signal, Way
from initscope_lint.interpreter.registry import FUNCTIONS, METHODS, function
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    ClassObject,
    Const,
    DictObject,
    ExceptionValue,
    FunctionObject,
    Generator,
    Instance,
    Memoized,
    Native,
    Ref,
    Traced,
    TupleValue,
    Value,
)
from initscope_lint.ir import nodes


def new_class(vm: Machine, name: str, bases: tuple[Value, ...], node: nodes.Node) -> ClassObject:
    """An empty class that the program makes by a call."""
    assert vm.frame is not None
    cls = ClassObject(name, nodes.ClassDef(node.pos, name, (), (), ()), vm.frame.module, bases)
    cls.mro = objects.linearize(cls)
    return cls


def _names(vm: Machine, value: Value | None) -> list[str] | None:
    """Field names, given in a list or in one text."""
    if value is None:
        return None
    found = vm.resolve(value)
    if isinstance(found, Const) and isinstance(found.value, str):
        return found.value.replace(",", " ").split()
    items = [vm.resolve(item) for item in containers.known_items(vm, found) or ()]
    plain = [item.value for item in items if isinstance(item, Const) and isinstance(item.value, str)]
    return plain if items and len(plain) == len(items) else None


# --- namespaces and records ------------------------------------------------------------------------


@function("types.SimpleNamespace", "argparse.Namespace")
def _namespace(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    made = Instance(new_class(vm, "SimpleNamespace", (), node), vm.site(node))
    if arguments.rest:
        return vm.unknown("namespace")
    made.cells.update(arguments.kwargs)
    return made


@function("threading.local")
def _local(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Instance(new_class(vm, "local", (), node), vm.site(node))


@function("collections.namedtuple")
def _namedtuple(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    fields = _names(vm, arguments.get(1, "field_names"))
    name = vm.resolve(arguments.args[0]) if arguments.args else NONE
    if fields is None or not isinstance(name, Const):
        return vm.unknown("namedtuple")
    cls = new_class(vm, str(name.value), (), node)
    cls.cells["_fields"] = TupleValue(tuple(Const(field) for field in fields))
    given = arguments.kwargs.get("defaults")
    defaults = containers.known_items(vm, given) if given is not None else ()
    for field, value in zip(reversed(fields), reversed(defaults or ()), strict=False):
        cls.cells[field] = value
    as_record(vm, cls, fields)
    return cls


def as_record(vm: Machine, cls: ClassObject, fields: list[str]) -> None:
    """Make a class one of tuples with named items, as ``namedtuple`` and ``typing.NamedTuple`` do."""
    cls.cells["__dataclass_fields__"] = TupleValue(tuple(Const(field) for field in fields))

    def items(vm: Machine, owner: Value) -> TupleValue:
        assert isinstance(owner, Instance)
        return TupleValue(tuple(_field(vm, owner, field) for field in fields))

    def method(name: str, run: Callable[[Machine, Value, tuple[Value, ...], nodes.Node], Value]) -> None:
        def call(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
            return run(vm, args[0], args[1:], node)

        native = Native(name, call)
        cls.cells[name] = Native(name, call, native)

    method("__getitem__", lambda vm, owner, args, node: containers.get_item(vm, items(vm, owner), args[0], node))
    method("__len__", lambda vm, owner, args, node: Const(len(fields)))
    method("__iter__", lambda vm, owner, args, node: iterators.made(items(vm, owner).items))

    def replaced(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
        owner = args[0]
        assert isinstance(owner, Instance)
        made = Instance(owner.cls, vm.site(node))
        made.cells.update(owner.cells)
        made.cells.update(kwargs)
        return made

    cls.cells["_replace"] = Native("_replace", replaced, Native("_replace", replaced))


def _field(vm: Machine, owner: Instance, field: str) -> Value:
    value = owner.cells.get(field, ABSENT)
    return vm.derive(f".{field}", owner) if value is ABSENT else value


@function("collections.Counter")
def _counter(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    counts = DictObject()
    counts.factory = Native("int", lambda vm, args, kwargs, node: Const(0))
    items = containers.taken_items(vm, arguments.args[0]) if arguments.args else ()
    if items is None or (arguments.args and isinstance(vm.resolve(arguments.args[0]), DictObject)):
        return vm.unknown("Counter")
    for item in items:
        count = vm.resolve(containers.dict_get(vm, counts, item, lambda: Const(0)))
        containers.set_item(vm, counts, item, expressions.binary(vm, "+", count, Const(1), node), node)
    return counts


def as_enumeration(vm: Machine, cls: ClassObject, names: list[str], node: nodes.Node) -> None:
    """Make members of the names that the body of an enumeration bound."""
    for name in names:
        value = cls.cells.get(name, ABSENT)
        if value is ABSENT or isinstance(value, (FunctionObject, Traced)) or name.startswith("_"):
            continue
        member = Instance(cls, vm.site(node))
        member.cells["name"], member.cells["value"] = Const(name), value
        cls.cells[name] = member


@function("enum.auto")
def _auto(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return Const(node.pos)


@function("weakref.ref", "weakref.proxy")
def _reference(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if not arguments.args:
        return vm.unknown("weakref")
    target = arguments.args[0]
    return Native("weakref", lambda vm, args, kwargs, node: target)


# --- operators and numbers -------------------------------------------------------------------------


def _operator(name: str, op: str) -> None:
    def call(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
        if len(arguments.args) != 2:
            return vm.unknown(name)

        def apply(both: tuple[Value, ...]) -> Value:
            if op in ("==", "!=", "<", "<=", ">", ">=", "is", "is not"):
                return expressions.compare(vm, op, both[0], both[1], node)
            return expressions.binary(vm, op, both[0], both[1], node)

        return vm.split_all(arguments.args, apply)

    FUNCTIONS[f"operator.{name}"] = call


for _name, _op in {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "eq": "==", "ne": "!=",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "is_": "is", "is_not": "is not", "matmul": "@",
}.items():  # fmt: skip
    _operator(_name, _op)


@function("operator.not_")
def _not(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    truth = vm.split(arguments.args[0], lambda value: expressions.truth(vm, value, node))
    return expressions.negate(vm, truth)


@function("operator.itemgetter", "operator.attrgetter", "operator.methodcaller")
def _getter(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    assert isinstance(node, nodes.Call)
    name = node.func.attr if isinstance(node.func, nodes.Attribute) else getattr(node.func, "id", "")
    key = vm.resolve(arguments.args[0]) if arguments.args else NONE

    def get(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node) -> Value:
        if name == "itemgetter":
            return vm.split(args[0], lambda owner: containers.get_item(vm, owner, key, node))
        assert isinstance(key, Const)
        found = vm.split(args[0], lambda owner: objects.get_attribute(vm, owner, str(key.value), node))
        return found if name == "attrgetter" else objects.call_function(vm, found, arguments.args[1:], node)

    one = len(arguments.args) == 1 or name == "methodcaller"
    return Native(name, get) if one and (name == "itemgetter" or isinstance(key, Const)) else vm.unknown(name)


def _computed(name: str, compute: Callable[..., Any]) -> None:
    """A function of constants that gives a constant."""

    def call(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
        try:
            given = [containers.plain(vm, value) for value in arguments.args]
            return Const(compute(*given)) if not arguments.kwargs else vm.derive(name, *arguments.all())
        except (TypeError, ValueError, OverflowError):
            return vm.derive(name, *arguments.all())

    FUNCTIONS[name] = call


for _name in ("sqrt", "floor", "ceil", "log", "exp", "log2", "prod", "sin", "cos"):
    _computed(f"math.{_name}", getattr(math, _name))
for _compute in (ord, chr, hex, bin):
    _computed(f"builtins.{_compute.__name__}", _compute)
_computed("os.path.join", lambda *parts: "/".join(parts))
_computed("os.path.basename", posixpath.basename)


# --- methods of what the interpreter models --------------------------------------------------------


def _send(vm: Machine, owner: Value, arguments: Arguments, node: nodes.Node) -> Value:
    assert isinstance(owner, Generator)
    owner.frame.sent = arguments.args[0] if arguments.args else NONE
    item = statements.resume_generator(vm, owner, node)

    def ended(found: Value) -> Value:
        if found is ABSENT:
            vm.throw("StopIteration")
        return found

    return vm.split(item, ended)


def close(vm: Machine, owner: Generator, node: nodes.Node) -> Value:
    """``generator.close()``: what is still to be left is left."""
    at = vm.resolve(owner.cells["at"])
    if at is NONE or at is FALSE:
        vm.store.set(owner.cells, "at", NONE)
        return NONE
    ending = ExceptionValue(Ref("builtins.GeneratorExit"))
    owner.frame.injected = ending

    def after(way: Way, value: Value) -> Value:
        owner.frame.injected = None
        if way is Way.RAISE and value is not ending:
            raise Signal(way, value)
        return NONE

    return vm.protect(lambda: statements.resume_generator(vm, owner, node), after)


def _close(vm: Machine, owner: Value, arguments: Arguments, node: nodes.Node) -> Value:
    assert isinstance(owner, Generator)
    return close(vm, owner, node)


def _clear(vm: Machine, owner: Value, arguments: Arguments, node: nodes.Node) -> Value:
    assert isinstance(owner, Memoized)
    for key in list(owner.results.cells):
        vm.store.set(owner.results.cells, key, ABSENT)
    return NONE


METHODS["Generator.send"] = _send
METHODS["Generator.close"] = _close
METHODS["Memoized.cache_clear"] = _clear


@function("functools.singledispatch")
def _dispatched(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    """A function that chooses by the type of its first argument: which one is not known here."""
    return vm.unknown("singledispatch") if not arguments.args else vm.derive("singledispatch", arguments.args[0])
