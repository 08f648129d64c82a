"""Functions that call functions: conditionals, loops, datasets and their kin."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, containers, evaluation, statements, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.tensorflow import datasets, traces
from initscope_lint.interpreter.values import (
    FALSE,
    NONE,
    OPEN,
    TRUE,
    BoundMethod,
    Const,
    Dataset,
    DictObject,
    FunctionObject,
    Generator,
    ListObject,
    Native,
    Partial,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Variable,
    Wrapped,
    fresh_id,
)
from initscope_lint.semantics.catalogue import Api, Callback
from initscope_lint.semantics.context import Graph, Kind, Stack

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes


def call(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """Call a higher-order function of the catalogue."""
    callbacks: list[tuple[Callback, Value]] = []
    for entry in api.calls:
        given = arguments.get(entry.position if entry.position is not None else 99, entry.param)
        if given is None:
            continue
        value = vm.resolve(given)
        if entry.each:
            callbacks += [(entry, item) for item in _each(vm, value)]
        elif not (isinstance(value, Const) and value.value is None):
            callbacks.append((entry, value))
    operands = [value for value in arguments.all() if not any(value is item for _, item in callbacks)]
    for entry, value in callbacks:
        if entry.under == "signature":
            traces.save(vm, value, node)
    callbacks = [(entry, value) for entry, value in callbacks if entry.under != "signature"]
    branches = [value for entry, value in callbacks if entry.under == "branch"]
    if branches:
        return calls.by_library(vm, lambda: _branches(vm, name, branches, operands, node))
    made: Value = NONE
    if name.endswith(".while_loop") and vm.stack.graph is None and len(callbacks) == len(api.calls):
        state = containers.known_items(vm, arguments.get(len(callbacks), "loop_vars") or NONE)
        if state is not None:
            (_, cond), (_, body) = callbacks
            return calls.by_library(vm, lambda: _eager_while(vm, cond, body, state, node))
    for entry, function in callbacks:
        run = functools.partial(_run, vm, name, entry, function, operands, arguments, node, callee)
        made = calls.by_library(vm, run, entry.converted)
    if api.instance == "tf.data.Dataset":
        return datasets.made(vm, api.elements, arguments.all(), callee, node, made)
    if isinstance(callee, Dataset):
        return tensors.make(vm, node, name)
    if not callbacks:
        return tensors.operation(vm, operands, node, name)
    return made


def _rounds(vm: Machine, elems: Value) -> int | None:
    """How often an eager loop over the first axis of something runs; None if that is not known, or often."""
    shape = elems.shape if isinstance(elems, (Tensor, Variable)) else tensors.constant_shape(vm, elems)
    size = shape[0] if shape else None
    return size if size is not None and 0 < size <= vm.settings.unroll else None


def _eager_while(vm: Machine, cond: Value, body: Value, state: Sequence[Value], node: nodes.Node) -> Value:
    """``tf.while_loop`` in eager code, a loop of Python (``while_loop_v2``): what decides may be known."""
    found = list(tensors.flatten(vm, state))
    tensors.check_operands(vm, found, node, "tf.while_loop")

    def again(state: tuple[Value, ...], count: int, unknown: int) -> Value:
        if count == vm.settings.unroll or unknown == _ROUNDS:
            return ListObject(TupleValue(tuple(_element(vm, node) for _ in state)))

        def decide(test: Value) -> Value:
            def leave() -> Value:
                return ListObject(TupleValue(state))

            def once(open_rounds: int) -> Value:
                made = _invoke(vm, body, state, node)
                return vm.split(made, lambda value: again(_next(vm, value, state, node), count + 1, open_rounds))

            known = evaluation.scalar(test)
            if known is not None:
                return once(unknown) if known else leave()
            return vm.fork(vm.derive(f"round {count}", test, Const(node.pos)), lambda: once(unknown + 1), leave)

        return vm.split(_invoke(vm, cond, state, node), decide)

    return again(tuple(state), 0, 0)


_ROUNDS = 2
"""How many rounds stand for many, where it is not known what decides."""


def _next(vm: Machine, made: Value, state: tuple[Value, ...], node: nodes.Node) -> tuple[Value, ...]:
    """The loop variables of the next round; a single one need be no sequence in version 1."""
    items = containers.known_items(vm, made) if isinstance(made, (TupleValue, ListObject)) else None
    if items is not None and len(items) == len(state):
        return tuple(items)
    if len(state) == 1:
        return (made,)
    return tuple(_element(vm, node) for _ in state)


def _each(vm: Machine, value: Value) -> list[Value]:
    found: list[Value] = []
    items: Sequence[Value] | None = containers.known_items(vm, value)
    if isinstance(value, DictObject):
        items = [cell for key, cell in value.cells.items() if key != "\0open"]
    for item in items or ():
        item = vm.resolve(item)
        if isinstance(item, TupleValue) and item.items:
            item = vm.resolve(item.items[-1])
        found.append(item)
    return found


def _arity(value: Value) -> tuple[int, bool]:
    """How many positional arguments a callable wants at least, and whether it takes any number."""
    if isinstance(value, FunctionObject):
        wanted = 0
        for param in value.node.params:
            if param.kind == "vararg":
                return max(wanted, 1), True
            if param.kind in ("posonly", "normal") and param.name not in value.defaults:
                wanted += 1
        return wanted, False
    if isinstance(value, BoundMethod):
        wanted, more = _arity(value.function)
        return max(0, wanted - 1), more
    if isinstance(value, Partial):
        wanted, more = _arity(value.function)
        return max(0, wanted - len(value.args) - len(value.kwargs)), more
    if isinstance(value, (Traced, Wrapped)):
        return _arity(value.function)
    return 1, True


def _branches(vm: Machine, name: str, branches: Sequence[Value], operands: Sequence[Value], node: nodes.Node) -> Value:
    """``tf.cond``, ``tf.case``, ``tf.switch_case``."""
    predicate = vm.resolve(operands[0]) if operands else NONE
    known = evaluation.scalar(predicate)
    # A Python predicate chooses at once, a constant tensor where code runs eagerly.
    if isinstance(known, (bool, int, float)) and (isinstance(predicate, Const) or vm.stack.graph is None):
        if name.endswith("switch_case") and 0 <= known < len(branches):
            return _invoke(vm, branches[int(known)], (), node)
        if name.endswith("cond") and len(branches) == 2:
            return _invoke(vm, branches[0 if known else 1], (), node)
    if vm.stack.graph is None:
        found = list(tensors.flatten(vm, operands))
        tensors.check_operands(vm, found, node, name)
        asked = _asked(vm, name, operands, len(branches))

        def choose(index: int) -> Value:
            if index == len(branches) - 1:
                return _invoke(vm, branches[index], (), node)
            known = evaluation.scalar(asked[index])
            if isinstance(known, bool):
                return _invoke(vm, branches[index], (), node) if known else choose(index + 1)
            atom = vm.derive(f"branch {index}", asked[index])
            return vm.fork(atom, lambda: _invoke(vm, branches[index], (), node), lambda: choose(index + 1))

        return choose(0)
    tensors.operation(vm, operands, node, name)
    results = []
    for branch in branches:
        with tensors.branch_context(vm, name, node, always_graph=name.endswith("switch_case")):
            results.append(_invoke(vm, branch, (), node))
    return tensors.merged(vm, results, node)


def _asked(vm: Machine, name: str, operands: Sequence[Value], branches: int) -> list[Value]:
    """What decides for each branch whether it is taken, where the ones before are not: ``tf.case`` has a list of it."""
    if name.endswith(".case"):
        pairs = [vm.resolve(pair) for pair in containers.known_items(vm, operands[0]) or ()] if operands else []
        found = [vm.resolve(pair.items[0]) for pair in pairs if isinstance(pair, TupleValue) and pair.items]
    else:
        found = [vm.resolve(operands[0])] * branches if operands else []
    return found + [vm.unknown("predicate") for _ in range(branches - len(found))]


def _invoke(vm: Machine, function: Value, args: tuple[Value, ...], node: nodes.Node) -> Value:
    return vm.split(function, lambda item: calls.call(vm, item, Arguments(args), node))


def _element(vm: Machine, node: nodes.Node) -> Value:
    """An element, loop variable or slice in the current context: a tensor, or a structure of tensors."""
    if vm.stack.graph is None:
        return Tensor(fresh_id(), None, vm.site(node), "an element")
    return tensors.element_of(vm, None, vm.stack.graph, node)


def elements(vm: Machine, function: Value, node: nodes.Node, given: Sequence[Value | None] = ()) -> tuple[Value, ...]:
    """Tensors of the current context for the parameters of a callable, like those that are given; what of them is not
    made of tensors stays."""
    wanted, more = _arity(function)
    found = [_like(vm, item, node) for item in given]
    if more and given:
        return tuple(found)
    while len(found) < wanted:
        found.append(_element(vm, node))
    return tuple(found[:wanted]) if not more else tuple(found[: max(wanted, 1)])


def _like(vm: Machine, item: Value | None, node: nodes.Node) -> Value:
    graph = vm.stack.graph
    if item is None or (isinstance(item, Tensor) and not tensors.is_single(item)):
        return _element(vm, node)
    if isinstance(item, (Tensor, TupleValue)):
        return tensors.element_of(vm, item, graph, node)
    if graph is not None and tensors.is_number(item):
        return tensors.element_of(vm, Tensor(fresh_id(), None, vm.site(node), tensors.COMPONENT, shape=()), graph, node)
    return item


def _received(vm: Machine, entry: Callback, arguments: Arguments, node: nodes.Node) -> list[Value | None]:
    """What a callable is given in the rounds of a loop: slices of the argument after it, and before them a state."""

    def of(value: Value | None, sliced: int) -> Value | None:
        value = None if value is None else vm.resolve(value)
        known = isinstance(value, (Tensor, Variable, TupleValue))
        return datasets.part(vm, value, node, sliced) if known and value is not None else None

    if entry.receives is None:
        return []
    element = of(arguments.get(1, "elems"), 1)
    if entry.receives == "element":
        return [element]
    initial = arguments.get(2, "initializer")
    missing = initial is None or (isinstance(initial, Const) and initial.value is None)
    return [element if missing else of(initial, 0), element]


def _run(
    vm: Machine,
    name: str,
    entry: Callback,
    function: Value,
    operands: Sequence[Value],
    arguments: Arguments,
    node: nodes.Node,
    callee: Value,
) -> Value:
    under = entry.under
    if under == "loop":
        return _loop(vm, name, function, operands, _received(vm, entry, arguments, node), node)
    if under == "dataset":
        given = _from_dataset(vm, entry, arguments, callee, node)
        return _traced(vm, function, node, defun=vm.tf1, concrete=True, given=given)
    if under == "vectorized":
        elems = arguments.get(1, "elems")
        return _vectorized(vm, function, elems, _received(vm, entry, arguments, node), node)
    if under == "eager":
        return _eagerly(vm, name, function, operands, node)
    if under == "graph":
        before = vm.stack
        vm.stack = before.enter_graph(Graph(Kind.GRAPH, name, False, vm.site(node)), vm.site(node))
        try:
            return _invoke(vm, function, elements(vm, function, node), node)
        finally:
            vm.stack = before
    in_plain_graph = vm.stack.graph is not None and not vm.stack.graph.building
    if under == "function" or (under == "compiled" and not in_plain_graph):
        args = elements(vm, function, node)
        return traces.trace_into(vm, function, Arguments(args), node, None, False)
    if under == "thread":
        before = vm.stack
        vm.stack = Stack.start(vm.flag("process eager"), vm.site(node))
        try:
            return _invoke(vm, function, elements(vm, function, node), node)
        finally:
            vm.stack = before
    return _inline(vm, name, entry, function, operands, arguments, node)


def _from_dataset(
    vm: Machine, entry: Callback, arguments: Arguments, callee: Value, node: nodes.Node
) -> Sequence[Value] | None:
    """The arguments of a dataset's function; None where they are not known. A tuple is passed as its parts."""
    if not isinstance(callee, Dataset) or callee.element is None or entry.receives is None:
        return None
    element = traces.specs_of(vm, callee.element, node)
    if entry.receives == "state, element":
        initial = vm.resolve(arguments.get(0, "initial_state") or NONE)
        state = datasets.part(vm, initial, node, 0) if isinstance(initial, (Tensor, Variable)) else None
        known = None if state is None else traces.specs_of(vm, state, node)
        return (known or vm.unknown("argument element", stable=True), element)
    return element.items if isinstance(element, TupleValue) else (element,)


