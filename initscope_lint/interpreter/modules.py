"""Imports: a module of the program is run when it is first imported, as Python does.

Most programs of a project import the same modules, so a module is run once for all of them. What its body makes stays;
what it writes outside of that (a registry, a mode of TensorFlow) is taken back after the run, and written again
wherever the module is imported. A module that is imported after the program has switched the mode is run once for that
mode, and one that is imported in a state that cannot be compared is run again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator

from initscope_lint.interpreter import containers, heap, library, statements
from initscope_lint.interpreter.heap import Delta
from initscope_lint.interpreter.machine import Call, Exhausted, Frame, Literal, Machine, Settings, Signal, Way
from initscope_lint.interpreter.program import Sources
from initscope_lint.interpreter.values import (
    ABSENT,
    NONE,
    Cells,
    Const,
    ContextValue,
    Ite,
    Module,
    Ref,
    TupleValue,
    Value,
    owned_by,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.context import Stack

Mode = Hashable
"""The state of TensorFlow that a module finds when it is imported."""


@dataclasses.dataclass
class Loaded:
    """A module as its import left it; ``written`` is what the import changed outside of what it made.

    ``partners`` are the modules in a circle with what it imports, by path, as this import left them.
    """

    module: Module
    written: Delta
    partners: dict[str, Module] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class _Loading:
    module: Module
    reaches: int
    """The outermost of the modules being loaded that this one has imported: below its own place, it is in a circle."""


class Importer:
    """The modules of a project, each run when it is first imported."""

    def __init__(self, sources: Sources, settings: Settings) -> None:
        self.sources = sources
        self.settings = settings
        self.state: dict[Hashable, Value] = Cells()
        """Process-wide state of TensorFlow, and which modules are imported."""
        self.attributes: dict[int, tuple[nodes.FunctionDef, frozenset[str]]] = {}
        """The attributes that a function's code reads, by the identity of its definition."""
        self._loaded: dict[tuple[str, Mode], Loaded] = {}
        self._circular: dict[tuple[str, Mode], tuple[int, Loaded]] = {}
        self._loading: list[_Loading] = []
        self._fresh = _mode(self.machine())
        self.state.clear()

    def machine(self) -> Machine:
        """A machine in a fresh process."""
        machine = Machine(self.settings, self)
        start_process(machine)
        return machine

    def run_script(self, path: str) -> Loaded:
        """Run a module as ``__main__``."""
        source = self.sources.load(path)
        vm = self.machine()
        return self._run(vm, Module("__main__", source.path, source.ir))

    def run_module(self, path: str) -> Loaded:
        """Import a module in a fresh process."""
        vm = self.machine()
        with owned_by(vm.owner):
            module = self.get(vm, path)
            written, before = vm.store.outward(vm.owner)
        heap.write(before)
        return Loaded(module, written)

    def get(self, vm: Machine, path: str) -> Module:
        """The module at a path, after its import."""
        cell = ("module", path)
        found = _module(vm.globals.get(cell, ABSENT))
        if found is not None:
            return found
        parent = self.sources.parent(path)
        if parent is not None and parent != path:
            self.get(vm, parent)
            found = _module(vm.globals.get(cell, ABSENT))
            if found is not None:
                return found
        for place, loading in enumerate(self._loading):
            if loading.module.path == path:
                self._reach(place)
                return loading.module
        loaded, private = self._load(vm, path)
        if private and loaded.module.vm is not None:
            vm.absorb(loaded.module.vm)
        vm.store.apply(loaded.written)
        vm.store.set(vm.globals, cell, loaded.module)
        return loaded.module

    def _reach(self, place: int) -> None:
        for loading in self._loading[place + 1 :]:
            loading.reaches = min(loading.reaches, place)

    def _load(self, vm: Machine, path: str) -> tuple[Loaded, bool]:
        """A module run in the state of a machine, and whether it is another one than that of a fresh process."""
        mode = _mode(vm)
        other = mode != self._fresh
        key = (path, mode)
        found = self._loaded.get(key)
        if found is not None and mode is not None and not self._clashes(vm, found):
            return found, other
        if key in self._circular and mode is not None:
            place, found = self._circular[key]
            self._reach(place)
            return found, other
        source = self.sources.load(path)
        module = Module(source.name, path, source.ir)
        here = len(self._loading)
        self._loading.append(_Loading(module, here))
        try:
            if mode is None:
                loaded = self._run(Machine(self.settings, self), module)
            else:
                flags = [(name, vm.resolve(value)) for name, value in vm.globals.items() if isinstance(name, str)]
                with _suspended(vm):
                    inner = self.machine()
                    for name, value in flags:
                        inner.store.set(inner.globals, name, value)
                    loaded = self._run(inner, module)
        finally:
            reaches = self._loading.pop().reaches
        if mode is not None:
            if reaches < here:
                self._circular[key] = (reaches, loaded)
            else:
                loaded.partners = self._partners(loaded, mode)
                self._loaded.setdefault(key, loaded)
                self._circular = {key: entry for key, entry in self._circular.items() if entry[0] < here}
        return loaded, other

    def _partners(self, loaded: Loaded, mode: Mode) -> dict[str, Module]:
        """The modules that were imported on the way and that are not what everybody else imports."""
        found: dict[str, Module] = {}
        for _, cell, value in loaded.written.values():
            if isinstance(cell, tuple) and cell[0] == "module" and isinstance(value, Module):
                shared = self._loaded.get((value.path, mode))
                if shared is None or shared.module is not value:
                    found[value.path] = value
        return found

    def _clashes(self, vm: Machine, loaded: Loaded) -> bool:
        """Whether a module brings another copy of one that is imported already, or is being imported."""
        if not loaded.partners:
            return False
        if any(loading.module.path in loaded.partners for loading in self._loading):
            return True
        there = (
            (_module(vm.globals.get(("module", path), ABSENT)), module) for path, module in loaded.partners.items()
        )
        return any(found is not None and found is not module for found, module in there)

    def _run(self, vm: Machine, module: Module) -> Loaded:
        """Run the body of a module; what it wrote outside is taken back."""
        vm.home = module
        module.vm = vm
        module.loading = True
        start = dict(vm.globals)
        with owned_by(vm.owner):
            module.cells = Cells()
            run_body(vm, module)
            module.loading = False
            written, before = vm.store.outward(vm.owner)
            vm.store.forget()
        heap.write(before)
        changed = {
            place: entry
            for place, entry in written.items()
            if entry[0] is not vm.globals or start.get(entry[1]) is not entry[2]
        }
        return Loaded(module, changed)


