"""The context stack of one TensorFlow thread, as pure values.

A ``Stack`` is immutable: entering or leaving a context gives a new one. It holds what
``tensorflow/python/eager/context.py`` (``_ContextSwitchStack``, ``Context``) and
``tensorflow/python/framework/ops.py`` (``_DefaultGraphStack``, ``Graph``, ``init_scope``) hold per thread:
whether the thread executes eagerly, the stack of default graphs, the log of context switches, the open tapes and the
control dependencies of each graph. Nothing here knows of programs, values or findings.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Any


class Kind(enum.Enum):
    """What a graph is to a reader of the program."""

    GLOBAL = "global"
    GRAPH = "graph"
    FUNCTION = "function"
    BRANCH = "branch"


class Trace(enum.Enum):
    """What a ``tf.function`` on the creator stack does with a new variable."""

    FIRST = "first"
    """The first trace: creation is captured (``variable_capturing_scope``)."""
    SECOND = "second"
    """The trace that follows a creating first one: creation raises (``invalid_creator_scope``)."""
    LATER = "later"
    """A trace on a later call: creation raises."""
    LATER_FRESH = "later-fresh"
    """A later trace of a function whose first call created nothing: creation is captured, then the call raises."""


@dataclasses.dataclass(frozen=True, eq=False)
class Creator:
    """A ``tf.function`` whose creator scope a graph carries. ``function`` identifies it; compared by identity."""

    function: Any
    trace: Trace


@dataclasses.dataclass(frozen=True, eq=False)
class Graph:
    """A graph, compared by identity. ``building`` is TensorFlow's ``Graph.building_function``."""

    kind: Kind
    name: str
    building: bool
    site: Any = None
    creators: tuple[Creator, ...] = ()
    outer: Graph | None = None
    """For a function-building graph: the default graph at the time it was made, if it was one too."""
    keeps_variables: bool = False
    """Its owner keeps the variables made in it (``wrap_function``, Keras functional construction)."""
    lifts_initial_values: bool = True
    """False where an initial value that depends on the function's arguments cannot fall back on a conditional
    initialisation: ``get_concrete_function``, signatures, ``jit_compile``."""
    own_creators: tuple[Any, ...] = ()
    """The program's creator functions (``variable_creator_scope``) that it inherited, outermost first."""
    references: bool = False
    """A function-building graph in which 1.15 makes reference variables, for want of the variable scope that tracing
    enters (``func_graph_from_py_func``)."""
    takes_eager_operations: bool = False
    """Eager operations on its tensors are built in it: the graph of 1.15's Keras (``_SymbolicException``)."""
    approximate: bool = False
    """What leads to it is known only roughly, so that nothing that happens in it is certain."""

    def within(self, other: Graph) -> bool:
        """Whether this graph is ``other`` or is nested in it, so that it may capture the other's tensors."""
        graph: Graph | None = self
        while graph is not None:
            if graph is other:
                return True
            graph = graph.outer
        return False

    @property
    def function(self) -> Graph:
        """The innermost graph around this one (itself included) that is not a control-flow branch."""
        graph = self
        while graph.kind is Kind.BRANCH and graph.outer is not None:
            graph = graph.outer
        return graph


@dataclasses.dataclass(frozen=True)
class Switch:
    """One entry of ``context_switches``. ``graph`` is None for eager mode."""

    graph: Graph | None
    lifted: bool = False
    """Pushed by an ``init_scope`` that changed the context."""
    site: Any = None

    @property
    def building(self) -> bool:
        """``is_building_function`` of the entry."""
        return self.graph is not None and self.graph.building


@dataclasses.dataclass(frozen=True)
class Tape:
    """An open gradient tape. ``deaf`` tapes were opened while recording was paused."""

    key: Any
    depth: int
    """Number of function-building graphs on the stack when the tape was opened."""
    stopped: bool = False
    """Inside ``tape.stop_recording()``."""


@dataclasses.dataclass(frozen=True)
class ControlGroup:
    """One ``control_dependencies`` block (or its clearing) on a graph; ``graph`` None is a clearing seen from eager."""

    graph: Graph | None
    clears: bool
    cut: bool = False
    """The clearing did cut something."""
    symbolic: bool = False
    """Its inputs depend on the arguments of the function being built."""


@dataclasses.dataclass(frozen=True)
class Target:
    """Where ``init_scope`` leads: ``graph`` None is eager mode; ``moves`` tells whether the context changes."""

    graph: Graph | None
    moves: bool


class NestingError(Exception):
    """A context was left that is not the innermost one (``Nesting violated`` and kin)."""


