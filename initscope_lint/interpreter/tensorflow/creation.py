"""Creation of state: variables, resources, stateful objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from initscope_lint.interpreter import calls, provenance, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.tensorflow import lifetime, traces, variable_scope
from initscope_lint.interpreter.values import (
    ABSENT,
    NONE,
    TRUE,
    BoundMethod,
    Const,
    FunctionObject,
    Instance,
    Native,
    Partial,
    Tensor,
    Traced,
    Unknown,
    Value,
    Variable,
    Wrapped,
)
from initscope_lint.semantics.context import Trace

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

_SINGLETON = (
    "tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is only "
    "created once or created outside tf.function."
)
_COMPILED = (
    "We failed to lift variable creations out of this tf.function, so this tf.function cannot be run on XLA. A "
    "possible workaround is to move variable creation outside of the XLA compiled function."
)
_NONFIRST = "tf.function-decorated function tried to create variables on non-first call."


@dataclasses.dataclass(frozen=True)
class Owner:
    """The object in whose constructor or first call a variable is made."""

    api: str
    family: str
    when: str


def variable(
    vm: Machine,
    name: str,
    initial: Value | None,
    node: nodes.Node,
    owner: Owner | None = None,
    captured: bool = True,
    resource: bool = False,
    **facts: Any,
) -> Value:
    """Create a variable here; raises what TensorFlow raises. ``facts`` go to the event.

    ``captured`` is false for what creator scopes do not see or let pass (``experimental_enable_variable_lifting``).
    ``resource`` says that it is a resource variable whatever the defaults are (``use_resource=True``, Keras).
    """

    def make(value: Value | None, where: nodes.Node) -> Value:
        return _create(vm, name, value, where, owner, captured, resource, **facts)

    return _by_creators(vm, vm.stack.own_creators, initial, node, make)


def _by_creators(
    vm: Machine,
    creators: tuple[Value, ...],
    initial: Value | None,
    node: nodes.Node,
    make: Callable[[Value | None, nodes.Node], Value],
) -> Value:
    """Have the innermost of the program's creator functions create the variable, with the next one at its hands."""
    if not creators:
        return make(initial, node)

    def following(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        value = kwargs.get("initial_value", initial)
        return _by_creators(vm, creators[:-1], None if value is NONE else value, where, make)

    given = {key: vm.unknown(key, stable=True) for key in ("trainable", "name", "dtype", "shape")}
    arguments = Arguments((Native("next_creator", following),), {"initial_value": initial or NONE, **given})
    return vm.split(creators[-1], lambda creator: calls.call(vm, creator, arguments, node))


def _create(
    vm: Machine,
    name: str,
    initial: Value | None,
    node: nodes.Node,
    owner: Owner | None,
    captured: bool,
    resource: bool,
    **facts: Any,
) -> Value:
    stack = vm.stack
    if vm.tf1 or name == "tf.compat.v1.Variable":
        variable_scope.root_reuse(vm)  # asked whether it wants resource variables
    tensors.check_finalized(vm, node, name)
    creators = stack.creators if captured else ()
    creator = creators[-1] if creators else None
    vm.created.append(vm.site(node))
    if stack.graph is not None:
        tensors.touch(vm, stack.graph)
    if creator is not None and creator.trace in (Trace.SECOND, Trace.LATER):
        error, exception, message = (
            "SINGLETON",
            "ValueError",
            _SINGLETON if creator.trace is Trace.SECOND else _NONFIRST,
        )
        if vm.tf1:
            message = _NONFIRST
        vm.fail(
            error,
            exception,
            message,
            node,
            certain=not vm.unstable(vm.trace_path),
            api=name,
            owner=owner,
            function=creator.function,
            trace=creator.trace,
            lifted=stack.lifted and stack.eager and stack.switches[-1].site not in vm.lifted_by_library,
            **facts,
        )
    _note_lambda(vm)
    vm.set_flag(("variables in", id(stack.default_graph)), True)
    vm.set_flag(("variables in", id(stack.default_graph.function)), True)
    if not captured and stack.creators:
        made = Variable(stack.graph, vm.site(node), name, False)
        if vm.once is not None:
            vm.born.add(made.uid)
        provenance.note(vm, "variable per trace", node, api=name, variable=made, lifted=stack.lifted)
        return made
    if creator is not None:
        assert isinstance(creator.function, Traced)
        _initial_value_captured(vm, name, initial, node, owner, creator.function)
        vm.store.set(creator.function.cells, "made", TRUE)
        reference = False
    else:
        reference = not resource and _is_reference(vm)
        if reference and stack.init_scope_target().graph is None:
            vm.fail(
                "GRAPH_ONLY",
                "RuntimeError",
                "RefVariable not supported when eager execution is enabled.",
                node,
                api=f"{name}(use_resource=False)",
                lifted=False,
            )
        _initial_value_lifted(vm, name, initial, node, owner)
    target = stack.init_scope_target()
    made = Variable(target.graph, vm.site(node), name, stack.lifted)
    made.reference = reference
    if isinstance(initial, (Tensor, Variable)):
        made.shape = initial.shape
    elif initial is not None:
        made.shape = tensors.constant_shape(vm, initial)
    vm.happen("variable created", node, api=name, owner=owner, creator=creator, variable=made)
    if creator is None and (owner is None or owner.family != "metric"):  # a metric is part of a cycle of references
        lifetime.note_birth(vm, made)
    if vm.once is not None:
        vm.born.add(made.uid)
    if creator is None and (stack.default_graph.building or stack.lifted):
        tracing = [switch.graph for switch in stack.switches if switch.graph is not None and switch.building]
        if tracing and not any(graph.keeps_variables for graph in tracing):
            provenance.note(vm, "variable per trace", node, api=name, variable=made, lifted=stack.lifted)
    return made


IN_LAMBDA = "Lambda layer"
"""The process-wide cell with the ``Lambda`` layer of Keras 2 that is being called."""
MADE_IN_LAMBDA = "\0made"
"""The cell of that layer which tells whether a variable was created in the call."""


def _note_lambda(vm: Machine) -> None:
    layer = vm.resolve(vm.globals.get(IN_LAMBDA, ABSENT))
    if isinstance(layer, Instance):
        vm.store.set(layer.cells, MADE_IN_LAMBDA, TRUE)


def once_in_lambda(vm: Machine, name: Value | None, make: Callable[[], Value]) -> Value:
    """A ``Lambda`` layer of 1.15 keeps its variables by their names (``Lambda._variable_creator``)."""
    layer = vm.resolve(vm.globals.get(IN_LAMBDA, ABSENT))
    if not vm.tf1 or not isinstance(layer, Instance):
        return make()
    key = ("variable", vm.key(vm.resolve(name or NONE)))

    def first(kept: Value) -> Value:
        if kept is not ABSENT:
            return kept
        made = make()
        vm.store.set(layer.cells, key, made)
        return made

    return vm.split(layer.cells.get(key, ABSENT), first)


def wants_resource(vm: Machine, arguments: Arguments) -> bool:
    """Whether ``use_resource`` is given (anything but a plain False counts)."""
    given = arguments.kwargs.get("use_resource")
    value = vm.resolve(given) if given is not None else None
    return value is not None and not (isinstance(value, Const) and not value.value)


def _is_reference(vm: Machine) -> bool:
    """Whether ``tf.Variable`` makes a ``RefVariable`` here (``variable_scope.default_variable_creator`` of 1.15)."""
    stack = vm.stack
    if not vm.tf1 or stack.eager or vm.flag("resource variables"):
        return False
    graph = stack.default_graph
    if graph.building:
        return graph.references
    # Tracing asks for resource variables in the variable scope, which a function shares with the graph around it.
    traced = any(each.building and each.graph is not None and not each.graph.references for each in stack.switches)
    return not (stack.lifted and traced)


def deferred(vm: Machine, name: str, node: nodes.Node, owner: Owner | None) -> Value:
    """A variable that is only noted here, and made later, when no creator scope refuses it (Keras 3)."""
    stack = vm.stack
    vm.created.append(vm.site(node))
    if stack.creators:
        function = stack.creators[-1].function
        assert isinstance(function, Traced)
        vm.store.set(function.cells, "made", TRUE)
    return Variable(stack.init_scope_target().graph, vm.site(node), name, stack.lifted)


def _is_callable(value: Value) -> bool:
    return isinstance(value, (FunctionObject, BoundMethod, Partial, Native, Traced, Wrapped))


def _initial_value_captured(
    vm: Machine, name: str, initial: Value | None, node: nodes.Node, owner: Owner | None, function: Traced
) -> None:
    """``UnliftedInitializerVariable``: the value may come from the function itself.

    A value that depends on its arguments is computed under a condition, at run time. Without one, a library makes it.
    """
    stack = vm.stack

    def check(value: Value) -> Value:
        if _is_callable(value):
            value = vm.split(value, lambda function: calls.call(vm, function, Arguments(), node))
            value = vm.resolve(value)
        found = list(tensors.flatten(vm, (value,)))
        _check_made_here(vm, found, name, node)
        graph = stack.graph
        if graph is None or not graph.building:
            return NONE
        needs_lifting = stack.init_scope_target().graph is not None
        compiled = any(
            isinstance(each.function, Traced) and traces.is_compiled(vm, each.function) for each in stack.creators
        )
        concrete = compiled or not all(item.lifts_initial_values for item in _own(graph, function))
        # What a branch captured from the graph around it is lifted to where that graph's function is called.
        lifted = [item for item in found if not needs_lifting or tensors.graph_of(item) in (None, graph)]
        late = [item for item in lifted if _depends_on_arguments(item, needs_lifting)]
        depends = late or tensors.after_arguments(stack)
        folded = bool(late) and all(_may_be_folded(item) for item in late)

        def unliftable() -> Value:
            failure = vm.failure(
                "UNLIFT",
                "UnimplementedError" if compiled else "UnliftableError",
                _COMPILED if compiled else "Unable to lift tensor because it depends transitively on placeholder",
                node,
                certain=not folded,
                related=tuple(step for item in found for step in tensors.origin(item)),
                api=name,
                owner=owner,
                why="concrete" if concrete and not needs_lifting else "graph mode",
            )
            if needs_lifting:
                raise Signal(Way.RAISE, failure)
            # The values are lifted when all has been traced.
            vm.store.set(function.cells, "unliftable", failure)
            return NONE

        if (needs_lifting or concrete) and depends:
            if folded:
                vm.fork(vm.unknown("static shape"), lambda: NONE, unliftable)
            else:
                unliftable()
        if depends:
            vm.store.set(function.cells, "conditional", TRUE)
        return NONE

    vm.split(initial or NONE, check)


def _own(graph: Any, function: Traced) -> list[Any]:
    """The graph and those around it that belong to the traced function which captures what is created."""
    found = []
    while graph is not None and graph.creators and graph.creators[-1].function is function:
        found.append(graph)
        graph = graph.outer
    return found


def _may_be_folded(value: Value) -> bool:
    """Whether a static shape that is not known here may make a constant of it."""
    return isinstance(value, Tensor) and value.what in tensors.STATIC_SHAPE and value.shape is None


def _depends_on_arguments(value: Value, needs_lifting: bool) -> bool:
    """Whether a value is not known before the function runs; an eager one is, but not in the graph it is lifted to."""
    if isinstance(value, Tensor):
        return (value.graph is None and needs_lifting) or any(item.building for item in value.depends)
    if isinstance(value, Variable):
        return True  # it has to be read
    return isinstance(value, Unknown) and value.tensor_of is not None


def _initial_value_lifted(vm: Machine, name: str, initial: Value | None, node: nodes.Node, owner: Owner | None) -> None:
    """``ResourceVariable``: the value must exist where ``init_scope`` leads."""
    if initial is None:
        return
    stack = vm.stack
    here = stack.graph

    def check(value: Value) -> Value:
        if _is_callable(value):
            before = vm.stack
            vm.stack = before.enter_init_scope(vm.site(node))
            try:
                made = vm.split(value, lambda function: calls.call(vm, function, Arguments(), node))
                _check_made_here(vm, list(tensors.flatten(vm, (made,))), name, node)
            finally:
                vm.stack = before
            return NONE
        found = list(tensors.flatten(vm, (value,)))
        for item in found:
            graph = tensors.graph_of(item)
            if isinstance(item, Tensor) and item.flow and here is not None and not here.building:
                vm.fail(
                    "INIT_CF",
                    "ValueError",
                    "Initializer for variable is from inside a control-flow construct, such as a loop or conditional.",
                    node,
                    related=tensors.origin(item),
                    api=name,
                    owner=owner,
                    why="control flow",
                )
            if graph is not None and graph.building and isinstance(item, (Tensor, Unknown)):
                _unliftable(vm, name, item, node, owner)
        if here is not None and here.building and not found:
            return NONE
        if here is None or not here.building:
            tensors.check_operands(vm, found, node, name)
        return NONE

    vm.split(initial, check)


def _check_made_here(vm: Machine, found: list[Value], name: str, node: nodes.Node) -> None:
    """The initial value meets the variable's handle, which is where the context leads."""
    here = vm.stack.graph
    tensors.check_operands(vm, found, node, name)
    for item in found:
        graph = tensors.graph_of(item)
        if here is not None and not here.building and graph is not here and isinstance(item, Tensor):
            vm.fail(
                "DIFF_GRAPH",
                "ValueError",
                "Tensors must be from the same graph.",
                node,
                related=tensors.origin(item),
                what=name,
                value=item,
                lifted=vm.stack.lifted,
            )


def _unliftable(vm: Machine, name: str, item: Value, node: nodes.Node, owner: Owner | None) -> None:
    if vm.tf1:
        vm.fail(
            "INIT_CALLABLE",
            "ValueError",
            "Tensor-typed variable initializers must either be wrapped in an init_scope or callable",
            node,
            related=tensors.origin(item),
            api=name,
            owner=owner,
            why="tensor",
        )
    vm.fail(
        "UNLIFT",
        "ValueError",
        "Argument `initial_value` could not be lifted out of a `tf.function`.",
        node,
        related=tensors.origin(item),
        api=name,
        owner=owner,
        why="tensor",
    )
