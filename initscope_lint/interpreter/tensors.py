"""Tensors: where an operation lands, which tensors may meet there, and what AutoGraph converts.

The checks follow ``Operation`` construction: ``ops._get_graph_from_inputs``, ``FuncGraph.capture`` and the eager
execution path's conversion of inputs (measured in both versions).
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import math
import operator
from collections.abc import Iterator, Sequence
from typing import Any

from initscope_lint.interpreter import containers, evaluation, provenance
from initscope_lint.interpreter.machine import Machine, Signal, Way
from initscope_lint.interpreter.results import Step
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundRef,
    Const,
    Dataset,
    DictObject,
    ExceptionValue,
    Instance,
    Ite,
    ListObject,
    Ref,
    Resource,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    Variable,
    fresh_id,
)
from initscope_lint.ir import nodes
from initscope_lint.semantics.context import Graph, Kind, Stack

Shape = tuple[int | None, ...] | None
STATIC_SHAPE = frozenset(
    {
        "tf.shape", "tf.size", "tf.rank", "tf.zeros_like", "tf.ones_like", "tf.compat.v1.shape",
        "tf.compat.v1.size", "tf.compat.v1.zeros_like", "tf.compat.v1.ones_like",
    }
)  # fmt: skip
"""Operations that are folded to a constant where the shape of their argument is known."""


FLOAT = Ref("tensorflow.float32")
_DTYPES = {float: FLOAT, int: Ref("tensorflow.int32"), bool: Ref("tensorflow.bool"), str: Ref("tensorflow.string")}


def dtype_of(vm: Machine, value: Tensor) -> Value:
    """``tensor.dtype``: what is known of it, or an unknown that stays with the tensor."""
    return value.dtype if value.dtype is not None else vm.derive(".dtype", value)


def python_dtype(vm: Machine, value: Value) -> Value | None:
    """The dtype of the tensor made from a Python value."""
    value = vm.resolve(value)
    if isinstance(value, Tensor):
        return value.dtype
    if isinstance(value, Const):
        return _DTYPES.get(type(value.value))
    items = containers.known_items(vm, value) if isinstance(value, (TupleValue, ListObject)) else None
    return python_dtype(vm, items[0]) if items else None


def is_tensor_like(value: Value) -> bool:
    """Whether a resolved value is a tensor or converts to one as a variable does."""
    return isinstance(value, (Tensor, Variable))


def compares_by_value(vm: Machine, value: Value) -> bool:
    """Whether ``==`` of a tensor or variable is an operation; else it asks whether two are the same object.

    Source: ``tensorflow.python.ops.math_ops.tensor_equals``.
    """
    outside = vm.stack.enter_init_scope()
    graph = value.graph if isinstance(value, Tensor) else None
    return not vm.tf1 and outside.eager and (graph is None or graph.building)


def flatten(vm: Machine, values: Sequence[Value]) -> Iterator[Value]:
    """The tensors, variables and presumable tensors in (nested) operands."""
    waiting = list(reversed(values))
    seen = 0
    while waiting:
        value = vm.resolve(waiting.pop())
        seen += 1
        if seen > 400:
            return
        if isinstance(value, (Tensor, Variable)) or (isinstance(value, Unknown) and value.tensor_of is not None):
            yield value
        elif isinstance(value, TupleValue):
            waiting.extend(reversed(value.items))
        elif isinstance(value, ListObject):
            items = containers.known_items(vm, value)
            waiting.extend(reversed(items or ()))
        elif isinstance(value, DictObject):
            waiting.extend(cell for key, cell in value.cells.items() if key != "\0open")
        elif isinstance(value, Ite):
            either = _either(vm, value, 0)
            if either is not None:
                yield either


def _either(vm: Machine, value: Value, depth: int) -> Tensor | None:
    """What holds of a tensor whichever of several it is; None if it need not be one, or they are of several graphs."""
    value = vm.resolve(value)
    if isinstance(value, Tensor):
        return value
    if not isinstance(value, Ite) or depth > _ALTERNATIVES:
        return None
    then, other = _either(vm, value.then, depth + 1), _either(vm, value.other, depth + 1)
    if then is None or other is None or then.graph is not other.graph:
        return None
    return dataclasses.replace(
        then,
        uid=fresh_id(),
        what=then.what if then.what == other.what else RESULT,
        depends=then.depends & other.depends,
        shape=then.shape if then.shape == other.shape else None,
        constant=None,
        flow=then.flow and other.flow,
        dtype=then.dtype if then.dtype is other.dtype else None,
        live=None if then.live is None or other.live is None else then.live | other.live,
        lost=then.lost & other.lost,
        like=None,
    )


_ALTERNATIVES = 8
"""How many conditions a tensor may hang on to be taken for one."""


def graph_of(value: Value) -> Graph | None:
    """The graph of a tensor-like value; None is eager."""
    if isinstance(value, (Tensor, Variable)):
        return value.graph
    if isinstance(value, Unknown):
        return value.tensor_of
    return None


def make(
    vm: Machine, node: nodes.Node, what: str, shape: Shape = None, constant: Any = None, dtype: Value | None = None
) -> Tensor:
    """A tensor made here from nothing."""
    check_finalized(vm, node, what)
    stack = vm.stack
    graph = stack.graph
    if graph is not None:
        touch(vm, graph)
    flow = graph is not None and stack.flow is graph
    depends = after_arguments(stack)
    return Tensor(fresh_id(), graph, vm.site(node), what, depends, shape, constant, flow, dtype, frozenset())


def after_arguments(stack: Stack) -> frozenset[Graph]:
    """The function being built, if what is made here has control inputs that depend on its arguments."""
    graph = stack.graph
    for group in reversed(stack.control):
        if graph is None or group.graph is not graph or group.clears:
            break
        if group.symbolic:
            return frozenset({graph})
    return frozenset()


def touch(vm: Machine, graph: Graph) -> None:
    """Note that a graph has been used: the global graph exists from its first use."""
    if not graph.building:
        vm.set_flag(("used", id(graph)), True)
    if graph.kind is Kind.GLOBAL:
        vm.set_flag("global graph exists", True)


def check_finalized(vm: Machine, node: nodes.Node, what: str) -> None:
    """Raise where the graph that an operation would go to is finalized."""
    graph = vm.stack.graph
    if graph is not None and vm.flag(f"finalized {id(graph)}"):
        vm.fail("FINALIZED", "RuntimeError", "Graph is finalized and cannot be modified.", node, what=what, graph=graph)


def operation(
    vm: Machine,
    operands: Sequence[Value],
    node: nodes.Node,
    what: str,
    elementwise: bool = False,
    shape: Shape = None,
) -> Value:
    """The result of an operation on tensors, placed where TensorFlow places it; raises what TensorFlow raises."""
    plain = [vm.resolve(value) for value in operands]
    if any(map(is_undefined, plain)):
        vm.throw("TypeError", "unsupported operand: 'Undefined'")
    tensors = list(flatten(vm, operands))
    place, depends = check_operands(vm, tensors, node, what)
    check_finalized(vm, node, what)
    graph = place
    if graph is not None:
        touch(vm, graph)
    dtype = None
    if elementwise:
        shape = _broadcast(vm, operands)
        if what in _ARITHMETIC:
            dtype = next((t.dtype for t in tensors if isinstance(t, Tensor)), None)
    stack = vm.stack
    live, lost = provenance.recorded(vm, tensors, _all_known(vm, plain))
    made = Tensor(
        fresh_id(),
        graph,
        vm.site(node),
        what,
        depends,
        shape,
        evaluation.result(what, plain) if graph is None else None,
        graph is not None and (stack.flow is graph or any(isinstance(t, Tensor) and t.flow for t in tensors)),
        dtype,
        live,
        lost,
    )
    used = [*tensors, *(value for value in plain if isinstance(value, Unknown))]
    if graph is not None and graph.building:
        provenance.frozen(vm, used)
    elif graph is None:
        provenance.computed(vm, made, used, node, what)
    return made


def _all_known(vm: Machine, values: Sequence[Value]) -> bool:
    """Whether it is known of every operand, also of nested ones, which tensors are in it."""
    for value in values:
        value = vm.resolve(value)
        if isinstance(value, (TupleValue, ListObject)):
            items = containers.known_items(vm, value)
            if items is None or not _all_known(vm, items):
                return False
        elif isinstance(value, DictObject):
            if not _all_known(vm, [cell for key, cell in value.cells.items() if key != "\0open"]):
                return False
        elif not isinstance(value, (Const, Ref, Tensor, Variable)):
            return False
    return True


_ARITHMETIC = frozenset({"+", "-", "*", "//", "%", "**"})
"""Operators whose result has the dtype of the operands."""


def derived(vm: Machine, operands: Sequence[Value], node: nodes.Node, what: str) -> Value:
    """Like ``operation``, for the second and later results of one operation."""
    return operation(vm, operands, node, what)


def check_operands(
    vm: Machine, tensors: Sequence[Value], node: nodes.Node, what: str
) -> tuple[Graph | None, frozenset[Graph]]:
    """Where an operation on these lands (None: executes eagerly), and on which functions' placeholders it depends."""
    stack = vm.stack
    here = stack.graph
    depends: set[Graph] = set()
    if here is None:
        for value in tensors:
            graph = graph_of(value)
            if graph is not None and graph.takes_eager_operations:
                return graph, frozenset({graph})
            if graph is not None:
                out_of_scope(vm, value, graph, node, what)
        return None, frozenset()
    if here.building:
        for value in tensors:
            graph = graph_of(value)
            if graph is None:
                # A small eager tensor is copied into the function, a variable is an input of it.
                if isinstance(value, Variable) or stack.init_scope_target().graph is not None:
                    depends.add(here)
                vm.set_flag(("captures eagerly", id(here)), True)
                if vm.tf1 and isinstance(value, Variable):
                    _note_read(vm, value, here)
            if isinstance(value, Tensor):
                depends |= {item for item in value.depends if item is here}
                if graph is here:
                    depends |= value.depends
                elif graph is not None:
                    depends.add(here)  # captured: an input, too
            elif isinstance(value, Unknown) and graph is not None:
                depends.add(here)
            if graph is None or here.within(graph):
                continue
            if graph.building or _outermost(here) is not graph:
                _foreign(vm, value, graph, here, node, what)
        return here, frozenset(depends) | after_arguments(stack)
    place: Graph | None = None
    first: Value | None = None
    for value in tensors:
        graph = graph_of(value)
        if graph is None:
            vm.fail(
                "CAPTURE",
                "RuntimeError",
                "Attempting to capture an EagerTensor without building a function.",
                node,
                related=origin(value),
                what=what,
                value=value,
                presumed=isinstance(value, Unknown),
                disabled_late=here.kind is Kind.GLOBAL and vm.flag("eager before"),
            )
        if place is None:
            place, first = graph, value
        elif graph is not place:
            assert first is not None
            vm.fail(
                "DIFF_GRAPH",
                "ValueError",
                "Tensors must be from the same graph.",
                node,
                related=(*origin(first), *origin(value)),
                what=what,
                value=value,
                lifted=stack.lifted,
            )
        if isinstance(value, Tensor):
            depends |= value.depends
    if place is not None and place is not here and place.building and stack.lifted:
        vm.happen("not lifted", node, what=what)
    return place or here, frozenset(depends)


