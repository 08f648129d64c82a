"""Evaluation of expressions."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from initscope_lint.interpreter import (
    autograph,
    calls,
    containers,
    iterators,
    names,
    objects,
    plain,
    statements,
    tensors,
)
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Frame, Machine, Signal, Way
from initscope_lint.interpreter.operators import BINARY, COMPARISONS
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundMethod,
    ClassObject,
    Const,
    DictObject,
    FunctionObject,
    Generator,
    HeapObject,
    Instance,
    Ite,
    ListObject,
    Locals,
    Position,
    SliceValue,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    Variable,
)
from initscope_lint.ir import nodes


def evaluate(vm: Machine, node: nodes.Expr) -> Value:
    """The value of an expression in the machine's current frame."""
    return _EVALUATE[type(node)](vm, node)


def truth(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """The truth of a value: a Const, an Unknown (its atom) or an Ite of those."""
    value = vm.resolve(value)
    if isinstance(value, Const):
        return TRUE if value.value else FALSE
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (Tensor, Variable)):
        return tensors.truth(vm, value, node)
    if isinstance(value, TupleValue):
        return TRUE if value.items else FALSE
    if isinstance(value, ListObject):
        items = value.cells["items"]
        return vm.split(
            items,
            lambda item: (
                (TRUE if item.items else FALSE) if isinstance(item, TupleValue) else vm.derive("nonempty", item)
            ),
        )
    if isinstance(value, DictObject):
        return containers.dict_truth(vm, value)
    if isinstance(value, Instance):
        return TRUE if tensors.is_undefined(value) else objects.instance_truth(vm, value, node)
    if isinstance(value, Ite):
        found = vm.mapped(value, plain.truth)
        return vm.split(value, lambda item: truth(vm, item, node)) if found is None else found
    return TRUE


def negate(vm: Machine, value: Value) -> Value:
    """``not`` of a truth."""
    value = vm.resolve(value)
    if isinstance(value, Const):
        return FALSE if value.value else TRUE
    if isinstance(value, Unknown):
        return vm.choice(value, FALSE, TRUE)
    found = vm.mapped(value, lambda item: negate(vm, item) if isinstance(item, (Const, Unknown)) else None)
    return vm.split(value, lambda item: negate(vm, item)) if found is None else found


def test(vm: Machine, node: nodes.Expr, then: Callable[[], Value], other: Callable[[], Value]) -> Value:
    """Run ``then`` where the expression is true, else ``other``."""
    return vm.branch(condition(vm, node), then, other)


def condition(vm: Machine, node: nodes.Expr) -> Value:
    """The truth of an expression; ``and``, ``or`` and ``not`` short-circuit."""
    if isinstance(node, nodes.Unary) and node.op == "not":
        return negate(vm, condition(vm, node.operand))
    if isinstance(node, nodes.BoolOp):
        left = condition(vm, node.left)
        if node.op == "and":
            return vm.branch(left, lambda: condition(vm, node.right), lambda: FALSE)
        return vm.branch(left, lambda: TRUE, lambda: condition(vm, node.right))
    return truth(vm, evaluate(vm, node), node)


# --- one function a node ---------------------------------------------------------------------------


def _const(vm: Machine, node: nodes.Const) -> Value:
    if node.is_ellipsis:
        return Const(...)
    return Const(node.value)


def _name(vm: Machine, node: nodes.Name) -> Value:
    return names.lookup(vm, node)


def _attribute(vm: Machine, node: nodes.Attribute) -> Value:
    value = vm.resolve(evaluate(vm, node.value))
    if isinstance(value, Ite):
        found = vm.mapped(value, lambda item: plain.attribute(vm, item, node.attr, node))
        if found is not None:
            return found
    return vm.split(value, lambda item: objects.get_attribute(vm, item, node.attr, node))


def _subscript(vm: Machine, node: nodes.Subscript) -> Value:
    value = vm.resolve(evaluate(vm, node.value))
    index = vm.resolve(evaluate(vm, node.index))
    if isinstance(value, Ite) and not isinstance(index, Ite):
        found = vm.mapped(value, lambda item: plain.item(vm, (item, index), node))
        if found is not None:
            return found
    return vm.split_all((value, index), lambda both: containers.get_item(vm, both[0], both[1], node))


def _slice(vm: Machine, node: nodes.Slice) -> Value:
    lower, upper, step = (NONE if part is None else evaluate(vm, part) for part in (node.lower, node.upper, node.step))
    return SliceValue((lower, upper, step))


