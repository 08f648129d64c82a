"""Tuples, lists, sets, dicts and strings: items, membership and methods."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from initscope_lint.interpreter import expressions, iterators, objects, tensors
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    OPEN,
    TRUE,
    BoundMethod,
    BoundRef,
    ClassObject,
    Const,
    DictObject,
    FunctionObject,
    Instance,
    ListObject,
    NameList,
    Ref,
    SliceValue,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    Variable,
)
from initscope_lint.ir import nodes

MAX_TEXT = 10_000
"""Characters above which a text is unknown."""

VAST = 20_000
"""Values in a structure above which it is unknown."""

_CHOICES = 8
"""Of how many functions in a dictionary one is chosen by a key that is not known."""


def _give(value: Value) -> Value:
    return value


def constant(value: Any) -> Value:
    """A Const, for callers that hold a plain Python value."""
    return Const(value)


def is_vast(items: Sequence[Value]) -> bool:
    """Whether there is so much in a structure that it cannot be gone through, as in ``x = (x, x)``, sixty times."""
    waiting = [item for item in items if isinstance(item, (TupleValue, DictObject))]
    seen = 0
    while waiting:
        value = waiting.pop()
        held = value.items if isinstance(value, TupleValue) else value.cells.values()
        seen += len(held)
        if seen > VAST:
            return True
        waiting.extend(item for item in held if isinstance(item, (TupleValue, DictObject)))
    return False


def is_wide(form: str | bytes) -> bool:
    """Whether a format asks for very many characters, or leaves it to a value how many these are."""
    text = form if isinstance(form, str) else form.decode("latin-1")
    return re.search(r"[1-9]\d{4}|%[^a-zA-Z%]*\*", text) is not None


def map_structure(value: Value, change: Callable[[Value], Value]) -> Value:
    """A structure of tuples and dictionaries with what ``change`` makes of its leaves."""
    if isinstance(value, TupleValue):
        return TupleValue(tuple(map_structure(item, change) for item in value.items))
    if type(value) is DictObject:
        made = DictObject(value.kind)
        made.keys, made.factory = value.keys, value.factory
        for key, cell in value.cells.items():
            made.cells[key] = cell if key == OPEN else map_structure(cell, change)
        return made
    return change(value)


def known_items(vm: Machine, value: Value) -> tuple[Value, ...] | None:
    """The items of an iterable whose items are all known, in order; None otherwise. Ites are not looked into."""
    value = vm.resolve(value)
    if isinstance(value, TupleValue):
        return value.items
    if isinstance(value, ListObject):
        items = vm.resolve(value.cells["items"])
        return items.items if isinstance(items, TupleValue) else None
    if isinstance(value, Const) and isinstance(value.value, str) and len(value.value) <= 64:
        return tuple(Const(char) for char in value.value)
    if isinstance(value, DictObject):
        keys = _known_keys(vm, value)
        return None if keys is None else tuple(keys)
    return None


def _known_keys(vm: Machine, value: DictObject) -> list[Value] | None:
    if vm.resolve(value.open) is not FALSE:
        return None
    found = []
    for key, original in value.keys.items():
        cell = vm.resolve(value.cells.get(value.slot(key), ABSENT))
        if cell is ABSENT:
            continue
        found.append(original)
    return found


def known_entries(vm: Machine, value: Value) -> dict[str, Value] | None:
    """The entries of a dict with known string keys, for ``**value``; None otherwise."""
    value = vm.resolve(value)
    if not isinstance(value, DictObject):
        return None
    keys = _known_keys(vm, value)
    if keys is None:
        return None
    found: dict[str, Value] = {}
    for key in keys:
        if not isinstance(key, Const) or not isinstance(key.value, str):
            return None
        found[key.value] = value.cells[value.slot(vm.key(key))]
    return found


def _affixes(vm: Machine, value: Value) -> tuple[str, str]:
    """How a text certainly begins and ends, as far as that is known."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value, value.value
    return vm.affixes.get(value.uid, ("", "")) if isinstance(value, Unknown) else ("", "")


