"""The entry points of a module: whatever nothing has called, in the mode that the module body leaves."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import TypeVar

from initscope_lint.interpreter import calls, library, modules, objects, protocols
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.events import Event, Failure, Happening, Part
from initscope_lint.interpreter.heap import Delta
from initscope_lint.interpreter.machine import Call, Frame, Literal, Machine
from initscope_lint.interpreter.results import Site, Step
from initscope_lint.interpreter.tensorflow import modes, traces
from initscope_lint.interpreter.values import (
    ABSENT,
    NONE,
    BoundMethod,
    ClassObject,
    Const,
    ContextValue,
    Descriptor,
    FunctionObject,
    GeneratorFactory,
    Instance,
    Ite,
    Memoized,
    Module,
    Native,
    Partial,
    Ref,
    Traced,
    Unknown,
    Value,
    Wrapped,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.context import Stack

ARGUMENT = "argument "

_Event = TypeVar("_Event", bound=Event)


@dataclasses.dataclass(frozen=True)
class _Made:
    """A fresh instance, and what making it has done: the state that entry points on it begin with."""

    instance: Value
    written: Delta
    path: dict[int, Literal]
    functions: Sequence[FunctionObject]
    executed: Set[Site]
    given: dict[tuple[int, str], Unknown]
    events: Sequence[Event]
    scopes: Mapping[Site, Sequence[Happening | None]]
    entered: Set[Site]
    entered_idle: bool


class EntryPoints:
    """The entry points of one module, one after another, each on the state after the module body."""

    def __init__(self, vm: Machine, module: Module) -> None:
        self.vm = vm
        self.module = module
        self.parts: list[Part] = []
        self._given: dict[tuple[int, str], Unknown] = {}
        self._made: dict[int, _Made] = {}
        """The instances that were made, by the identity of their class."""
        self._known = vm.derivations()
        """What was known before this entry point, or once the instance was made that others begin with as well."""

    def run(self) -> None:
        """Run them all."""
        vm = self.vm
        vm.stack = self._start_stack()
        self.functions()
        self.classes()
        self.rest()

    def _start_stack(self) -> Stack:
        """The stack of the main thread between entry points: what the module body left, unless it left it open."""
        stack = self.vm.resolve(self.vm.globals["stack"])
        while isinstance(stack, Ite):
            stack = stack.then
        assert isinstance(stack, ContextValue)
        if stack.stack.graphs or stack.stack.paused:
            return Stack.start(self.vm.flag("process eager"))
        return stack.stack

    def _budget(self) -> int:
        settings = self.vm.settings
        return settings.entry_budget if self.vm.steps < settings.program_budget else settings.late_budget

    def entry(self, run: Callable[[], Value], site: Site, note: str) -> None:
        """Run one entry point on the state after the module body, and take its effects back."""
        vm = self.vm
        vm.in_entry_point = True
        self._given.clear()
        self._known = vm.derivations()
        part = self._attempt(run, site, note)
        checked: dict[tuple[Literal, ...], Part] = {}
        events: list[Event] = []
        for event in part.events:
            if isinstance(event, Failure) and event.certain and event.path:
                if event.path not in checked and len(checked) < _CHECKS:
                    checked[event.path] = self._attempt(run, site, note, event.path)
                again = checked.get(event.path)
                if again is not None and not any(_alike(event, other) for other in again.events):
                    event = dataclasses.replace(event, certain=False)
            events.append(event)
        self.parts.append(dataclasses.replace(part, events=events))
        vm.forget_since(self._known)
        vm.in_entry_point = False

    def _attempt(self, run: Callable[[], Value], site: Site, note: str, given: Sequence[Literal] = ()) -> Part:
        """Run an entry point once, where some conditions are given.

        A failure is found on a path, on which a condition may have been decided late: what ran before ran for both
        its truths, with what is known of both. It is certain if it also happens where the conditions hold all along.
        """
        vm = self.vm
        mark = vm.store.mark()
        before = len(vm.functions)
        frame = Frame(self.module, {})

        def framed() -> Value:
            vm.frame = frame
            modes.forget_finalized(vm)  # whoever calls this does so before that, or in another graph
            result = run()
            library.escape(vm, list(_reachable(vm, [result])))
            self._uncalled_closures(before)
            return result

        modules.guarded(vm, framed, self._budget(), Call(site, note), given=given)
        vm.store.undo(mark)
        return vm.take(site)

    def _uncalled_closures(self, before: int) -> None:
        """Functions that an entry point made and that nothing has called."""
        vm = self.vm
        for function in vm.functions[before:]:
            where = Site(function.module.path, function.node.pos)
            if vm.has_executed(where) or function.node.name == "<lambda>" or function.owner is not None:
                continue
            if function.module is not self.module:
                continue
            vm.assumed = True  # whoever calls it may do so in another context
            self._call(function, where)

    def _call(self, value: Value, where: Site) -> Value:
        vm = self.vm
        node = nodes.Pass(where.pos)
        return vm.split(value, lambda item: calls.call(vm, item, self.arguments(item), node))

    def arguments(self, value: Value, skip: int = 0) -> Arguments:
        """Unknown arguments for a callable."""
        function = underlying(value)
        if function is None:
            return Arguments((), {}, True)
        if isinstance(value, BoundMethod) or isinstance(getattr(value, "function", None), BoundMethod):
            skip = 1
        args: list[Value] = []
        kwargs: dict[str, Value] = {}
        for param in function.node.params:
            if param.kind in ("vararg", "kwarg"):
                continue
            if skip and param.kind != "kwonly":
                skip -= 1
                continue
            default = function.defaults.get(param.name)
            why = f"{ARGUMENT}{param.name}"
            if (isinstance(default, Const) and default.value is not None) or param.name in _OPTIONS:
                why = f"option {param.name}"
            made = self._argument(function, param.name, why)
            if param.kind == "kwonly":
                kwargs[param.name] = made
            else:
                args.append(made)
        return Arguments(tuple(args), kwargs)

    def _argument(self, function: FunctionObject, name: str, why: str) -> Unknown:
        """An unknown argument: the same one in every attempt at an entry point."""
        key = (id(function), name)
        if key not in self._given:
            self._given[key] = self.vm.unknown(why, stable=True)
        return self._given[key]

    # --- functions and classes ---------------------------------------------------------------------

    def functions(self) -> None:
        """The functions of a module, by the values that its names are bound to."""
        module = self.module
        for value in _reachable(self.vm, list(module.cells.values())):
            function = underlying(value)
            if function is None or function.module is not module or isinstance(value, ClassObject):
                continue
            where = Site(module.path, function.node.pos)
            if self.vm.has_executed(where):
                continue
            self.entry(
                functools.partial(self._twice, value, where),
                where,
                f"{function.node.name}, which no call reaches",
            )

    def _twice(self, value: Value, where: Site) -> Value:
        """Call an entry point; a traced one a second time with another signature."""
        vm = self.vm
        node = nodes.Pass(where.pos)
        arguments = self.arguments(value)
        result = calls.call(vm, value, arguments, node)
        traced = value if isinstance(value, Traced) else None
        if traced is not None and arguments.all() and traces.option(vm, traced, "input_signature") is None:
            traces.retrace(vm, traced, lambda: calls.call(vm, value, arguments, node))
        return result

    def classes(self) -> None:
        """The methods of a module's classes, each on a fresh instance."""
        module = self.module
        for value in list(module.cells.values()):
            for cls in _reachable(self.vm, [value]):
                if isinstance(cls, ClassObject) and cls.module is module:
                    self._class(cls)

    def _class(self, cls: ClassObject) -> None:
        vm = self.vm
        where = Site(cls.module.path, cls.node.pos)
        methods = [
            (name, value)
            for name, cell in list(cls.cells.items())
            for value in _reachable(vm, [cell])
            if isinstance(name, str)
        ]
        wanted = []
        for name, value in methods:
            inner = value.function if isinstance(value, Descriptor) else value
            function = underlying(inner)
            if function is not None and not vm.has_executed(Site(function.module.path, function.node.pos)):
                wanted.append((name, value, function))
        wanted.sort(
            key=lambda item: (
                item[0] != "__init__",
                item[0].startswith("_"),
            )
        )
        for name, value, function in wanted:
            site = Site(function.module.path, function.node.pos)
            keras = protocols.caller(vm, cls, name)
            drivers = [] if keras is not None or name == "__init__" else protocols.users(vm, cls, name)
            for driver, inherited in itertools.islice(drivers, _DRIVERS):
                if not vm.has_executed(site):
                    note = f"{cls.name}.{driver}, which no call reaches"
                    self.entry(functools.partial(self._method, cls, driver, inherited, where, where), site, note)
            if not vm.has_executed(site) or name == "__init__":
                note = f"{cls.name}.{name}, {keras or 'which no call reaches'}"
                # A decorator of another module may have put its own function here.
                here = site if function.module is cls.module else where
                self.entry(functools.partial(self._method, cls, name, value, here, where), site, note)

    def _method(self, cls: ClassObject, name: str, value: Value, site: Site, where: Site) -> Value:
        vm = self.vm
        node = nodes.Pass(where.pos)
        instance = self._instance(cls, node)
        if name == "__init__" or not isinstance(instance, Instance):
            return NONE
        if protocols.caller(vm, cls, name) is not None:
            protocols.run(vm, instance, name, self.arguments(value, skip=1), node)
            return NONE
        if protocols.is_test_case(vm, cls) and name != "setUp":
            objects.call_method(vm, instance, "setUp", node)
        if isinstance(value, Descriptor):
            if value.kind in ("property", "cached_property"):
                return objects.get_attribute(vm, instance, name, node)
            owner: Value = cls if value.kind == "classmethod" else instance
            bound: Value = value.function if value.kind == "staticmethod" else BoundMethod(value.function, owner)
            return calls.call(vm, bound, self.arguments(bound), nodes.Pass(site.pos))
        bound = objects.bind_to_instance(vm, instance, value, name, node)
        return vm.split(bound, lambda item: self._twice(item, site))

    def _instance(self, cls: ClassObject, node: nodes.Node) -> Value:
        """A fresh instance of a class.

        All entry points begin with the same state, so it is made once for all of them; what there is to say of that
        is said for each, with its own beginning of the way there.
        """
        vm = self.vm
        fresh = not (vm.path or vm.settings.contexts or vm.events or vm.scopes or vm.entered or vm.entered_idle)
        made = self._made.get(cls.uid)
        if made is not None and fresh:
            begin = vm.trace()
            vm.events += [_begun(event, begin) for event in made.events]
            for site, entries in made.scopes.items():
                vm.scopes[site] = [None if each is None else _begun(each, begin) for each in entries]
            vm.entered |= made.entered
            vm.entered_idle = made.entered_idle
            vm.store.apply(made.written)
            vm.path = made.path
            vm.functions += made.functions
            vm.executed |= made.executed
            self._given.update(made.given)
            return made.instance
        mark, before = vm.store.mark(), len(vm.functions)
        instance = vm.resolve(calls.construct(vm, cls, self._of_constructor(cls), node))
        if fresh and not (vm.region or vm.cut):
            self._made[cls.uid] = _Made(
                instance,
                vm.store.delta(mark),
                vm.path,
                vm.functions[before:],
                frozenset(vm.executed),
                dict(self._given),
                tuple(vm.events),
                {site: tuple(entries) for site, entries in vm.scopes.items()},
                frozenset(vm.entered),
                vm.entered_idle,
            )
            self._known = vm.derivations()
        return instance

    def _of_constructor(self, cls: ClassObject) -> Arguments:
        """Unknown arguments for the constructor of a class."""
        maker = objects.class_attribute(cls, "__init__")
        if maker is None:
            return Arguments()
        function = underlying(maker[0]) if isinstance(maker[0], (FunctionObject, Wrapped)) else None
        return Arguments((), {}, True) if function is None else self.arguments(function, skip=1)

    def rest(self) -> None:
        """Functions that no name of the module leads to (under unknown decorators, in containers)."""
        vm, module = self.vm, self.module
        for function in list(vm.functions):
            where = Site(function.module.path, function.node.pos)
            if vm.has_executed(where) or function.module is not module or function.node.name == "<lambda>":
                continue
            if function.owner is not None or function.frame.function is not None:
                continue

            def run(function: FunctionObject = function, where: Site = where) -> Value:
                vm.assumed = True
                return self._call(function, where)

            self.entry(run, where, f"{function.node.name}, which no call reaches")


