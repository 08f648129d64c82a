"""The machine: one symbolic execution, with exact state along every path.

An unknown condition forks (``fork``): each arm runs on the same store, its changes are taken back, and the two final
states are merged cell by cell into ``Ite`` values, so the work is linear in the code and nothing is lost.
What leaves a block early (return, raise, break, continue, a generator's yield) is a ``Signal``; where only one arm
leaves, its state is kept as ``Pending`` in the current region and settled by ``protect``, the one place where
functions, loops, ``try`` and ``with`` catch what their bodies did.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections.abc import Callable, Hashable, Sequence, Set
from typing import TYPE_CHECKING, Any, NoReturn

from initscope_lint.interpreter.events import Event, Failure, Happening, Part
from initscope_lint.interpreter.heap import Delta, Store
from initscope_lint.interpreter.results import Site, StackFrame, Step
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundMethod,
    BoundRef,
    Cells,
    Const,
    ContextValue,
    ExceptionValue,
    FunctionObject,
    Generator,
    HeapObject,
    Instance,
    Ite,
    ListObject,
    Locals,
    Module,
    Partial,
    Ref,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    fresh_id,
    leaves,
    same,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.catalogue import Catalogue
from initscope_lint.semantics.context import Graph, Stack

if TYPE_CHECKING:
    from initscope_lint.interpreter.modules import Importer


class Way(enum.Enum):
    """How a piece of code ends."""

    NORMAL = "normal"
    RETURN = "return"
    RAISE = "raise"
    BREAK = "break"
    CONTINUE = "continue"
    SUSPEND = "suspend"


class Signal(Exception):
    """A definite early end."""

    def __init__(self, way: Way, value: Value = NONE) -> None:
        super().__init__(way)
        self.way = way
        self.value = value


class Exhausted(Exception):
    """The budget of an entry point is used up."""


_NEEDS_MODE = frozenset({"GRAPH_ONLY", "NO_NUMPY", "ITER_GRAPH", "ITER", "BOOL", "LEN", "FLOAT", "SYM2NP", "REFERENCE"})
"""Errors that the other mode of execution does not have."""

_CREATION = frozenset({"SINGLETON", "NONFIRST", "KERAS_LOCKED", "UNLIFT"})
"""Errors of what a call makes, in whatever way a library traces it."""

_CELLS_A_STEP = 16
"""Taking back, writing and merging so many cells is as much work as a step."""

Literal = tuple[Unknown, bool]


@dataclasses.dataclass
class Pending:
    """An early end under a condition: its final state is the state at ``mark`` with ``delta`` on top."""

    way: Way
    value: Value
    literals: tuple[Literal, ...]
    mark: int
    delta: Delta


_NO_NAMES: frozenset[str] = frozenset()


class Frame:
    """One activation: a module body, a class body or a function."""

    __slots__ = (
        "assigned", "branches", "cells", "first", "function", "generator", "globals", "injected", "is_class", "module",
        "nonlocals", "owner", "parent", "position", "resume", "sent", "transparent",
    )  # fmt: skip

    def __init__(
        self,
        module: Module,
        cells: dict[Hashable, Value],
        parent: Frame | None = None,
        function: FunctionObject | None = None,
        assigned: frozenset[str] = frozenset(),
    ) -> None:
        self.module = module
        self.cells = cells
        self.parent = parent
        self.function = function
        self.assigned = assigned
        self.is_class = False
        self.transparent = False
        """A comprehension: what it binds by ``:=`` belongs to the frame around it."""
        self.owner: Any = function.owner if function is not None else None
        self.first: Value | None = None
        """The first argument, for ``super()``."""
        self.globals: Set[str] = _NO_NAMES
        self.nonlocals: Set[str] = _NO_NAMES
        self.branches = 0
        """How many functions AutoGraph of 1.15 has made of branches around what is executed."""
        self.generator: Generator | None = None
        self.position: list[Any] = []
        """Where a generator's frame is: block indices and statement states, outermost first."""
        self.injected: Value | None = None
        self.sent: Value = NONE
        """An exception to raise where a generator is resumed."""
        self.resume: list[Any] = []
        """What is left of the path to resume along, outermost first."""


@dataclasses.dataclass(slots=True)
class Call:
    """One entry of the call path."""

    site: Site
    note: str
    key: Any = None