def _differ(vm: Machine, left: Value, right: Value) -> bool:
    """Whether two keys that are not the same are certainly unequal."""
    left, right = vm.resolve(left), vm.resolve(right)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue):
        if len(left.items) != len(right.items):
            return True
        pairs = zip(left.items, right.items, strict=True)
        return any(vm.key(a) != vm.key(b) and _differ(vm, a, b) for a, b in pairs)
    if isinstance(left, (BoundRef, BoundMethod)) or isinstance(right, (BoundRef, BoundMethod)):
        return False  # bound methods of equal objects are equal
    if not isinstance(left, Unknown) and not isinstance(right, Unknown):
        return True
    if not isinstance(left, Unknown):
        left, right = right, left
    assert isinstance(left, Unknown)
    first, last = _affixes(vm, left)
    other_first, other_last = _affixes(vm, right)
    if not (first.startswith(other_first) or other_first.startswith(first)):
        return True
    if not (last.endswith(other_last) or other_last.endswith(last)):
        return True
    how = vm.spelled.get(left.uid)
    if how is None:
        return False
    if isinstance(right, Unknown):
        return vm.spelled.get(right.uid) == how
    return not (isinstance(right, Const) and isinstance(right.value, str))  # a text is no number, object or tuple


def _certainly_absent(vm: Machine, owner: DictObject, key: Value) -> bool:
    """Whether no key that a dict holds can be equal to this one, which it does not hold as such."""
    if vm.resolve(owner.open) is not FALSE:
        return False
    return all(
        _differ(vm, key, original)
        for hashed, original in owner.keys.items()
        if _present(vm, owner.cells.get(owner.slot(hashed), ABSENT)) is not FALSE
    )


def dict_truth(vm: Machine, value: DictObject) -> Value:
    """Whether a dict is non-empty."""
    result: Value = vm.resolve(value.open)
    if result is not FALSE:
        result = vm.derive("nonempty", result if isinstance(result, Unknown) else value)
    for key in value.keys:
        cell = vm.resolve(value.cells.get(value.slot(key), ABSENT))
        present = _present(vm, cell)
        if isinstance(present, Const):
            if present.value:
                return TRUE
            continue
        result = vm.branch(present, lambda: TRUE, functools.partial(_give, result))
    return result


def _present(vm: Machine, cell: Value) -> Value:
    return vm.split(cell, lambda item: FALSE if item is ABSENT else TRUE)


# --- items -----------------------------------------------------------------------------------------


def get_item(vm: Machine, owner: Value, index: Value, node: nodes.Node) -> Value:
    """``owner[index]`` for resolved values."""
    if isinstance(owner, TupleValue):
        return _sequence_item(vm, owner, index, owner)
    if isinstance(owner, ListObject):
        return vm.split(
            owner.cells["items"],
            lambda items: (
                _sequence_item(vm, items, index, owner)
                if isinstance(items, TupleValue)
                else vm.derive("item", items, index)
            ),
        )
    if isinstance(owner, DictObject):
        return dict_get(vm, owner, index, lambda: _missing(vm, owner, index, node))
    if isinstance(owner, Const) and isinstance(owner.value, str) and isinstance(index, SliceValue):
        bounds = [part.value for part in map(vm.resolve, index.parts) if isinstance(part, Const)]
        if len(bounds) < len(index.parts) or not all(part is None or isinstance(part, int) for part in bounds):
            return vm.derive("item", owner, index)
        return Const(owner.value[slice(*bounds)]) if bounds[2] != 0 else vm.unknown("slice")
    if isinstance(owner, Const) and isinstance(owner.value, (str, bytes)) and isinstance(index, Const):
        try:
            return Const(owner.value[index.value])
        except (IndexError, TypeError):
            return vm.derive("item", owner, index)
    if isinstance(owner, (Tensor, Variable)):
        return tensors.operation(vm, (owner, *_parts(index)), node, "[]")
    if isinstance(owner, Unknown):
        if owner.tensor_of is not None:
            part = tensors.one_of(vm, owner, node)
            return part or tensors.operation(vm, (owner, *_parts(index)), node, "[]")
        key = ("item", vm.key(index))
        cell = owner.cells.get(key)
        if cell is None:
            return vm.derive("item", owner, index)
        return cell
    if isinstance(owner, Instance):
        found = objects.special(vm, owner, "__getitem__", (index,), node)
        if found is not None:
            return found
        return vm.derive("item", owner, index)
    if isinstance(owner, (Ref, ClassObject)):
        return owner  # list[int], Generic[T]
    return vm.unknown("item")


