"""From a catalogue row to the model that runs it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, containers, evaluation, library, managers, objects, provenance, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.tensorflow import (
    creation,
    datasets,
    higher_order,
    keras,
    modes,
    references,
    scopes,
    traces,
    variable_scope,
)
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundMethod,
    BoundRef,
    ClassObject,
    Const,
    Dataset,
    ExceptionValue,
    FunctionObject,
    GraphObject,
    Instance,
    ListObject,
    Manager,
    Memoized,
    Native,
    Partial,
    Ref,
    Resource,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Variable,
    Wrapped,
    fresh_id,
)
from initscope_lint.semantics.catalogue import Api
from initscope_lint.semantics.context import Graph, Kind

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

Model = Callable[["Machine", str, Api, "Arguments", "nodes.Node", Value], Value]
_MODELS: dict[str, Model] = {}


def _model(*names: str) -> Callable[[Model], Model]:
    def register(function: Model) -> Model:
        for name in names:
            _MODELS[name] = function
        return function

    return register


def apply(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """Call a catalogued function or class. ``callee`` is the Ref, or the receiver of a method."""
    vm.step()
    run = _MODELS.get(api.model)
    if run is None:
        return calls.opaque(vm, callee, arguments, node)
    return run(vm, name, api, arguments, node, callee)


def is_callable(value: Value | None) -> bool:
    """Whether an argument is a function to decorate."""
    return isinstance(
        value,
        (FunctionObject, BoundMethod, Partial, Native, Traced, Wrapped, Memoized, ClassObject, BoundRef),
    ) or (isinstance(value, Instance) and isinstance(value.cls, ClassObject))


def result(
    vm: Machine,
    returns: str,
    node: nodes.Node,
    what: str,
    operands: tuple[Value, ...] = (),
    instance: str | None = None,
) -> Value:
    """A value of the kind that a row returns, for an operation placed here."""
    if returns == "argument":
        return operands[0] if operands else NONE
    if returns == "none":
        return NONE
    if returns == "instance" and instance is not None:
        tensors.operation(vm, operands, node, what)
        return Instance(Ref(instance), vm.site(node))
    if returns in ("tensor", "variable"):
        return tensors.operation(vm, operands, node, what)
    if returns == "operation":
        made = tensors.operation(vm, operands, node, what)
        return NONE if isinstance(made, Tensor) and made.graph is None else made
    if returns == "tensors":
        made = tensors.operation(vm, operands, node, what)
        assert isinstance(made, Tensor)
        return tensors.results(what, made)
    return vm.derive(what, *operands) if operands else vm.unknown(what, stable=True)


# --- operations ------------------------------------------------------------------------------------

_SAME_SHAPE = frozenset(
    {
        "tf.zeros_like", "tf.ones_like", "tf.identity", "tf.stop_gradient", "tf.cast", "tf.abs", "tf.exp", "tf.sqrt",
        "tf.square", "tf.sign", "tf.negative", "tf.tanh", "tf.sigmoid", "tf.nn.relu", "tf.nn.tanh", "tf.nn.sigmoid",
        "tf.nn.softmax", "tf.math.exp", "tf.math.log", "tf.math.sqrt", "tf.math.square", "tf.math.abs",
    }
)  # fmt: skip
_SCALAR = frozenset({"tf.reduce_sum", "tf.reduce_mean", "tf.reduce_max", "tf.reduce_min", "tf.reduce_prod"})


@_model("op")
def _op(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    operands = arguments.all()
    if isinstance(callee, (Tensor, Variable, Resource, Unknown)):
        operands = (callee, *operands)
    symbolic = _symbolic(vm, operands)
    if symbolic is not None:
        if api.harmless:
            return result(vm, api.returns, node, name, (), api.instance)
        same = _keeps_dtype(vm, arguments) if name == "tf.cast" else None
        if same is True:
            return operands[0]
        if api.maybe_identity and same is None and not _several(vm, operands):
            return _maybe_identity(vm, name, api, operands, symbolic, node)
        if api.raises is not None:
            tensors.out_of_scope(vm, symbolic[0], symbolic[1], node, name, api.raises, api.message)
    references.check_assignment(vm, name, operands, node)
    if api.returns not in ("tensor", "variable"):
        _note_effect(vm, name, operands, node)
        if api.instance == "tf.data.Dataset":
            tensors.operation(vm, operands, node, name)
            return datasets.made(vm, api.elements, operands, callee, node)
        return result(vm, api.returns, node, name, operands, api.instance)
    shape: tensors.Shape = None
    first = vm.resolve(arguments.args[0]) if arguments.args else None
    if isinstance(first, Const) and first.value is None and name in _SCALAR | _SAME_SHAPE:
        vm.throw("ValueError", "None values not supported.")
    if name in _SCALAR and len(arguments.args) == 1 and not arguments.kwargs:
        shape = ()
    elif name in _SAME_SHAPE and first is not None:
        shape = getattr(first, "shape", None)
    elif name == "tf.reshape":
        shape = tensors.reshaped(vm, first, arguments.get(1, "shape"))
    elif api.tensor_free:
        shape = tensors.literal_shape(vm, arguments.get(0, "shape"))
    if (
        name in _SCALAR
        and shape == ()
        and isinstance(first, Tensor)
        and (first.shape or (vm.tf1 and first.shape == ()))
    ):
        # Made before the operands decide on the graph (``math_ops._ReductionDims``).
        operands = (*operands, tensors.make(vm, node, "the axes"))
    made = tensors.operation(vm, operands, node, name, shape=shape)
    _note_effect(vm, name, operands, node)
    if isinstance(made, Tensor):
        held = made.constant
        if made.graph is None and len(operands) > 1 == len(arguments.all()):  # the axes are no choice of the program's
            held = evaluation.result(name, [vm.resolve(each) for each in arguments.all()])
        made = dataclasses.replace(made, dtype=_dtype(vm, name, arguments, first), constant=held)
        static = getattr(first, "shape", None)
        if name in tensors.STATIC_SHAPE and static is not None and None not in static:
            # Constant-folded from the static shape.
            return dataclasses.replace(made, depends=tensors.after_arguments(vm.stack))
    if api.returns == "variable" and isinstance(callee, Variable):
        return callee if vm.stack.graph is None else made
    return made


_EFFECTS = (
    "tf.Variable.assign",
    "tf.Variable.scatter_",
    "tf.Variable.batch_scatter",
    "tf.compat.v1.assign",
    "tf.compat.v1.scatter_",
    "tf.print",
    "tf.compat.v1.Print",
    "tf.io.write_file",
    "tf.summary.",
)


def _note_effect(vm: Machine, name: str, operands: tuple[Value, ...], node: nodes.Node) -> None:
    if name.startswith(_EFFECTS):
        provenance.effect(vm, name, vm.resolve(operands[0]) if operands else NONE, node)


_FLOAT_BY_DEFAULT = frozenset(
    {"tf.ones", "tf.zeros", "tf.eye", "tf.random.normal", "tf.random.uniform", "tf.random.truncated_normal"}
)


def _dtype(vm: Machine, name: str, arguments: Arguments, first: Value | None) -> Value | None:
    """The dtype of an operation's result, where it is plain."""
    given = arguments.get(1, "dtype") if name in ("tf.cast", "tf.ones", "tf.zeros") else arguments.kwargs.get("dtype")
    if given is not None:
        return vm.resolve(given)
    if name in _FLOAT_BY_DEFAULT:
        return tensors.FLOAT
    return first.dtype if name in _SAME_SHAPE and isinstance(first, Tensor) else None