def _note_read(vm: Machine, value: Variable, here: Graph) -> None:
    """An eager variable is read in a function (``lifetime`` asks whether it is still there when that runs)."""
    key = ("read", id(here.function))
    noted = vm.resolve(vm.globals.get(key, TupleValue(())))
    if isinstance(noted, TupleValue) and not any(value is item for item in noted.items):
        vm.store.set(vm.globals, key, TupleValue((*noted.items, value)))


def _outermost(graph: Graph) -> Graph:
    while graph.outer is not None:
        graph = graph.outer
    return graph


def _foreign(vm: Machine, value: Value, graph: Graph, here: Graph, node: nodes.Node, what: str) -> None:
    """A function graph meets a tensor of a graph that does not enclose it."""
    lifted = vm.stack.init_scope_target().graph is not None
    from_inside = graph.within(here)  # that is refused at once (``FuncGraph.capture``)
    if lifted and not from_inside:
        failure = vm.failure(
            "DIFF_GRAPH",
            "ValueError",
            "Tensors must be from the same graph.",
            node,
            related=origin(value),
            what=what,
            value=value,
            owner=graph,
            leaked=True,
        )
        if not here.function.building:
            raise Signal(Way.RAISE, failure)
    else:
        failure = vm.failure(
            "OUT_OF_SCOPE",
            "TypeError",
            "the tensor is out of scope and cannot be used here",
            node,
            related=origin(value),
            what=what,
            value=value,
            owner=graph,
            leaked=True,
            in_init_scope=False,
        )
        if from_inside:
            raise Signal(Way.RAISE, dataclasses.replace(failure, cls=_INACCESSIBLE))
    # The function captures it: that builds, and the call that runs the function raises.
    leak = ("leak", id(here.function))
    if vm.globals.get(leak, ABSENT) is ABSENT:
        vm.store.set(vm.globals, leak, failure)