def _parts(index: Value) -> tuple[Value, ...]:
    if isinstance(index, TupleValue):
        return tuple(part for item in index.items for part in _parts(item))
    if isinstance(index, SliceValue):
        return index.parts
    return (index,)


def _sequence_item(vm: Machine, items: TupleValue, index: Value, owner: Value) -> Value:
    index = vm.resolve(index)
    if isinstance(index, Const) and isinstance(index.value, (int, bool)):
        try:
            return items.items[index.value]
        except IndexError:
            vm.throw("IndexError", "list index out of range")
    if isinstance(index, SliceValue):
        bounds = []
        for part in index.parts:
            part = vm.resolve(part)
            if not isinstance(part, Const) or not (part.value is None or isinstance(part.value, int)):
                return vm.unknown("slice")
            bounds.append(part.value)
        if bounds[2] == 0:
            return vm.unknown("slice")
        part = TupleValue(items.items[slice(*bounds)])
        return part if isinstance(owner, TupleValue) else ListObject(part)
    if len(items.items) == 1:
        return items.items[0]
    return vm.derive("item", owner, index)


def _missing(vm: Machine, owner: DictObject, index: Value, node: nodes.Node) -> Value:
    if owner.factory is not None:
        made = objects.call_function(vm, owner.factory, (), node)
        set_item(vm, owner, index, made, node)
        return made
    vm.throw("KeyError")


def dict_get(vm: Machine, owner: DictObject, key: Value, missing: Callable[[], Value]) -> Value:
    """The value at ``key``; ``missing()`` where there is none."""
    key = vm.resolve(key)

    def absent() -> Value:
        def decide() -> Value:
            derived = vm.derive("in", key, owner)
            if owner.keys and derived.stable:
                # Whether two unknown keys are the same key is a question about state, not about an argument.
                derived = vm.derive("in", key, owner, vm.unknown("keys"))
            return vm.fork(derived, lambda: _one_of(vm, owner, key), missing)

        if _certainly_absent(vm, owner, key):
            return missing()
        return decide()

    cell = owner.cells.get(owner.slot(vm.key(key)), ABSENT)
    return vm.split(cell, lambda item: absent() if item is ABSENT else item)


def _one_of(vm: Machine, owner: DictObject, key: Value) -> Value:
    """The value at a key that is not known: of a table of functions one of them, else anything."""
    keys = _known_keys(vm, owner) or ()
    values = [vm.resolve(owner.cells[owner.slot(vm.key(each))]) for each in keys]
    if not 2 <= len(values) <= _CHOICES or any(is_callable(value) is not TRUE for value in values):
        return vm.derive("item", owner, key)
    *others, chosen = values
    for each, value in zip(keys, others, strict=False):
        chosen = vm.choice(vm.derive("is", key, each), value, chosen)
    return chosen


def set_item(vm: Machine, owner: Value, index: Value, value: Value, node: nodes.Node) -> Value:
    """``owner[index] = value``."""
    index = vm.resolve(index)
    if isinstance(owner, DictObject):
        key = vm.key(index)
        owner.keys.setdefault(key, index)
        vm.store.set(owner.cells, owner.slot(key), value)
    elif isinstance(owner, ListObject):
        _replace(vm, owner, index, value)
    elif isinstance(owner, Unknown):
        vm.store.set(owner.cells, ("item", vm.key(index)), value)
    elif isinstance(owner, Instance):
        objects.special(vm, owner, "__setitem__", (index, value), node)
    return NONE