def _keeps_dtype(vm: Machine, arguments: Arguments) -> bool | None:
    """Whether ``tf.cast`` has nothing to do (``math_ops.cast``); None if a dtype is not known."""
    value, dtype = vm.resolve(arguments.get(0, "x") or NONE), vm.resolve(arguments.get(1, "dtype") or NONE)
    before = _dtype_name(value.dtype) if isinstance(value, Tensor) else None
    after = _dtype_name(dtype)
    return None if before is None or after is None else before == after


def _dtype_name(dtype: Value | None) -> str | None:
    if isinstance(dtype, Ref):
        return dtype.name.rpartition(".")[2]
    return dtype.value if isinstance(dtype, Const) and isinstance(dtype.value, str) else None


def _symbolic(vm: Machine, operands: tuple[Value, ...]) -> tuple[Value, Graph] | None:
    """The first symbolic tensor that eager code would compute with, and its graph."""
    if vm.stack.graph is not None:
        return None
    for value in tensors.flatten(vm, operands):
        graph = tensors.graph_of(value)
        if graph is not None and not graph.takes_eager_operations:
            return value, graph
    return None


def _several(vm: Machine, operands: tuple[Value, ...]) -> bool:
    """Whether the first operand is a sequence of several values, which no operation hands back untouched."""
    first = vm.resolve(operands[0]) if operands else NONE
    items = containers.known_items(vm, first) if isinstance(first, (TupleValue, ListObject)) else None
    return items is not None and len(items) > 1