def _call(vm: Machine, node: nodes.Call) -> Value:
    vm.step()
    function = evaluate(vm, node.func)
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    rest = False
    for argument in node.args:
        value = evaluate(vm, argument.value)
        if argument.star == 1:
            items = containers.known_items(vm, value)
            if items is None:
                rest = True
            else:
                args.extend(items)
        elif argument.star == 2:
            entries = containers.known_entries(vm, value)
            if entries is None:
                rest = True
            else:
                kwargs.update(entries)
        elif argument.name is not None:
            kwargs[argument.name] = value
        else:
            args.append(value)
    arguments = Arguments(tuple(args), kwargs, rest)
    return vm.split(function, lambda callee: calls.call(vm, callee, arguments, node))


def _bool_op(vm: Machine, node: nodes.BoolOp) -> Value:
    left = evaluate(vm, node.left)

    def decide(value: Value) -> Value:
        if node.op == "and":
            return vm.branch(truth(vm, value, node.left), lambda: evaluate(vm, node.right), lambda: value)
        return vm.branch(truth(vm, value, node.left), lambda: value, lambda: evaluate(vm, node.right))

    return vm.split(left, decide)


def _unary(vm: Machine, node: nodes.Unary) -> Value:
    if node.op == "not":
        return _logical(vm, node) if tensors.autograph(vm) else negate(vm, condition(vm, node.operand))

    def apply(value: Value) -> Value:
        if isinstance(value, Const) and isinstance(value.value, (int, float)):
            if node.op == "-":
                return Const(-value.value)
            if node.op == "+":
                return Const(+value.value)
            if isinstance(value.value, int):
                return Const(~value.value)
        if tensors.is_tensor_like(value):
            return tensors.operation(vm, (value,), node, f"unary {node.op}")
        return vm.derive(node.op, value)

    return vm.split(evaluate(vm, node.operand), apply)


def _binary(vm: Machine, node: nodes.Binary) -> Value:
    left = evaluate(vm, node.left)
    right = evaluate(vm, node.right)
    return vm.split_all((left, right), lambda both: binary(vm, node.op, both[0], both[1], node))


def binary(vm: Machine, op: str, left: Value, right: Value, node: nodes.Node) -> Value:
    """``left op right`` for resolved values."""
    if tensors.is_undefined(left) or tensors.is_undefined(right):
        vm.throw("TypeError", f"unsupported operand type(s) for {op}: 'Undefined'")
    if isinstance(left, Const) and isinstance(right, Const):
        return _fold(vm, op, left, right)
    if tensors.is_tensor_like(left) or tensors.is_tensor_like(right):
        return tensors.operation(vm, (left, right), node, op, elementwise=True)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue) and op == "+":
        return _joined(vm, left.items, right.items)
    if isinstance(left, ListObject) and left.kind == "set":
        return containers.set_operation(vm, op, left, right)
    if isinstance(left, ListObject) and op == "+":
        a, b = containers.known_items(vm, left), containers.known_items(vm, right)
        if a is not None and b is not None:
            return ListObject(_joined(vm, a, b))
    if isinstance(left, Const) and isinstance(left.value, str) and op == "%":
        return formatted(vm, left.value, right)
    if isinstance(left, (ListObject, TupleValue)) and op == "*" and isinstance(right, Const):
        items = containers.known_items(vm, left)
        if items is not None and isinstance(right.value, int) and len(items) * right.value <= 64:
            repeated = TupleValue(tuple(items) * right.value)
            return repeated if isinstance(left, TupleValue) else ListObject(repeated)
    if isinstance(left, Instance):
        found = objects.special(vm, left, _SPECIAL.get(op, ""), (right,), node)
        if found is not None:
            return found
    if isinstance(left, Unknown) and left.tensor_of is not None:
        return tensors.operation(vm, (left, right), node, op, elementwise=True)
    if isinstance(right, Unknown) and right.tensor_of is not None and not isinstance(left, Const):
        return tensors.operation(vm, (left, right), node, op, elementwise=True)
    if isinstance(left, HeapObject) or isinstance(right, HeapObject):
        return vm.unknown(f"result of {op}")
    return vm.derive(op, left, right)


def _joined(vm: Machine, left: tuple[Value, ...], right: tuple[Value, ...]) -> Value:
    """The items of two sequences, one after the other."""
    if len(left) + len(right) > containers.VAST:
        return vm.unknown("items of a sum")
    return TupleValue((*left, *right))