def delete_item(vm: Machine, owner: Value, index: Value) -> Value:
    """``del owner[index]``."""
    if isinstance(owner, DictObject):
        key = vm.key(vm.resolve(index))
        if key in owner.keys:
            vm.store.set(owner.cells, owner.slot(key), ABSENT)
    elif isinstance(owner, ListObject):
        _replace(vm, owner, index, None)
    return NONE


def _replace(vm: Machine, owner: ListObject, index: Value, value: Value | None) -> None:
    """``owner[index] = value`` for an index or a slice, or ``del owner[index]`` where ``value`` is None."""
    index = vm.resolve(index)
    parts = index.parts if isinstance(index, SliceValue) else (index,)
    bounds = [part.value for part in map(vm.resolve, parts) if isinstance(part, Const)]
    new = None if value is None or not isinstance(index, SliceValue) else taken_items(vm, value)
    known = len(bounds) == len(parts) and all(bound is None or isinstance(bound, int) for bound in bounds)
    if value is not None and isinstance(index, SliceValue):
        known = known and new is not None

    def write(items: Value) -> Value:
        changed = list(items.items) if isinstance(items, TupleValue) else None
        if not known or changed is None:
            vm.store.set(owner.cells, "items", vm.unknown("list"))
            return NONE
        where: Any = slice(*bounds) if isinstance(index, SliceValue) else bounds[0]
        try:
            if value is None:
                del changed[where]
            else:
                changed[where] = value if new is None else new
        except (IndexError, TypeError, ValueError) as error:
            vm.throw(type(error).__name__, str(error))
        vm.store.set(owner.cells, "items", TupleValue(tuple(changed)))
        return NONE

    vm.split(owner.cells["items"], write)


def unpack(vm: Machine, value: Value, targets: Sequence[nodes.Expr], node: nodes.Node) -> list[Value]:
    """The values for the targets of an unpacking assignment."""
    items = known_items(vm, value)
    star = next((i for i, target in enumerate(targets) if isinstance(target, nodes.Starred)), None)
    if items is None and isinstance(value, (Tensor, Variable)):
        tensors.iterate(vm, value, node)
        return [tensors.derived(vm, (value,), node, "item") for _ in targets]
    if items is None or (star is None and len(items) != len(targets)):
        return [
            vm.derive("unpacked", value, Const(i)) if isinstance(value, Unknown) else vm.unknown("unpacked")
            for i in range(len(targets))
        ]
    if star is None:
        return list(items)
    after = len(targets) - star - 1
    if len(items) < len(targets) - 1:
        return [vm.unknown("unpacked") for _ in targets]
    middle = items[star : len(items) - after]
    return [*items[:star], ListObject(TupleValue(tuple(middle))), *items[len(items) - after :]]


def taken_items(vm: Machine, value: Value) -> tuple[Value, ...] | None:
    """The items of an iterable that something runs through to its end; an iterator is used up by that."""
    value = vm.resolve(value)
    items = known_items(vm, value)
    if items and isinstance(value, ListObject) and value.kind == "iterator":
        vm.store.set(value.cells, "items", TupleValue(()))
    return items