def _vectorized(
    vm: Machine, function: Value, elems: Value | None, like: Sequence[Value | None], node: nodes.Node
) -> Value:
    """``tf.vectorized_map``: AutoGraph converts nothing of it (``parallel_for.control_flow_ops``).

    The index at which elements are read is no argument (``placeholder_with_default``): they depend on what is mapped.
    """
    elems = None if elems is None else vm.resolve(elems)
    depends = elems.depends if isinstance(elems, Tensor) else None

    def run(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        given = elements(vm, function, where, like)
        if depends is not None:
            given = tuple(
                dataclasses.replace(each, depends=depends) if isinstance(each, Tensor) else each for each in given
            )
        return _invoke(vm, function, given, where)

    if vm.stack.graph is None:
        loop = Native(traces.name_of(function), run, function)
        return _traced(vm, loop, node, defun=vm.tf1, autograph=False, given=())
    return run(vm, (), {}, node)


def _inline(
    vm: Machine,
    name: str,
    entry: Callback,
    function: Value,
    operands: Sequence[Value],
    arguments: Arguments,
    node: nodes.Node,
) -> Value:
    args: tuple[Value, ...] = ()
    given = [arguments.kwargs[key] for key in ("args",) if key in arguments.kwargs]
    if name.endswith("map_structure"):
        return _map_structure(vm, function, operands, node)
    if given:
        items = containers.known_items(vm, given[0])
        args = items or ()
    elif entry.with_elements:
        wanted, _ = _arity(function)
        rest = [value for value in operands]
        if rest and isinstance(vm.resolve(rest[0]), (TupleValue, ListObject)) and name.endswith(("run", "merge_call")):
            args = containers.known_items(vm, rest[0]) or ()
        else:
            args = tuple(vm.derive("element", vm.resolve(value)) for value in rest[: max(wanted, 1)])
            args = tuple(
                _element(vm, node) if isinstance(vm.resolve(value), Tensor) else arg
                for value, arg in zip(rest, args, strict=False)
            )
    wanted, more = _arity(function)
    if len(args) < wanted:
        args = (*args, *(vm.unknown("argument") for _ in range(wanted - len(args))))
    if len(args) > wanted and not more:
        args = args[:wanted]
    return _invoke(vm, function, args, node)


def _map_structure(vm: Machine, function: Value, structures: Sequence[Value], node: nodes.Node) -> Value:
    """``tf.nest.map_structure``: the structure of the first argument, with results for its leaves."""
    first = vm.resolve(structures[0]) if structures else NONE
    columns = [containers.known_items(vm, value) for value in structures]
    if isinstance(first, (TupleValue, ListObject)) and all(
        c is not None and len(c) == len(columns[0] or ()) for c in columns
    ):
        rows = zip(*(column for column in columns if column is not None), strict=True)
        items = TupleValue(tuple(_map_structure(vm, function, row, node) for row in rows))
        return items if isinstance(first, TupleValue) else ListObject(items)
    if isinstance(first, DictObject):
        made = DictObject(first.kind)
        made.keys = first.keys
        rest = [vm.resolve(value) for value in structures[1:]]
        for key, cell in first.cells.items():
            others = [value.cells.get(key, NONE) for value in rest if isinstance(value, DictObject)]
            made.cells[key] = cell if key == OPEN else _map_structure(vm, function, (cell, *others), node)
        return made
    mapped = _invoke(vm, function, tuple(structures), node)
    if isinstance(first, Unknown):  # a leaf or a structure
        return tensors.element_of(vm, None, vm.stack.graph, node)
    return mapped


def _traced(
    vm: Machine,
    function: Value,
    node: nodes.Node,
    defun: bool,
    concrete: bool = False,
    autograph: bool = True,
    given: Sequence[Value] | None = None,
) -> Value:
    """A dataset function: traced by machinery of ``tf.function`` (2), or as a ``defun`` (1.15)."""
    # AutoGraph is at work in it unless it is off in the function around it.
    off = not autograph or (vm.stack.default_graph.building and not vm.converting)
    options: dict[str, Value] = {"autograph": FALSE} if off else {}
    traced = Traced("defun" if defun else "function", function, options, vm.site(node))
    if concrete and not defun:
        traced.cells["concrete"] = TRUE
    if given is None:
        given = [vm.unknown("argument element", stable=True) for _ in elements(vm, function, node)]
    return traces.call_traced(vm, traced, Arguments(tuple(given)), node)


def _eagerly(vm: Machine, name: str, function: Value, operands: Sequence[Value], node: nodes.Node) -> Value:
    """``tf.py_function``: here and now in eager code, else at run time in a thread that executes eagerly."""
    stack = vm.stack
    found = list(tensors.flatten(vm, operands))
    made = tensors.operation(vm, found, node, name)
    autograph = vm.autograph
    vm.autograph = False
    if stack.graph is not None:
        # numpy_function runs in whatever mode its thread has; py_function executes eagerly
        eager = Stack.start(name.endswith(".py_function") or vm.flag("process eager"), vm.site(node))
        if stack.graph.building and stack.switches[0].graph is None and not vm.tf1:
            traces.run_later(vm, lambda: _in_thread(vm, function, found, eager, node))
            return made
        vm.stack = eager
    elif vm.tf1 and name.endswith(".py_function"):
        vm.stack = stack.enter_eager(vm.site(node))  # tensorflow/python/ops/script_ops.py, EagerFunc.__call__
    try:

        def run() -> Value:
            made = _invoke(vm, function, elements(vm, function, node), node)
            return vm.split(made, lambda value: _first_item(vm, value, node))

        def after(way: Way, value: Value) -> Value:
            vm.stack = stack
            # In a graph it is a session that runs it, and meets its exceptions, if there is a session.
            if way is Way.RAISE and stack.graph is None:
                raise Signal(way, value)
            return NONE

        vm.protect(run, after)
    finally:
        vm.autograph = autograph
    return made


def _first_item(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """Have a generator make its first item (``Dataset.from_generator``)."""
    if isinstance(value, Generator):
        return statements.resume_generator(vm, value, node)
    return value


def _in_thread(vm: Machine, function: Value, given: Sequence[Value], stack: Stack, node: nodes.Node) -> Value:
    """Call a function in a thread of TensorFlow's, on the eager values of what it was given."""
    before, autograph = vm.stack, vm.autograph
    vm.autograph = False

    def run() -> Value:
        vm.stack = stack
        args = elements(vm, function, node)
        if len(args) == len(given):
            shapes = [getattr(value, "shape", None) for value in given]
            args = tuple(Tensor(fresh_id(), None, vm.site(node), "an argument", shape=shape) for shape in shapes)
        return _invoke(vm, function, args, node)

    def after(way: Way, value: Value) -> Value:
        vm.stack = before
        if way is Way.RAISE:
            raise Signal(way, value)
        return NONE

    try:
        return vm.protect(run, after)
    finally:
        vm.autograph = autograph


def _loop(
    vm: Machine, name: str, function: Value, operands: Sequence[Value], like: Sequence[Value | None], node: nodes.Node
) -> Value:
    """``tf.while_loop``, ``tf.map_fn``, ``tf.scan`` ...: a body in a graph of its own, or eager rounds."""
    given: Sequence[Value] = ()
    if name.endswith("while_loop"):
        for value in operands:
            items = containers.known_items(vm, value) if not isinstance(vm.resolve(value), Tensor) else None
            if items is not None:
                like = given = [vm.resolve(item) for item in items]
                break
    found = list(tensors.flatten(vm, operands))
    if vm.stack.graph is None:
        tensors.check_operands(vm, found, node, name)
        subject = vm.resolve(operands[0]) if operands else Const(node.pos)
        rounds = None if given else _rounds(vm, subject)

        def again(count: int) -> Value:
            if count == (_ROUNDS if rounds is None else rounds):
                return NONE
            atom = vm.derive(f"round {count}", subject, Const(node.pos))

            def once() -> Value:
                _invoke(vm, function, elements(vm, function, node, like), node)
                return again(count + 1)

            # Nobody maps over nothing: what the first round creates is there in the next trace.
            return once() if rounds or (count == 0 and not given) else vm.fork(atom, once, lambda: NONE)

        again(0)
        return TupleValue(tuple(_element(vm, node) for _ in given)) if given else vm.unknown(f"result of {name}")
    result = tensors.operation(vm, found, node, name)
    with tensors.branch_context(vm, name, node):
        made = vm.resolve(_invoke(vm, function, elements(vm, function, node, like), node))
    if not given:
        return result if isinstance(made, Tensor) else tensors.element_of(vm, None, vm.stack.graph, node)
    return TupleValue(
        tuple(tensors.operation(vm, found, node, name) if isinstance(item, Tensor) else item for item in given)
    )