def leak_of(vm: Machine, graph: Graph) -> Value:
    """The error of calling a function: that of what it captured from another trace; ABSENT if there is none."""
    return vm.globals.get(("leak", id(graph)), ABSENT)


def raise_leak(vm: Machine, leak: Value, node: nodes.Node, of_operation: bool = False) -> None:
    """A function that has been traced is called: what it captured from another trace is not there.

    A function that is being built passes on what it is given, unless it comes from a function inside it
    (``FuncGraph.capture``). A plain graph of TensorFlow 2 is built; what fails is the session that runs it. Where the
    function is an attribute of an operation (``of_operation``), its inputs are compared as that is made.
    """
    here = vm.stack.graph

    def check(leak: Value) -> Value:
        if not isinstance(leak, ExceptionValue) or leak.failure is None:
            return NONE
        owner = leak.failure.facts.get("owner")
        calling = Step(vm.site(node), "the call that raises")
        if all(step.site != calling.site for step in (*leak.failure.trace, *leak.failure.related)):
            related = (*leak.failure.related, calling)
            leak = dataclasses.replace(leak, failure=dataclasses.replace(leak.failure, related=related))
        if here is not None and here.building and owner is not None and owner.within(here):
            assert leak.failure is not None
            failure = dataclasses.replace(
                leak.failure, error="OUT_OF_SCOPE", exception="InaccessibleTensorError", message=_OUT_OF_SCOPE
            )
            raise Signal(Way.RAISE, dataclasses.replace(leak, cls=_INACCESSIBLE, failure=failure))
        if here is None or ((vm.tf1 or of_operation) and not here.building):
            raise Signal(Way.RAISE, leak)
        if not here.building:
            return NONE
        vm.store.set(vm.globals, ("leak", id(here.function)), leak)
        return NONE

    vm.split(leak, check)