def set_operation(vm: Machine, op: str, left: ListObject, right: Value) -> Value:
    """``left | right`` and its kin."""
    a, b = known_items(vm, left), known_items(vm, right)
    if a is None or b is None:
        return vm.unknown(f"result of {op}")
    left_keys, right_keys = ({vm.key(vm.resolve(item)) for item in items} for items in (a, b))
    kept = {
        "|": (*a, *(item for item in b if vm.key(vm.resolve(item)) not in left_keys)),
        "&": tuple(item for item in a if vm.key(vm.resolve(item)) in right_keys),
        "-": tuple(item for item in a if vm.key(vm.resolve(item)) not in right_keys),
        "^": (
            *(item for item in a if vm.key(vm.resolve(item)) not in right_keys),
            *(item for item in b if vm.key(vm.resolve(item)) not in left_keys),
        ),
    }.get(op)
    return vm.unknown(f"result of {op}") if kept is None else ListObject(TupleValue(kept), "set")


def dicts_equal(
    vm: Machine, left: DictObject, right: DictObject, equal: Callable[[Value, Value], Value], node: nodes.Node
) -> Value | None:
    """Whether two dicts have the same keys with equal values."""
    mine, others = _known_keys(vm, left), _known_keys(vm, right)
    if mine is None or others is None:
        return None
    if {vm.key(key) for key in mine} != {vm.key(key) for key in others}:
        return FALSE
    result: Value = TRUE
    for key in map(vm.key, mine):
        both = left.cells[left.slot(key)], right.cells[right.slot(key)]
        item = vm.split_all(both, lambda pair: expressions.truth(vm, equal(pair[0], pair[1]), node))
        if isinstance(item, Const) and not item.value:
            return FALSE
        if not isinstance(item, Const):
            result = vm.branch(item, functools.partial(_give, result), lambda: FALSE)
    return result


def contains(vm: Machine, owner: Value, item: Value, node: nodes.Node) -> Value:
    """``item in owner`` for resolved values, as a truth or a value with a truth."""
    if isinstance(owner, DictObject):
        return dict_get_presence(vm, owner, item)
    if isinstance(owner, NameList) and isinstance(item, Const) and isinstance(item.value, str):
        return objects.has_attribute(vm, owner.owner, item.value, node)
    if isinstance(owner, ListObject):
        return vm.split(owner.cells["items"], lambda held: contains(vm, held, item, node))
    items = known_items(vm, owner)
    if isinstance(owner, Const) and isinstance(owner.value, str):
        if isinstance(item, Const) and isinstance(item.value, str):
            return TRUE if item.value in owner.value else FALSE
        return vm.derive("in", item, owner)
    if items is not None:
        result: Value = FALSE
        for candidate in items:
            candidate = vm.resolve(candidate)
            if isinstance(candidate, (Tensor, Variable)) or isinstance(item, (Tensor, Variable)):
                if vm.key(candidate) == vm.key(item):
                    return TRUE
                result = vm.derive("in", item, owner)
                continue
            equal = vm.split_all((item, candidate), lambda both: expressions.compare(vm, "==", both[0], both[1], node))
            if isinstance(equal, Const):
                if equal.value:
                    return TRUE
            else:
                result = vm.branch(equal, lambda: TRUE, functools.partial(_give, result))
        return result
    if isinstance(owner, (Tensor, Variable)):
        return tensors.contains(vm, owner, node)
    if isinstance(owner, Instance):
        found = objects.special(vm, owner, "__contains__", (item,), node)
        if found is not None:
            return found
    return vm.derive("in", item, owner)


def dict_get_presence(vm: Machine, owner: DictObject, key: Value) -> Value:
    """``key in owner``."""
    return vm.split(dict_get(vm, owner, key, lambda: ABSENT), lambda found: FALSE if found is ABSENT else TRUE)


def append(vm: Machine, owner: Value, value: Value) -> None:
    """Append to a list, or add to a set."""
    if isinstance(owner, ListObject):

        def write(items: Value) -> Value:
            if isinstance(items, TupleValue):
                if len(items.items) >= 256:
                    vm.store.set(owner.cells, "items", vm.unknown("long list"))
                elif owner.kind != "set" or all(vm.key(value) != vm.key(item) for item in items.items):
                    most = vm.resolve(owner.cells.get("maxlen", NONE))
                    longer = (*items.items, value)
                    if isinstance(most, Const) and isinstance(most.value, int):
                        longer = longer[max(0, len(longer) - most.value) :]
                    vm.store.set(owner.cells, "items", TupleValue(longer))
            return NONE

        vm.split(owner.cells["items"], write)