def _maybe_identity(
    vm: Machine, name: str, api: Api, operands: tuple[Value, ...], symbolic: tuple[Value, Graph], node: nodes.Node
) -> Value:
    """An operation that in some cases hands its argument back untouched: whether it raises is not known."""

    def compute() -> Value:
        before = vm.assumed
        vm.assumed = True
        try:
            return result(vm, api.returns, node, name, operands, api.instance)
        finally:
            vm.assumed = before

    return vm.fork(vm.derive(f"{name} computes", symbolic[0], Const(node.pos)), compute, lambda: operands[0])


@_model("static")
def _static(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    first = vm.resolve(arguments.args[0]) if arguments.args else NONE
    if api.returns == "argument":
        return first
    if name == "tf.is_tensor":
        return TRUE if tensors.is_tensor_like(first) else vm.derive(name, first)
    if api.returns == "tensor":
        if vm.stack.graph is None:
            return tensors.make(vm, node, name)
        return tensors.operation(vm, arguments.all(), node, name)
    return vm.derive(name, *arguments.all())


@_model("constant")
def _constant(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    value = arguments.get(0, "value") or NONE
    for item in tensors.flatten(vm, (value,)):
        if isinstance(item, Tensor) and item.graph is not None:
            vm.fail(
                "SYM2NP",
                "NotImplementedError" if vm.tf1 else "TypeError",
                "Cannot convert a symbolic tf.Tensor to a numpy array.",
                node,
                related=tensors.origin(item),
                what=name,
                value=item,
            )
    value = vm.resolve(value)
    shape = tensors.literal_shape(vm, arguments.kwargs.get("shape")) or tensors.constant_shape(vm, value)
    constant = evaluation.number(value) if isinstance(value, Const) else None
    dtype = arguments.get(1, "dtype") or tensors.python_dtype(vm, value)
    made = tensors.make(vm, node, name, shape, constant, dtype)
    provenance.computed(vm, made, (value,), node, name)
    return made


@_model("convert")
def _convert(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    value = vm.resolve(arguments.get(0, "value") or NONE)
    if isinstance(value, Tensor) or (isinstance(value, Unknown) and value.tensor_of is not None):
        return value
    return tensors.operation(vm, (value,), node, name, shape=tensors.constant_shape(vm, value))


@_model("neutral", "exception")
def _neutral(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    if api.model == "exception":
        return ExceptionValue(Ref(name), arguments.args)
    if api.returns == "argument":
        return arguments.args[0] if arguments.args else NONE
    if name == "tf.TensorSpec":
        return traces.spec(vm, arguments, node)
    if api.returns in ("none", "instance"):
        return result(vm, api.returns, node, name, (), api.instance)
    return vm.derive(name, *arguments.all()) if arguments.all() else vm.unknown(name, stable=True)


@_model("predicate")
def _predicate(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    return modes.predicate(vm, api.predicate or "", name)


@_model("mode")
def _mode(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    return modes.switch(vm, api.mode or "", name, arguments, node, callee)


@_model("graph_only")
def _graph_only(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    stack = vm.stack
    given = arguments.get(api.unless_given_at, api.unless_given) if api.unless_given is not None else None
    if given is not None and stack.graph is None:
        return result(vm, api.returns, node, name, arguments.all(), api.instance)
    if api.unless_callable is not None:
        given = arguments.get(0, api.unless_callable)
        if given is None or not isinstance(vm.resolve(given), Tensor):
            return vm.unknown(name)
    if stack.graph is None:
        vm.fail(
            "GRAPH_ONLY",
            api.raises or "RuntimeError",
            api.message or f"{name} is not compatible with eager execution.",
            node,
            api=name,
            lifted=stack.lifted,
        )
    if api.variables_at is not None:
        creation.variable(vm, name, None, node)
    if name.endswith("train.Saver"):  # its graph also assigns to what it restores
        references.check_updates(vm, name, tuple(tensors.flatten(vm, arguments.all())), node)
    made = result(vm, api.returns, node, name, arguments.all(), api.instance)
    if isinstance(made, Instance) and "init_fn" in arguments.kwargs:
        vm.store.set(made.cells, scopes.INIT_FN, arguments.kwargs["init_fn"])
    if isinstance(made, Tensor) and made.graph is not None and name.endswith("placeholder"):
        return dataclasses.replace(made, depends=frozenset({made.graph}))
    return made


@_model("eager_only")
def _eager_only(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    graph = tensors.graph_of(callee)
    if isinstance(callee, (Variable, Dataset)):
        graph = vm.stack.graph
    if api.calls and vm.stack.eager:
        higher_order.call(vm, name, api, arguments, node, callee)
    if isinstance(callee, (Tensor, Variable, Dataset, Unknown)) and graph is not None:
        vm.fail(
            "NO_NUMPY",
            api.raises or "AttributeError",
            api.message or "'SymbolicTensor' object has no attribute 'numpy'",
            node,
            related=tensors.origin(callee),
            api=name,
            value=callee,
        )
    if isinstance(callee, Variable) and provenance.lifted_out_of_trace(vm):
        read = vm.derive(name, callee, Const(("lifted", node.pos)))
        provenance.draw(vm, read, node, name)
        return read
    return vm.derive(name, callee)


# --- state -----------------------------------------------------------------------------------------


@_model("variable")
def _variable(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    initial = arguments.get(0, "initial_value")
    lifting = arguments.kwargs.get("experimental_enable_variable_lifting")
    if name in _CONVERTING and isinstance(vm.resolve(initial or NONE), Const) and not _is_none_or_text(vm, initial):
        initial = tensors.make(vm, node, name)
    lifted = lifting is None or not traces.is_false(vm.resolve(lifting))
    make = functools.partial(
        creation.variable,
        vm,
        name,
        initial,
        node,
        captured=lifted and not api.goes_round_creators,
        resource=creation.wants_resource(vm, arguments) or not name.startswith("tf."),
    )
    return creation.once_in_lambda(vm, arguments.kwargs.get("name"), make)


_CONVERTING = frozenset({"keras.Variable", "keras.backend.Variable"})
"""Variables that make a tensor of a value here, before they are created (``keras.Variable._convert_to_tensor``)."""


def _is_none_or_text(vm: Machine, value: Value | None) -> bool:
    value = vm.resolve(value or NONE)
    return isinstance(value, Const) and (value.value is None or isinstance(value.value, str))


@_model("get_variable")
def _get_variable(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    return variable_scope.get_variable(vm, name, arguments, node)


@_model("variable_scope")
def _variable_scope(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    if name.endswith("reuse_variables"):
        variable_scope.set_reuse(vm, TRUE)
        return NONE
    return variable_scope.current(vm, node)


@_model("state")
def _state(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    stack = vm.stack
    if api.creates == "dataset":
        return datasets.made(vm, api.elements, arguments.all(), callee, node)
    if api.creates == "session":
        graph = arguments.kwargs.get("graph")
        detail = vm.resolve(graph) if graph is not None else None
        return Manager(
            "session", vm.site(node), detail if isinstance(detail, GraphObject) else scopes.default_graph(vm)
        )
    held = [item for value in arguments.all() for item in _held(vm, value)]
    found = list(tensors.flatten(vm, (*arguments.all(), *held)))
    tensors.check_operands(vm, found, node, name)
    tensors.check_finalized(vm, node, name)
    made = Resource(api.creates or "resource", name, stack.graph, vm.site(node))
    vm.happen("state created", node, api=name, resource=made.kind, graph=stack.graph)
    return made


@_model("table_initializer")
def _table_initializer(
    vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value
) -> Value:
    """``KeyValueTensorInitializer(keys, values)``: makes tensors of them here, which go to the table where that is."""
    made = Instance(Ref(name), vm.site(node))
    held: list[Value] = []
    for given in (arguments.get(0, "keys"), arguments.get(1, "values")):
        found = list(tensors.flatten(vm, (given or NONE,)))
        held += found or [tensors.make(vm, node, name)]
    vm.store.set(made.cells, _HELD, TupleValue(tuple(held)))
    return made


_HELD = "\0held"


def _held(vm: Machine, value: Value) -> tuple[Value, ...]:
    value = vm.resolve(value)
    held = vm.resolve(value.cells.get(_HELD, NONE)) if isinstance(value, Instance) else NONE
    return held.items if isinstance(held, TupleValue) else ()


@_model("checkpoint")
def _checkpoint(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """``Checkpoint(**objects)``: keeps them, and does nothing yet."""
    made = Instance(Ref(name), vm.site(node))
    for key, value in arguments.kwargs.items():
        vm.store.set(made.cells, key, value)
    return made


@_model("checkpoint_save")
def _checkpoint_save(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """``Checkpoint.save``: not in a function, and makes a counter of its own on the first call."""
    if vm.stack.building_function:
        vm.fail("EAGER_ONLY", api.raises or "NotImplementedError", api.message or "", node, api=name)
    counter = callee.cells.get("save_counter", ABSENT) if isinstance(callee, Instance) else NONE

    def first(found: Value) -> Value:
        if found is ABSENT and isinstance(callee, Instance):
            vm.store.set(callee.cells, "save_counter", creation.variable(vm, name, None, node))
        return NONE

    if isinstance(callee, Instance):
        saved = list(tensors.flatten(vm, tuple(callee.cells.values())))
        tensors.check_operands(vm, saved, node, name)
    vm.split(counter, first)
    return vm.unknown(name, stable=True)


@_model("object")
def _object(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    return keras.construct(vm, name, api, arguments, node)


@_model("graph")
def _graph(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    if name.endswith("get_default_graph"):
        graph = vm.stack.default_graph
        tensors.touch(vm, graph)
        return scopes.default_graph(vm)
    building = name.endswith("FuncGraph")
    graph = Graph(Kind.FUNCTION if building else Kind.GRAPH, "Graph", building, vm.site(node))
    return scopes.graph_object(vm, graph)


@_model("context")
def _context(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    kind = api.context or "neutral"
    detail: object = None
    if kind == "control_dependencies":
        detail = arguments.get(0, "control_inputs")
    elif kind == "graph_as_default":
        detail = callee
    elif kind in ("session", "test_session", "default_session", "monitored_session"):
        graph = arguments.get(1, "graph")
        given = vm.resolve(graph) if graph is not None else None
        detail = given if isinstance(given, GraphObject) else None
        if kind == "session" and graph is None and vm.stack.graph is not None:
            detail = scopes.default_graph(vm)
        if kind == "default_session":
            kind = "neutral"
            detail = callee
    elif kind == "creator_scope":
        detail = arguments.get(0, "variable_creator")
    elif kind == "stop_recording":
        detail = callee if isinstance(callee, Manager) else None
    elif kind == "variable_scope":
        detail = (arguments.get(0, "name_or_scope"), arguments.get(1, "default_name"), arguments.get(8, "reuse"))
    if kind in ("name_scope", "device", "strategy_scope", "neutral"):
        return Manager("neutral", vm.site(node), None)
    if kind == "init_scope":
        if arguments.args:
            count = len(arguments.args)
            message = f"init_scope() takes 0 positional arguments but {count} {'was' if count == 1 else 'were'} given"
            vm.fail("NO_CM", "TypeError", message, node, api=name)
        vm.happen("scope made", node, api=name)
    made = Manager(kind, vm.site(node), detail)
    if kind == "monitored_session" and "hooks" in arguments.kwargs:
        made.cells["hooks"] = TupleValue(containers.known_items(vm, vm.resolve(arguments.kwargs["hooks"])) or ())
    if kind == "monitored_session" and isinstance(callee, Instance):
        made.cells[scopes.INIT_FN] = callee.cells.get(scopes.INIT_FN, NONE)
    return made


# --- functions -------------------------------------------------------------------------------------


@_model("function", "defun")
def _function(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    kind = api.model
    given = arguments.get(0, "func")
    given = vm.resolve(given) if given is not None else None
    options = dict(arguments.kwargs)
    options.pop("func", None)
    if len(arguments.args) > 1:
        options["input_signature"] = arguments.args[1]
    site = vm.site(node)
    if given is not None and not (isinstance(given, Const) and given.value is None):
        if is_callable(given) or isinstance(given, (Unknown, Ref)):
            return Traced(kind, given, options, site)
        return vm.unknown(name)

    def decorate(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        return Traced(kind, args[0], options, site) if args else NONE

    return Native(name, decorate)


@_model("defined_function")
def _defined_function(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """``function.Defun(*dtypes)``: a decorator."""
    site = vm.site(node)

    def decorate(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        return Traced("defined_function", args[0], {"autograph": FALSE}, site) if args else NONE

    return Native(name, decorate)


@_model("wrap_function")
def _wrap_function(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    given = vm.resolve(arguments.get(0, "fn") or NONE)
    traced = Traced("wrap_function", given, {}, vm.site(node))
    signature = vm.resolve(arguments.get(1, "signature") or TupleValue(()))
    items = containers.known_items(vm, signature) or ()
    args = tuple(
        item if traces.is_spec(item) else Tensor(fresh_id(), vm.stack.graph, vm.site(node), "argument")
        for item in map(vm.resolve, items)
    )
    return traces.build(vm, traced, Arguments(args), node)


@_model("do_not_convert", "autograph_convert")
def _do_not_convert(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    converts = api.model == "autograph_convert"

    def wrap(function: Value) -> Value:
        def run(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
            before = vm.autograph, vm.converting
            vm.autograph = vm.converting = converts
            try:
                return vm.split(function, lambda f: calls.call(vm, f, Arguments(args, kwargs), where))
            finally:
                vm.autograph, vm.converting = before

        return Native(name, run, function)

    if arguments.args and is_callable(vm.resolve(arguments.args[0])):
        return wrap(arguments.args[0])
    return Native(name, lambda vm, args, kwargs, where: wrap(args[0]) if args else NONE)


@_model("custom_gradient", "recompute_grad", "pass_through", "template")
def _inline(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    position, param = (1, "func_") if api.model == "template" else (0, "f")
    given = arguments.get(position, param)
    if given is None:
        return Native(name, lambda vm, args, kwargs, where: args[0] if args else NONE)
    function = given

    def run(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        def inside() -> Value:
            return vm.split(function, lambda f: calls.call(vm, f, Arguments(args, kwargs), where))

        # tensorflow/python/ops/custom_gradient.py, recompute_grad: since 2.0 under stop_recording()
        made = scopes.recorded_as_one(vm, inside) if api.model == "recompute_grad" and not vm.tf1 else inside()
        if api.model == "custom_gradient":
            items = containers.known_items(vm, made)
            if isinstance(made, Const) and made.value is None:
                vm.throw("TypeError", "cannot unpack non-iterable NoneType object")
            if items:
                later = vm.globals.get("gradients", TupleValue(()))
                if len(items) > 1 and isinstance(later, TupleValue):
                    vm.store.set(vm.globals, "gradients", TupleValue((*later.items, items[1])))
                return items[0]
        return made

    return Native(name, run, function)


@_model("once")
def _once(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    function = arguments.args[0] if arguments.args else NONE
    memo = Memoized(function)

    def run(vm: Machine, args: tuple[Value, ...], kwargs: dict[str, Value], where: nodes.Node) -> Value:
        key = TupleValue(args[:1])

        def first() -> Value:
            vm.split(function, lambda f: calls.call(vm, f, Arguments(args, kwargs), where))
            return containers.set_item(vm, memo.results, key, NONE, where)

        containers.dict_get(vm, memo.results, key, first)
        return NONE

    return Native(name, run, function)


@_model("calls", "py_function")
def _calls(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    return higher_order.call(vm, name, api, arguments, node, callee)


@_model("flatten")
def _flatten(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    """``tf.nest.flatten``: the leaves of a structure, where all of it is known."""
    leaves: list[Value] = []

    def visit(value: Value) -> bool:
        value = vm.resolve(value)
        if isinstance(value, (TupleValue, ListObject)):
            items = containers.known_items(vm, value)
            return items is not None and all(map(visit, items))
        if isinstance(value, (Tensor, Variable, Const)):
            leaves.append(value)
            return True
        return False

    given = arguments.get(0, "structure")
    if given is None or not visit(given):
        return vm.derive(name, *arguments.all())
    return ListObject(TupleValue(tuple(leaves)))


@_model("layer_function")
def _layer_function(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node, callee: Value) -> Value:
    owner = creation.Owner(name, "layer", "call")
    creation.variable(vm, name, None, node, owner, get_variable=False)
    return tensors.operation(vm, arguments.args[:1], node, name)


# --- methods ---------------------------------------------------------------------------------------


def attribute(vm: Machine, owner: Value, name: str) -> Value:
    """An attribute of an object that the interpreter models."""
    if isinstance(owner, Manager):
        if name in ("__enter__", "__exit__", "enter_context", "callback", "push", "close", "pop_all"):
            return BoundRef(owner, f"Manager.{name}")
        if owner.kind == "tape":
            return BoundRef(owner, f"tf.GradientTape.{name}")
        if name == "graph" and owner.kind.endswith("session") and isinstance(owner.detail, GraphObject):
            return owner.detail
        return BoundRef(owner, f"Manager.{name}")
    if isinstance(owner, GraphObject):
        if name == "building_function":
            return TRUE if owner.graph.building else FALSE
        return BoundRef(owner, f"tf.Graph.{name}")
    if isinstance(owner, Traced):
        if name in ("get_concrete_function", "python_function", "__call__"):
            return BoundRef(owner, f"Traced.{name}")
        if name == "__name__":
            return Const(traces.name_of(owner))
        return vm.derive(f".{name}", owner)
    if isinstance(owner, Dataset):
        return BoundRef(owner, f"tf.data.Dataset.{name}")
    if isinstance(owner, Resource):
        return BoundRef(owner, f"{owner.api}.{name}")
    if isinstance(owner, Memoized) and name != "cache_clear":
        return vm.derive(f".{name}", owner)
    return BoundRef(owner, f"{type(owner).__name__}.{name}")


def apply_method(
    vm: Machine, callee: BoundRef, owner: str, name: str, arguments: Arguments, node: nodes.Node
) -> Value | None:
    """Call a method of something outside the program; None where nothing is known of it."""
    target = callee.self_value
    if isinstance(target, Manager):
        return _manager_method(vm, target, name, arguments, node)
    if isinstance(target, Traced):
        if name == "get_concrete_function":
            return traces.concrete(vm, target, arguments, node)
        if name == "__call__":
            return traces.call_traced(vm, target, arguments, node)
        return target.function if name == "python_function" else vm.unknown(name)
    if isinstance(target, GraphObject) and name in ("finalize", "as_default"):
        if name == "as_default":
            return Manager("graph_as_default", vm.site(node), target)
        vm.set_flag(f"finalized {id(target.graph)}", True)
        return NONE
    if isinstance(target, Resource):
        return _use_resource(vm, target, name, arguments, node)
    if isinstance(target, Instance):
        found = keras.method(vm, target, owner, name, arguments, node)
        if found is not None:
            return found
    if name == "get_shape" and isinstance(target, (Tensor, Variable)):
        return tensors.shape_value(vm, target, target.shape)
    row = library.method(vm, owner, name)
    if row is None:
        if isinstance(target, Dataset):
            return datasets.made(vm, None, arguments.all(), target, node)
        if isinstance(target, (Variable, Tensor)):
            if name.startswith(("assign", "scatter")) or name in ("read_value", "value"):
                if isinstance(target, Variable):
                    _note_effect(vm, f"tf.Variable.{name}", (target,), node)
                return tensors.operation(vm, (target, *arguments.all()), node, f"Variable.{name}")
            return vm.derive(f".{name}()", target, *arguments.args)
        return None
    return apply(vm, row[0], row[1], arguments, node, target)


def _manager_method(vm: Machine, target: Manager, name: str, arguments: Arguments, node: nodes.Node) -> Value:
    if target.kind == "tape" and name not in ("__enter__", "__exit__"):
        if name == "stop_recording":
            return Manager("stop_recording", vm.site(node), target)
        if name in ("gradient", "jacobian", "batch_jacobian"):
            sources = vm.resolve(arguments.get(1, "sources") or NONE)
            targets = arguments.get(0, "target") or NONE
            operands = tuple(tensors.flatten(vm, (targets,)))
            references.check_sources(vm, tuple(tensors.flatten(vm, (sources,))), node)
            _check_gradient(vm, operands, node)
            _call_gradients(vm, node)
            made = tensors.operation(vm, operands, node, f"GradientTape.{name}")
            _check_recorded(vm, operands, sources, node)
            items = containers.known_items(vm, sources) if isinstance(sources, (TupleValue, ListObject)) else None
            if items is not None:
                return ListObject(TupleValue(tuple(made for _ in items)))
            if isinstance(sources, (Tensor, Variable)):
                return vm.choice(vm.derive("connected", targets, sources), made, NONE)
            return vm.derive("gradients", targets, sources)
        return NONE
    if target.kind.endswith("session") and name not in ("__enter__", "__exit__"):
        if name == "run":
            _check_fetches(vm, target, arguments, node)
            scopes.call_hooks(vm, target, ("before_run", "after_run"), node)
        return vm.unknown(f"session.{name}", stable=True)
    return managers.exit_stack_method(vm, target, name, arguments, node)


def _check_recorded(vm: Machine, targets: tuple[Value, ...], sources: Value, node: nodes.Node) -> None:
    """A gradient is None where its target was computed while no tape recorded."""
    wanted = list(tensors.flatten(vm, (sources,)))
    lost = [target for target in targets if any(provenance.is_lost(target, source) for source in wanted)]
    if len(targets) == 1 and lost:
        vm.happen("gradient lost", node, related=tensors.origin(lost[0]))


def _check_fetches(vm: Machine, session: Manager, arguments: Arguments, node: nodes.Node) -> None:
    """A session runs what is in its graph."""
    if session.kind != "session" or not isinstance(session.detail, GraphObject):
        return
    own = session.detail.graph
    for value in tensors.flatten(vm, [found for found in [arguments.get(0, "fetches")] if found is not None]):
        graph = tensors.graph_of(value)
        if isinstance(value, Tensor) and value.flow and graph is own is vm.stack.flow:
            message = "Operation has been marked as not fetchable."
            related = tensors.origin(value)
            vm.fail("NOT_FETCHABLE", "InaccessibleTensorError", message, node, related=related, value=value)
        if isinstance(value, Tensor) and graph is not None and not graph.building and graph is not own:
            vm.fail(
                "SESSION_GRAPH",
                "RuntimeError" if not vm.flag(("used", id(own))) else "ValueError",
                "The Session graph is empty. Add operations to the graph before calling run()."
                if not vm.flag(("used", id(own)))
                else "Tensor is not an element of this graph.",
                node,
                related=tensors.origin(value),
                value=value,
            )


def _call_gradients(vm: Machine, node: nodes.Node) -> None:
    """Differentiation calls the gradient functions of ``custom_gradient`` where it happens."""
    later = vm.resolve(vm.globals.get("gradients", TupleValue(())))
    if isinstance(later, TupleValue) and later.items:
        vm.store.set(vm.globals, "gradients", TupleValue(()))
        for function in later.items:
            args = higher_order.elements(vm, vm.resolve(function), node)
            objects.call_function(vm, function, args, node)


def _check_gradient(vm: Machine, operands: tuple[Value, ...], node: nodes.Node) -> None:
    """The gradient's own operations go to the current graph and meet the target there."""
    here = vm.stack.graph
    for value in operands:
        graph = tensors.graph_of(value)
        if here is not None and not here.building and graph is not None and graph is not here:
            vm.fail(
                "DIFF_GRAPH",
                "ValueError",
                "Tensors must be from the same graph.",
                node,
                related=tensors.origin(value),
                what="GradientTape.gradient",
                value=value,
                lifted=vm.stack.lifted,
            )


def _use_resource(vm: Machine, target: Resource, name: str, arguments: Arguments, node: nodes.Node) -> Value:
    if target.kind == "writer" and name == "as_default":
        return Manager("neutral", vm.site(node))
    if name.startswith("__") or (target.kind == "writer" and name in ("init", "set_as_default")):
        return vm.unknown(name)  # a writer was initialised, or its operation made, where the writer was made
    handle = Tensor(target.uid, target.graph, target.site, target.api)
    made = tensors.operation(vm, (handle, *arguments.all()), node, f"{target.kind}.{name}")
    if target.kind == "tensorarray" and name in ("write", "unstack", "scatter", "split", "identity"):
        return Resource("tensorarray", target.api, vm.stack.graph, vm.site(node))
    return made


def iterator(vm: Machine, value: Value, node: nodes.Node) -> Value | None:
    """``iter(value)`` for a dataset or tensor."""
    if isinstance(value, Dataset):
        stack = vm.stack
        if stack.graph is not None and not stack.building_function:
            tensors.refuse_iteration(vm, node)
        if value.graph is not None and stack.graph is None:
            tensors.out_of_scope(
                vm, Tensor(value.uid, value.graph, value.site, "the dataset"), value.graph, node, "iter"
            )
        made = Resource("iterator", "iter(dataset)", stack.graph, vm.site(node))
        if value.element is not None:
            vm.store.set(made.cells, "element", value.element)
        vm.happen("state created", node, api="iter(dataset)", resource="iterator", graph=stack.graph)
        return made
    if isinstance(value, Tensor):
        tensors.iterate(vm, value, node)
        return vm.derive("iter", value)
    return None


def advance(vm: Machine, value: Value, node: nodes.Node) -> Value | None:
    """``next(value)`` for a dataset iterator."""
    if isinstance(value, Resource):
        handle = Tensor(value.uid, value.graph, value.site, value.api)
        tensors.operation(vm, (handle,), node, "next")
        return tensors.element_of(vm, value.cells.get("element"), vm.stack.graph, node)
    return None