@dataclasses.dataclass
class Settings:
    """What holds for a whole analysis."""

    target: str
    catalogue: Catalogue
    mode_known: bool = True
    """Whether the mode in which programs start is known."""
    contexts: bool = True
    """Whether to note the context in which each statement runs."""
    budget: int = 30_000
    """Steps for a statement of a module body."""
    entry_budget: int = 12_000
    """Steps for each other entry point."""
    program_budget: int = 200_000
    """Steps for all entry points together; those that are left when it is used up get ``late_budget`` each."""
    late_budget: int = 4_000
    long_call: int = 3_000
    """A call that takes more steps than this counts against ``function_budget``, the most that one function gets."""
    function_budget: int = 10_000
    depth: int = 32
    unroll: int = 20
    leaves: int = 16
    """A value with more alternatives than this is unknown."""
    wide: int = 6
    """A condition with more alternatives than this is one condition."""


def _contents(operands: tuple[Value, ...]) -> tuple[Value, ...]:
    """Operands with lists as what they hold: a list is another operand whenever it holds something else."""
    return tuple(part.cells["items"] if isinstance(part, ListObject) else part for part in operands)


class Machine:
    """One module being executed: its body, then its entry points."""

    def __init__(self, settings: Settings, importer: Importer) -> None:
        self.settings = settings
        self.importer = importer
        self.owner = fresh_id()
        """What comes to be in this execution belongs to this number."""
        self.home: Module | None = None
        """The module whose body and entry points are executed."""
        self.catalogue = settings.catalogue
        self.tf1 = settings.target == "1.15"
        self.store = Store()
        self.path: dict[int, Literal] = {}
        self.handlers = 0
        self.region: list[Pending] = []
        self.frame: Frame | None = None
        self.calls: list[Call] = []
        self.events: list[Event] = []
        self.points: dict[Site, dict[int, tuple[Stack, tuple[Site, ...], bool]]] = {}
        self.executed: set[Site] = set()
        """The functions that were called, by the site of their definition."""
        self.known_executed: set[Site] = set()
        """Those that earlier parts called."""
        self.functions: list[FunctionObject] = []
        """Functions of the program in the order in which they came to be."""
        self.globals = importer.state
        """Process-wide state of TensorFlow, the context stack, and which modules are imported."""
        self.steps = 0
        self.limit = settings.budget
        self.spent: dict[Site, int] = {}
        """The steps in long calls, by the function called."""
        self.truncated = 0
        """The entry points whose budget was used up."""
        self.cut = False
        """Whether this entry point has met a call that was not executed for its cost: what follows is not certain."""
        self.assumed = False
        """The mode in which this entry point starts is an assumption that something speaks against."""
        self.uncalled = False
        """The entry point is one that nothing in the program calls: who calls it may have switched the mode."""
        self.presumed = False
        """A library is presumed to call this entry point in a traced function."""
        self.opaque = 0
        """How many calls have led out of the program."""
        self.handling: list[Value] = []
        """The exceptions being handled, innermost last."""
        self.widening = False
        self.autograph = False
        """Whether AutoGraph has converted the code that is being executed."""
        self.converting = False
        """Whether AutoGraph is on around it (``ag_ctx.Status.ENABLED``)."""
        self.converts_asserts = False
        """Whether AutoGraph makes operations of assertions (``Feature.ASSERT_STATEMENTS``)."""
        self.retracing = 0
        """Part of every trace's signature while a new one is asked for."""
        self.trace_path: dict[int, Literal] = {}
        """The path at the start of the trace in which creation raises."""
        self.created: list[Site] = []
        self.graph_objects: dict[int, Any] = {}
        self.entered: set[Site] = set()
        """The places of scopes that were entered, or that left the program."""
        self.lifted_by_library: set[Site] = set()
        """Where a library enters an ``init_scope`` that the program does not write."""
        self.told: set[int] = set()
        """What code outside of the program says of symbolic tensors (it may well ask whether they are tensors), and
        what is not known of the static shapes of tensors."""
        self.spelled: dict[int, Hashable] = {}
        """Unknown texts that are made of known parts, and how: alike in how, they differ if their parts do."""
        self.affixes: dict[int, tuple[str, str]] = {}
        """How an unknown text begins and ends."""
        self._derived: dict[Hashable, Unknown] = {}
        self._none_tests: dict[int, Unknown] = {}
        """Whether an unknown is None, as an atom, by the identity of the unknown."""
        self._composites: dict[int, Value] = {}
        """The truths that single atoms stand for, by the identity of the atom."""
        self._implications: dict[tuple[int, bool], dict[int, Literal]] = {}
        self._reported: set[int] = set()
        self.drawn: dict[int, tuple[Site, str]] = {}
        """Where values were read or drawn under a lifted scope, by their identity."""
        self.once: list[Happening] | None = None
        """What happens once a trace in the traced function that is being called; None outside of one."""
        self.once_path: dict[int, Literal] = {}
        self.born: set[int] = set()
        """The variables that were created in that call."""
        self.paused_outside = 0
        """How many scopes that pause tapes were open where the innermost function is called."""
        self.yielded: Site | None = None
        """The place of the last yield."""
        self.suspended: dict[Site, Site] = {}
        """The ``init_scope``s that suspended generators hold open, with the place of the yield."""
        self.scopes: dict[Site, list[Happening | None]] = {}
        """The entries of each ``init_scope``; None where it had, or might have, an effect."""
        self.entered_idle = False
        """Whether a tape was opened under an ``init_scope``, which makes it record nothing."""
        self.in_entry_point = False
        """Whether this is code that nothing in the program calls, so that anything may."""
        self.asked: str | None = None
        """The last question about the context that was asked."""
        self.keras_graph: Graph | None = None
        """The graph of 1.15's Keras, once it exists."""
        self.keep: list[Any] = []
        """Objects kept alive because their identity is a key."""

    # --- conditions --------------------------------------------------------------------------------

    def unknown(self, why: str, stable: bool = False) -> Unknown:
        """A new unknown."""
        return Unknown(fresh_id(), why, stable, Cells())

    def key(self, value: Value) -> Hashable:
        """A hashable identity of a value."""
        if value.__class__ is Unknown:
            return ("u", value.uid)
        if isinstance(value, Const):
            return ("c", type(value.value), value.value)
        if isinstance(value, (Tensor, HeapObject)):
            return ("u", value.uid)
        if isinstance(value, TupleValue):
            return ("t", *map(self.key, value.items))
        if isinstance(value, Ref):
            return ("r", value.name)
        if isinstance(value, Ite):
            return ("i", value.cond.uid, self.key(value.then), self.key(value.other))
        if isinstance(value, BoundMethod):
            return ("b", self.key(value.function), self.key(value.self_value))
        if isinstance(value, BoundRef):
            return ("br", self.key(value.self_value), value.name)
        if isinstance(value, Partial):
            return ("p", self.key(value.function), *map(self.key, value.args), *(k for k, _ in value.kwargs))
        self.keep.append(value)
        return ("id", id(value))

    def derive(self, what: str, *operands: Value) -> Unknown:
        """The unknown result of an operation: the same operands give the same unknown."""
        for part in operands:
            if part.__class__ is ListObject:
                operands = _contents(operands)
                break
        key = (what, *map(self.key, operands))
        found = self._derived.get(key)
        if found is None:
            stable = all(part.stable if isinstance(part, Unknown) else not isinstance(part, Ite) for part in operands)
            if operands and what.startswith(".") and isinstance(operands[0], Instance):
                stable = False  # an attribute may be what a guard tests
            if what.startswith(("truth", "branch", "round")):
                # An eager tensor may have another value in the next trace.
                stable = stable and not any(isinstance(part, Tensor) and part.graph is None for part in operands)
            found = self._derived[key] = self.unknown(what, stable)
            if what == "is" and isinstance(operands[0], Unknown) and same(operands[1], NONE):
                self._none_tests[operands[0].uid] = found
            for part in operands:
                if isinstance(part, Unknown) and part.uid in self.told:
                    self.told.add(found.uid)
                origin = self.drawn.get(part.uid) if isinstance(part, (Unknown, Tensor)) else None
                if origin is not None:
                    self.drawn[found.uid] = origin
        return found

    def spell(self, how: Hashable, what: str, *parts: Value) -> Unknown:
        """A text made of parts (a format, an f-string): unknown, but comparable with others that are made alike."""
        text = self.derive(what, Const(str(how)), *parts)
        if all(self._exact(part) for part in parts):
            self.spelled[text.uid] = how
        return text

    def _exact(self, value: Value) -> bool:
        if isinstance(value, TupleValue):
            return all(self._exact(self.resolve(item)) for item in value.items)
        return isinstance(value, Const) or (isinstance(value, Unknown) and value.uid in self.spelled)

    def resolve(self, value: Value) -> Value:
        """A value under the assumptions of the current path."""
        path = self.path
        while value.__class__ is Ite:
            literal = path.get(value.cond.uid)
            if literal is None:
                return value
            value = value.then if literal[1] else value.other
        if value.__class__ is Unknown:
            test = self._none_tests.get(value.uid)
            if test is not None:
                literal = path.get(test.uid)
                if literal is not None and literal[1]:
                    return NONE
        return value

    def choice(self, cond: Unknown, then: Value, other: Value) -> Value:
        """``then`` if ``cond`` else ``other``, simplified; very large choices become unknown."""
        if then is other:
            return then
        if then.__class__ is Ite:
            then = _under(then, cond, True)
        if other.__class__ is Ite:
            other = _under(other, cond, False)
        if same(then, other):
            return then
        if leaves(then) + leaves(other) > self.settings.leaves and not _is_context(then):
            return self.unknown("one of many values")
        return Ite(cond, then, other)

    def assume(self, atom: Unknown, truth: bool) -> None:
        """Add a condition to the path."""
        self.path = self._with(self.path, atom, truth)

    def fork(self, atom: Unknown, then: Callable[[], Value], other: Callable[[], Value]) -> Value:
        """Run ``then`` where ``atom`` is true and ``other`` where it is false, and merge."""
        literal = self.path.get(atom.uid)
        if literal is not None:
            return then() if literal[1] else other()
        self.step()
        saved, mark, waiting = self.path, self.store.mark(), len(self.region)
        left = self._arm(atom, True, then, saved, mark, waiting)
        right = self._arm(atom, False, other, saved, mark, waiting)
        if left.pending or right.pending:
            self.region += left.pending
            self.region += right.pending
        if left.signal is None and right.signal is None:
            if left.delta or right.delta:
                self._merge(atom, left.delta, right.delta)
            return self.choice(atom, left.value, right.value)
        if left.signal is not None and right.signal is not None:
            if left.signal.way is right.signal.way and left.signal.way is not Way.RAISE:
                self._merge(atom, left.delta, right.delta)
                raise Signal(left.signal.way, self.choice(atom, left.signal.value, right.signal.value))
            if left.signal.way is Way.RAISE and not self.handlers:
                dead, alive, truth = left, right, False
            elif right.signal.way is Way.RAISE and not self.handlers:
                dead, alive, truth = right, left, True
            else:
                dead, alive, truth = left, right, False
        elif left.signal is not None:
            dead, alive, truth = left, right, False
        else:
            dead, alive, truth = right, left, True
        assert dead.signal is not None
        if dead.signal.way is Way.RAISE and not self.handlers:
            self.report(dead.signal.value)
        else:
            self.region.append(Pending(dead.signal.way, dead.signal.value, ((atom, not truth),), mark, dead.delta))
        self.assume(atom, truth)
        self.store.apply(alive.delta)
        if alive.signal is not None:
            raise alive.signal
        return alive.value

    def alternative(
        self, atom: Unknown, usual: Callable[[], Value], rare: Callable[[], Value], needed: Callable[[], bool]
    ) -> Value:
        """``usual`` where ``atom`` is false; if ``needed()`` after that, also ``rare`` where it is true."""
        saved, mark, waiting = self.path, self.store.mark(), len(self.region)
        first = self._arm(atom, False, usual, saved, mark, waiting)

        def replay() -> Value:
            self.region.extend(first.pending)
            self.store.apply(first.delta)
            if first.signal is not None:
                raise first.signal
            return first.value

        if not needed():
            self.assume(atom, False)
            return replay()
        return self.fork(atom, rare, replay)

    def _arm(
        self,
        atom: Unknown,
        truth: bool,
        run: Callable[[], Value],
        saved: dict[int, Literal],
        mark: int,
        waiting: int,
    ) -> _Arm:
        self.path = self._with(saved, atom, truth)
        born = fresh_id()
        value: Value = NONE
        signal: Signal | None = None
        try:
            value = run()
        except Signal as caught:
            signal = caught.with_traceback(None)
        except BaseException:
            self.path = saved
            raise
        self.path = saved
        pending: list[Pending] = []
        delta: Delta = {}
        if len(self.region) > waiting:
            pending = self.region[waiting:]
            del self.region[waiting:]
            delta = self.store.delta(mark)
            self._rebase(pending, mark, (atom, truth))
            self.store.undo(mark)
        elif self.store.mark() != mark:
            delta = self.store.close(mark, born, self.owner)
        self.steps += len(delta) // _CELLS_A_STEP
        return _Arm(value, signal, delta, pending)

    def _rebase(self, pending: list[Pending], mark: int, literal: Literal | None) -> None:
        """Express pending states relative to ``mark``; takes back what was written after each."""
        for item in sorted(pending, key=lambda item: -item.mark):
            if item.mark > mark:
                self.store.undo(item.mark)
                delta = self.store.delta(mark)
                delta.update(item.delta)
                self.steps += len(delta) // _CELLS_A_STEP
                item.delta, item.mark = delta, mark
            if literal is not None:
                item.literals = (literal, *item.literals)

    def _merge(self, atom: Unknown, left: Delta, right: Delta) -> None:
        self.steps += (len(left) + len(right)) // _CELLS_A_STEP
        for key in left.keys() | right.keys():
            cells, name, _ = left[key] if key in left else right[key]
            if cells.__class__ is Locals and cells.dead:
                continue
            now = cells.get(name, ABSENT)
            then = left[key][2] if key in left else now
            other = right[key][2] if key in right else now
            self.store.set(cells, name, self.choice(atom, then, other))

    def split(self, value: Value, then: Callable[[Value], Value]) -> Value:
        """Run ``then`` for each thing that ``value`` can be, and merge."""
        value = self.resolve(value)
        if isinstance(value, Ite):
            left, right = value.then, value.other
            return self.fork(value.cond, lambda: self.split(left, then), lambda: self.split(right, then))
        return then(value)

    def mapped(self, value: Value, plain: Callable[[Value], Value | None]) -> Value | None:
        """What ``plain`` gives for each thing that ``value`` can be; None if it gives None for one of them.

        This is ``split`` for what does nothing, and hence needs no fork.
        """
        value = self.resolve(value)
        if not isinstance(value, Ite):
            return plain(value)
        then = self.mapped(value.then, plain)
        if then is None:
            return None
        other = self.mapped(value.other, plain)
        return None if other is None else self.choice(value.cond, then, other)

    def present(self, value: Value, absent: Callable[[], Value]) -> Value:
        """What a cell holds; ``absent()`` where there is nothing in it."""
        value = self.resolve(value)
        if value is ABSENT:
            return absent()
        if not isinstance(value, Ite) or not value.lacks:
            return value
        left, right = value.then, value.other
        return self.fork(value.cond, lambda: self.present(left, absent), lambda: self.present(right, absent))

    def split_all(self, values: Sequence[Value], then: Callable[[tuple[Value, ...]], Value]) -> Value:
        """``split`` for several values at once."""
        done: list[Value] = []
        for index, value in enumerate(values):
            value = self.resolve(value)
            if isinstance(value, Ite):
                left = (*done, value.then, *values[index + 1 :])
                right = (*done, value.other, *values[index + 1 :])
                return self.fork(
                    value.cond,
                    functools.partial(self.split_all, left, then),
                    functools.partial(self.split_all, right, then),
                )
            done.append(value)
        return then(tuple(done))

    def branch(self, value: Value, then: Callable[[], Value], other: Callable[[], Value]) -> Value:
        """Run ``then`` where ``value`` (the result of ``truth``) is true, else ``other``."""
        value = self.resolve(value)
        if isinstance(value, Const):
            return then() if value.value else other()
        if isinstance(value, Ite):
            if value.leaves > self.settings.wide:
                return self.fork(self._composite(value), then, other)
            left, right = value.then, value.other
            return self.fork(
                value.cond, lambda: self.branch(left, then, other), lambda: self.branch(right, then, other)
            )
        if not isinstance(value, Unknown):
            return then()
        return self.fork(value, then, other)

    def _composite(self, value: Ite) -> Unknown:
        """One atom for a truth that many conditions decide: each arm runs once, and not once for each way to it.

        What the single conditions are is then known only as far as ``_implied`` finds it, so that a path under such
        an atom may be one that does not exist: what is found there is not certain (``blurred``).
        """
        atom = self.derive("many conditions", value)
        self._composites[atom.uid] = value
        return atom

    def _with(self, path: dict[int, Literal], atom: Unknown, truth: bool) -> dict[int, Literal]:
        """A path with one more condition, and what follows from it."""
        path = {**path, atom.uid: (atom, truth)}
        if atom.uid in self._composites:
            for uid, literal in self._implied(atom, truth).items():
                path.setdefault(uid, literal)
        return path

    def _implied(self, atom: Unknown, truth: bool) -> dict[int, Literal]:
        """The single conditions that have only one value where a composite one has this."""
        found = self._implications.get((atom.uid, truth))
        if found is None:
            found = self._implications[atom.uid, truth] = {}
            value = self._composites[atom.uid]
            for cond in _conditions(value):
                for side in (True, False):
                    if not _possible(value, truth, {cond.uid: (cond, side)}):
                        found[cond.uid] = (cond, not side)
        return found

    def blurred(self) -> bool:
        """Whether the path rests on a condition that stands for many."""
        return bool(self._composites) and any(uid in self._composites for uid in self.path)

    def protect(self, body: Callable[[], Value], after: Callable[[Way, Value], Value]) -> Value:
        """Run ``body``, then ``after`` on each way in which it ended, in the state that it left."""
        outer, mark, saved = self.region, self.store.mark(), self.path
        self.region = []
        way = Way.NORMAL
        try:
            try:
                value = body()
            except Signal as caught:
                way, value = caught.way, caught.value
            pending = self.region
        finally:
            self.region = outer
        if not pending:
            return after(way, value)
        last = Pending(way, value, (), self.store.mark(), {})
        ends = [*pending, last]
        self._rebase(ends, mark, None)
        self.store.undo(mark)
        self.path = saved
        return self._settle(ends, after)

    def _settle(self, ends: Sequence[Pending], after: Callable[[Way, Value], Value]) -> Value:
        first = ends[0]

        def run() -> Value:
            self.store.apply(first.delta)
            return after(first.way, first.value)

        if len(ends) == 1:
            return run()
        return self._fork_literals(first.literals, run, lambda: self._settle(ends[1:], after))

    def _fork_literals(
        self, literals: tuple[Literal, ...], then: Callable[[], Value], other: Callable[[], Value]
    ) -> Value:
        left: list[Literal] = []
        for atom, truth in literals:
            known = self.path.get(atom.uid)
            if known is None:
                left.append((atom, truth))
            elif known[1] is not truth:
                return other()
        if not left:
            return then()
        if len(left) == 1:
            atom, truth = left[0]
            return self.fork(atom, then, other) if truth else self.fork(atom, other, then)
        parts: list[Value] = [atom if truth else self.derive("not", atom) for atom, truth in left]
        both = self.derive("and", *parts)

        def run() -> Value:
            for atom, truth in left:
                self.assume(atom, truth)
            return then()

        return self.fork(both, run, other)

    # --- the context stack -------------------------------------------------------------------------

    @property
    def stack(self) -> Stack:
        """The context stack; statements make sure that it is the same along the whole current path."""
        value = self.resolve(self.globals["stack"])
        while isinstance(value, Ite):
            value = value.then
        assert isinstance(value, ContextValue)
        return value.stack

    @stack.setter
    def stack(self, stack: Stack) -> None:
        self.store.set(self.globals, "stack", ContextValue(stack))

    def flag(self, name: Hashable) -> bool:
        """A process-wide switch of TensorFlow."""
        value = self.resolve(self.globals.get(name, ABSENT))
        return isinstance(value, Const) and bool(value.value)

    def set_flag(self, name: Hashable, value: bool) -> None:
        """Set a process-wide switch."""
        self.store.set(self.globals, name, TRUE if value else FALSE)

    # --- places and paths --------------------------------------------------------------------------

    def site(self, node: nodes.Node) -> Site:
        """The site of a node of the module that is being executed."""
        assert self.frame is not None
        return Site(self.frame.module.path, node.pos)

    def frames(self) -> tuple[StackFrame, ...]:
        """The context stack as results show it."""
        return tuple(StackFrame(kind, name, site) for kind, name, site in self.stack.frames())

    def trace(self) -> tuple[Step, ...]:
        """The call path as results show it."""
        return tuple(Step(call.site, call.note) for call in self.calls)

    def step(self) -> None:
        """Count one unit of work; raises Exhausted when the entry point's budget is used up."""
        self.steps += 1
        if self.steps > self.limit:
            raise Exhausted

    def probe(self, node: nodes.Stmt) -> None:
        """Note the context in which a statement runs."""
        assert self.frame is not None
        site = Site(self.frame.module.path, node.pos)
        stack = self.stack
        seen = self.points.get(site)
        if seen is None:
            seen = self.points[site] = {}
        key = id(stack) * 2 + self.assumed
        if key not in seen:
            seen[key] = (stack, tuple(call.site for call in self.calls), self.assumed)

    # --- events ------------------------------------------------------------------------------------

    def fail(
        self,
        error: str,
        exception: str,
        message: str,
        node: nodes.Node | Site,
        certain: bool = True,
        related: tuple[Step, ...] = (),
        **facts: Any,
    ) -> NoReturn:
        """TensorFlow raises here: the program sees an exception, and a report follows where nothing catches it."""
        raise Signal(Way.RAISE, self.failure(error, exception, message, node, certain, related, **facts))

    def failure(
        self,
        error: str,
        exception: str,
        message: str,
        node: nodes.Node | Site,
        certain: bool = True,
        related: tuple[Step, ...] = (),
        **facts: Any,
    ) -> ExceptionValue:
        """What TensorFlow raises for what is done here, perhaps later."""
        site = node if isinstance(node, Site) else self.site(node)
        certain = self._certain(certain) and not self._is_presumed(error)
        path = tuple(self.path.values())
        failure = Failure(error, exception, message, site, self.frames(), self.trace(), certain, facts, related, path)
        name = exception if "." in exception else f"builtins.{exception}"
        return ExceptionValue(Ref(name), (Const(message),), failure)

    def happen(
        self,
        kind: str,
        node: nodes.Node | Site,
        /,
        certain: bool = True,
        related: tuple[Step, ...] = (),
        **facts: Any,
    ) -> None:
        """Note something that does not raise."""
        site = node if isinstance(node, Site) else self.site(node)
        self.events.append(Happening(kind, site, self.frames(), self.trace(), self._certain(certain), facts, related))

    def _is_presumed(self, error: str) -> bool:
        """Whether an error rests on what is only presumed: what outside code says, how an entry point is called."""
        if error not in _CREATION and any(uid in self.told for uid in self.path):
            return True
        if self.presumed:
            # A cell is called by its own layer, and a model perhaps never by fit, or eagerly: what they
            # prepare for the call is not known.
            return error not in _CREATION
        asserted = self.settings.mode_known and not self.uncalled
        if asserted or error not in _NEEDS_MODE or self.flag("process eager") is self.tf1:
            return False
        if error == "REFERENCE":
            return not self.settings.mode_known
        stack = self.stack
        return not stack.graphs and not stack.lifted

    def _certain(self, certain: bool) -> bool:
        if any(graph.approximate for graph in self.stack.graphs):
            return False
        return certain and not self.assumed and not self.cut and not self.blurred()

    def derivations(self) -> Derivations:
        """What is known of unknowns, for ``forget_since``."""
        return Derivations(tuple(map(len, self._grown())), frozenset(self.told))

    def forget_since(self, then: Derivations) -> None:
        """Forget what became known of unknowns after ``then``."""
        for known, size in zip(self._grown(), then.sizes, strict=True):
            while len(known) > size:
                known.popitem()
        self.told = set(then.told)

    def _grown(self) -> tuple[dict[Any, Any], ...]:
        """What is known of unknowns; nothing in it ever changes or goes but by ``forget_since``."""
        return (
            self._derived,
            self._none_tests,
            self._composites,
            self._implications,
            self.spelled,
            self.affixes,
            self.drawn,
        )

    def take(self, entry: Site | None) -> Part:
        """What was seen since the last time, as that of one entry point, or of the module body."""
        made: list[Happening] = []
        events: list[Event] = []
        for event in self.events:
            if isinstance(event, Happening) and event.kind == "scope made":
                made.append(event)
            else:
                events.append(event)
        part = Part(
            entry,
            events,
            made,
            self.scopes,
            self.entered,
            self.entered_idle,
            self.executed,
            {site: tuple(seen.values()) for site, seen in self.points.items()},
        )
        self.known_executed |= self.executed
        self.events, self.scopes, self.entered, self.executed, self.points = [], {}, set(), set(), {}
        self.entered_idle = False
        return part

    def has_executed(self, function: Site) -> bool:
        """Whether anything in this unit has called a function, given by its definition."""
        return function in self.executed or function in self.known_executed

    def absorb(self, other: Machine) -> None:
        """Take over what a module that is imported here showed."""
        self.events += other.events
        for place, entries in other.scopes.items():
            self.scopes.setdefault(place, []).extend(entries)
        self.entered |= other.entered
        self.entered_idle |= other.entered_idle
        self.executed |= other.executed
        for site, seen in other.points.items():
            self.points.setdefault(site, {}).update(seen)

    def roots(self) -> list[Value]:
        """What may hold something made here: the globals of the module, and what was written outside of it."""
        held = list(self.home.cells.values()) if self.home is not None else []
        now, _ = self.store.outward(self.owner)
        return held + [value for cells, _, value in now.values() if cells is not self.globals]

    def may_hold(self, cells: dict[Hashable, Value]) -> bool:
        """Whether cells may hold something made here, other than by what ``roots`` has."""
        return getattr(cells, "owner", self.owner) == self.owner

    def report(self, raised: Value) -> None:
        """An exception leaves the program: if TensorFlow raised it, it is an event."""
        if isinstance(raised, Ite):
            self.report(raised.then)
            self.report(raised.other)
        elif (
            isinstance(raised, ExceptionValue)
            and raised.failure is not None
            and id(raised.failure) not in self._reported
        ):
            self._reported.add(id(raised.failure))
            self.keep.append(raised.failure)
            self.events.append(raised.failure)

    def throw(self, exception: str, message: str = "") -> NoReturn:
        """Python raises a built-in exception: no finding, but the program may catch it."""
        raise Signal(Way.RAISE, ExceptionValue(Ref(f"builtins.{exception}"), (Const(message),)))

    def unstable(self, since: dict[int, Literal]) -> bool:
        """Whether the path has come to rest on an unstable unknown since ``since``."""
        return any(not atom.stable for uid, (atom, _) in self.path.items() if uid not in since)