def update_dict(vm: Machine, owner: DictObject, other: Value) -> None:
    """``owner.update(other)``."""
    other = vm.resolve(other)
    if isinstance(other, DictObject):
        for key, original in other.keys.items():
            cell = vm.resolve(other.cells.get(other.slot(key), ABSENT))
            if cell is not ABSENT:
                owner.keys.setdefault(key, original)
                vm.store.set(owner.cells, owner.slot(key), cell)
        if vm.resolve(other.open) is not FALSE:
            vm.store.set(owner.cells, OPEN, TRUE)
        return
    items = known_items(vm, other)
    if items is not None:
        for item in items:
            pair = known_items(vm, item)
            if pair is not None and len(pair) == 2:
                key = vm.key(vm.resolve(pair[0]))
                owner.keys.setdefault(key, pair[0])
                vm.store.set(owner.cells, owner.slot(key), pair[1])
            else:
                vm.store.set(owner.cells, OPEN, TRUE)
        return
    vm.store.set(owner.cells, OPEN, TRUE)


# --- methods ---------------------------------------------------------------------------------------


def call_method(
    vm: Machine, owner: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node
) -> Value:
    """A method of a built-in container; unknown methods give an unknown."""
    if isinstance(owner, ListObject):
        return _list_method(vm, owner, name, args, kwargs, node)
    if isinstance(owner, DictObject):
        return _dict_method(vm, owner, name, args, kwargs, node)
    if isinstance(owner, TupleValue):
        if name == "index" and args:
            for position, item in enumerate(owner.items):
                if vm.key(item) == vm.key(args[0]):
                    return Const(position)
        if name == "as_list":  # a static shape
            return ListObject(owner)
        sizes = [item.value for item in owner.items if isinstance(item, Const) and isinstance(item.value, int)]
        if name == "num_elements" and len(sizes) == len(owner.items):
            return Const(math.prod(sizes))
        return vm.derive(f"tuple.{name}", owner, *args, *(TupleValue((Const(k), v)) for k, v in kwargs.items()))
    if isinstance(owner, Const) and isinstance(owner.value, str):
        return _str_method(vm, owner.value, name, args, kwargs)
    return vm.unknown(name)


_STR_METHODS = frozenset(
    {
        "capitalize", "casefold", "center", "count", "endswith", "find", "format", "index", "isalpha",
        "isdigit", "isidentifier", "islower", "isupper", "join", "ljust", "lower", "lstrip", "partition",
        "removeprefix", "removesuffix", "replace", "rfind", "rjust", "rpartition", "rsplit", "rstrip",
        "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill",
    }
)  # fmt: skip


def plain(vm: Machine, value: Value) -> Any:
    """A value of constants as Python's own; raises ValueError for any other."""
    value = vm.resolve(value)
    if isinstance(value, Const):
        return value.value
    items = known_items(vm, value) if isinstance(value, (TupleValue, ListObject)) else None
    if items is None:
        raise ValueError
    return tuple(plain(vm, item) for item in items)


