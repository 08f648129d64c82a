"""One analysis: the module body, then whatever nothing has called, in the program's start mode."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import cast

from initscope_lint.interpreter import calls, library, objects
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.events import Analysis, Event, Happening
from initscope_lint.interpreter.machine import Call, Exhausted, Frame, Machine, Module, Settings, Signal, Way
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.interpreter.results import ContextState, ProbePoint, Site, StackFrame
from initscope_lint.interpreter.statements import execute
from initscope_lint.interpreter.target import Choice, choose_target
from initscope_lint.interpreter.tensorflow import traces
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
    Native,
    Partial,
    Ref,
    Traced,
    Unknown,
    Value,
    Wrapped,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.catalogue import Target, load
from initscope_lint.semantics.context import Stack

ARGUMENT = "argument "


def analyze(program: Program, target: str | None, catalogues: Sequence[Path] = ()) -> Analysis:
    """Execute a program symbolically.

    ``target`` is ``1.15``, ``2``, or None to choose it by the APIs that the program uses. ``catalogues`` are the
    user's own catalogue files.

    Raises:
        CatalogueError: One of ``catalogues`` cannot be read or is not valid.
    """
    choice = choose_target(program) if target is None else Choice(cast(Target, target), None, "given")
    machine = Machine(Settings(choice.target, load(choice.target, catalogues, choice.keras)))
    analysis = _Run(machine)
    for module in program.modules:
        analysis.module(module)
    events = [event for event in machine.events if not _entered(machine, event)]
    events.extend(_idle_scopes(machine, analysis.uncalled))
    return Analysis(events, list(_points(machine)), analysis.truncated, choice.target, choice.reason)


def _entered(vm: Machine, event: Event) -> bool:
    """Whether an event says that a scope was made which was also entered."""
    return isinstance(event, Happening) and event.kind == "scope made" and event.site in vm.entered


def _idle_scopes(vm: Machine, uncalled: bool) -> Iterator[Event]:
    """The scopes that had no effect at any entry: those of module level, and others if all code is called by it."""
    if vm.entered_idle:
        return  # a tape that is opened under a scope records nothing
    for entries in vm.scopes.values():
        first = entries[0]
        if first is None or not all(entries):
            continue
        if first.facts["at_module_level"] or not uncalled:
            yield first


def execute_module(source: ModuleSource, target: Target) -> dict[Hashable, Value]:
    """Execute only the body of a module; gives what its names are bound to."""
    run = _Run(Machine(Settings(target, load(target))))
    module = Module("__main__", source.path, source.ir)
    run.body(module)
    return module.cells


class _Run:
    """The entry points of a program, one after another."""

    def __init__(self, vm: Machine) -> None:
        self.vm = vm
        self.truncated = 0
        self.uncalled = False
        """Whether there is code that the module bodies do not call."""
        vm.set_flag("process eager", not vm.tf1)
        vm.set_flag("control flow v1", vm.tf1)
        vm.globals["stack"] = ContextValue(Stack.start(not vm.tf1))

    def module(self, source: ModuleSource) -> None:
        """Run a module and then its entry points."""
        vm = self.vm
        module = Module("__main__", source.path, source.ir)
        vm.modules[source.name] = module
        self.body(module)
        vm.stack = self._start_stack()
        vm.store.forget()
        self.functions(module)
        self.classes(module)
        self.rest(module)

    def _start_stack(self) -> Stack:
        """The stack of the main thread between entry points: what the module body left, unless it left it open."""
        stack = self.vm.resolve(self.vm.globals["stack"])
        while isinstance(stack, Ite):
            stack = stack.then
        assert isinstance(stack, ContextValue)
        if stack.stack.graphs or stack.stack.paused:
            return Stack.start(self.vm.flag("process eager"))
        return stack.stack

    def body(self, module: Module) -> None:
        """The module body; a statement that raises ends, and the next one runs, so that definitions exist."""
        frame = Frame(module, module.cells)
        for statement in module.ir.body:
            clean = self._guarded(functools.partial(self._statement, frame, statement))
            if not clean:
                module.open = True

    def _statement(self, frame: Frame, statement: nodes.Stmt) -> Value:
        vm = self.vm
        vm.frame = frame
        return execute(vm, statement)

    def _guarded(self, run: Callable[[], Value], *path: Call) -> bool:
        """Run one entry point, or a statement of a module body (no path); False where it did not end normally."""
        vm = self.vm
        vm.limit = vm.steps + (self._budget() if path else vm.settings.budget)
        vm.cut = False
        vm.path = {}
        vm.region = []
        vm.handlers = 0
        vm.handling = []
        vm.assumed = False
        vm.uncalled = bool(path)
        vm.autograph = False
        vm.calls = list(path)
        clean = True

        def after(way: Way, value: Value) -> Value:
            nonlocal clean
            if way is Way.RAISE:
                clean = False
                vm.report(value)
            return NONE

        try:
            stack = vm.resolve(vm.globals["stack"])
            vm.split(stack, lambda _: vm.protect(run, after))
        except Signal as signal:
            clean = False
            if signal.way is Way.RAISE:
                vm.report(signal.value)
        except (Exhausted, RecursionError):
            clean = False
            vm.cut = True
        self.truncated += vm.cut
        vm.frame = None
        vm.calls = []
        vm.path = {}
        return clean

    def _budget(self) -> int:
        settings = self.vm.settings
        return settings.entry_budget if self.vm.steps < settings.program_budget else settings.late_budget

    def entry(self, run: Callable[[], Value], site: Site, note: str) -> None:
        """Run one entry point on the state after the module body, and take its effects back."""
        vm = self.vm
        self.uncalled = vm.in_entry_point = True
        mark = vm.store.mark()
        before = len(vm.functions)
        stack = vm.globals["stack"]

        def complete() -> Value:
            result = run()
            library.escape(vm, list(_reachable(vm, [result])))
            self._uncalled_closures(before)
            return result

        frame = Frame(vm.modules[next(iter(vm.modules))], {})
        node = nodes.Pass(site.pos)

        def framed() -> Value:
            vm.frame = frame
            return complete()

        self._guarded(framed, Call(site, note))
        vm.store.undo(mark)
        vm.in_entry_point = False
        vm.globals["stack"] = stack
        del node

    def _uncalled_closures(self, before: int) -> None:
        """Functions that an entry point made and that nothing has called."""
        vm = self.vm
        for function in vm.functions[before:]:
            where = Site(function.module.path, function.node.pos)
            if where in vm.executed or function.node.name == "<lambda>" or function.owner is not None:
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
        vm = self.vm
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
            made = vm.unknown(why, stable=True)
            if param.kind == "kwonly":
                kwargs[param.name] = made
            else:
                args.append(made)
        return Arguments(tuple(args), kwargs)

    # --- functions and classes ---------------------------------------------------------------------

    def functions(self, module: Module) -> None:
        """The functions of a module, by the values that its names are bound to."""
        for value in _reachable(self.vm, list(module.cells.values())):
            function = underlying(value)
            if function is None or function.module is not module or isinstance(value, ClassObject):
                continue
            where = Site(module.path, function.node.pos)
            if where in self.vm.executed:
                continue
            self.entry(
                functools.partial(self._twice, value, where),
                where,
                f"{function.node.name}, called by nothing here",
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

    def classes(self, module: Module) -> None:
        """The methods of a module's classes, each on a fresh instance."""
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
            if function is not None and Site(function.module.path, function.node.pos) not in vm.executed:
                wanted.append((name, value, function))
        wanted.sort(
            key=lambda item: (
                item[0] != "__init__",
                item[0].startswith("_"),
            )
        )
        for name, value, function in wanted:
            site = Site(function.module.path, function.node.pos)
            if site in vm.executed and name != "__init__":
                continue
            self.entry(
                functools.partial(self._method, cls, name, value, site, where),
                site,
                f"{cls.name}.{name}, called by nothing here",
            )

    def _method(self, cls: ClassObject, name: str, value: Value, site: Site, where: Site) -> Value:
        vm = self.vm
        node = nodes.Pass(where.pos)
        maker = objects.class_attribute(cls, "__init__")
        arguments = Arguments()
        if maker is not None and isinstance(maker[0], (FunctionObject, Wrapped)):
            function = underlying(maker[0])
            assert function is not None
            arguments = self.arguments(function, skip=1)
        elif maker is not None:
            arguments = Arguments((), {}, True)
        instance = vm.resolve(calls.construct(vm, cls, arguments, node))
        if name == "__init__" or not isinstance(instance, Instance):
            return NONE
        if isinstance(value, Descriptor):
            if value.kind in ("property", "cached_property"):
                return objects.get_attribute(vm, instance, name, node)
            owner: Value = cls if value.kind == "classmethod" else instance
            bound: Value = value.function if value.kind == "staticmethod" else BoundMethod(value.function, owner)
            return calls.call(vm, bound, self.arguments(bound), nodes.Pass(site.pos))
        bound = objects.bind_to_instance(vm, instance, value, name, node)
        return vm.split(bound, lambda item: self._twice(item, site))

    def rest(self, module: Module) -> None:
        """Functions that no name of the module leads to (under unknown decorators, in containers)."""
        vm = self.vm
        for function in list(vm.functions):
            where = Site(function.module.path, function.node.pos)
            if where in vm.executed or function.module is not module or function.node.name == "<lambda>":
                continue
            if function.owner is not None or function.frame.function is not None:
                continue

            def run(function: FunctionObject = function, where: Site = where) -> Value:
                vm.assumed = True
                return self._call(function, where)

            self.entry(run, where, f"{function.node.name}, called by nothing here")


_OPTIONS = frozenset({"training", "is_training", "mode", "name", "dtype", "reuse", "scope"})


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


def _points(vm: Machine) -> Iterator[ProbePoint]:
    for site, seen in vm.points.items():
        contexts: dict[tuple[object, ...], ContextState] = {}
        for stack, via, assumed in seen.values():
            state = _state(stack, via, assumed)
            key = (
                state.resolved,
                state.building_function,
                state.branch,
                state.lifted,
                state.tape,
                state.control_dependencies,
                state.stack,
            )
            contexts.setdefault(key, state)
        yield ProbePoint(site, tuple(contexts.values()))


def _state(stack: Stack, via: tuple[Site, ...], assumed: bool) -> ContextState:
    frames = tuple(StackFrame(kind, name, site) for kind, name, site in stack.frames())
    if assumed:
        return ContextState("unknown", None, None, False, False, "none", "none", frames, via)
    resolved = "eager" if stack.eager else "function" if stack.building_function else "graph"
    return ContextState(
        resolved,
        stack.eager,
        stack.building_function,
        stack.in_branch,
        stack.lifted,
        stack.tape,
        stack.control_dependencies,
        frames,
        via,
    )
