"""Context managers: entering, leaving, ExitStack, and what a scope that is never entered means."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from initscope_lint.interpreter import expressions, library, objects, statements, stdlib, tensorflow
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Frame, Machine, Signal, Way
from initscope_lint.interpreter.results import Site
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundMethod,
    ClassObject,
    Const,
    FunctionObject,
    Generator,
    HeapObject,
    Instance,
    Ite,
    Manager,
    Position,
    Ref,
    Saved,
    Traced,
    TupleValue,
    Unknown,
    Value,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.context import NestingError


def copy(manager: Manager) -> Manager:
    """A fresh manager of the same kind, as ``_recreate_cm`` makes for each decorated call."""
    detail = manager.detail
    if isinstance(detail, Generator):
        frame = detail.frame
        again = Frame(frame.module, dict(frame.cells), frame.parent, frame.function, frame.assigned)
        generator = Generator(detail.function, again)
        generator.cells["managed"] = TRUE
        again.generator = generator
        again.first = frame.first
        detail = generator
    fresh = Manager(manager.kind, manager.site, detail)
    for name, cell in manager.cells.items():
        if name != "state":
            fresh.cells[name] = cell
    return fresh


def enter(vm: Machine, manager: Value, node: nodes.Node) -> Value:
    """``manager.__enter__()``."""
    if isinstance(manager, Manager):
        return _enter_manager(vm, manager, node)
    if isinstance(manager, Instance) and isinstance(manager.cls, ClassObject):
        found = objects.class_attribute(manager.cls, "__enter__")
        if found is not None:
            return objects.call_function(vm, found[0], (manager,), node)
        for base in objects.external_bases(manager.cls):
            if isinstance(base, Unknown) or (isinstance(base, Ref) and base.name not in ("builtins.object",)):
                return manager
        vm.throw("AttributeError", "__enter__")
    if isinstance(manager, Instance):
        return manager
    if isinstance(manager, Ref):
        row = library.api(vm, manager.name)
        if row is not None and row[1].model == "context":
            exception = "AttributeError" if vm.tf1 else "TypeError"
            vm.fail(
                "NO_CM",
                exception,
                "__enter__" if vm.tf1 else "'function' object does not support the context manager protocol",
                node,
                api=row[0],
            )
    entered = tensorflow.enter_object(vm, manager, node)
    if entered is not None:
        return entered
    if isinstance(manager, Unknown):
        return vm.derive("entered", manager)
    return manager


def uncertain(vm: Machine, manager: Value) -> bool:
    """Whether a context manager is unknown, so that the context inside it may be another one."""
    return isinstance(manager, Unknown) and not _neutral_name(manager.why)


def _neutral_name(why: str) -> bool:
    """Unknown managers that by all that is usual do not switch the context: locks, files, timers, progress bars."""
    name = why.rpartition(".")[2].rpartition(" ")[2].lower()
    return any(word in name for word in ("lock", "open", "file", "time", "profile", "progress", "patch", "name_scope"))


def swallows(vm: Machine, manager: Value) -> bool:
    """Whether a context manager may swallow an exception."""
    if isinstance(manager, Manager):
        if manager.kind == "suppress":
            return True
        if manager.kind == "generator":
            return True
        return manager.kind == "exit_stack"
    if isinstance(manager, Instance) and isinstance(manager.cls, ClassObject):
        return objects.class_attribute(manager.cls, "__exit__") is not None
    return isinstance(manager, Unknown) and stdlib.is_assert_raises(manager.why)


def leave(vm: Machine, manager: Value, way: Way, value: Value, node: nodes.Node) -> Value:
    """``manager.__exit__(...)``: whether an exception was swallowed, as a truth."""
    if isinstance(manager, Manager):
        return _leave_manager(vm, manager, way, value, node)
    if isinstance(manager, Instance) and isinstance(manager.cls, ClassObject):
        found = objects.class_attribute(manager.cls, "__exit__")
        if found is not None:
            raised = way is Way.RAISE
            cls = value.cls if raised and hasattr(value, "cls") else NONE
            result = objects.call_function(
                vm,
                found[0],
                (manager, cls, value if raised else NONE, vm.unknown("traceback") if raised else NONE),
                node,
            )
            return vm.split(result, lambda item: expressions.truth(vm, item, node)) if raised else FALSE
        return FALSE
    if isinstance(manager, Unknown) and stdlib.is_assert_raises(manager.why):
        return TRUE
    tensorflow.leave_object(vm, manager, node)
    return FALSE


def within(vm: Machine, manager: Value, body: Callable[[], Value], node: nodes.Node) -> Value:
    """Run ``body`` inside a context manager."""
    enter(vm, manager, node)
    catches = swallows(vm, manager)

    def guarded() -> Value:
        vm.handlers += catches
        try:
            return body()
        finally:
            vm.handlers -= catches

    def after(way: Way, value: Value) -> Value:
        swallowed = leave(vm, manager, way, value, node)
        if way is Way.NORMAL:
            return value

        def again() -> Value:
            raise Signal(way, value)

        return vm.branch(swallowed, lambda: NONE, again) if way is Way.RAISE else again()

    return vm.protect(guarded, after)


# --- managers that the interpreter understands -----------------------------------------------------


def _enter_manager(vm: Machine, manager: Manager, node: nodes.Node) -> Value:
    state = vm.resolve(manager.cells["state"])
    if manager.kind in ("init_scope", "generator") and state is not FALSE:  # a generator is used up
        vm.fail("GEN_DONE", "AttributeError", "args", node, manager=manager.kind)
    if manager.kind == "generator":
        vm.store.set(manager.cells, "state", TRUE)
        assert isinstance(manager.detail, Generator)
        item = statements.resume_generator(vm, manager.detail, node)

        def entered(value: Value) -> Value:
            if value is ABSENT:
                vm.throw("RuntimeError", "generator didn't yield")
            return value

        return vm.split(item, entered)
    if manager.kind == "exit_stack":
        return manager
    if manager.kind in ("neutral", "suppress"):
        return manager.detail if isinstance(manager.detail, Value) and manager.kind == "neutral" else manager
    vm.entered.add(manager.site)
    vm.store.set(manager.cells, "state", Saved(vm.stack))
    return tensorflow.enter_context(vm, manager, node)


def _leave_manager(vm: Machine, manager: Manager, way: Way, value: Value, node: nodes.Node) -> Value:
    if manager.kind == "neutral":
        return FALSE
    if manager.kind == "suppress":
        if way is not Way.RAISE:
            return FALSE
        kinds = manager.detail if isinstance(manager.detail, TupleValue) else TupleValue(())
        return library.exception_matches(vm, value, kinds)
    if manager.kind == "generator":
        return _leave_generator(vm, manager, way, value, node)
    if manager.kind == "exit_stack":
        return _leave_exit_stack(vm, manager, way, value, node)
    state = vm.resolve(manager.cells["state"])
    if isinstance(state, Saved):
        vm.store.set(manager.cells, "state", NONE)
        try:
            tensorflow.leave_context(vm, manager, state.stack, node)
        except NestingError as error:
            vm.fail("NESTING", "AssertionError", str(error), node, manager=manager.kind)
    return FALSE


def _leave_generator(vm: Machine, manager: Manager, way: Way, value: Value, node: nodes.Node) -> Value:
    generator = manager.detail
    assert isinstance(generator, Generator)
    vm.store.set(manager.cells, "state", NONE)
    if way is Way.RAISE:
        generator.frame.injected = value

    def body() -> Value:
        return statements.resume_generator(vm, generator, node)

    def after(ended: Way, result: Value) -> Value:
        generator.frame.injected = None
        if ended is Way.RAISE:
            if way is Way.RAISE and result is value:
                return FALSE
            raise Signal(ended, result)
        return TRUE if way is Way.RAISE else FALSE

    return vm.protect(body, after)


def _leave_exit_stack(vm: Machine, manager: Manager, way: Way, value: Value, node: nodes.Node) -> Value:
    items = vm.resolve(manager.cells["items"])
    vm.store.set(manager.cells, "items", TupleValue(()))
    swallowed: Value = FALSE
    if isinstance(items, TupleValue):
        for item in reversed(items.items):
            if isinstance(item, TupleValue):  # a callback
                function, args = item.items
                assert isinstance(args, TupleValue)
                objects.call_function(vm, function, args.items, node)
                continue
            if isinstance(item, (FunctionObject, BoundMethod)):  # an exit function that was pushed
                objects.call_function(vm, item, (NONE, NONE, NONE), node)
                continue
            found = vm.split(item, functools.partial(_leave_item, vm, way, value, node))
            if way is Way.RAISE and isinstance(found, Const) and found.value:
                way, value, swallowed = Way.NORMAL, NONE, TRUE
    return swallowed


def _leave_item(vm: Machine, way: Way, value: Value, node: nodes.Node, manager: Value) -> Value:
    return leave(vm, manager, way, value, node)


def exit_stack_method(vm: Machine, manager: Manager, name: str, arguments: Arguments, node: nodes.Node) -> Value:
    """A method of an ExitStack, or ``__enter__``/``__exit__`` of any manager."""
    if name == "__enter__":
        return enter(vm, manager, node)
    if name in ("__exit__", "close", "__aexit__"):
        leave(vm, manager, Way.NORMAL, NONE, node)
        return NONE
    items = vm.resolve(manager.cells.get("items", TupleValue(())))
    if not isinstance(items, TupleValue):
        return vm.unknown("exit stack")
    if name in ("enter_context", "enter_async_context", "push") and arguments.args:

        def add(inner: Value) -> Value:
            entered = enter(vm, inner, node) if name != "push" else inner
            vm.store.set(manager.cells, "items", TupleValue((*items.items, inner)))
            return entered

        return vm.split(arguments.args[0], add)
    if name == "callback" and arguments.args:
        entry = TupleValue((arguments.args[0], TupleValue(arguments.args[1:])))
        vm.store.set(manager.cells, "items", TupleValue((*items.items, entry)))
        return arguments.args[0]
    if name == "pop_all":
        other = Manager("exit_stack", vm.site(node))
        other.cells["items"] = items
        vm.store.set(manager.cells, "items", TupleValue(()))
        return other
    return vm.unknown(name)


def is_kept_open(vm: Machine, site: Site, roots: Sequence[Value]) -> bool:
    """Whether a manager that was entered, made at ``site``, can still be reached, so that it is not collected.

    A scope, stack or generator that nothing keeps is closed by the reference count when the function ends.
    """
    waiting: list[Value] = [*roots, *vm.roots()]
    seen: set[int] = set()
    while waiting and len(seen) < 5000:
        value = waiting.pop()
        if isinstance(value, Ite):
            value = vm.resolve(value)
            if isinstance(value, Ite):
                continue  # kept on some paths only
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Manager):
            if value.site == site and isinstance(vm.resolve(value.cells["state"]), Saved):
                return True
            if isinstance(value.detail, Value):
                waiting.append(value.detail)
        if isinstance(value, TupleValue):
            waiting.extend(value.items)
        elif isinstance(value, BoundMethod):
            waiting.extend((value.function, value.self_value))
        elif isinstance(value, Generator):
            at = vm.resolve(value.cells["at"])
            waiting.extend(part for part in (at.path if isinstance(at, Position) else ()) if isinstance(part, Value))
        elif isinstance(value, Traced):
            waiting.append(value.function)
        elif isinstance(value, FunctionObject) and value.frame is not None and vm.may_hold(value.frame.cells):
            waiting.extend(value.frame.cells.values())
        if isinstance(value, HeapObject) and vm.may_hold(value.cells):
            waiting.extend(value.cells.values())
    return False