_CHECKS = 6
"""At most so many paths of an entry point are run on their own."""

_DRIVERS = 4
"""At most so many inherited methods are tried as the callers of an overriding one."""

_OPTIONS = frozenset({"training", "is_training", "mode", "name", "dtype", "reuse", "scope"})


def _begun(event: _Event, begin: tuple[Step, ...]) -> _Event:
    """An event of another entry point as one of that which begins so."""
    return dataclasses.replace(event, trace=(*begin, *event.trace[len(begin) :]))


def _alike(left: Event, right: Event) -> bool:
    return (
        isinstance(left, Failure)
        and isinstance(right, Failure)
        and (left.error, left.site) == (right.error, right.site)
        and right.certain
    )


def underlying(value: Value | None) -> FunctionObject | None:
    """The function of the program behind a callable."""
    for _ in range(8):
        if isinstance(value, FunctionObject):
            return value
        if isinstance(value, (Traced, Wrapped, Memoized, GeneratorFactory, BoundMethod, Partial, Descriptor, Native)):
            value = value.function
        else:
            return None
    return None


def _reachable(vm: Machine, values: list[Value]) -> Iterator[Value]:
    """The plain values in cells that may hold choices."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        if isinstance(value, Ite):
            waiting += (value.other, value.then)
        elif value is not ABSENT and not isinstance(value, (Unknown, Ref, Const)):
            yield value