_SPECIAL = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "@": "__matmul__",
    "//": "__floordiv__",
    "%": "__mod__",
    "**": "__pow__",
    "|": "__or__",
    "&": "__and__",
    ">>": "__rshift__",
    "<<": "__lshift__",
}


def formatted(vm: Machine, text: str | bytes, right: Value) -> Value:
    """``text % right``."""
    values = right.items if isinstance(right, TupleValue) else (right,)
    plain = [item.value for item in map(vm.resolve, values) if isinstance(item, Const)]
    if len(plain) == len(values):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            if not containers.is_wide(text):
                return Const(text % (tuple(plain) if isinstance(right, TupleValue) else plain[0]))
    return vm.spell(("%", text), "%", right)


_BITS = 4096
"""Numbers that have more bits together are not reckoned with."""


def _fold(vm: Machine, op: str, left: Const, right: Const) -> Value:
    a, b = left.value, right.value
    if op == "%" and isinstance(a, (str, bytes)):
        return formatted(vm, a, right)
    numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
    if op in ("**", "<<") and numbers and (abs(a) > 1e6 or abs(b) > 64):
        return vm.derive(op, left, right)
    if op == "*" and not numbers and ((isinstance(a, int) and a > 1000) or (isinstance(b, int) and b > 1000)):
        return vm.derive(op, left, right)
    if isinstance(a, int) and isinstance(b, int) and a.bit_length() + b.bit_length() > _BITS:
        return vm.derive(op, left, right)
    try:
        result = BINARY[op](a, b)
    except ZeroDivisionError:
        vm.throw("ZeroDivisionError")
    except (TypeError, ValueError, OverflowError, KeyError):
        return vm.derive(op, left, right)
    if isinstance(result, complex) or (isinstance(result, (str, bytes)) and len(result) > containers.MAX_TEXT):
        return vm.derive(op, left, right)
    return Const(result)


_IDENTITY = ("is", "is not")


def _compare(vm: Machine, node: nodes.Compare) -> Value:
    left = evaluate(vm, node.left)

    def link(index: int, left: Value) -> Value:
        op = node.ops[index]
        left, right = vm.resolve(left), vm.resolve(evaluate(vm, node.rights[index]))
        result: Value | None = None
        if isinstance(left, Ite) and not isinstance(right, Ite) and (op in _IDENTITY or isinstance(right, Const)):
            result = vm.mapped(
                left,
                lambda item: (
                    compare(vm, op, item, right, node)
                    if op in _IDENTITY or (isinstance(item, Const) and op in COMPARISONS)
                    else None
                ),
            )
        if result is None:
            result = vm.split_all((left, right), lambda both: compare(vm, op, both[0], both[1], node))
        if index + 1 == len(node.ops):
            return result
        return vm.split(
            result,
            lambda value: vm.branch(truth(vm, value, node), lambda: link(index + 1, right), lambda: FALSE),
        )

    return link(0, left)


def compare_order(vm: Machine, items: Sequence[Value], node: nodes.Node) -> None:
    """Put items in an order, as ``sorted`` and ``max`` do: the truth of their comparisons is asked for."""
    for left, right in itertools.pairwise(map(vm.resolve, items)):
        if isinstance(left, Tensor) or isinstance(right, Tensor):
            truth(vm, compare(vm, "<", left, right, node), node)


def compare(vm: Machine, op: str, left: Value, right: Value, node: nodes.Node) -> Value:
    """``left op right`` for resolved values."""
    if op in _IDENTITY:
        found = _identical(vm, left, right)
        return found if op == "is" else negate(vm, found)
    if op in ("in", "not in"):
        found = vm.split(containers.contains(vm, right, left, node), lambda value: truth(vm, value, node))
        return found if op == "in" else negate(vm, found)
    if isinstance(left, Const) and isinstance(right, Const):
        try:
            return TRUE if COMPARISONS[op](left.value, right.value) else FALSE
        except TypeError:
            return vm.derive(op, left, right)
    if op not in ("==", "!=") and (tensors.is_undefined(left) or tensors.is_undefined(right)):
        vm.throw("TypeError", f"{op} not supported between instances of 'Undefined'")
    symbolic = [side for side in (left, right) if tensors.is_tensor_like(side)]
    if symbolic and (op not in ("==", "!=") or tensors.compares_by_value(vm, symbolic[0])):
        if op in ("==", "!=") and any(isinstance(side, Const) and side.value is None for side in (left, right)):
            return FALSE if op == "==" else TRUE
        return tensors.operation(vm, (left, right), node, op, elementwise=True)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue) and op in ("==", "!="):
        found = _tuples_equal(vm, left, right, node)
        return found if op == "==" else negate(vm, found)
    if isinstance(left, Instance) and op in ("==", "!="):
        special = objects.special(vm, left, "__eq__", (right,), node)
        if special is not None:
            return special if op == "==" else negate(vm, truth(vm, special, node))
    if op in ("==", "!=") and not isinstance(left, Unknown) and not isinstance(right, Unknown):
        if vm.key(left) == vm.key(right):
            return TRUE if op == "==" else FALSE
        if (isinstance(left, Const) and left.value is None) or (isinstance(right, Const) and right.value is None):
            return FALSE if op == "==" else TRUE
        equal = _content_equal(vm, left, right, node)
        if equal is not None:
            return equal if op == "==" else negate(vm, equal)
    if op == "!=":
        return negate(vm, vm.derive("==", left, right))
    return vm.derive(op, left, right)