def start_process(vm: Machine) -> None:
    """Set the state of TensorFlow to that of a fresh process."""
    vm.set_flag("process eager", not vm.tf1)
    vm.set_flag("control flow v1", vm.tf1)
    vm.stack = Stack.start(not vm.tf1)


def _module(value: Value) -> Module | None:
    """The module in a cell, also if it is imported on some paths only: it is the same module on all others."""
    while isinstance(value, Ite):
        value = value.then if value.then is not ABSENT else value.other
    return value if isinstance(value, Module) else None


def _mode(vm: Machine) -> Mode:
    """The state of TensorFlow as something comparable; None if it is not."""
    parts: list[tuple[str, object]] = []
    for name, value in vm.globals.items():
        if isinstance(name, tuple):
            continue  # what is known of one graph, function or module
        if not isinstance(name, str):
            return None
        value = vm.resolve(value)
        if isinstance(value, Const):
            parts.append((name, value.value))
        elif isinstance(value, ContextValue):
            if value.stack.graphs or value.stack.paused:
                return None
            parts.append((name, value.stack.eager))
        elif isinstance(value, TupleValue) and not value.items:
            continue
        elif value is not ABSENT:
            return None
    return frozenset(part for part in parts if part[1] is not False)


@contextlib.contextmanager
def _suspended(vm: Machine) -> Iterator[None]:
    """Meanwhile, what a run has changed outside of what it made is as it was."""
    now, before = vm.store.outward(vm.owner)
    heap.write(before)
    try:
        yield
    finally:
        heap.write(now)


# --- running a body --------------------------------------------------------------------------------


def run_body(vm: Machine, module: Module) -> None:
    """Run a module body; a statement that raises ends, and the next one runs, so that definitions exist."""
    if module.ir is None:
        module.open = True
        return
    frame = Frame(module, module.cells)
    for statement in module.ir.body:
        if not guarded(vm, functools.partial(_statement, vm, frame, statement), vm.settings.budget):
            module.open = True


def _statement(vm: Machine, frame: Frame, statement: nodes.Stmt) -> Value:
    vm.frame = frame
    return statements.execute(vm, statement)


