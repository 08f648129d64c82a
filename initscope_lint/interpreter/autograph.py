"""Control flow that AutoGraph makes of Python's where it depends on tensors (``autograph.operators.control_flow``).

What the blocks assign is its state: local names, and parts of objects that are there before (``self.x``, ``d["x"]``).
Numbers among it become tensors, where the state goes into a block and where it comes out. In 1.15 elements are state of
conditionals, not of loops.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from initscope_lint.interpreter import containers, names, objects, tensors
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.values import (
    FALSE,
    NONE,
    ClassObject,
    Const,
    Dataset,
    DictObject,
    ExceptionValue,
    Instance,
    ListObject,
    Tensor,
    Unknown,
    Value,
    Variable,
    fresh_id,
)
from initscope_lint.ir import nodes, targets
from initscope_lint.semantics.context import Graph, Kind

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Frame, Machine


def loop(
    vm: Machine,
    iterable: Value,
    body: Callable[[Value], Value],
    orelse: Callable[[], Value],
    node: nodes.Node,
    unrolled: Callable[[Value], Value],
) -> Value:
    """``for`` over a tensor, variable or dataset."""
    converted = tensors.autograph(vm) and isinstance(node, nodes.For)
    stack = vm.stack
    if isinstance(iterable, Dataset):
        element = tensors.element_of(vm, iterable.element, None, node)
        if stack.graph is not None and not converted:
            tensors.refuse_iteration(vm, node)
        if isinstance(node, nodes.For) and converted and stack.graph is not None:
            converted_loop(
                vm, lambda: body(tensors.element_of(vm, iterable.element, vm.stack.graph, node)), node, Kind.FUNCTION
            )
            return orelse()
        return unrolled(element)
    if isinstance(iterable, Unknown):
        return unrolled(vm.derive("element", iterable))
    if tensors.graph_of(iterable) is not None and isinstance(iterable, Tensor):
        if not isinstance(node, nodes.For) or not converted:
            tensors.iterate(vm, iterable, node)
            return unrolled(tensors.operation(vm, (iterable,), node, "loop element"))
        converted_loop(vm, lambda: body(tensors.operation(vm, (iterable,), node, "loop element")), node)
        return orelse()
    element = Tensor(fresh_id(), None, vm.site(node), "an element")
    return unrolled(element)


def converted_if(
    vm: Machine, value: Value, then: Callable[[], Value], other: Callable[[], Value], node: nodes.If
) -> None:
    """``if tensor:`` under AutoGraph: both arms are traced, each in a graph of its own."""
    frame = vm.frame
    assert frame is not None
    tensors.operation(vm, (value,), node, "if")
    parts = _parts(vm, node)
    ends: list[tuple[Way, Value]] = []
    changes: list[dict[Hashable, Value]] = []
    before = _snapshot(vm, frame, parts)

    def arm(run: Callable[[], Value]) -> None:
        def body() -> Value:
            with tensors.branch_context(vm, "if", node):
                return run()

        def after(way: Way, result: Value) -> Value:
            if way is Way.RAISE:
                raise Signal(way, result)
            ends.append((way, result))
            return NONE

        vm.protect(body, after)
        now = _snapshot(vm, frame, parts)
        changes.append({key: found for key, found in now.items() if found is not before.get(key)})
        for key in changes[-1]:
            if key in before:
                _set(vm, frame, key, before[key])

    arm(then)
    arm(other)
    for key in {**changes[0], **changes[1]}:
        if not all(key in change for change in changes):
            _carry_in(vm, before.get(key, NONE), node)
        found = [vm.resolve(change.get(key, before.get(key, NONE))) for change in changes]
        if all(isinstance(item, Tensor) or tensors.is_number(item) for item in found):
            result = tensors.merged(vm, found, node)
        else:
            made = [change[key] for change in changes if key in change]
            result = next((item for item in reversed(made) if isinstance(vm.resolve(item), Tensor)), made[0])
            result = tensors.outward(vm, result, node)
        _set(vm, frame, key, result)
    if len(ends) >= 2 and all(way is Way.RETURN for way, _ in ends):
        raise Signal(Way.RETURN, tensors.merged(vm, [result for _, result in ends], node))


def converted_conditional(
    vm: Machine, value: Value, then: Callable[[], Value], other: Callable[[], Value], node: nodes.Node
) -> Value:
    """A conditional expression on a tensor under AutoGraph."""
    tensors.operation(vm, (value,), node, "if")
    with tensors.branch_context(vm, "if", node):
        left = then()
    with tensors.branch_context(vm, "if", node):
        right = other()
    return tensors.merged(vm, [left, right], node)


def converted_loop(
    vm: Machine, run: Callable[[], Value], node: nodes.For | nodes.While, kind: Kind = Kind.BRANCH
) -> None:
    """A loop on tensors under AutoGraph: its body is traced once, in a graph of its own.

    The body of a loop over a dataset is a function of the dataset (``Dataset.scan``, ``Dataset.reduce``).
    """
    frame = vm.frame
    assert frame is not None
    staged = kind is Kind.BRANCH and not vm.tf1
    parts = [part for part in _parts(vm, node, missing=staged) if isinstance(part.node, nodes.Attribute) or not vm.tf1]
    before = _snapshot(vm, frame, parts)
    assigned: tuple[Hashable, ...] = (*targets.assigned(node)[0], *parts)
    state = [key for key in assigned if _varies(vm, vm.resolve(before.get(key, NONE)))]
    undefined = [key for key in assigned if key in before and _is_undefined(vm, before[key])] if staged else []
    if undefined:
        state += _stage(vm, frame, run, parts, before, state, undefined, node)

    def body() -> Value:
        with tensors.branch_context(vm, "loop", node, kind=kind):
            for key in state:
                _set(vm, frame, key, _loop_variable(vm, before[key], node))
            return run()

    def after(way: Way, result: Value) -> Value:
        if way is Way.RAISE:
            raise Signal(way, result)
        return NONE

    vm.protect(body, after)
    for part in parts:
        _carry_in(vm, before[part], node)
    for key, now in _snapshot(vm, frame, parts).items():
        if key in state and tensors.is_number(vm.resolve(now)):
            _set(vm, frame, key, tensors.merged(vm, [now], node))
        # A loop variable may be a structure that the loop has changed, and bound again.
        elif before.get(key) is not now or isinstance(now, DictObject):
            _set(vm, frame, key, tensors.outward(vm, now, node))


def _stage(
    vm: Machine,
    frame: Frame,
    run: Callable[[], Value],
    parts: Sequence[_Part],
    before: dict[Hashable, Value],
    state: Sequence[Hashable],
    undefined: Sequence[Hashable],
    node: nodes.For | nodes.While,
) -> list[Hashable]:
    """Try the body of a loop whose state is not there yet, or None, to see what it will be
    (``control_flow._try_handling_undefineds``). Gives what of it becomes a tensor; raises where it stays undefined."""
    outside = vm.stack
    around = outside.graph
    assert around is not None
    graph = Graph(Kind.FUNCTION, "tmp", True, vm.site(node), around.creators, around, own_creators=outside.own_creators)
    vm.keep.append(graph)
    nothing = Instance(tensors.UNDEFINED, vm.site(node))
    missing = [key for key in undefined if isinstance(key, _Part) and key.missing(vm)]

    def body() -> Value:
        vm.stack = outside.enter_graph(graph, vm.site(node))
        for key in state:
            _set(vm, frame, key, _loop_variable(vm, before[key], node))
        for part in missing:
            part.set(vm, nothing)
        return run()

    def after(way: Way, value: Value) -> Value:
        vm.stack = outside
        now = _snapshot(vm, frame, parts)
        for key in (*state, *undefined):
            _set(vm, frame, key, before[key])
        if way is Way.RAISE and isinstance(value, ExceptionValue) and value.failure is not None:
            raise Signal(way, value)  # it is part of the message
        if way is Way.RAISE or any(_is_undefined(vm, now[key]) for key in undefined):
            for part in missing:
                part.set(vm, nothing)  # and there it stays
            vm.throw("ValueError", "must be defined before the loop")
        made = (key for key in undefined if isinstance(vm.resolve(now[key]), (Tensor, Variable)))
        found.extend(key for key in made if key not in found)
        return NONE

    found: list[Hashable] = []
    vm.protect(body, after)
    return found


def _is_undefined(vm: Machine, value: Value) -> bool:
    value = vm.resolve(value)
    return tensors.is_undefined(value) or (isinstance(value, Const) and value.value is None)


def _carry_in(vm: Machine, value: Value, node: nodes.Node) -> None:
    """A tensor goes into control flow, whether it is used there or not."""
    value = vm.resolve(value)
    if isinstance(value, Tensor):
        tensors.operation(vm, (value,), node, "control flow")


def _varies(vm: Machine, value: Value) -> bool:
    """Whether it is a tensor of its own in the body of a loop that changes it."""
    here = vm.stack.graph
    if isinstance(value, Tensor):
        return here is not None and value.graph is not None and value.graph.building and here.within(value.graph)
    return tensors.is_number(value)


def _loop_variable(vm: Machine, before: Value, node: nodes.Node) -> Tensor:
    """A number or tensor as the body of a loop sees it."""
    graph = vm.stack.graph
    depends = frozenset({graph}) if graph is not None and graph.building else frozenset()
    before = vm.resolve(before)
    if isinstance(before, Tensor):
        live = None if before.live is None else before.live | {before.uid}
        return dataclasses.replace(before, uid=fresh_id(), graph=graph, depends=depends, constant=None, live=live)
    return Tensor(fresh_id(), graph, vm.site(node), tensors.OUTPUT, depends, ())


@dataclasses.dataclass(frozen=True, eq=False)
class _Part:
    """A part of an object that is there before: ``owner.x`` or ``owner["x"]``."""

    owner: Value
    node: nodes.Attribute | nodes.Subscript

    def get(self, vm: Machine) -> Value:
        """What it holds; NONE where that is not known, or nothing."""
        return _read(vm, self.owner, self.node) or NONE

    def missing(self, vm: Machine) -> bool:
        """Whether it is certain that nothing is there."""
        owner = self.owner
        if isinstance(self.node, nodes.Attribute):
            known = isinstance(owner, (Instance, ClassObject))
            return known and vm.resolve(objects.has_attribute(vm, owner, self.node.attr, self.node)) is FALSE
        return isinstance(owner, DictObject) and "\0open" not in owner.cells and _read(vm, owner, self.node) is None

    def set(self, vm: Machine, value: Value) -> None:
        """Have it hold something else."""
        if isinstance(self.node, nodes.Attribute):
            assert isinstance(self.owner, (Instance, ClassObject))
            vm.store.set(self.owner.cells, self.node.attr, value)
        elif isinstance(self.node.index, nodes.Const):
            containers.set_item(vm, self.owner, Const(self.node.index.value), value, self.node)


def _snapshot(vm: Machine, frame: Frame, parts: Sequence[_Part]) -> dict[Hashable, Value]:
    found = dict(frame.cells)
    found.update((part, part.get(vm)) for part in parts)
    return found


def _set(vm: Machine, frame: Frame, key: Hashable, value: Value) -> None:
    if isinstance(key, _Part):
        key.set(vm, value)
    else:
        vm.store.set(frame.cells, key, value)


def _parts(vm: Machine, node: targets.Block, missing: bool = False) -> list[_Part]:
    """The parts of objects that a block assigns; with those that are not there yet, if ``missing``."""
    found = []
    for target in targets.assigned(node)[1]:
        owner = _found(vm, target.value)
        part = None if owner is None else _Part(owner, target)
        if part is not None and (_read(vm, part.owner, target) is not None or (missing and part.missing(vm))):
            found.append(part)
    return found


def _found(vm: Machine, node: nodes.Expr) -> Value | None:
    """What a name, or an attribute or element of one, stands for; None where it takes more than looking to say."""
    if isinstance(node, nodes.Name):
        if not names.is_bound(vm, node.id):
            return None
        value = names.search(vm, node.id)
        if value is None and vm.frame is not None:
            value = vm.frame.module.cells.get(node.id)
        return None if value is None else vm.resolve(value)
    if isinstance(node, (nodes.Attribute, nodes.Subscript)):
        owner = _found(vm, node.value)
        return None if owner is None else _read(vm, owner, node)
    return None


def _read(vm: Machine, owner: Value, node: nodes.Attribute | nodes.Subscript) -> Value | None:
    found: Value | None = None
    if isinstance(node, nodes.Attribute) and isinstance(owner, (Instance, ClassObject)):
        found = owner.cells.get(node.attr)
        if found is None and isinstance(owner, Instance) and isinstance(owner.cls, ClassObject):
            item = objects.class_attribute(owner.cls, node.attr)
            found = item[0] if item is not None and (tensors.is_number(item[0]) or _is_undefined(vm, item[0])) else None
    elif isinstance(node, nodes.Subscript) and isinstance(node.index, nodes.Const):
        index = Const(node.index.value)
        if isinstance(owner, DictObject):
            found = owner.cells.get(owner.slot(vm.key(index)))
        elif isinstance(owner, ListObject) and isinstance(index.value, int):
            items = containers.known_items(vm, owner)
            found = items[index.value] if items is not None and -len(items) <= index.value < len(items) else None
    return None if found is None else vm.resolve(found)