def _give(value: Value) -> Value:
    return value


_OBJECTS = (Const, TupleValue, ListObject, DictObject, ClassObject, FunctionObject, BoundMethod, Instance)


def _content_equal(vm: Machine, left: Value, right: Value, node: nodes.Node) -> Value | None:
    """Whether two objects that are not the same are equal; None where a class from outside the program decides."""
    if isinstance(left, ListObject) and isinstance(right, ListObject) and left.kind == right.kind:
        both = containers.known_items(vm, left), containers.known_items(vm, right)
        if both[0] is None or both[1] is None:
            return None
        if left.kind == "set":
            same = {vm.key(vm.resolve(item)) for item in both[0]} == {vm.key(vm.resolve(item)) for item in both[1]}
            return TRUE if same else FALSE
        return _tuples_equal(vm, TupleValue(both[0]), TupleValue(both[1]), node)
    if isinstance(left, DictObject) and isinstance(right, DictObject):
        return containers.dicts_equal(vm, left, right, lambda a, b: compare(vm, "==", a, b, node), node)
    if isinstance(left, _OBJECTS) and isinstance(right, _OBJECTS):
        return None if any(objects.may_define(side, "__eq__") for side in (left, right)) else FALSE
    return None


def _tuples_equal(vm: Machine, left: TupleValue, right: TupleValue, node: nodes.Node) -> Value:
    if len(left.items) != len(right.items):
        return FALSE
    result: Value = TRUE
    for a, b in zip(left.items, right.items, strict=True):
        item = vm.split_all((a, b), lambda both: truth(vm, compare(vm, "==", both[0], both[1], node), node))
        if isinstance(item, Const):
            if not item.value:
                return FALSE
            continue
        result = vm.branch(item, functools.partial(_give, result), lambda: FALSE)
    return result


def _identical(vm: Machine, left: Value, right: Value) -> Value:
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if left is right:
            return TRUE
        unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
        assert isinstance(unknown, Unknown)
        if isinstance(other, Const) and other.value is None and unknown.tensor_of is not None:
            return vm.derive("is", unknown, other)
        return vm.derive("is", unknown, other)
    if isinstance(left, Const) and isinstance(right, Const):
        return TRUE if left.same(right) else FALSE
    return TRUE if vm.key(left) == vm.key(right) else FALSE


def _if_exp(vm: Machine, node: nodes.IfExp) -> Value:
    value = evaluate_condition(vm, node.test)
    if tensors.converts_branches(vm, value):
        return autograph.converted_conditional(
            vm, value, lambda: evaluate(vm, node.body), lambda: evaluate(vm, node.orelse), node
        )
    return vm.branch(value, lambda: evaluate(vm, node.body), lambda: evaluate(vm, node.orelse))


def evaluate_condition(vm: Machine, node: nodes.Expr) -> Value:
    """The truth of a condition, or the tensor itself where AutoGraph converts the statement."""
    if tensors.autograph(vm):
        value = vm.resolve(_logical(vm, node))
        if tensors.converts_branches(vm, value):
            return value
        return truth(vm, value, node)
    return condition(vm, node)