@dataclasses.dataclass(frozen=True)
class Derivations:
    """How much is known of unknowns at some time, and of which code outside of the program has told something."""

    sizes: tuple[int, ...]
    told: frozenset[int]


@dataclasses.dataclass(slots=True)
class _Arm:
    value: Value
    signal: Signal | None
    delta: Delta
    pending: list[Pending]


def _under(value: Value, cond: Unknown, truth: bool) -> Value:
    """What is left of a choice where a condition has this truth."""
    if not isinstance(value, Ite) or not value.conditions & cond.mark:
        return value
    if value.cond is cond:
        return _under(value.then if truth else value.other, cond, truth)
    then, other = _under(value.then, cond, truth), _under(value.other, cond, truth)
    if then is value.then and other is value.other:
        return value
    return then if same(then, other) else Ite(value.cond, then, other)


def _conditions(value: Value) -> list[Unknown]:
    """The conditions in a choice, each once."""
    found: dict[int, Unknown] = {}
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Ite):
            found.setdefault(item.cond.uid, item.cond)
            waiting += (item.other, item.then)
    return list(found.values())


def _is_context(value: Value) -> bool:
    """Whether a value is a context stack, or one of several: it is never unknown."""
    while isinstance(value, Ite):
        value = value.then
    return isinstance(value, ContextValue)


def _possible(value: Value, truth: bool, path: dict[int, Literal]) -> bool:
    """Whether a choice of truths can come out as ``truth`` on a path."""
    if isinstance(value, Ite):
        literal = path.get(value.cond.uid)
        if literal is not None:
            return _possible(value.then if literal[1] else value.other, truth, path)
        return _possible(value.then, truth, path) or _possible(value.other, truth, path)
    return bool(value.value) is truth if isinstance(value, Const) else True
