"""The context stack against TensorFlow's own algorithm, restated independently, and by its invariants."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint.semantics.context import Creator, Graph, Kind, NestingError, Stack, Tape, Trace

CHAINS = st.lists(st.sampled_from(["function", "graph", "branch", "init", "eager", "control", "clear"]), max_size=7)


def enter(stack: Stack, what: str) -> Stack:
    """The state inside one more context."""
    if what == "init":
        return stack.enter_init_scope()
    if what == "eager":
        return stack.enter_eager()
    if what in ("control", "clear"):
        return stack.enter_control(clears=what == "clear")
    if what == "branch" and stack.eager:
        return stack  # eager branches push nothing
    if what == "graph":
        return stack.enter_graph(Graph(Kind.GRAPH, "g", False))
    kind = Kind.FUNCTION if what == "function" else Kind.BRANCH
    creators = stack.creators + ((Creator(object(), Trace.FIRST),) if what == "function" else ())
    return stack.enter_graph(Graph(kind, what, True, None, creators, stack.graph))


def inside(stack: Stack, chain: list[str]) -> Stack:
    """The state inside a chain of contexts, outermost first."""
    for what in chain:
        stack = enter(stack, what)
    return stack


def reference(eager: bool, chain: list[str]) -> str:
    """Where ``init_scope`` leads, by ``ops._get_outer_context_and_inner_device_stack`` read literally."""
    default_graphs: list[str] = []
    switches = ["eager"] if eager else []

    def target() -> str:
        if eager:
            return "eager"
        if not default_graphs:
            return "global"
        for entry in reversed(switches):
            if entry not in ("function", "branch"):
                return entry
        return "global"

    for number, what in enumerate(chain):
        if what in ("control", "clear") or (what == "branch" and eager):
            continue
        if what == "eager":
            switches.append("eager")
            eager = True
        elif what == "init":
            found = target()
            if not eager:
                switches.append(found)
                if found == "eager":
                    eager = True
                else:
                    default_graphs.append(found)
        else:
            name = f"graph {number}" if what == "graph" else what
            default_graphs.append(name)
            switches.append(name)
            eager = False
    return target()


@given(st.booleans(), CHAINS)
def test_init_scope_leads_where_tensorflow_says(eager: bool, chain: list[str]) -> None:
    """A scope is said to lift to another context than it does."""
    stack = inside(Stack.start(eager), chain)
    target = stack.init_scope_target()
    expected = reference(eager, chain)
    if expected == "eager":
        assert target.graph is None
    else:
        assert target.graph is not None
        assert target.graph.kind is (Kind.GLOBAL if expected == "global" else Kind.GRAPH)


@given(st.booleans(), CHAINS)
def test_init_scope_is_idempotent_and_left_without_trace(eager: bool, chain: list[str]) -> None:
    """A nested scope lifts further than the first, or leaving one does not give back the state before it."""
    before = inside(Stack.start(eager), chain)
    once = before.enter_init_scope()
    twice = once.enter_init_scope()
    assert (once.eager, once.graph) == (twice.eager, twice.graph)
    assert not once.building_function
    assert once.graph is before.init_scope_target().graph
    assert twice.leave_init_scope(once).leave_init_scope(before) == before


@given(st.booleans(), CHAINS)
def test_graphs_are_left_without_trace(eager: bool, chain: list[str]) -> None:
    """Leaving a graph does not give back the state before it, or another graph can be left in its place."""
    before = inside(Stack.start(eager), chain)
    graph = Graph(Kind.GRAPH, "g", False)
    within = before.enter_graph(graph)
    assert not within.eager
    assert not within.lifted
    assert within.leave_graph(graph, before.eager) == before
    with pytest.raises(NestingError, match="Nesting violated for default stack"):
        within.leave_graph(Graph(Kind.GRAPH, "other", False), before.eager)


def test_creators_stay_when_a_scope_lands_in_eager_mode() -> None:
    """The reason of ISL102: the default graph, and its creator scopes, are still those of the function."""
    function = inside(Stack.start(True), ["function"])
    assert function.enter_init_scope().creators == function.creators != ()
    own_graph = inside(function, ["graph"])
    assert own_graph.creators == ()
    graph_mode = inside(Stack.start(False), ["function"])
    assert graph_mode.enter_init_scope().creators == ()


def test_control_dependencies_belong_to_their_graph() -> None:
    """A function body would wait for its caller's dependencies, or a scope would not cut them."""
    function = inside(Stack.start(True), ["function", "control"])
    assert function.control_dependencies == "active"
    assert function.enter_init_scope().control_dependencies == "cleared"
    assert inside(function, ["function"]).control_dependencies == "none"
    assert inside(function, ["clear"]).control_dependencies == "cleared"
    assert inside(Stack.start(True), ["control"]).control_dependencies == "none"
    graph = inside(Stack.start(True), ["graph", "control"])
    assert graph.enter_init_scope().control_dependencies == "cleared"


def test_nothing_records_inside_init_scope() -> None:
    """A tape would be said to record where it is paused, one opened inside the scope included."""
    eager = Stack.start(True)
    recording = dataclasses.replace(eager, tapes=(Tape("t", 0),))
    assert (eager.tape, recording.tape) == ("none", "recording")
    assert recording.enter_init_scope().tape == "paused"
    inner = eager.enter_init_scope()
    assert dataclasses.replace(inner, tapes=(Tape("t", 0),)).tape == "paused"


def test_version_1_control_flow_is_a_branch_of_its_own_graph_only() -> None:
    """A control-flow context would follow the program into other graphs, or survive ``init_scope``."""
    graph = inside(Stack.start(False), ["graph"])
    branch = dataclasses.replace(graph, flow=graph.graph)
    assert branch.in_branch
    assert not branch.enter_init_scope().in_branch
    assert not inside(branch, ["graph"]).in_branch