def pass_captures_on(vm: Machine, graph: Graph, node: nodes.Node, what: str) -> None:
    """What the graph of a function or branch captured is an input of the call, in the graph where that is."""
    here = vm.stack.graph
    if here is None or not vm.flag(("captures eagerly", id(graph))):
        return
    if here.building:
        vm.set_flag(("captures eagerly", id(here)), True)
        return
    vm.fail(
        "CAPTURE",
        "RuntimeError",
        "Attempting to capture an EagerTensor without building a function.",
        node,
        what=what,
    )


_INACCESSIBLE = Ref("builtins.ValueError")
"""The base of ``framework.errors_impl.InaccessibleTensorError``."""

_OUT_OF_SCOPE = (
    "<tensor> is out of scope and cannot be used here. Use return values, explicit Python locals or TensorFlow "
    "collections to access it."
)


def out_of_scope(
    vm: Machine,
    value: Value,
    graph: Graph,
    node: nodes.Node,
    what: str,
    exception: str = "TypeError",
    message: str | None = None,
) -> None:
    """Eager code computes with a symbolic tensor."""
    stack = vm.stack
    alive = any(switch.graph is not None and switch.graph.within(graph) for switch in stack.switches)
    vm.fail(
        "OUT_OF_SCOPE",
        exception,
        message or _OUT_OF_SCOPE,
        node,
        related=origin(value),
        what=what,
        value=value,
        owner=graph,
        leaked=not alive,
        in_init_scope=stack.lifted,
        suspended_at=vm.suspended.get(stack.switches[-1].site) if stack.lifted else None,
        presumed=isinstance(value, Unknown),
    )


