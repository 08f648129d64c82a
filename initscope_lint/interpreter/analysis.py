"""One analysis: the units of a program, each a module body and its entry points, and what they say together.

A unit depends on nothing but the modules that it imports, so units can be analysed in any order, or not at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

from initscope_lint.interpreter import heap
from initscope_lint.interpreter.entries import EntryPoints
from initscope_lint.interpreter.events import Analysis, Part, Unit
from initscope_lint.interpreter.joining import callers, holds, late
from initscope_lint.interpreter.machine import Settings
from initscope_lint.interpreter.modules import Importer, start_process
from initscope_lint.interpreter.program import ModuleSource, Program, Sources
from initscope_lint.interpreter.results import ContextState, ProbePoint, Site, StackFrame
from initscope_lint.interpreter.target import choose_target, evidence
from initscope_lint.interpreter.values import Value, owned_by
from initscope_lint.ir import nodes
from initscope_lint.semantics.catalogue import Catalogue, Target, load
from initscope_lint.semantics.context import Stack


def analyze(program: Program, target: str | None, catalogues: Sequence[Path] = ()) -> Analysis:
    """Execute the modules of a program symbolically, each as if it were the script.

    ``target`` is ``1.15``, ``2``, or None to choose it by the APIs that the program uses. ``catalogues`` are the
    user's own catalogue files.

    Raises:
        CatalogueError: One of ``catalogues`` cannot be read or is not valid.
    """
    choice = choose_target(map(evidence, program.modules), target)
    session = Session(program, choice.target, load(choice.target, catalogues, choice.keras), choice.mode_known)
    units = [session.unit(module.path) for module in program.modules]
    calling = callers((unit.path, part.executed) for unit in units for part in unit.parts)
    parts = [part for unit in units for part in unit.parts if holds(part.entry, unit.path, calling)]
    events = [event for part in parts for event in part.events] + list(late(parts))
    truncated = sum(unit.truncated for unit in units)
    return Analysis(events, points(parts), truncated, choice.target, choice.reason)


class Session:
    """Analyses of modules of one project, for one TensorFlow. Each module is imported once for all of them."""

    def __init__(
        self,
        sources: Sources,
        target: Target,
        catalogue: Catalogue,
        mode_known: bool = True,
        *,
        contexts: bool = True,
    ) -> None:
        """``mode_known``: the mode in which programs start is known; ``contexts``: note those of all statements."""
        self.sources = sources
        self._importer = Importer(sources, Settings(target, catalogue, mode_known, contexts))

    def unit(self, path: str) -> Unit:
        """Run a module and its entry points: as a script if it can be one, else as an import runs it."""
        script = self.sources.parent(path) is None or _is_script(self.sources.load(path).ir)
        loaded = self._importer.run_script(path) if script else self._importer.run_module(path)
        vm = loaded.module.vm
        assert vm is not None
        with owned_by(vm.owner):
            parts = [vm.take(None)]
            mark = vm.store.mark()
            start_process(vm)
            vm.store.apply(loaded.written)
            entries = EntryPoints(vm, loaded.module)
            entries.run()
            _, before = vm.store.outward(vm.owner)
            vm.store.undo(mark)
            heap.write(before)
        return Unit(path, (*parts, *entries.parts), vm.truncated)

    def globals_of(self, path: str) -> dict[Hashable, Value]:
        """What the names of a script are bound to after its body has run."""
        return self._importer.run_script(path).module.cells


def _is_script(ir: nodes.Module | None) -> bool:
    """Whether a module asks for its own name at top level."""
    return ir is not None and any(
        isinstance(node, nodes.If) and isinstance(node.test, nodes.Compare) and _is_own_name(node.test.left)
        for node in ir.body
    )


def _is_own_name(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Name) and node.id == "__name__"


def execute_module(source: ModuleSource, target: Target) -> dict[Hashable, Value]:
    """Execute only the body of a module; gives what its names are bound to."""
    return Session(Program((source,)), target, load(target)).globals_of(source.path)


def points(parts: Iterable[Part]) -> list[ProbePoint]:
    """The distinct contexts of each statement."""
    found: dict[Site, dict[tuple[object, ...], ContextState]] = {}
    for part in parts:
        for site, seen in part.points.items():
            contexts = found.setdefault(site, {})
            for state in (_state(*each) for each in seen):
                contexts.setdefault(_distinct(state), state)
    return [ProbePoint(site, tuple(contexts.values())) for site, contexts in found.items()]


def _distinct(state: ContextState) -> tuple[object, ...]:
    return (
        state.resolved,
        state.building_function,
        state.branch,
        state.lifted,
        state.tape,
        state.control_dependencies,
        state.stack,
    )


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