def _str_method(vm: Machine, text: str, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
    try:
        given = [plain(vm, arg) for arg in args]
        named = {key: plain(vm, value) for key, value in kwargs.items()}
    except ValueError:
        return vm.spell((name, text), f"str.{name}", *args, *kwargs.values())
    if name not in _STR_METHODS:
        return vm.spell((name, text), f"str.{name}", *args, *kwargs.values())
    numbers = [each for each in (*given, *named.values()) if isinstance(each, int) and abs(each) > MAX_TEXT]
    if name == "format":
        wide = is_wide(text) or (bool(numbers) and re.search(r"\{[^}]*\{", text) is not None)
    else:
        wide = bool(numbers) and name in ("center", "ljust", "rjust", "zfill")
    if wide:
        return vm.unknown(f"str.{name}")
    try:
        result = getattr(text, name)(*given, **named)
    except (ValueError, LookupError) as error:
        vm.throw(type(error).__name__, str(error))
    except (TypeError, AttributeError):
        return vm.unknown(f"str.{name}")
    if isinstance(result, tuple):
        return TupleValue(tuple(Const(item) for item in result))
    if isinstance(result, list):
        return ListObject(TupleValue(tuple(Const(item) for item in result)))
    if isinstance(result, str) and len(result) > MAX_TEXT:
        return vm.unknown(f"str.{name}")
    return Const(result)


def _list_method(
    vm: Machine, owner: ListObject, name: str, args: tuple[Value, ...], kwargs: dict[str, Value], node: nodes.Node
) -> Value:
    if name in ("append", "add") and args:
        append(vm, owner, args[0])
        return NONE
    if name in ("extend", "update") and args:
        items = taken_items(vm, args[0])
        if items is None or len(items) + len(known_items(vm, owner) or ()) > VAST:
            vm.store.set(owner.cells, "items", vm.unknown("extended list"))
        else:
            for item in items:
                append(vm, owner, item)
        return NONE
    if name == "clear":
        vm.store.set(owner.cells, "items", TupleValue(()))
        return NONE
    if name == "insert" and len(args) == 2:
        items = known_items(vm, owner)
        index = vm.resolve(args[0])
        if items is not None and isinstance(index, Const) and isinstance(index.value, int):
            changed = list(items)
            changed.insert(index.value, args[1])
            vm.store.set(owner.cells, "items", TupleValue(tuple(changed)))
        else:
            vm.store.set(owner.cells, "items", vm.unknown("list"))
        return NONE
    if name in ("pop", "popleft"):

        def pop(items: Value) -> Value:
            if isinstance(items, TupleValue):
                if not items.items:
                    vm.throw("IndexError", "pop from empty list")
                index = vm.resolve(args[0]) if args else Const(0 if name == "popleft" else -1)
                if isinstance(index, Const) and isinstance(index.value, int):
                    changed = list(items.items)
                    if -len(changed) <= index.value < len(changed):
                        found = changed.pop(index.value)
                        vm.store.set(owner.cells, "items", TupleValue(tuple(changed)))
                        return found
            vm.store.set(owner.cells, "items", vm.unknown("list"))
            return vm.unknown("popped")

        return vm.split(owner.cells["items"], pop)
    if name == "copy":
        return vm.split(owner.cells["items"], lambda items: ListObject(items, owner.kind))
    if name in ("remove", "sort", "reverse", "discard", "rotate", "appendleft", "extendleft"):
        items = known_items(vm, owner)
        if name == "reverse" and items is not None:
            vm.store.set(owner.cells, "items", TupleValue(tuple(reversed(items))))
        elif name == "appendleft" and items is not None and args:
            vm.store.set(owner.cells, "items", TupleValue((args[0], *items)))
        elif name == "sort" and items is not None:
            vm.store.set(owner.cells, "items", iterators.in_order(vm, items, kwargs, node))
        elif name in ("remove", "discard") and items is not None and args:
            _remove(vm, owner, items, args[0], name, node)
        else:
            vm.store.set(owner.cells, "items", vm.unknown("list"))
        return NONE
    if name in ("union", "intersection", "difference", "symmetric_difference") and len(args) == 1:
        op = {"union": "|", "intersection": "&", "difference": "-"}.get(name, "^")
        return set_operation(vm, op, owner, args[0])
    if name in ("index", "count") and args:
        items = known_items(vm, owner)
        keys = [vm.key(vm.resolve(item)) for item in items or ()]
        if items is not None and not any(isinstance(vm.resolve(item), Unknown) for item in items):
            key = vm.key(vm.resolve(args[0]))
            if name == "index" and key not in keys:
                vm.throw("ValueError", "is not in list")
            return Const(keys.index(key) if name == "index" else keys.count(key))
    return vm.unknown(f"list.{name}")


def _remove(vm: Machine, owner: ListObject, items: tuple[Value, ...], item: Value, name: str, node: nodes.Node) -> None:
    key = vm.key(vm.resolve(item))
    for index, candidate in enumerate(items):
        if vm.key(vm.resolve(candidate)) == key:
            vm.store.set(owner.cells, "items", TupleValue(items[:index] + items[index + 1 :]))
            return
    values = (item, *items)
    if any(isinstance(vm.resolve(value), Unknown) for value in values):
        vm.store.set(owner.cells, "items", vm.unknown("list"))
    elif name == "remove":
        vm.throw("KeyError" if owner.kind == "set" else "ValueError", "not in list")


def _dict_method(
    vm: Machine,
    owner: DictObject,
    name: str,
    args: tuple[Value, ...],
    kwargs: dict[str, Value],
    node: nodes.Node,
) -> Value:
    default = args[1] if len(args) > 1 else NONE
    if name == "get" and args:
        return dict_get(vm, owner, args[0], lambda: default)
    if name == "setdefault" and args:

        def insert() -> Value:
            set_item(vm, owner, args[0], default, node)
            return default

        return dict_get(vm, owner, args[0], insert)
    if name == "pop" and args:
        found = dict_get(vm, owner, args[0], lambda: default if len(args) > 1 else _missing(vm, owner, args[0], node))
        delete_item(vm, owner, args[0])
        return found
    if name == "update":
        if args:
            update_dict(vm, owner, args[0])
        for key, value in kwargs.items():
            set_item(vm, owner, Const(key), value, node)
        return NONE
    if name == "clear":
        for known in owner.keys:
            vm.store.set(owner.cells, owner.slot(known), ABSENT)
        vm.store.set(owner.cells, OPEN, FALSE)
        return NONE
    if name == "copy":
        copy = DictObject(owner.kind)
        update_dict(vm, copy, owner)
        return copy
    keys = _known_keys(vm, owner)
    if name in ("keys", "values", "items", "__iter__") and keys is not None:
        pairs: list[Value] = []
        for each in keys:
            entry = owner.cells[owner.slot(vm.key(each))]
            if name == "values":
                pairs.append(entry)
            else:
                pairs.append(TupleValue((each, entry)) if name == "items" else each)
        return ListObject(TupleValue(tuple(pairs)))
    if name == "popitem" and keys is not None:
        if not keys:
            vm.throw("KeyError", "popitem(): dictionary is empty")
        last = keys[-1]
        entry = owner.cells[owner.slot(vm.key(last))]
        delete_item(vm, owner, last)
        return TupleValue((last, entry))
    if name == "__contains__" and args:
        return dict_get_presence(vm, owner, args[0])
    return vm.derive(f"dict.{name}", owner)


def length(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """``len(value)`` for a resolved value."""
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return Const(len(value.value))
    if isinstance(value, (Tensor, Variable)):
        return tensors.length(vm, value, node)
    items = known_items(vm, value)
    if items is not None:
        return Const(len(items))
    if isinstance(value, ListObject):
        return vm.split(
            value.cells["items"],
            lambda found: Const(len(found.items)) if isinstance(found, TupleValue) else vm.derive("len", found),
        )
    if isinstance(value, Instance):
        found = objects.special(vm, value, "__len__", (), node)
        if found is not None:
            return found
    return vm.derive("len", value)


def is_callable(value: Value) -> Value | None:
    """``callable(value)`` where it is certain."""
    if isinstance(value, (FunctionObject, BoundMethod, ClassObject)):
        return TRUE
    if isinstance(value, Ref) and value.name.startswith("builtins."):
        return TRUE
    if isinstance(value, (Const, TupleValue, ListObject, DictObject, Tensor, Variable)):
        return FALSE
    return None