def _logical(vm: Machine, node: nodes.Expr) -> Value:
    """A condition as AutoGraph evaluates it: ``not``, ``and``, ``or`` of tensors are tensors."""
    if isinstance(node, nodes.Unary) and node.op == "not":
        value = vm.resolve(_logical(vm, node.operand))
        if tensors.converts_branches(vm, value):
            return tensors.operation(vm, (value,), node, "tf.math.logical_not")
        return negate(vm, truth(vm, value, node))
    if isinstance(node, nodes.BoolOp):
        left = vm.resolve(_logical(vm, node.left))
        if tensors.converts_branches(vm, left):
            right = vm.resolve(_logical(vm, node.right))
            return tensors.operation(vm, (left, right), node, f"tf.math.logical_{node.op}")
        left = truth(vm, left, node.left)
        if node.op == "and":
            return vm.branch(left, lambda: _logical(vm, node.right), lambda: FALSE)
        return vm.branch(left, lambda: TRUE, lambda: _logical(vm, node.right))
    return evaluate(vm, node)


def _display(vm: Machine, elts: tuple[nodes.Expr, ...]) -> Value:
    items: list[Value] = []
    for elt in elts:
        if isinstance(elt, nodes.Starred):
            inner = containers.known_items(vm, evaluate(vm, elt.value))
            if inner is None:
                return vm.unknown("items of a display")
            items.extend(inner)
        else:
            items.append(evaluate(vm, elt))
    return vm.unknown("items of a display") if containers.is_vast(items) else TupleValue(tuple(items))


def _tuple(vm: Machine, node: nodes.Tuple) -> Value:
    return _display(vm, node.elts)


def _list(vm: Machine, node: nodes.List) -> Value:
    return ListObject(_display(vm, node.elts))


def _set(vm: Machine, node: nodes.Set) -> Value:
    return ListObject(_display(vm, node.elts), "set")


def _dict(vm: Machine, node: nodes.Dict) -> Value:
    found = DictObject()
    for item in node.items:
        value = evaluate(vm, item.value)
        if item.key is None:
            containers.update_dict(vm, found, value)
        else:
            containers.set_item(vm, found, evaluate(vm, item.key), value, node)
    return found


def _comprehension(vm: Machine, node: nodes.Comprehension) -> Value:
    assert vm.frame is not None
    outer = vm.frame
    bound = frozenset(name for clause in node.fors for name in _targets(clause.target))
    cells = Locals()
    inner = Frame(outer.module, cells, outer, outer.function, bound)
    inner.owner, inner.first, inner.transparent = outer.owner, outer.first, True
    kind = {"set": "set", "generator": "iterator"}.get(node.kind, "list")
    result: Value = DictObject() if node.kind == "dict" else ListObject(TupleValue(()), kind)

    def run(index: int) -> Value:
        if index == len(node.fors):
            value = evaluate(vm, node.elt)
            if isinstance(result, DictObject):
                assert node.key is not None
                containers.set_item(vm, result, evaluate(vm, node.key), value, node)
            else:
                containers.append(vm, result, value)
            return NONE
        clause = node.fors[index]
        if index:
            iterable = evaluate(vm, clause.iter)
        else:
            vm.frame = outer
            iterable = evaluate(vm, clause.iter)
            vm.frame = inner

        def body(item: Value) -> Value:
            vm.step()
            names.assign(vm, clause.target, item)

            def filtered(position: int) -> Value:
                if position == len(clause.ifs):
                    return run(index + 1)
                return test(vm, clause.ifs[position], lambda: filtered(position + 1), lambda: NONE)

            return filtered(0)

        return statements.iterate(vm, iterable, body, lambda: NONE, node)

    vm.frame = inner
    before = len(vm.functions)
    try:
        run(0)
    finally:
        vm.frame = outer
        cells.dead = len(vm.functions) == before  # else one of them may be in there, and keep the names
    return result


def _targets(node: nodes.Expr) -> list[str]:
    if isinstance(node, nodes.Name):
        return [node.id]
    if isinstance(node, (nodes.Tuple, nodes.List)):
        return [name for elt in node.elts for name in _targets(elt)]
    if isinstance(node, nodes.Starred):
        return _targets(node.value)
    return []


_PLAIN = (str, int, float, bool, type(None))
_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"": lambda value: value, "r": repr, "s": str, "a": ascii}


def _joined_str(vm: Machine, node: nodes.JoinedStr) -> Value:
    parts = [vm.resolve(evaluate(vm, value)) for value in node.values]
    known = [part.value for part in parts if isinstance(part, Const) and isinstance(part.value, str)]
    if len(known) == len(parts):
        return Const("".join(known))
    how = tuple((part.value,) if isinstance(part, Const) else "{}" for part in parts)
    text = vm.spell(("f-string", how), "f-string", *(part for part in parts if not isinstance(part, Const)))
    first, last = parts[0], parts[-1]
    vm.affixes[text.uid] = (
        str(first.value) if isinstance(first, Const) else "",
        str(last.value) if isinstance(last, Const) else "",
    )
    return text