def origin(value: Value) -> tuple[Step, ...]:
    """Where a tensor was made."""
    if isinstance(value, (Tensor, Variable)) and value.site is not None:
        what = value.what if any(map(str.isalpha, value.what)) else f"`{value.what}`"  # an operator
        return (Step(value.site, f"the {'variable' if isinstance(value, Variable) else 'tensor'} comes from {what}"),)
    return ()


def _broadcast(vm: Machine, operands: Sequence[Value]) -> Shape:
    """The shape of an operation by elements (``common_shape_fns.broadcast_shape``)."""
    shapes: list[tuple[int | None, ...]] = []
    for value in operands:
        value = vm.resolve(value)
        if isinstance(value, Const):
            continue
        shape = getattr(value, "shape", None)
        if shape is None:
            return None
        shapes.append(shape)
    result: list[int | None] = []
    for sizes in itertools.zip_longest(*(reversed(shape) for shape in shapes), fillvalue=1):
        known = {size for size in sizes if size is not None and size != 1}
        if len(known) > 1:
            return None  # they do not fit each other
        result.append(known.pop() if known else None if None in sizes else 1)
    return tuple(reversed(result))


# --- attributes ------------------------------------------------------------------------------------


def attribute(vm: Machine, owner: Value, name: str, node: nodes.Node) -> Value:
    """``tensor.name`` or ``variable.name``."""
    if name in ("shape", "get_shape"):
        shape = getattr(owner, "shape", None)
        if name == "shape":
            return shape_value(vm, owner, shape)
        return BoundRef(owner, "tf.Tensor.get_shape")
    if name == "dtype" and isinstance(owner, Tensor):
        return dtype_of(vm, owner)
    if name in ("dtype", "name", "device", "op", "graph", "trainable", "handle", "ndim"):
        if name == "ndim" and getattr(owner, "shape", None) is not None:
            return Const(len(owner.shape))  # type: ignore[attr-defined]
        return vm.derive(f".{name}", _static(owner) if name in ("dtype", "ndim") else owner)
    if isinstance(owner, Variable):
        cell = owner.cells.get(name)
        if cell is not None:
            return cell
        return BoundRef(owner, f"tf.Variable.{name}")
    return BoundRef(owner, f"tf.Tensor.{name}")


def shape_value(vm: Machine, owner: Value, shape: Shape) -> Value:
    """A static shape: a tuple of sizes where the rank is known."""
    if shape is None:
        return _not_known(vm, vm.derive(".shape", _static(owner)), owner)
    return TupleValue(
        tuple(
            _not_known(vm, vm.derive("size", _static(owner), Const(index)), owner) if size is None else Const(size)
            for index, size in enumerate(shape)
        )
    )


def _not_known(vm: Machine, found: Unknown, owner: Value) -> Unknown:
    if isinstance(owner, Tensor):
        vm.told.add(found.uid)  # it has one, which is only not known here
    return found


def _static(owner: Value) -> Value:
    """What stands for a tensor as far as its static properties go: those of a placeholder are its argument's."""
    if isinstance(owner, Tensor) and owner.like is not None:
        return dataclasses.replace(owner, uid=owner.like)
    return owner