def guarded(vm: Machine, run: Callable[[], Value], budget: int, *path: Call, given: Iterable[Literal] = ()) -> bool:
    """Run one entry point (``path`` begins with it) or a statement of a module body; False if it did not end normally.

    ``budget`` is the most steps that it may take, ``given`` are conditions that hold from the start.
    """
    vm.limit = vm.steps + budget
    vm.cut = False
    vm.path = {atom.uid: (atom, truth) for atom, truth in given}
    vm.region = []
    vm.handlers = 0
    vm.handling = []
    vm.assumed = False
    vm.presumed = False
    vm.uncalled = bool(path)
    vm.autograph = False
    vm.converting = False
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
    vm.truncated += vm.cut
    vm.frame = None
    vm.calls = []
    vm.path = {}
    return clean


# --- import statements -----------------------------------------------------------------------------


def import_module(vm: Machine, name: str, level: int = 0) -> Value:
    """What a dotted name means after ``import name``."""
    path = _find(vm, level, name)
    if path is None:
        return Ref("." * level + name)
    return vm.importer.get(vm, path)


def import_top(vm: Machine, name: str) -> Value:
    """What ``import a.b.c`` binds to ``a``, with all of it imported."""
    top = import_module(vm, name.partition(".")[0])
    if isinstance(top, Module) and "." in name:
        import_module(vm, name)
    return top


def import_from(vm: Machine, module: str, level: int, name: str) -> Value:
    """What ``from module import name`` gives."""
    source = import_module(vm, module, level)
    if not isinstance(source, Module):
        return (
            library.module_attribute(vm, source, name)
            if level == 0 and isinstance(source, Ref)
            else _outside(module, level, name)
        )

    def given(value: Value) -> Value:
        if value is not ABSENT:
            return value
        found = attribute(vm, source, name)
        if found is not None:
            return found
        if vm.handlers:
            vm.throw("ImportError", f"cannot import name '{name}' from '{source.name}'")
        return vm.unknown(f"{source.name}.{name}", stable=True)

    return vm.split(source.cells.get(name, ABSENT), given)


def _outside(module: str, level: int, name: str) -> Ref:
    return Ref("." * level + (f"{module}.{name}" if module else name))


def import_star(vm: Machine, module: str, level: int) -> None:
    """``from module import *`` into the module that is being executed."""
    assert vm.frame is not None
    target = vm.frame.module
    source = import_module(vm, module, level)
    if not isinstance(source, Module):
        target.open = True
        target.stars.append("." * level + module)
        return
    target.open = target.open or source.open or source.loading
    target.stars.extend(source.stars)
    listed = source.cells.get("__all__", ABSENT)
    names = _texts(vm, listed)
    if names is None:
        names = [name for name in source.cells if isinstance(name, str) and not name.startswith("_")]
    for name in names:
        value = source.cells.get(name, ABSENT)
        if value is ABSENT:
            value = attribute(vm, source, name) or ABSENT
        if value is not ABSENT:
            vm.store.set(vm.frame.cells, name, value)


def _texts(vm: Machine, value: Value) -> list[str] | None:
    items = containers.known_items(vm, value)
    if items is None:
        return None
    values = [vm.resolve(item) for item in items]
    texts = [item.value for item in values if isinstance(item, Const) and isinstance(item.value, str)]
    return texts if len(texts) == len(values) else None


def attribute(vm: Machine, module: Module, name: str) -> Value | None:
    """``module.name`` for a name that the body has not bound: a submodule, or what is not known to be absent."""
    path = vm.importer.sources.find(module.path, 1, name) if _is_package(module) else None
    if path is not None:
        return vm.importer.get(vm, path)
    if name == "__name__":
        return containers.constant(module.name)
    for star in reversed(module.stars):
        full = f"{star}.{name}"
        if library.is_of_catalogue(vm, full):
            return Ref(full)
    getter = vm.resolve(module.cells.get("__getattr__", ABSENT))
    if module.open or module.loading or getter is not ABSENT or name.startswith("__"):
        return vm.derive(f".{name}", module)
    return None


def _is_package(module: Module) -> bool:
    return module.ir is None or module.path.endswith("__init__.py")


def _find(vm: Machine, level: int, name: str) -> str | None:
    assert vm.frame is not None
    return vm.importer.sources.find(vm.frame.module.path, level, name)
