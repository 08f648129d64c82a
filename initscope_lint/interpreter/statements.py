"""Execution of statements, loops and generators."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any, Literal

from initscope_lint.interpreter import (
    autograph,
    calls,
    containers,
    expressions,
    iterators,
    library,
    managers,
    modules,
    names,
    objects,
    records,
    stdlib,
    tensors,
)
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Frame, Machine, Signal, Way
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    ClassObject,
    Const,
    Dataset,
    Descriptor,
    DictObject,
    ExceptionValue,
    FunctionObject,
    Generator,
    Instance,
    Ite,
    ListObject,
    Manager,
    Position,
    Ref,
    Rounds,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    Variable,
    Wrapped,
)
from initscope_lint.ir import nodes


def run_block(vm: Machine, body: Sequence[nodes.Stmt], start: int = 0) -> Value:
    """Run statements in order."""
    frame = vm.frame
    assert frame is not None
    if frame.generator is not None:
        return _run_generator_block(vm, frame, body)
    for index in range(start, len(body)):
        if isinstance(vm.globals["stack"], Ite):
            stack = vm.resolve(vm.globals["stack"])
            if isinstance(stack, Ite):
                return vm.split(stack, functools.partial(_run_rest, vm, body, index))
        execute(vm, body[index])
    return NONE


def _run_rest(vm: Machine, body: Sequence[nodes.Stmt], index: int, _: Value) -> Value:
    return run_block(vm, body, index)


def _on_each_stack(vm: Machine, frame: Frame, run: Callable[[], Value]) -> Value:
    """``run`` on one context stack at a time; in a generator, each time from the same point of resumption."""
    resume = frame.resume

    def begin(_: Value) -> Value:
        frame.resume = list(resume)
        return run()

    stack = vm.resolve(vm.globals["stack"])
    return vm.split(stack, begin) if isinstance(stack, Ite) else run()


def _give(value: Value) -> Value:
    return value


def _run_generator_block(vm: Machine, frame: Frame, body: Sequence[nodes.Stmt]) -> Value:
    start = frame.resume.pop(0) if frame.resume else 0
    for index in range(start, len(body)):
        frame.position.append(index)
        try:
            _on_each_stack(vm, frame, functools.partial(execute, vm, body[index]))
        finally:
            frame.position.pop()
    return NONE


def execute(vm: Machine, node: nodes.Stmt) -> Value:
    """Run one statement."""
    vm.step()
    if vm.settings.contexts:
        vm.probe(node)
    return _EXECUTE[type(node)](vm, node)


# --- simple statements -----------------------------------------------------------------------------


def _expr_stmt(vm: Machine, node: nodes.ExprStmt) -> Value:
    expressions.evaluate(vm, node.value)
    return NONE


def _assign(vm: Machine, node: nodes.Assign) -> Value:
    value = expressions.evaluate(vm, node.value)
    for target in node.targets:
        names.assign(vm, target, value)
    return NONE


def _aug_assign(vm: Machine, node: nodes.AugAssign) -> Value:
    target = node.target
    old = expressions.evaluate(vm, target)
    right = expressions.evaluate(vm, node.value)

    def combine(both: tuple[Value, ...]) -> Value:
        left, value = both
        if isinstance(left, ListObject) and node.op == "+":
            items = containers.known_items(vm, value)
            if items is not None:
                for item in items:
                    containers.append(vm, left, item)
                return left
            vm.store.set(left.cells, "items", vm.unknown("extended list"))
            return left
        if isinstance(left, Instance):
            special = {"+": "__iadd__", "-": "__isub__", "*": "__imul__", "/": "__itruediv__"}.get(node.op, "")
            found = objects.special(vm, left, special, (value,), node)
            if found is not None:
                return found
        return expressions.binary(vm, node.op, left, value, node)

    names.assign(vm, target, vm.split_all((old, right), combine))
    return NONE


def _return(vm: Machine, node: nodes.Return) -> Value:
    raise Signal(Way.RETURN, NONE if node.value is None else expressions.evaluate(vm, node.value))


def _raise(vm: Machine, node: nodes.Raise) -> Value:
    if node.exc is None:
        if vm.handling:
            raise Signal(Way.RAISE, vm.handling[-1])
        vm.throw("RuntimeError", "No active exception to reraise")

    def throw(value: Value) -> Value:
        if isinstance(value, ExceptionValue):
            raise Signal(Way.RAISE, value)
        if isinstance(value, Ref):
            raise Signal(Way.RAISE, ExceptionValue(value))
        if isinstance(value, ClassObject):
            made = calls.call(vm, value, Arguments(), node)
            raise Signal(Way.RAISE, made if isinstance(made, ExceptionValue) else ExceptionValue(value))
        if isinstance(value, Instance):
            raise Signal(Way.RAISE, ExceptionValue(value.cls))
        raise Signal(Way.RAISE, ExceptionValue(value))

    return vm.split(expressions.evaluate(vm, node.exc), throw)


def _pass(vm: Machine, node: nodes.Node) -> Value:
    return NONE


def _break(vm: Machine, node: nodes.Break) -> Value:
    raise Signal(Way.BREAK)


def _continue(vm: Machine, node: nodes.Continue) -> Value:
    raise Signal(Way.CONTINUE)


def _delete(vm: Machine, node: nodes.Delete) -> Value:
    for target in node.targets:
        names.delete(vm, target)
    return NONE


def _assert(vm: Machine, node: nodes.Assert) -> Value:
    vm.asked = None
    value = expressions.evaluate_condition(vm, node.test)
    if value is FALSE and vm.asked == "executing_eagerly" and vm.stack.paused and not vm.stack.eager:
        vm.happen("eager expected", node)
    if tensors.converts_branches(vm, value) and vm.converts_asserts:
        tensors.operation(vm, (value,), node, "assert")
        return NONE
    if tensors.converts_branches(vm, value):  # the test is converted, not the statement
        value = expressions.truth(vm, value, node)

    def failed() -> Value:
        vm.throw("AssertionError")

    return vm.branch(value, lambda: NONE, failed)


def _global(vm: Machine, node: nodes.Global) -> Value:
    assert vm.frame is not None
    vm.frame.globals |= frozenset(node.names)
    return NONE


def _nonlocal(vm: Machine, node: nodes.Nonlocal) -> Value:
    assert vm.frame is not None
    vm.frame.nonlocals |= frozenset(node.names)
    return NONE


def _import(vm: Machine, node: nodes.Import) -> Value:
    for alias in node.names:
        if alias.asname is not None:
            names.bind(vm, alias.asname, modules.import_module(vm, alias.name))
        else:
            names.bind(vm, alias.name.partition(".")[0], modules.import_top(vm, alias.name))
    return NONE


def _import_from(vm: Machine, node: nodes.ImportFrom) -> Value:
    for alias in node.names:
        if alias.name == "*":
            modules.import_star(vm, node.module, node.level)
        else:
            found = modules.import_from(vm, node.module, node.level, alias.name)
            names.bind(vm, alias.asname or alias.name, found)
    return NONE


# --- compound statements ---------------------------------------------------------------------------


def _if(vm: Machine, node: nodes.If) -> Value:
    frame = vm.frame
    assert frame is not None
    if frame.generator is not None:
        if frame.resume:
            arm = frame.resume.pop(0)
            return _arm(vm, frame, node.body if arm else node.orelse, arm)
        value = expressions.evaluate_condition(vm, node.test)
        return vm.branch(value, lambda: _arm(vm, frame, node.body, True), lambda: _arm(vm, frame, node.orelse, False))
    value = expressions.evaluate_condition(vm, node.test)
    if vm.tf1 and frame.globals:
        return _split_if(vm, frame, node, value)
    return _choose(vm, node, value, functools.partial(run_block, vm))


def _choose(vm: Machine, node: nodes.If, value: Value, run: Callable[[Sequence[nodes.Stmt]], Value]) -> Value:
    if tensors.converts_branches(vm, value):
        autograph.converted_if(vm, value, lambda: run(node.body), lambda: run(node.orelse), node)
        return NONE
    return vm.branch(value, lambda: run(node.body), lambda: run(node.orelse))


def _split_if(vm: Machine, frame: Frame, node: nodes.If, value: Value) -> Value:
    """An ``if`` whose arms AutoGraph of 1.15 may make functions of: it matters where a global is bound."""
    before = frame.branches

    def branch(body: Sequence[nodes.Stmt]) -> Value:
        frame.branches = before + 1
        return run_block(vm, body)

    try:
        return _choose(vm, node, value, branch)
    finally:
        # What follows a branch that returns becomes the rest of the other one.
        frame.branches = before + (1 if _returns((node,)) else 0)


def _returns(body: Sequence[nodes.Stmt]) -> bool:
    """Whether there is a ``return`` in these statements, those of functions in them aside."""
    return any(
        isinstance(node, nodes.Return)
        or (isinstance(node, nodes.If) and (_returns(node.body) or _returns(node.orelse)))
        or (isinstance(node, (nodes.With, nodes.For, nodes.While)) and _returns(node.body))
        for node in body
    )


def _arm(vm: Machine, frame: Frame, body: Sequence[nodes.Stmt], arm: bool) -> Value:
    frame.position.append(arm)
    try:
        return run_block(vm, body)
    finally:
        frame.position.pop()


def _while(vm: Machine, node: nodes.While) -> Value:
    frame = vm.frame
    assert frame is not None
    resumed = frame.generator is not None and bool(frame.resume)
    constant = isinstance(node.test, nodes.Const)
    if not resumed:
        value = expressions.evaluate_condition(vm, node.test)
        if tensors.converts_branches(vm, value):
            autograph.converted_loop(vm, lambda: run_block(vm, node.body), node)
            return NONE

    def cycle(count: int, unknown: int) -> Value:
        def run() -> Value:
            return run_block(vm, node.body)

        mark = vm.store.mark()

        def onward() -> Value:
            if count:
                _widen(vm, mark, known=unknown == 0)
            return again(count + 1, unknown)

        return vm.branch(vm.protect(run, _goes_on), onward, _nothing)

    def again(count: int, unknown: int) -> Value:
        limit = 4 if constant else 16
        if count >= limit or unknown >= 2:
            return NONE
        value = truth_of(vm, node.test)
        value = vm.resolve(value)
        if isinstance(value, Const):
            return cycle(count, unknown) if value.value else _loop_else(vm, frame, node)
        return vm.branch(value, lambda: cycle(count, unknown + 1), lambda: _loop_else(vm, frame, node))

    if resumed and frame.resume[0] == _ORELSE:
        return _loop_else(vm, frame, node)
    return cycle(0, 0) if resumed else again(0, 0)


def _goes_on(way: Way, value: Value) -> Value:
    """After a round of a loop: whether there is another one. The ends of a round are merged before the next begins."""
    if way is Way.BREAK:
        return FALSE
    if way in (Way.NORMAL, Way.CONTINUE):
        return TRUE
    raise Signal(way, value)


def _nothing() -> Value:
    return NONE


def truth_of(vm: Machine, node: nodes.Expr) -> Value:
    """The truth of a loop condition."""
    return expressions.condition(vm, node)


def _widen(vm: Machine, mark: int, known: bool = False) -> None:
    """After another round of a loop of unknown length: constants that changed are unknown.

    ``known``: it is known that the loop goes on.
    """
    for cells, key, old in list(vm.store.before(mark).values()):
        now = cells[key]
        if isinstance(now, Tensor) and now.constant is not None and not known:
            vm.store.set(cells, key, dataclasses.replace(now, constant=None))
            continue
        if not (vm.widening and isinstance(now, Const) and isinstance(old, Const)) or now.same(old):
            continue
        if isinstance(now.value, (int, float, str)) and not isinstance(now.value, bool):
            vm.store.set(cells, key, vm.unknown("changes in a loop"))


def _for(vm: Machine, node: nodes.For) -> Value:
    frame = vm.frame
    assert frame is not None

    def loop(value: Value) -> Value:
        return iterate(vm, value, lambda item: _loop_body(vm, node, item), lambda: _loop_else(vm, frame, node), node)

    def collected(value: Value) -> Value:
        """Nothing else keeps the generator: leaving the loop early ends it."""
        generator = value.rest if isinstance(value, Rounds) else value
        if not isinstance(generator, Generator) or not isinstance(node.iter, nodes.Call):
            return loop(value)

        def after(way: Way, result: Value) -> Value:
            if way is not Way.SUSPEND:
                records.close(vm, generator, node)
            if way is Way.NORMAL:
                return result
            raise Signal(way, result)

        return vm.protect(lambda: loop(value), after)

    if frame.generator is not None and frame.resume:
        if frame.resume[0] == _ORELSE:
            return _loop_else(vm, frame, node)
        return collected(frame.resume.pop(0))
    return vm.split(expressions.evaluate(vm, node.iter), collected)


_ORELSE = "orelse"


def _loop_else(vm: Machine, frame: Frame, node: nodes.For | nodes.While) -> Value:
    """The ``else`` of a loop, which AutoGraph of 1.15 drops; a generator that is suspended in it remembers that."""
    if not node.orelse or (vm.tf1 and vm.autograph):
        return NONE
    if frame.generator is None:
        return run_block(vm, node.orelse)
    if frame.resume:
        frame.resume.pop(0)
    frame.position.append(_ORELSE)
    try:
        return run_block(vm, node.orelse)
    finally:
        frame.position.pop()


def _loop_body(vm: Machine, node: nodes.For, item: Value) -> Value:
    names.assign(vm, node.target, item)
    return run_block(vm, node.body)


def iterate(
    vm: Machine,
    iterable: Value,
    body: Callable[[Value], Value],
    orelse: Callable[[], Value],
    node: nodes.Node,
) -> Value:
    """Run ``body`` for the items of a resolved iterable, or for the rounds that are left."""
    frame = vm.frame
    assert frame is not None
    iterable = vm.resolve(iterable)
    if isinstance(iterable, Ite):
        return vm.split(iterable, lambda value: iterate(vm, value, body, orelse, node))
    if isinstance(iterable, ListObject):
        held = vm.resolve(iterable.cells["items"])
        if isinstance(held, Ite):  # what is in the list depends on a condition: each way has rounds of its own
            return vm.split(held, lambda _: iterate(vm, iterable, body, orelse, node))

    def guarded(run: Callable[[], Value], rest: Value, then: Callable[[], Value]) -> Value:
        def positioned() -> Value:
            if frame.generator is None:
                return run()
            frame.position.append(rest)
            try:
                return run()
            finally:
                frame.position.pop()

        return vm.branch(vm.protect(positioned, _goes_on), then, _nothing)

    if isinstance(iterable, Rounds):
        left = iterable

        def onward() -> Value:
            return orelse() if left.rest is NONE else iterate(vm, left.rest, body, orelse, node)

        return guarded(lambda: body(left.item), left, onward)
    items = containers.known_items(vm, iterable)
    if items is not None and len(items) <= vm.settings.unroll:

        def turn(index: int) -> Value:
            if isinstance(iterable, ListObject) and iterable.kind == "iterator":
                vm.store.set(iterable.cells, "items", TupleValue(items[index + 1 :]))
            if index == len(items):
                return orelse()
            left = Rounds(items[index], TupleValue(items[index + 1 :]))
            return guarded(lambda: body(items[index]), left, lambda: turn(index + 1))

        return turn(0)
    if items is not None:

        def few(index: int) -> Value:
            if index == 2:
                return orelse()
            mark = vm.store.mark()

            def then() -> Value:
                vm.widening = True
                if index:
                    _widen(vm, mark)
                vm.widening = False
                return few(index + 1)

            left = Rounds(items[index], TupleValue(items[index + 1 : index + 2]))
            return guarded(lambda: body(items[index]), left, then)

        return few(0)
    next_item = following(vm, iterable, node)
    if next_item is not None:

        def pull(count: int) -> Value:
            if count >= vm.settings.unroll:
                return orelse()
            item = next_item()
            return vm.split(
                item,
                lambda value: (
                    orelse()
                    if value is ABSENT
                    else guarded(lambda: body(value), Rounds(value, iterable), lambda: pull(count + 1))
                ),
            )

        return pull(0)
    if isinstance(iterable, (Tensor, Variable, Dataset)) or (
        isinstance(iterable, Unknown) and iterable.tensor_of is not None
    ):
        return autograph.loop(
            vm,
            iterable,
            body,
            orelse,
            node,
            lambda element: _unknown_loop(vm, iterable, element, body, orelse, guarded, node),
        )
    if isinstance(iterable, Instance):
        found = objects.special(vm, iterable, "__iter__", (), node)
        if found is not None and vm.resolve(found) is not iterable:
            return vm.split(found, lambda value: iterate(vm, value, body, orelse, node))
    if isinstance(iterable, Const) and not isinstance(iterable.value, (str, bytes)):
        vm.throw("TypeError", "object is not iterable")
    return _unknown_loop(vm, iterable, vm.derive("element", iterable), body, orelse, guarded, node)


def following(vm: Machine, iterable: Value, node: nodes.Node) -> Callable[[], Value] | None:
    """What gives the next item of an iterator, ABSENT at its end."""
    if isinstance(iterable, Generator):
        return lambda: resume_generator(vm, iterable, node)
    if isinstance(iterable, ListObject) and iterable.kind == "iterator":
        return lambda: iterators.take(vm, iterable)
    if isinstance(iterable, Instance) and iterators.is_endless(iterable):
        return lambda: iterators.advance(vm, iterable)
    if not isinstance(iterable, Instance) or not isinstance(iterable.cls, ClassObject):
        return None
    found = objects.class_attribute(iterable.cls, "__next__")
    if found is None:
        return None
    step = found[0]

    def ended(way: Way, value: Value) -> Value:
        if way is not Way.RAISE:
            return value
        stop = library.exception_matches(vm, value, Ref("builtins.StopIteration"))

        def again() -> Value:
            raise Signal(way, value)

        return vm.branch(stop, lambda: ABSENT, again)

    def advance() -> Value:
        vm.handlers += 1
        try:
            return vm.protect(lambda: objects.call_function(vm, step, (iterable,), node), ended)
        finally:
            vm.handlers -= 1

    return advance


def _unknown_loop(
    vm: Machine,
    iterable: Value,
    element: Value,
    body: Callable[[Value], Value],
    orelse: Callable[[], Value],
    guarded: Callable[[Callable[[], Value], Value, Callable[[], Value]], Value],
    node: nodes.Node,
) -> Value:
    """A loop of unknown length: no round, one, or two (which stand for many)."""

    def again(count: int) -> Value:
        if count == 2:
            return orelse()
        atom = vm.derive(f"round {count}", iterable)
        mark = vm.store.mark()

        def then() -> Value:
            vm.widening = True
            if count:
                _widen(vm, mark)
            vm.widening = False
            return again(count + 1)

        return vm.fork(atom, lambda: guarded(lambda: body(element), Rounds(element, NONE), then), orelse)

    return again(0)


def _try(vm: Machine, node: nodes.Try) -> Value:
    frame = vm.frame
    assert frame is not None

    def positioned(part: str, body: Sequence[nodes.Stmt]) -> Value:
        if frame.generator is None:
            return run_block(vm, body)
        frame.position.append(part)
        try:
            return run_block(vm, body)
        finally:
            frame.position.pop()

    resumed = frame.generator is not None and bool(frame.resume)
    part = frame.resume.pop(0) if resumed else "body"

    def guarded() -> Value:
        def body() -> Value:
            if part in ("orelse", "final"):
                return NONE
            vm.handlers += bool(node.handlers)
            try:
                return positioned("body", node.body)
            finally:
                vm.handlers -= bool(node.handlers)

        def after(way: Way, value: Value) -> Value:
            if way is Way.RAISE and node.handlers:
                return vm.split(value, handle)
            if way is Way.NORMAL:
                return positioned("orelse", node.orelse) if part != "final" else NONE
            raise Signal(way, value)

        def handle(value: Value) -> Value:
            return _handle(vm, node, value, 0, positioned)

        return vm.protect(body, after)

    def final(way: Way, value: Value) -> Value:
        if way is Way.SUSPEND:
            raise Signal(way, value)
        positioned("final", node.finalbody)
        if way is Way.NORMAL:
            return NONE
        raise Signal(way, value)

    if not node.handlers:
        return vm.protect(guarded, final)

    def maybe_raises() -> Value:
        """Something that leads out of the program may raise: then a handler runs on the state before the body."""
        if not _calls_out(node.body):
            return guarded()
        before = vm.opaque
        atom = vm.unknown("an exception in a try block", stable=True)
        return vm.alternative(atom, guarded, lambda: caught(node.handlers), lambda: vm.opaque != before)

    def caught(handlers: tuple[nodes.Handler, ...]) -> Value:
        def run() -> Value:
            return _run_handler(vm, handlers[0], ExceptionValue(vm.unknown("exception")), positioned)

        if len(handlers) == 1:
            vm.assume(vm.unknown("which exception"), True)
            return run()
        return vm.fork(vm.unknown("which exception"), run, lambda: caught(handlers[1:]))

    inner = guarded if resumed else maybe_raises
    if not node.finalbody:
        return inner()
    return vm.protect(inner, final)


def _calls_out(body: Sequence[nodes.Stmt]) -> bool:
    """Whether a try body may raise something that the interpreter does not see: it holds a call."""
    return any(isinstance(stmt, (nodes.ExprStmt, nodes.Assign, nodes.Return)) and _has_call(stmt) for stmt in body)


def _has_call(stmt: nodes.Stmt) -> bool:
    value = getattr(stmt, "value", None)
    return isinstance(value, nodes.Call)


def _handle(
    vm: Machine, node: nodes.Try, value: Value, index: int, positioned: Callable[[str, Sequence[nodes.Stmt]], Value]
) -> Value:
    if index == len(node.handlers):
        raise Signal(Way.RAISE, value)
    handler = node.handlers[index]

    def run() -> Value:
        return _run_handler(vm, handler, value, positioned)

    if handler.type is None:
        return run()
    kinds = expressions.evaluate(vm, handler.type)
    matches = library.exception_matches(vm, value, kinds)
    return vm.branch(matches, run, lambda: _handle(vm, node, value, index + 1, positioned))


def _run_handler(
    vm: Machine,
    handler: nodes.Handler,
    value: Value,
    positioned: Callable[[str, Sequence[nodes.Stmt]], Value],
) -> Value:
    if handler.name is not None:
        names.bind(vm, handler.name, value)
    vm.handling.append(value)
    try:
        return positioned("handler", handler.body)
    finally:
        vm.handling.pop()


def _with(vm: Machine, node: nodes.With) -> Value:
    frame = vm.frame
    assert frame is not None

    def enter(index: int) -> Value:
        if index == len(node.items):
            return run_block(vm, node.body)
        item = node.items[index]
        if frame.generator is not None and frame.resume:
            manager = frame.resume.pop(0)
            return inside(index, manager, None)
        value = expressions.evaluate(vm, item.context)
        return vm.split(value, lambda manager: inside(index, manager, item.target))

    def inside(index: int, manager: Value, target: nodes.Expr | None) -> Value:
        resumed = frame.generator is not None and bool(frame.resume)
        scope = manager.site if isinstance(manager, Manager) and manager.kind == "init_scope" else None
        if resumed and scope is not None:
            vm.suspended.pop(scope, None)
        entered = NONE if resumed else managers.enter(vm, manager, node.items[index])
        swallows = managers.swallows(vm, manager)
        assumed = vm.assumed

        def body() -> Value:
            vm.handlers += swallows
            vm.assumed = assumed or managers.uncertain(vm, manager)
            if frame.generator is not None:
                frame.position.append(manager)
            try:
                if target is not None and not resumed:
                    names.assign(vm, target, entered)
                return _on_each_stack(vm, frame, lambda: enter(index + 1))
            finally:
                vm.handlers -= swallows
                vm.assumed = assumed
                if frame.generator is not None:
                    frame.position.pop()

        def after(way: Way, value: Value) -> Value:
            if way is Way.SUSPEND:
                generator = frame.generator
                managed = generator is None or generator.cells.get("managed") is TRUE
                if scope is not None and not managed and vm.yielded is not None:
                    vm.suspended[scope] = vm.yielded
                raise Signal(way, value)
            swallowed = managers.leave(vm, manager, way, value, node.items[index])
            if way is Way.NORMAL:
                return NONE
            if way is Way.RAISE:

                def reraise() -> Value:
                    raise Signal(way, value)

                return vm.branch(swallowed, lambda: NONE, reraise)
            raise Signal(way, value)

        return vm.protect(body, after)

    return enter(0)


def _function_def(vm: Machine, node: nodes.FunctionDef) -> Value:
    decorators = [expressions.evaluate(vm, decorator) for decorator in node.decorators]
    value: Value = expressions.make_function(vm, node)
    for decorator, expression in zip(reversed(decorators), reversed(node.decorators), strict=True):
        value = _decorate(vm, decorator, value, expression)
    names.bind(vm, node.name, value)
    return NONE


def _decorate(vm: Machine, decorator: Value, value: Value, node: nodes.Expr) -> Value:
    def apply(item: Value) -> Value:
        if isinstance(item, Unknown):
            return Wrapped(value, item.why)
        made = calls.call(vm, item, Arguments((value,)), node)
        if isinstance(made, Unknown) and not isinstance(item, (FunctionObject, ClassObject)):
            return Wrapped(value, item.name if isinstance(item, Ref) else "a decorator")
        return made

    return vm.split(decorator, apply)


def _class_def(vm: Machine, node: nodes.ClassDef) -> Value:
    outer = vm.frame
    assert outer is not None
    bases: list[Value] = []
    made_by: Value | None = None
    for argument in node.bases:
        value = vm.resolve(expressions.evaluate(vm, argument.value))
        if argument.name is None and not argument.star:
            bases.append(value if isinstance(value, (ClassObject, Ref, Unknown)) else vm.unknown("base class"))
        elif argument.name == "metaclass":
            made_by = value
    cls = ClassObject(node.name, node, outer.module, tuple(bases))
    cls.mro = objects.linearize(cls)
    if isinstance(made_by, ClassObject):
        cls.cells[objects.METACLASS] = made_by
    decorators = [expressions.evaluate(vm, decorator) for decorator in node.decorators]
    frame = Frame(outer.module, cls.cells, outer, None, _everything)
    frame.is_class = True
    frame.owner = cls
    fields: list[Value] = []
    for stmt in node.body:
        if isinstance(stmt, nodes.AnnOnly) and isinstance(stmt.target, nodes.Name):
            fields.append(Const(stmt.target.id))
        elif isinstance(stmt, nodes.Assign) and isinstance(stmt.targets[0], nodes.Name):
            fields.append(Const(stmt.targets[0].id))
    vm.frame = frame
    try:
        run_block(vm, node.body)
    finally:
        vm.frame = outer
    _complete(vm, cls, [str(field.value) for field in fields if isinstance(field, Const)], node)
    result: Value = cls
    for decorator, expression in zip(reversed(decorators), reversed(node.decorators), strict=True):
        item = vm.resolve(decorator)
        if library.is_dataclass_decorator(vm, item):
            vm.store.set(cls.cells, "__dataclass_fields__", TupleValue(tuple(fields)))
            continue
        if isinstance(item, (Ref, Unknown)):
            continue  # registrations and the like give the class back
        made = vm.resolve(calls.call(vm, item, Arguments((result,)), expression))
        if isinstance(made, (ClassObject, FunctionObject)):
            result = made
    names.bind(vm, node.name, result)
    return NONE


def _complete(vm: Machine, cls: ClassObject, fields: list[str], node: nodes.ClassDef) -> None:
    """What the bases of a class make of it."""
    outside = {base.name for base in objects.external_bases(cls) if isinstance(base, Ref)}
    if "typing.NamedTuple" in outside:
        records.as_record(vm, cls, fields)
    if outside & {"enum.Enum", "enum.IntEnum", "enum.Flag"}:
        records.as_enumeration(vm, cls, fields, node)
    hook = objects.class_attribute(cls, "__init_subclass__", after=cls)
    if hook is not None:
        options = {each.name: expressions.evaluate(vm, each.value) for each in node.bases if each.name is not None}
        options.pop("metaclass", None)
        function = hook[0].function if isinstance(hook[0], Descriptor) else hook[0]
        vm.split(function, lambda item: calls.call(vm, item, Arguments((cls,), options), node))


class _Everything(frozenset[str]):
    """The names of a class body: whatever is bound there."""

    def __contains__(self, name: object) -> bool:
        return True


_everything = _Everything()


def _match(vm: Machine, node: nodes.Match) -> Value:
    subject = expressions.evaluate(vm, node.subject)

    def attempt(index: int) -> Value:
        if index == len(node.cases):
            return NONE
        case = node.cases[index]

        def matched() -> Value:
            if case.guard is None:
                return run_block(vm, case.body)
            return vm.branch(truth_of(vm, case.guard), lambda: run_block(vm, case.body), lambda: attempt(index + 1))

        return vm.branch(_matches(vm, subject, case.pattern), matched, lambda: attempt(index + 1))

    return attempt(0)


def _matches(vm: Machine, subject: Value, pattern: nodes.Pattern) -> Value:
    """Whether a pattern matches, as a truth; captures are bound on the way."""
    subject = vm.resolve(subject)
    if isinstance(pattern, nodes.MatchCapture):
        result = TRUE if pattern.pattern is None else _matches(vm, subject, pattern.pattern)
        if pattern.name is not None and not (isinstance(result, Const) and not result.value):
            names.bind(vm, pattern.name, subject)
        return result
    if isinstance(pattern, nodes.MatchValue):
        wanted = expressions.evaluate(vm, pattern.value)
        return vm.split_all(
            (subject, wanted),
            lambda both: expressions.truth(vm, expressions.compare(vm, "==", both[0], both[1], pattern), pattern),
        )
    if isinstance(pattern, nodes.MatchOr):
        result = FALSE
        for option in pattern.patterns:
            found = _matches(vm, subject, option)
            if isinstance(found, Const) and found.value:
                return TRUE
            result = vm.branch(found, lambda: TRUE, functools.partial(_give, result))
        return result
    parts = _parts(vm, subject, pattern)
    if parts is None:
        for name in _captures(pattern):
            names.bind(vm, name, vm.derive(f"capture {name}", subject))
        return vm.derive("match", subject, Const(pattern.pos))
    result = FALSE if parts is False else TRUE
    for value, part in parts or ():
        found = _matches(vm, value, part)
        if isinstance(found, Const) and not found.value:
            return FALSE
        if found is not TRUE:
            result = vm.branch(found, functools.partial(_give, result), lambda: FALSE)
    return result


def _parts(
    vm: Machine, subject: Value, pattern: nodes.Pattern
) -> list[tuple[Value, nodes.Pattern]] | Literal[False] | None:
    """What the parts of a compound pattern have to match; False where its kind does not, None where that is unknown."""
    if isinstance(subject, (Unknown, Ite)):
        return None
    if isinstance(pattern, nodes.MatchSequence):
        if not isinstance(subject, (TupleValue, ListObject)):
            return False if isinstance(subject, (Const, DictObject)) else None
        items = containers.known_items(vm, subject)
        if items is None or any(isinstance(part, nodes.MatchStar) for part in pattern.patterns):
            return None
        return list(zip(items, pattern.patterns, strict=True)) if len(items) == len(pattern.patterns) else False
    if isinstance(pattern, nodes.MatchMapping):
        if not isinstance(subject, DictObject):
            return False if isinstance(subject, (Const, TupleValue, ListObject)) else None
        if pattern.rest is not None:
            return None
        found = []
        for key, part in zip(pattern.keys, pattern.patterns, strict=True):
            value = containers.dict_get(vm, subject, expressions.evaluate(vm, key), lambda: ABSENT)
            if value is ABSENT:
                return False
            found.append((value, part))
        return found
    if isinstance(pattern, nodes.MatchClass) and not pattern.positional:
        kind = stdlib.instance_check(vm, subject, vm.resolve(expressions.evaluate(vm, pattern.cls)))
        if not isinstance(kind, Const):
            return None
        if not kind.value:
            return False
        names_of = zip(pattern.keywords, pattern.keyword_patterns, strict=True)
        return [(objects.get_attribute(vm, subject, name, pattern), part) for name, part in names_of]
    return None


def _captures(pattern: nodes.Pattern | None) -> list[str]:
    if isinstance(pattern, nodes.MatchCapture):
        return ([pattern.name] if pattern.name else []) + _captures(pattern.pattern)
    if isinstance(pattern, (nodes.MatchOr, nodes.MatchSequence)):
        return [name for part in pattern.patterns for name in _captures(part)]
    if isinstance(pattern, nodes.MatchStar):
        return [pattern.name] if pattern.name else []
    if isinstance(pattern, nodes.MatchMapping):
        found = [name for part in pattern.patterns for name in _captures(part)]
        return found + ([pattern.rest] if pattern.rest else [])
    if isinstance(pattern, nodes.MatchClass):
        return [name for part in (*pattern.positional, *pattern.keyword_patterns) for name in _captures(part)]
    return []


# --- generators ------------------------------------------------------------------------------------


def resume_generator(vm: Machine, generator: Generator, node: nodes.Node) -> Value:
    """Run a generator to its next yield: the yielded value, or ABSENT when it has ended."""
    frame = generator.frame
    assert isinstance(frame, Frame)

    def run(at: Value) -> Value:
        if at is NONE:
            return ABSENT

        def body() -> Value:
            frame.resume = list(at.path) if isinstance(at, Position) else []
            frame.position = []
            assert frame.function is not None
            run_block(vm, frame.function.node.body)
            return NONE

        def after(way: Way, value: Value) -> Value:
            frame.resume = []
            if way is Way.SUSPEND:

                def suspended(item: Value) -> Value:
                    if not isinstance(item, TupleValue):  # it may be at any of too many places
                        vm.store.set(generator.cells, "at", NONE)
                        return item
                    vm.store.set(generator.cells, "at", item.items[1])
                    return item.items[0]

                return vm.split(value, suspended)
            vm.store.set(generator.cells, "at", NONE)
            if way is Way.RAISE:
                raise Signal(way, value)
            vm.store.set(generator.cells, "value", value if way is Way.RETURN else NONE)
            return ABSENT

        outer = vm.frame
        vm.frame = frame
        try:
            return vm.protect(body, after)
        finally:
            vm.frame = outer

    return vm.split(generator.cells["at"], run)


_EXECUTE: dict[type, Callable[[Machine, Any], Value]] = {
    nodes.ExprStmt: _expr_stmt,
    nodes.Assign: _assign,
    nodes.AnnOnly: _pass,
    nodes.AugAssign: _aug_assign,
    nodes.Return: _return,
    nodes.Raise: _raise,
    nodes.Pass: _pass,
    nodes.Break: _break,
    nodes.Continue: _continue,
    nodes.Delete: _delete,
    nodes.Assert: _assert,
    nodes.Global: _global,
    nodes.Nonlocal: _nonlocal,
    nodes.Import: _import,
    nodes.ImportFrom: _import_from,
    nodes.If: _if,
    nodes.While: _while,
    nodes.For: _for,
    nodes.Try: _try,
    nodes.With: _with,
    nodes.FunctionDef: _function_def,
    nodes.ClassDef: _class_def,
    nodes.Match: _match,
}