def unknown_attribute(vm: Machine, owner: Unknown, name: str) -> Value | None:
    """An attribute of a presumable tensor, where tensors have one of that name that matters."""
    if name in ("numpy", "eval"):
        return BoundRef(owner, f"tf.Tensor.{name}")
    return None


# --- Python protocols on tensors -------------------------------------------------------------------


def autograph(vm: Machine) -> bool:
    """Whether the code being executed was converted by AutoGraph."""
    return vm.autograph


def converts_calls(vm: Machine) -> bool:
    """Whether AutoGraph has its own ``len``, ``int`` ... called here: not in converted code that runs without it."""
    return vm.autograph and vm.converting


def converts_branches(vm: Machine, value: Value) -> bool:
    """Whether AutoGraph turns a condition on this value into graph control flow."""
    return isinstance(value, Tensor) and value.graph is not None and autograph(vm)


STRUCTURES = ("an element", "the result of", "keras.", "tf_keras.")
"""What such tensors are called may be a structure of tensors."""

COMPONENT = "a component of an element"
"""What a tensor is called that is one component of a dataset's elements."""

OUTPUT = "an output of control flow"
"""What a tensor is called that stands for a number once graph control flow has set it."""

UNDEFINED = Ref("tensorflow.python.autograph.operators.variables.Undefined")
"""The class of what AutoGraph puts where control flow will set what is not there yet."""


def is_undefined(value: Value) -> bool:
    """Whether a value stands for one that is not there; no operation takes it."""
    return isinstance(value, Instance) and value.cls is UNDEFINED


RESULT = "an output of a function"
"""What a tensor is called that a traced function has returned as one tensor."""

_SINGLE = (
    COMPONENT,
    OUTPUT,
    RESULT,
    "tf.constant",
    "tf.convert_to_tensor",
    "tf.compat.v1.placeholder",
    "tf.math.",
    "tf.linalg.",
    "tf.reduce_",
    "tf.random.",
    "tf.zeros",
    "tf.ones",
    "tf.fill",
    "tf.range",
    "tf.cast",
    "tf.reshape",
    "tf.stack",
    "tf.concat",
    "tf.matmul",
    "tf.square",
    "tf.sqrt",
    "tf.abs",
    "tf.exp",
    "tf.tanh",
    "tf.shape",
    "tf.norm",
    "tf.expand_dims",
    "tf.squeeze",
    "tf.transpose",
    "tf.gather",
    "tf.one_hot",
    "tf.argmax",
    "tf.argmin",
    "tf.equal",
    "tf.greater",
    "tf.less",
    "tf.logical_",
    "tf.where",
    "tf.Variable.",
)


def is_single(value: Value) -> bool:
    """Whether a tensor is certainly one tensor. What stands for the result of other calls, or for an element of a
    dataset, may in truth be a tuple or another structure of tensors."""
    if not isinstance(value, Tensor) or value.what.startswith(STRUCTURES):
        return False
    return value.like is not None or value.what.startswith(_SINGLE) or not value.what[0].isalpha()


