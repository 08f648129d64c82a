"""What code that `init_scope` lifts out of a trace means: done once a trace, drawn once a trace, seen by no tape.

Nothing here raises. An effect, or the use of a value that was drawn under a lifted scope, is noted while a traced
function is being called; when the call is over the function is traced once more, on the state that the call left
behind, and what does not happen again was behind a create-once guard: it is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from initscope_lint.interpreter.events import Happening
from initscope_lint.interpreter.results import Site, Step
from initscope_lint.interpreter.values import (
    ABSENT,
    NONE,
    BoundMethod,
    BoundRef,
    Descriptor,
    FunctionObject,
    HeapObject,
    Instance,
    Ite,
    Memoized,
    Native,
    Partial,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Variable,
    Wrapped,
)

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

_RANDOM_OR_TIME = (
    "tf.random.normal",
    "tf.random.uniform",
    "tf.random.truncated_normal",
    "tf.random.gamma",
    "tf.random.poisson",
    "tf.random.categorical",
    "tf.random.shuffle",
    "tf.random.Generator.",
    "tf.compat.v1.random",
    "tf.image.random_",
    "tf.timestamp",
)
_READS = ("tf.Variable.read_value", "tf.Variable.value", "Variable.read_value", "Variable.value", "tf.identity")
"""Operations that do nothing but read; a computation on a variable is lifted for its own reasons."""
_PYTHON_RANDOM_OR_TIME = (
    "numpy.random.",
    "random.",
    "time.time",
    "time.perf_counter",
    "time.monotonic",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "uuid.uuid",
)
_GENERATORS = ("numpy.random.default_rng", "numpy.random.RandomState", "random.Random", "random.SystemRandom")
_SEEDS = ("seed", "default_rng", "RandomState", "Random", "SeedSequence", "get_state", "set_state")


def lifted_out_of_trace(vm: Machine) -> bool:
    """Whether an ``init_scope`` has led from a function that is being traced to eager mode."""
    stack = vm.stack
    if not stack.eager or not stack.lifted or stack.switches[-1].site in vm.lifted_by_library:
        return False
    return any(switch.building for switch in stack.switches)


# --- once a trace ------------------------------------------------------------------------------------


def note(vm: Machine, kind: str, node: nodes.Node | Site, related: tuple[Step, ...] = (), **facts: Any) -> None:
    """Note what happens in this trace, to be reported if it happens in another trace too."""
    if vm.once is None:
        return
    site = node if isinstance(node, Site) else vm.site(node)
    certain = not vm.assumed and not vm.unstable(vm.once_path)
    vm.once.append(Happening(kind, site, vm.frames(), vm.trace(), certain, facts, related))


def effect(vm: Machine, name: str, target: Value, node: nodes.Node) -> None:
    """An operation that is made for its effect."""
    if isinstance(target, (Variable, Instance)) and target.uid in vm.born:
        return  # changed where it is created: part of the creation
    stack = vm.stack
    if lifted_out_of_trace(vm):
        note(vm, "effect lifted", node, api=name)
    elif stack.graph is not None and stack.paused and stack.control_dependencies == "cleared":
        vm.happen("effect not waiting", node, api=name)


def python_effect(vm: Machine, node: nodes.Node) -> None:
    """Python prints: in a function that is being traced, once a trace; often that is what is wanted."""
    if vm.stack.default_graph.building and vm.once is not None:
        vm.happen("python effect", node, certain=False)


def watch(vm: Machine, call: Callable[[], Value], again: Callable[[], Value], roots: Sequence[Value]) -> Value:
    """Call a traced function; then trace it once more, and report what happens once a trace."""
    if vm.once is not None:
        return call()
    vm.once, vm.once_path, vm.born = [], vm.path, set()
    try:
        result = call()
        seen = vm.once
    finally:
        vm.once = None
    if seen:
        _confirm(vm, seen, again, roots)
    return result


def _confirm(vm: Machine, seen: list[Happening], again: Callable[[], Value], roots: Sequence[Value]) -> None:
    mark, events, path = vm.store.mark(), len(vm.events), vm.path
    vm.once, vm.born = [], set()
    points, vm.points = vm.points, {}
    vm.handlers += 1  # what this trace raises is not the program's
    try:
        vm.protect(again, lambda way, value: NONE)
        repeated = {(each.kind, each.site) for each in vm.once}
    finally:
        vm.once = None
        vm.handlers -= 1
        vm.store.undo(mark)
        vm.path, vm.points = path, points
        del vm.events[events:]
    for each in seen:
        if (each.kind, each.site) not in repeated:
            continue
        if each.kind == "variable per trace":
            made = each.facts["variable"]
            if made.graph is None and not reachable(vm, made, roots):
                continue
        vm.events.append(each)


def reachable(vm: Machine, wanted: Value, roots: Sequence[Value]) -> bool:
    """Whether the program still holds an object, on some path."""
    waiting: list[Value] = [*roots, *vm.roots()]
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        if value is wanted:
            return True
        if value is ABSENT or id(value) in seen:
            continue
        if len(seen) > 20_000:
            return True
        seen.add(id(value))
        if isinstance(value, Ite):
            waiting += (value.then, value.other)
        elif isinstance(value, TupleValue):
            waiting.extend(value.items)
        elif isinstance(value, BoundMethod):
            waiting += (value.function, value.self_value)
        elif isinstance(value, BoundRef):
            waiting.append(value.self_value)
        elif isinstance(value, Partial):
            waiting += (value.function, *value.args, *(item for _, item in value.kwargs))
        elif isinstance(value, (Traced, Wrapped, Memoized, Descriptor, Native)):
            waiting += [value.function] if value.function is not None else []
            waiting += [value.results] if isinstance(value, Memoized) else []
        elif isinstance(value, FunctionObject):
            frame = value.frame
            while frame is not None and vm.may_hold(frame.cells):
                waiting.extend(frame.cells.values())
                frame = frame.parent
        if isinstance(value, (HeapObject, Unknown)) and vm.may_hold(value.cells):
            waiting.extend(value.cells.values())
    return False


# --- drawn once a trace ------------------------------------------------------------------------------


def draw(vm: Machine, value: Value, node: nodes.Node, what: str) -> None:
    """A value is read or drawn here; where that is under a lifted scope, it is that of the trace."""
    if isinstance(value, (Tensor, Unknown)) and lifted_out_of_trace(vm):
        vm.drawn[value.uid] = (vm.site(node), what)


def is_drawn_outside(name: str) -> bool:
    """Whether a function or method outside of TensorFlow draws a number or reads the clock."""
    return name.startswith(_PYTHON_RANDOM_OR_TIME) and not name.endswith(_SEEDS)


def is_generator(name: str) -> bool:
    """Whether a call of this name makes an object whose methods draw numbers."""
    return name in _GENERATORS


def draw_outside(vm: Machine, name: str, value: Value, node: nodes.Node) -> None:
    """The result of a function or method outside of TensorFlow, which may draw a number or read the clock."""
    if is_drawn_outside(name):
        draw(vm, value, node, name)


def computed(vm: Machine, made: Tensor, operands: Sequence[Value], node: nodes.Node, what: str) -> None:
    """Where the result of an operation comes from."""
    for value in operands:
        if isinstance(value, (Tensor, Unknown)) and value.uid in vm.drawn:
            vm.drawn[made.uid] = vm.drawn[value.uid]
    read = what in _READS and any(isinstance(value, Variable) for value in operands)
    if read or what.startswith(_RANDOM_OR_TIME):
        draw(vm, made, node, what)


def frozen(vm: Machine, values: Sequence[Value]) -> None:
    """Values become part of a function's graph, as constants if they are not symbolic."""
    for value in values:
        if isinstance(value, (Tensor, Unknown)) and value.uid in vm.drawn:
            site, what = vm.drawn[value.uid]
            note(vm, "value frozen", site, what=what)


# --- seen by a tape ----------------------------------------------------------------------------------


def recorded(vm: Machine, operands: Sequence[Value], known: bool) -> tuple[frozenset[int] | None, frozenset[int]]:
    """Of which variables and tensors a gradient of the result would find its way back to, and those lost for it.

    ``known`` is false where something unknown takes part; then the first is None.
    """
    live: set[int] = set()
    lost: set[int] = set()
    for value in operands:
        if isinstance(value, Variable):
            live.add(value.uid)
        elif isinstance(value, Tensor):
            lost |= value.lost
            live.add(value.uid)
            if value.live is None:
                known = False
            else:
                live |= value.live
        else:
            known = False
    if vm.stack.paused > vm.paused_outside:
        return frozenset(), frozenset(live | lost)
    return (frozenset(live) if known else None), frozenset(lost)


def is_lost(target: Value, source: Value) -> bool:
    """Whether the gradient of a target is certainly None because the way to the source led through a scope."""
    if not isinstance(target, Tensor) or not isinstance(source, (Tensor, Variable)) or target.live is None:
        return False
    return source.uid in target.lost and source.uid not in target.live and source.uid != target.uid