@dataclasses.dataclass(frozen=True)
class Stack:
    """The state of one thread."""

    eager: bool
    main: Graph
    """The thread's global graph, made on demand by TensorFlow."""
    graphs: tuple[Graph, ...] = ()
    switches: tuple[Switch, ...] = ()
    tapes: tuple[Tape, ...] = ()
    paused: int = 0
    """How many ``init_scope`` and ``stop_recording`` blocks are open."""
    control: tuple[ControlGroup, ...] = ()
    creator_scopes: tuple[tuple[Graph, Any], ...] = ()
    """The ``variable_creator_scope`` blocks that are open, each on a graph."""
    flow: Graph | None = None
    """The graph in which a control-flow context of version 1 is open."""

    @staticmethod
    def start(eager: bool, site: Any = None) -> Stack:
        """The state of a fresh thread, in eager mode or with an empty graph stack."""
        switches = (Switch(None, site=site),) if eager else ()
        return Stack(eager, Graph(Kind.GLOBAL, "default graph", False, site), (), switches)

    # --- reading -----------------------------------------------------------------------------------

    @property
    def default_graph(self) -> Graph:
        """``get_default_graph()``: eager mode does not hide it."""
        return self.graphs[-1] if self.graphs else self.main

    @property
    def graph(self) -> Graph | None:
        """The graph where an operation lands; None when it executes eagerly."""
        return None if self.eager else self.default_graph

    @property
    def building_function(self) -> bool:
        """Whether an operation made here goes to a function-building graph."""
        return not self.eager and self.default_graph.building

    @property
    def creators(self) -> tuple[Creator, ...]:
        """The ``tf.function`` creator scopes that see a variable made here. Under an ``init_scope`` that landed in
        eager they are still those of the innermost function-building graph: the default graph does not change."""
        return self.default_graph.creators

    @property
    def own_creators(self) -> tuple[Any, ...]:
        """The program's creator functions that see a variable made here before a ``tf.function`` does, outermost
        first."""
        here = self.default_graph
        return (*here.own_creators, *(creator for graph, creator in self.creator_scopes if graph is here))

    @property
    def in_branch(self) -> bool:
        """Whether the innermost graph is a control-flow body (a control-flow context in version 1)."""
        graph = self.graph
        return graph is not None and (graph.kind is Kind.BRANCH or self.flow is graph)

    @property
    def lifted(self) -> bool:
        """An enclosing ``init_scope`` changed the context and no graph or function was entered since."""
        return bool(self.switches) and self.switches[-1].lifted

    @property
    def tape(self) -> str:
        """``recording``, ``paused`` or ``none``."""
        if not self.tapes:
            return "none"
        if self.paused or all(tape.stopped for tape in self.tapes):
            return "paused"
        return "recording"

    @property
    def control_dependencies(self) -> str:
        """``active``, ``cleared`` or ``none``."""
        return self._control_of(self.graph)

    def _control_of(self, graph: Graph | None) -> str:
        for group in reversed(self.control):
            if group.graph is graph:
                if not group.clears:
                    return "active"
                return "cleared" if group.cut else "none"
        return "none"

    def init_scope_target(self) -> Target:
        """Where ``init_scope`` leads from here (``ops._get_outer_context_and_inner_device_stack``)."""
        if self.eager:
            return Target(None, False)
        here = self.default_graph
        if not self.graphs:
            return Target(self.main, False)
        for switch in reversed(self.switches):
            if not switch.building:
                return Target(switch.graph, switch.graph is not here)
        return Target(self.main, self.main is not here)

    # --- entering and leaving ----------------------------------------------------------------------

    def enter_graph(self, graph: Graph, site: Any = None, lifted: bool = False) -> Stack:
        """``Graph.as_default()``."""
        return dataclasses.replace(
            self,
            eager=False,
            graphs=(*self.graphs, graph),
            switches=(*self.switches, Switch(graph, lifted, site)),
        )

    def leave_graph(self, graph: Graph, was_eager: bool) -> Stack:
        """Leave ``graph.as_default()``; raises NestingError where ``graph`` is not the innermost default graph."""
        if not self.graphs or self.graphs[-1] is not graph:
            raise NestingError("Nesting violated for default stack")
        return dataclasses.replace(self, eager=was_eager, graphs=self.graphs[:-1], switches=self.switches[:-1])

    def enter_eager(self, site: Any = None, lifted: bool = False) -> Stack:
        """``context.eager_mode()``: the default graph stack stays."""
        return dataclasses.replace(self, eager=True, switches=(*self.switches, Switch(None, lifted, site)))

    def leave_eager(self, was_eager: bool) -> Stack:
        """Leave eager mode."""
        return dataclasses.replace(self, eager=was_eager, switches=self.switches[:-1])

    def enter_init_scope(self, site: Any = None) -> Stack:
        """The state inside ``with tf.init_scope():``."""
        target = self.init_scope_target()
        # What the graph that it leads to has open is cut as well.
        open_ones = {self.control_dependencies, "none" if target.graph is None else self._control_of(target.graph)}
        stack = dataclasses.replace(self, paused=self.paused + 1)
        if self.eager:
            return stack
        lifted = target.moves or self.lifted
        if target.graph is None:
            stack = stack.enter_eager(site, lifted)
        else:
            stack = stack.enter_graph(target.graph, site, lifted)
        return dataclasses.replace(
            stack,
            control=(*stack.control, ControlGroup(target.graph, True, open_ones != {"none"})),
            flow=None,
        )

    def leave_init_scope(self, before: Stack) -> Stack:
        """Leave the scope that was entered in state ``before``; raises NestingError as ``leave_graph`` does."""
        stack = dataclasses.replace(self, paused=max(0, self.paused - 1))
        if before.eager:
            return stack
        target = before.init_scope_target()
        stack = stack.leave_eager(False) if target.graph is None else stack.leave_graph(target.graph, False)
        return dataclasses.replace(stack, control=before.control, flow=before.flow)

    def enter_control(self, clears: bool, symbolic: bool = False) -> Stack:
        """``tf.control_dependencies``: no effect in eager mode."""
        graph = self.graph
        if graph is None:
            return self
        cut = clears and self.control_dependencies in ("active", "cleared")
        return dataclasses.replace(
            self,
            control=(*self.control, ControlGroup(graph, clears, cut, symbolic)),
            flow=None if clears else self.flow,
        )

    def frames(self) -> tuple[tuple[str, str, Any], ...]:
        """The context switches as (kind, name, site), outermost first; kinds as the JSON contract names them."""
        found: list[tuple[str, str, Any]] = []
        for switch in self.switches:
            if switch.graph is None:
                found.append(("eager", "eager", switch.site))
            else:
                kind = "graph" if switch.graph.kind is Kind.GLOBAL else switch.graph.kind.value
                found.append((kind, switch.graph.name, switch.site or switch.graph.site))
        if not found:
            found.append(("graph", self.main.name, self.main.site))
        return tuple(found)