def truth(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """The truth of a tensor or variable."""
    known = evaluation.scalar(value)
    if known is not None:
        return TRUE if known else FALSE
    graph = graph_of(value)
    if isinstance(value, Variable):
        return vm.derive("truth", value)
    if graph is not None and is_single(value):
        vm.fail(
            "BOOL",
            "OperatorNotAllowedInGraphError",
            "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed.",
            node,
            related=origin(value),
            what="bool",
            value=value,
        )
    return vm.derive("truth", value)


def length(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """``len(tensor)``."""
    shape = getattr(value, "shape", None)
    if shape and shape[0] is not None and (graph_of(value) is None or converts_calls(vm)):
        return Const(shape[0])
    if isinstance(value, Tensor) and value.graph is not None and not converts_calls(vm) and is_single(value):
        vm.fail(
            "LEN",
            "TypeError",
            "len is not well defined for a symbolic Tensor. Please call `x.shape` rather than `len(x)`.",
            node,
            related=origin(value),
            what="len",
            value=value,
        )
    return vm.derive("len", value)


def contains(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """``item in tensor``."""
    if isinstance(value, Tensor) and value.graph is not None and is_single(value):
        vm.fail(
            "ITER",
            "OperatorNotAllowedInGraphError" if vm.tf1 else "TypeError",
            "argument of type 'SymbolicTensor' is not iterable",
            node,
            related=origin(value),
            what="in",
            value=value,
        )
    return vm.derive("in", value, Const(node.pos))


def iterate(vm: Machine, value: Value, node: nodes.Node) -> None:
    """Python iterates over a tensor or dataset outside of what AutoGraph converts."""
    graph = value.graph if isinstance(value, (Tensor, Dataset)) else None
    if graph is None:
        return
    if is_single(value):
        vm.fail(
            "ITER",
            "OperatorNotAllowedInGraphError",
            "Iterating over a symbolic `tf.Tensor` is not allowed.",
            node,
            related=origin(value),
            what="iteration",
            value=value,
        )


def element_of(vm: Machine, like: Value | None, graph: Graph | None, node: nodes.Node) -> Value:
    """An element of a dataset or iterator; ``like`` says what it is made of, as far as that is known."""
    if like is None and graph is None:
        return Tensor(fresh_id(), None, vm.site(node), "an element of a dataset")

    def component(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor):
            return Unknown(fresh_id(), "argument element", True, {}, graph)
        if graph is None:
            return Tensor(fresh_id(), None, vm.site(node), COMPONENT, shape=leaf.shape)
        tensor = make(vm, node, COMPONENT, leaf.shape)
        return dataclasses.replace(tensor, depends=tensor.depends | {graph}) if graph.building else tensor

    return containers.map_structure(NONE if like is None else like, component)


def results(what: str, made: Tensor) -> Unknown:
    """What an operation gives that has several results: a list or a tuple of tensors."""
    return Unknown(fresh_id(), f"{_RESULTS}{what}", True, {}, made.graph)


def one_of(vm: Machine, value: Unknown, node: nodes.Node) -> Tensor | None:
    """One of several results, which is there already: no operation is made for it. None if it is anything else."""
    if not value.why.startswith(_RESULTS):
        return None
    graph = value.tensor_of
    depends = frozenset({graph}) if graph is not None and graph.building else frozenset()
    return Tensor(fresh_id(), graph, vm.site(node), f"the result of {value.why[len(_RESULTS) :]}", depends)


_RESULTS = "results of "


def refuse_iteration(vm: Machine, node: nodes.Node) -> None:
    """Python iterates over a dataset in a graph where AutoGraph does not convert it."""
    vm.fail(
        "ITER_GRAPH",
        "RuntimeError",
        "`tf.data.Dataset` only supports Python-style iteration in eager mode or within tf.function.",
        node,
        what="dataset iteration",
    )


# --- graph control flow ----------------------------------------------------------------------------


@contextlib.contextmanager
def branch_context(
    vm: Machine, name: str, node: nodes.Node, always_graph: bool = False, kind: Kind = Kind.BRANCH
) -> Iterator[None]:
    """The context of a control-flow body: a graph of its own (version 2), a control-flow context (version 1), or
    nothing in eager mode. ``always_graph``: there is no version 1 of it (``switch_case``)."""
    before = vm.stack
    graph = before.graph
    if graph is None:
        yield
        return
    if not graph.building and vm.flag("control flow v1") and not always_graph:
        inside = dataclasses.replace(before, flow=graph)
    else:
        body = Graph(kind, name, True, vm.site(node), graph.creators, graph, own_creators=before.own_creators)
        inside = before.enter_graph(body, vm.site(node))
    vm.stack = inside
    try:
        yield
    finally:
        vm.stack = before
    if inside.graph is not None and inside.graph is not graph:
        pass_captures_on(vm, inside.graph, node, name)


def merged(vm: Machine, values: Sequence[Value], node: nodes.Node) -> Value:
    """The outputs of control-flow bodies as values of the graph around them: what they return is a tensor."""
    if not values:
        return NONE
    found = [vm.resolve(value) for value in values]
    if all(is_number(value) for value in found):
        return make(vm, node, OUTPUT, ())
    return outward(vm, next((value for value in found if not is_number(value)), found[0]), node)


def is_number(value: Value) -> bool:
    """Whether a value is a Python number or truth, of which control flow makes a tensor."""
    return isinstance(value, Const) and isinstance(value.value, (bool, int, float))


def outward(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """A value of a control-flow body as the graph around it sees it: tensors become outputs."""
    value = vm.resolve(value)
    if isinstance(value, Ite):
        return vm.choice(value.cond, outward(vm, value.then, node), outward(vm, value.other, node))
    here = vm.stack.graph
    if isinstance(value, Tensor):
        if value.graph is here:
            return value
        if value.graph is not None and here is not None and value.graph.outer is not here:
            return value
        depends = frozenset(item for item in value.depends if item is not value.graph)
        if here is not None and here.building:
            depends |= {here} if value.depends else frozenset()
        return Tensor(fresh_id(), here, value.site, value.what, depends, value.shape)
    if isinstance(value, Resource) and value.kind == "tensorarray" and value.graph is not None:
        return Resource(value.kind, value.api, here, value.site) if value.graph.outer is here else value
    if isinstance(value, TupleValue):
        parts = tuple(outward(vm, item, node) for item in value.items)
        return value if all(map(operator.is_, parts, value.items)) else TupleValue(parts)
    if isinstance(value, ListObject):
        items = outward(vm, value.cells["items"], node)
        return value if items is value.cells["items"] else ListObject(items, value.kind)
    if isinstance(value, DictObject):
        cells = {key: outward(vm, cell, node) for key, cell in value.cells.items()}
        if all(cells[key] is cell for key, cell in value.cells.items()):
            return value
        made = DictObject(value.kind)
        made.keys, made.factory = value.keys, value.factory
        made.cells.update(cells)
        return made
    return value


# --- escape ----------------------------------------------------------------------------------------


def escaped(vm: Machine, value: Value, node: nodes.Node, where: str) -> None:
    """A value is kept beyond the frame that made it. Nothing to do: what it breaks shows where it is used."""


def constant_shape(vm: Machine, value: Value) -> Shape:
    """The shape of ``tf.constant(value)``."""
    value = vm.resolve(value)
    if isinstance(value, Const):
        return ()
    if isinstance(value, (Tensor, Variable)):
        return value.shape
    items = containers.known_items(vm, value) if isinstance(value, (TupleValue, ListObject)) else None
    if items is None:
        return None
    if not items:
        return (0,)
    inner = constant_shape(vm, items[0])
    return None if inner is None else (len(items), *inner)


def literal_shape(vm: Machine, value: Value | None) -> Shape:
    """A shape argument such as ``[2, 3]`` where it is known."""
    if value is None:
        return None
    value = vm.resolve(value)
    if isinstance(value, Const) and isinstance(value.value, int):
        return (value.value,)
    items = containers.known_items(vm, value) if isinstance(value, (TupleValue, ListObject)) else None
    if items is None:
        return None
    sizes: list[int | None] = []
    for item in items:
        item = vm.resolve(item)
        sizes.append(item.value if isinstance(item, Const) and isinstance(item.value, int) else None)
    return tuple(sizes)


def reshaped(vm: Machine, value: Value | None, shape: Value | None) -> Shape:
    """The shape that ``tf.reshape`` gives; -1 is what is left, None if the size of the value is not known."""
    wanted = literal_shape(vm, shape)
    if wanted is None or -1 not in wanted:
        return wanted
    before = value.shape if isinstance(value, (Tensor, Variable)) else None
    rest = math.prod(size or 0 for size in wanted if size != -1)
    known = before is not None and None not in before and None not in wanted and rest
    left = math.prod(size or 0 for size in before or ()) // rest if known else None
    return tuple(left if size == -1 else size for size in wanted)