def _formatted_value(vm: Machine, node: nodes.FormattedValue) -> Value:
    value = vm.resolve(evaluate(vm, node.value))
    spec = vm.resolve(evaluate(vm, node.spec)) if node.spec is not None else Const("")
    if isinstance(value, Const) and isinstance(value.value, _PLAIN) and isinstance(spec, Const):
        convert = _CONVERSIONS[node.conversion]
        if not containers.is_wide(spec.value):
            with contextlib.suppress(TypeError, ValueError, OverflowError):
                return Const(format(convert(value.value), spec.value))
    how = spec.value if isinstance(spec, Const) else "{}"
    return vm.spell(("format", node.conversion, how), "format", value, spec)


def _lambda(vm: Machine, node: nodes.Lambda) -> Value:
    return make_function(vm, node.function)


def make_function(vm: Machine, node: nodes.FunctionDef) -> FunctionObject:
    """The function object of a ``def`` or lambda, defaults evaluated in the current frame."""
    assert vm.frame is not None
    defaults = {param.name: evaluate(vm, param.default) for param in node.params if param.default is not None}
    function = FunctionObject(node, vm.frame, vm.frame.module, defaults, vm.frame.owner, vm.autograph)
    vm.functions.append(function)
    return function


def _await(vm: Machine, node: nodes.Await) -> Value:
    return evaluate(vm, node.value)


def _yield(vm: Machine, node: nodes.Yield) -> Value:
    frame = vm.frame
    assert frame is not None
    if frame.resume:
        mark = frame.resume.pop()
        assert mark is _YIELDED
        if frame.injected is not None:
            raise Signal(Way.RAISE, frame.injected)
        sent, frame.sent = frame.sent, NONE
        return sent
    value = NONE if node.value is None else evaluate(vm, node.value)
    if frame.generator is None:
        return NONE
    vm.yielded = vm.site(node)
    raise Signal(Way.SUSPEND, TupleValue((value, Position((*frame.position, _YIELDED)))))


_YIELDED = object()


def _yield_from(vm: Machine, node: nodes.YieldFrom) -> Value:
    frame = vm.frame
    assert frame is not None
    if frame.resume:
        source = frame.resume.pop()
        if frame.injected is not None:
            raise Signal(Way.RAISE, frame.injected)
    else:
        source = iterators.iterator(vm, evaluate(vm, node.value), node)
    following = statements.following(vm, source, node)
    if following is None or frame.generator is None:
        return vm.unknown("yield from")

    def step(item: Value) -> Value:
        if item is ABSENT:
            return source.cells.get("value", NONE) if isinstance(source, Generator) else NONE
        vm.yielded = vm.site(node)
        raise Signal(Way.SUSPEND, TupleValue((item, Position((*frame.position, source)))))

    return vm.split(following(), step)


def _named(vm: Machine, node: nodes.NamedExpr) -> Value:
    value = evaluate(vm, node.value)
    names.assign(vm, node.target, value)
    return value


def _starred(vm: Machine, node: nodes.Starred) -> Value:
    return evaluate(vm, node.value)


def _opaque(vm: Machine, node: nodes.Opaque) -> Value:
    for part in node.parts:
        evaluate(vm, part)
    return vm.unknown("expression")


_EVALUATE: dict[type, Callable[[Machine, Any], Value]] = {
    nodes.Const: _const,
    nodes.Name: _name,
    nodes.Attribute: _attribute,
    nodes.Subscript: _subscript,
    nodes.Slice: _slice,
    nodes.Call: _call,
    nodes.BoolOp: _bool_op,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Compare: _compare,
    nodes.IfExp: _if_exp,
    nodes.Starred: _starred,
    nodes.Tuple: _tuple,
    nodes.List: _list,
    nodes.Set: _set,
    nodes.Dict: _dict,
    nodes.Comprehension: _comprehension,
    nodes.FormattedValue: _formatted_value,
    nodes.JoinedStr: _joined_str,
    nodes.Lambda: _lambda,
    nodes.Await: _await,
    nodes.Yield: _yield,
    nodes.YieldFrom: _yield_from,
    nodes.NamedExpr: _named,
    nodes.Opaque: _opaque,
}

__all__ = [
    "binary",
    "compare",
    "condition",
    "evaluate",
    "evaluate_condition",
    "make_function",
    "negate",
    "test",
    "truth",
]
