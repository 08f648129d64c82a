"""Python's iterators: the built-ins that make and use them, and ``itertools``.

A finite iterator is a ``ListObject`` of the kind ``iterator``, which is used up by going through it. What has no end
(``itertools.count``, ``cycle``) is an ``Instance`` of its class, from which ``advance`` takes the next item.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from initscope_lint.interpreter import calls, containers, expressions, objects, statements, tensorflow
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.registry import FUNCTIONS, function
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    Const,
    Generator,
    Instance,
    ListObject,
    NameList,
    Ref,
    TupleValue,
    Value,
)
from initscope_lint.ir import nodes

_LONGEST = 64


def made(items: Sequence[Value]) -> ListObject:
    """An iterator over known items."""
    return ListObject(TupleValue(tuple(items)), "iterator")


def is_endless(value: Value) -> bool:
    """Whether a resolved value is an iterator without an end."""
    return isinstance(value, Instance) and isinstance(value.cls, Ref) and value.cls.name in _ENDLESS


def advance(vm: Machine, owner: Instance) -> Value:
    """The next item of an iterator without an end."""
    at = vm.resolve(owner.cells["at"])
    if not isinstance(at, Const):
        return vm.unknown("next")
    if "items" in owner.cells:
        items = owner.cells["items"]
        assert isinstance(items, TupleValue)
        vm.store.set(owner.cells, "at", Const(at.value + 1))
        return items.items[int(at.value) % len(items.items)]
    step = vm.resolve(owner.cells["step"])
    assert isinstance(step, Const)
    vm.store.set(owner.cells, "at", Const(at.value + step.value))
    return at


_ENDLESS = ("itertools.count", "itertools.cycle")


def _items(vm: Machine, value: Value, node: nodes.Node, most: int = _LONGEST) -> tuple[Value, ...] | None:
    """The items that something takes from an iterable, at most so many of one without an end."""
    value = vm.resolve(value)
    if is_endless(value):
        assert isinstance(value, Instance)
        return tuple(advance(vm, value) for _ in range(most))
    if isinstance(value, (Generator, Instance)):
        collected = ListObject(TupleValue(()))

        def add(item: Value) -> Value:
            containers.append(vm, collected, item)
            return NONE

        statements.iterate(vm, value, add, lambda: NONE, node)
        return containers.known_items(vm, collected)
    return containers.taken_items(vm, value)


def _apply(vm: Machine, function: Value, args: tuple[Value, ...], node: nodes.Node) -> Value:
    return calls.by_library(vm, lambda: objects.call_function(vm, function, args, node))


def _called(node: nodes.Node, otherwise: str) -> str:
    """The name by which a built-in is called."""
    return node.func.id if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) else otherwise


# --- built-ins -------------------------------------------------------------------------------------


@function("builtins.dir")
def _dir(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    return vm.split(arguments.args[0], NameList) if arguments.args else vm.unknown("dir")


@function("builtins.any", "builtins.all")
def _any(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = _called(node, "any")
    items = _items(vm, arguments.args[0], node) if arguments.args else None
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


@function("builtins.enumerate")
def _enumerate(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = _items(vm, arguments.args[0], node) if arguments.args else None
    first = arguments.get(1, "start")
    start = Const(0) if first is None else vm.resolve(first)
    if items is None or not isinstance(start, Const):
        return vm.derive("enumerate", *arguments.all())
    return made([TupleValue((Const(start.value + i), item)) for i, item in enumerate(items)])


@function("builtins.zip", "itertools.zip_longest")
def _zip(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if arguments.rest or arguments.kwargs:
        return vm.derive("zip", *arguments.all())
    finite = [_items(vm, value, node) for value in arguments.args if not is_endless(vm.resolve(value))]
    if not finite or any(column is None for column in finite):
        return vm.derive("zip", *arguments.args)
    lengths = [len(column) for column in finite if column is not None]
    count = min(lengths) if _called(node, "zip_longest") == "zip" else max(lengths)
    rest = iter(finite)
    columns = [
        _items(vm, value, node, count) if is_endless(vm.resolve(value)) else next(rest) for value in arguments.args
    ]
    padded = [(*(column or ()), *(NONE for _ in range(count - len(column or ())))) for column in columns]
    return made([TupleValue(tuple(column[i] for column in padded)) for i in range(count)])


@function("builtins.reversed")
def _reversed(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = containers.known_items(vm, arguments.args[0]) if arguments.args else None
    if items is None:
        return vm.derive("reversed", *arguments.args)
    return made(items[::-1])


@function("builtins.sorted")
def _sorted(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = _items(vm, arguments.args[0], node) if arguments.args else None
    if items is None:
        return vm.derive("sorted", *arguments.args)
    return ListObject(in_order(vm, items, arguments.kwargs, node))


def in_order(vm: Machine, items: Sequence[Value], options: dict[str, Value], node: nodes.Node) -> TupleValue:
    """Items sorted; where their order is not known, in any (and then unknown ones)."""
    key, backwards = options.get("key"), vm.resolve(options.get("reverse", FALSE))
    keys = [vm.resolve(item) for item in items]
    if key is not None and vm.resolve(key) is not NONE:
        keys = [vm.resolve(_apply(vm, key, (item,), node)) for item in items]
    expressions.compare_order(vm, keys, node)
    with contextlib.suppress(TypeError, ValueError):
        plain: list[Any] = [containers.plain(vm, each) for each in keys]
        order = sorted(range(len(items)), key=lambda i: plain[i], reverse=bool(getattr(backwards, "value", False)))
        return TupleValue(tuple(items[i] for i in order))
    return TupleValue(tuple(items) if len(items) < 2 else tuple(vm.unknown("sorted") for _ in items))


@function("builtins.iter")
def _iter(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) != 1:
        return vm.unknown("iter")

    return vm.split(arguments.args[0], lambda value: iterator(vm, value, node))


def iterator(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """``iter(value)``."""
    value = vm.resolve(value)
    found = tensorflow.iterator(vm, value, node)
    if found is not None:
        return found
    if isinstance(value, Generator) or is_endless(value):
        return value
    if isinstance(value, ListObject) and value.kind == "iterator":
        return value
    if isinstance(value, Instance):
        special = objects.special(vm, value, "__iter__", (), node)
        if special is not None:
            return special
    items = containers.known_items(vm, value)
    return made(items) if items is not None else vm.derive("iter", value)


def take(vm: Machine, owner: ListObject) -> Value:
    """The next item of a finite iterator, ABSENT at its end."""

    def first(items: Value) -> Value:
        if not isinstance(items, TupleValue):
            return vm.unknown("next")
        if not items.items:
            return ABSENT
        vm.store.set(owner.cells, "items", TupleValue(items.items[1:]))
        return items.items[0]

    return vm.split(owner.cells["items"], first)


@function("builtins.next")
def _next(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    def ended() -> Value:
        if len(arguments.args) > 1:
            return arguments.args[1]
        vm.throw("StopIteration")

    def pull(value: Value) -> Value:
        found = tensorflow.advance(vm, value, node)
        if found is not None:
            return found
        next_item = statements.following(vm, value, node)
        if next_item is None:
            return vm.unknown("next")
        return vm.split(next_item(), lambda item: ended() if item is ABSENT else item)

    return vm.split(arguments.args[0], pull) if arguments.args else vm.unknown("next")


@function("builtins.map", "itertools.starmap")
def _map(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    if len(arguments.args) < 2:
        return vm.unknown("map")
    finite = [_items(vm, value, node) for value in arguments.args[1:]]
    rows = None if any(column is None for column in finite) else list(zip(*(c or () for c in finite), strict=False))
    if rows is None or len(rows) > 32:
        return vm.derive("map", *arguments.args)
    if _called(node, "starmap") != "map" and len(finite) == 1:
        unpacked = [containers.known_items(vm, row[0]) for row in rows]
        if any(row is None for row in unpacked):
            return vm.derive("map", *arguments.args)
        rows = [row or () for row in unpacked]
    return made([_apply(vm, arguments.args[0], tuple(row), node) for row in rows])


@function("builtins.filter", "itertools.filterfalse", "itertools.takewhile", "itertools.dropwhile")
def _filter(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = _items(vm, arguments.args[1], node) if len(arguments.args) == 2 else None
    if items is None or len(items) > 32 or _called(node, "") != "filter":
        return vm.derive("filter", *arguments.args)
    kept = made(())

    def keep(item: Value) -> Value:
        vm.store.set(kept.cells, "items", TupleValue((*(containers.known_items(vm, kept) or ()), item)))
        return NONE

    for item in items:
        given = vm.resolve(arguments.args[0])
        plain = isinstance(given, Const) and given.value is None
        found = item if plain else _apply(vm, arguments.args[0], (item,), node)
        passes = vm.split(found, lambda value: expressions.truth(vm, value, node))
        vm.branch(passes, functools.partial(keep, item), lambda: NONE)
    return kept


@function("functools.reduce")
def _reduce(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = _items(vm, arguments.args[1], node) if len(arguments.args) > 1 else None
    if items is None or len(items) > 32 or arguments.kwargs:
        return vm.unknown("reduce")
    rest = list(items) if len(arguments.args) < 3 else [arguments.args[2], *items]
    if not rest:
        vm.throw("TypeError", "reduce() of empty iterable with no initial value")
    result = rest[0]
    for item in rest[1:]:
        result = _apply(vm, arguments.args[0], (result, item), node)
    return result


# --- itertools -------------------------------------------------------------------------------------


@function("itertools.count", "itertools.cycle")
def _endless(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    name = "cycle" if arguments.args and not isinstance(vm.resolve(arguments.args[0]), Const) else "count"
    owner = Instance(Ref(f"itertools.{name}"), vm.site(node))
    if name == "cycle":
        items = _items(vm, arguments.args[0], node)
        if not items:
            return vm.unknown("cycle")
        owner.cells["items"], owner.cells["at"] = TupleValue(items), Const(0)
        return owner
    start, step = arguments.get(0, "start"), arguments.get(1, "step")
    owner.cells["at"] = Const(0) if start is None else vm.resolve(start)
    owner.cells["step"] = Const(1) if step is None else vm.resolve(step)
    known = all(isinstance(cell, Const) for cell in owner.cells.values())
    return owner if known else vm.unknown("count")


def _finite(
    name: str, build: Callable[..., Any], most: int = _LONGEST
) -> Callable[[Machine, Arguments, nodes.Node], Value]:
    """A function of ``itertools`` on the items of its first arguments, the other ones constants."""

    def call(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
        given: list[Any] = []
        for value in arguments.args:
            value = vm.resolve(value)
            if isinstance(value, Const) and not isinstance(value.value, str):
                given.append(value.value)
                continue
            items = _items(vm, value, node, _LONGEST)
            if items is None:
                return vm.derive("itertools", Const(node.pos), *arguments.all())
            given.append(items)
        named = [vm.resolve(value) for value in arguments.kwargs.values()]
        options = {
            key: value.value for key, value in zip(arguments.kwargs, named, strict=True) if isinstance(value, Const)
        }
        if arguments.rest or len(options) < len(named):
            return vm.derive("itertools", Const(node.pos), *arguments.all())
        try:
            found = list(itertools.islice(build(*given, **options), most + 1))
        except (TypeError, ValueError):
            return vm.unknown("itertools")
        if len(found) > most:
            return vm.derive("itertools", Const(node.pos), *arguments.all())
        return made([TupleValue(item) if isinstance(item, tuple) else item for item in found])

    FUNCTIONS[f"itertools.{name}"] = call
    return call


_finite("chain", itertools.chain)
_finite("product", itertools.product)
_finite("permutations", itertools.permutations)
_finite("combinations", itertools.combinations)
_finite("pairwise", itertools.pairwise)


@function("itertools.islice")
def _islice(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    bounds = [value.value for value in map(vm.resolve, arguments.args[1:]) if isinstance(value, Const)]
    if not bounds or len(bounds) + 1 != len(arguments.args):
        return vm.derive("itertools", Const(node.pos), *arguments.args)
    last = bounds[0] if len(bounds) == 1 else bounds[1]
    items = _items(vm, arguments.args[0], node, _LONGEST if last is None else last)
    if items is None:
        return vm.derive("itertools", Const(node.pos), *arguments.args)
    return made(list(itertools.islice(items, *bounds)))


@function("itertools.chain.from_iterable")
def _chained(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    outer = _items(vm, arguments.args[0], node) if arguments.args else None
    inner = [_items(vm, item, node) for item in outer or ()]
    if outer is None or any(items is None for items in inner):
        return vm.derive("itertools", Const(node.pos), *arguments.args)
    return made([item for items in inner for item in items or ()])


@function("itertools.repeat")
def _repeat(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    times = arguments.get(1, "times")
    count = None if times is None else vm.resolve(times)
    if arguments.args and isinstance(count, Const) and count.value <= _LONGEST:
        return made([arguments.args[0]] * count.value)
    return vm.derive("itertools", Const(node.pos), *arguments.args)


@function("itertools.accumulate")
def _accumulate(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    items = _items(vm, arguments.args[0], node) if len(arguments.args) == 1 and not arguments.kwargs else None
    if not items:
        return vm.derive("itertools", Const(node.pos), *arguments.args)
    found = [items[0]]
    for item in items[1:]:
        pair = (found[-1], item)
        found.append(vm.split_all(pair, lambda both: expressions.binary(vm, "+", both[0], both[1], node)))
    return made(found)
