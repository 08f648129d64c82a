"""Stateful objects: layers, models, optimizers, metrics, generators, by the protocol of their library.

Keras 2 (``base_layer.Layer.__call__``) builds a layer under ``init_scope`` and converts ``call`` by AutoGraph. Keras 3
builds where the layer is called, locks the layer's state after that, and converts nothing; a layer that has no
``build`` of its own but sublayers that are not built yet is first called in a function graph of its own, in which the
variables of Keras are only noted and made afterwards. On symbolic inputs (``keras.Input``) both run ``call`` in a
function graph that keeps the variables made in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, containers, library, objects, provenance, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Signal, Way
from initscope_lint.interpreter.tensorflow import creation, estimator, optimizers, references, traces, training
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    ClassObject,
    Const,
    DictObject,
    FunctionObject,
    Instance,
    ListObject,
    Ref,
    Tensor,
    TupleValue,
    Value,
    fresh_id,
)
from initscope_lint.semantics.catalogue import Api
from initscope_lint.semantics.context import Graph, Kind

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

_EFFECTS = {
    ("metric", "update_state"),
    ("metric", "reset_state"),
    ("metric", "reset_states"),
    ("metric", "__call__"),
    ("optimizer", "apply_gradients"),
    ("optimizer", "apply"),
    ("optimizer", "minimize"),
}
"""Methods that are called for what they do to variables."""
_STATE = ("layer", "model", "metric", "generator")
"""The families of Keras' own objects that a layer tracks."""
_LOCKED = "\0locked"
_WIRED = "\0wired"
"""The cell with the inputs and outputs of a functional model; of a symbolic value, with its layer and what that got."""
_VARIABLES = "\0variables"
_DEFERRED = "keras defers variables"
"""The flag that holds where Keras 3 only notes the variables that are to be made."""
_METRIC_METHODS = ("update_state", "result", "reset_state", "reset_states")
_LOCK_MESSAGE = (
    "You cannot add new elements of state (variables or sub-layers) to a layer that is already built. All state must "
    "be created in the `__init__()` method or in the `build()` method."
)


def construct(vm: Machine, name: str, api: Api, arguments: Arguments, node: nodes.Node) -> Value:
    """Construct an object of a class outside the program."""
    if name == estimator.NAME:
        return estimator.construct(vm, arguments, node)
    made = Instance(Ref(name), vm.site(node))
    if vm.once is not None:
        vm.born.add(made.uid)
    if api.family == "optimizer":
        optimizers.prepare(vm, made)
    if api.family == "layer":
        regularizers = tuple(value for key, value in arguments.kwargs.items() if key.endswith("_regularizer"))
        vm.store.set(made.cells, training.REGULARIZERS, TupleValue(regularizers))
    if api.variables_at == "constructor":
        owner = creation.Owner(name, api.family or "object", "construction")
        _lifted(vm, api, node, lambda: _create(vm, name, api, node, owner, made))
        vm.store.set(made.cells, "built", FALSE if api.first_call else TRUE)
        if api.first_call_if:
            _built_unless(vm, made, [arguments.kwargs[each] for each in api.first_call_if if each in arguments.kwargs])
    if name.endswith(".Model"):
        inputs, outputs = arguments.get(0, "inputs"), arguments.get(1, "outputs")
        if inputs is not None and outputs is not None:
            vm.store.set(made.cells, _WIRED, TupleValue((inputs, outputs)))
            vm.store.set(made.cells, "built", TRUE)
    if name.endswith(".layers.Lambda"):
        vm.store.set(made.cells, "function", arguments.get(0, "function") or NONE)
        vm.store.set(made.cells, "output_shape", arguments.get(1, "output_shape") or NONE)
    if name.endswith(".Sequential"):
        given = arguments.get(0, "layers")
        items = containers.known_items(vm, given) if given is not None else ()
        vm.store.set(
            made.cells, "layers", vm.unknown("layers") if items is None else ListObject(TupleValue(tuple(items)))
        )
    return made


def _built_unless(vm: Machine, made: Instance, given: list[Value]) -> None:
    """Nothing is left for a first call to make unless one of these arguments is true."""
    if not given:
        vm.store.set(made.cells, "built", TRUE)
        return

    def rest() -> Value:
        _built_unless(vm, made, given[1:])
        return NONE

    vm.branch(given[0], lambda: NONE, rest)


def prepare(vm: Machine, cls: ClassObject, instance: Instance) -> None:
    """What a library does to an instance of a class of the program before ``__init__`` runs."""
    row = _row(vm, instance)
    if row is not None and row[1].family in ("layer", "model"):
        vm.store.set(instance.cells, "built", FALSE)


def check_attribute(vm: Machine, target: Instance, name: str, value: Value, node: nodes.Node) -> None:
    """A layer of Keras 3 that is built takes no more sublayers."""
    if vm.resolve(target.cells.get(_LOCKED, FALSE)) is not TRUE:
        return
    value = vm.resolve(value)
    row = _row(vm, value) if isinstance(value, Instance) else None
    if row is not None and row[1].keras is not None and row[1].family in _STATE:
        owner = creation.Owner(row[0], row[1].family or "layer", "construction")
        vm.fail("KERAS_LOCKED", "ValueError", _LOCK_MESSAGE, node, api=name, owner=owner)


def is_object(vm: Machine, cls: str) -> bool:
    """Whether this module knows the protocol of a class from outside."""
    found = library.api(vm, cls)
    return found is not None and found[1].model == "object"


def _row(vm: Machine, target: Instance) -> tuple[str, Api] | None:
    """The row of the first class outside the program that an instance derives from."""
    if isinstance(target.cls, Ref):
        return library.api(vm, target.cls.name)
    for base in objects.external_bases(target.cls):
        if isinstance(base, Ref):
            found = library.api(vm, base.name)
            if found is not None:
                return found
    return None


def has_method(vm: Machine, target: Instance, name: str) -> bool:
    """Whether this names a method that this module calls without a row of the catalogue."""
    row = _row(vm, target)
    if row is None:
        return False
    api = row[1]
    if (api.family, name) in _EFFECTS:
        return True
    if api.family == "model":
        return name == "compile" or name in training.STEPS
    if api.family == "metric":
        return name in _METRIC_METHODS
    if api.family == "optimizer":
        return name in optimizers.METHODS
    return False


def method(
    vm: Machine, target: Instance, owner: str, name: str, arguments: Arguments, node: nodes.Node
) -> Value | None:
    """Call a method that a stateful object has from its library; None where this module knows nothing of it."""
    row = _row(vm, target)
    if row is None:
        return None
    cls, api = row
    if api.family == "model" and name == "compile":
        training.compile_model(vm, target, api, arguments, node)
        return NONE
    if api.family == "model" and name in training.STEPS:

        def symbolically(call: Callable[[], Value]) -> Value:
            return _in_graph(vm, _symbolic_graph(vm, api.keras, f"{cls}.{name}", node), node, call)

        in_graph_mode = api.keras == 2 and vm.stack.init_scope_target().graph is not None
        return training.run(vm, target, name, arguments, node, symbolically if vm.tf1 or in_graph_mode else None)
    if isinstance(target.cls, ClassObject):
        return _own_class(vm, target, target.cls, cls, api, name, arguments, node)
    if cls == estimator.NAME:
        return estimator.run(vm, target, name, arguments, node)
    if api.model != "object":
        return None
    if (api.family, name) in _EFFECTS:
        provenance.effect(vm, f"{cls}.{name}", target, node)
    wired = vm.resolve(target.cells.get(_WIRED, ABSENT))
    if name == "__call__" and isinstance(wired, TupleValue) and arguments.args:
        return _replay(vm, wired, arguments.args[0], node)
    if cls.endswith(".Sequential") and name in ("add", "__call__"):
        found = _sequential(vm, target, api, name, arguments, node)
        if found is not None:
            return found
    optimizers.update(vm, target, cls, api, name, arguments, node, lambda: _more(vm, target, cls, api, node))
    if name == "build":
        if cls.endswith(".Sequential"):
            _sequential(vm, target, api, "__call__", Arguments((_symbolic(vm, api, node),)), node)
        elif api.variables_at == "first_call":
            _build(vm, target, cls, api, node)
        return NONE
    if api.variables_at == "constructor" and name in api.first_call:
        _build(vm, target, cls, api, node)
    if api.variables_at in ("first_call", "apply") and name in (api.first_call or ("__call__",)):
        _build(vm, target, cls, api, node)
        training.note_regularizers(vm, target)
        if name != "__call__":
            operands = list(tensors.flatten(vm, arguments.all()))
            tensors.check_operands(vm, operands, node, f"{cls}.{name}")
            if name == "apply" and api.keras is None:
                references.check_updates(vm, f"{cls}.{name}", operands, node)
            return vm.unknown(f"{cls}.{name}", stable=True)
    if name == "__call__":
        if "function" in target.cells:
            return _call_lambda(vm, target, api, arguments, node)
        if _is_symbolic(vm, arguments):
            return _symbolic(vm, api, node, target, arguments)
    if name == "__call__" or (api.family == "metric" and name in _METRIC_METHODS):
        shape = () if name == "result" and cls.rpartition(".")[2] in _SCALAR_METRICS else None
        return tensors.operation(vm, (*arguments.args, *_variables(vm, target)), node, cls, shape=shape)
    return None


_SCALAR_METRICS = frozenset({"Mean", "Sum"})
"""The metrics whose result is one number, whatever they are made with."""


def _variables(vm: Machine, target: Instance) -> tuple[Value, ...]:
    """The variables that an object of Keras has made for itself."""
    made = vm.resolve(target.cells.get(_VARIABLES, ABSENT))
    return made.items if isinstance(made, TupleValue) else ()


def _call_lambda(vm: Machine, target: Instance, api: Api, arguments: Arguments, node: nodes.Node) -> Value:
    """A ``Lambda`` layer calls its function where it is called, for symbolic inputs in a graph of their own.

    Keras 3 does not call it for symbolic inputs if it was told the output shape. ``tf_keras`` refuses variables that
    are created in it (``Lambda._check_variables``).
    """
    function = target.cells["function"]

    def run(inputs: Arguments) -> Value:
        vm.autograph = vm.autograph and api.keras == 2
        around = vm.globals.get(creation.IN_LAMBDA, ABSENT)
        if api.keras == 2:
            vm.store.set(vm.globals, creation.IN_LAMBDA, target)
            vm.store.set(target.cells, creation.MADE_IN_LAMBDA, FALSE)
        result = vm.split(function, lambda item: calls.call(vm, item, Arguments(inputs.args[:1]), node))
        vm.store.set(vm.globals, creation.IN_LAMBDA, around)
        if api.keras == 2 and not vm.tf1:
            vm.split(
                target.cells[creation.MADE_IN_LAMBDA],
                lambda made: _refuse_variables(vm, node) if made is TRUE else NONE,
            )
        return result

    if not _is_symbolic(vm, arguments):
        return _restoring(vm, lambda: run(arguments))
    told = vm.resolve(target.cells["output_shape"])
    if api.keras == 2 or (isinstance(told, Const) and told.value is None):
        graph = _symbolic_graph(vm, api.keras, "Lambda", node)
        inputs = _inputs(vm, arguments, graph, node)
        _in_graph(vm, graph, node, lambda: run(inputs))
    return _symbolic(vm, api, node, target, arguments)


def _refuse_variables(vm: Machine, node: nodes.Node) -> Value:
    vm.fail(
        "KERAS_LAMBDA",
        "ValueError",
        "The following Variables were created within a Lambda layer but are not tracked by said layer",
        vm.created[-1] if vm.created else node,
        api="tf_keras.layers.Lambda",
    )


def _symbolic_graph(vm: Machine, keras: int | None, name: str, node: nodes.Node, approximate: bool = False) -> Graph:
    """The graph in which a layer is called symbolically: a scratch graph, which inherits the variable creators of the
    default graph as every ``FuncGraph`` does. 1.15 has one graph of Keras for what is called eagerly, and takes the
    graph that is being built for the rest (``backend.get_graph``), as Keras 2 does in graph-mode programs."""
    outer = vm.stack.default_graph
    if keras == 2 and vm.stack.init_scope_target().graph is not None:
        return outer
    if not vm.tf1:
        return Graph(
            Kind.FUNCTION, name, True, vm.site(node), outer.creators, keeps_variables=True, approximate=approximate
        )
    if not vm.stack.eager:
        return outer
    if vm.keras_graph is None:
        vm.keras_graph = Graph(
            Kind.FUNCTION, "keras_graph", True, keeps_variables=True, references=True, takes_eager_operations=True
        )
    return vm.keras_graph


# --- creation --------------------------------------------------------------------------------------


def _create(
    vm: Machine, name: str, api: Api, node: nodes.Node, owner: creation.Owner | None, target: Instance | None = None
) -> Value:
    """A variable of Keras itself."""
    construction = None if target is None else target.site
    if api.keras == 3 and vm.flag(_DEFERRED):
        return creation.deferred(vm, name, node, owner)
    # The state of a generator, and the counter of an optimizer of Keras 3, is a tensor that is made here, the others
    # (the slots of an optimizer among them) give initializers.
    counter = api.family == "optimizer" and api.keras == 3 and owner is not None and owner.when == "construction"
    as_tensor = api.family == "generator" or counter
    initial = tensors.make(vm, node, name) if as_tensor else None
    made = creation.variable(vm, name, initial, node, owner, resource=True, construction=construction)
    if target is not None:
        vm.store.set(target.cells, _VARIABLES, TupleValue((*_variables(vm, target), made)))
    return made


def _lifted(vm: Machine, api: Api, node: nodes.Node, run: Callable[[], Value]) -> Value:
    """Keras 2 makes its variables under ``init_scope``: those of layers and metrics where that leads to eager mode
    (``tf_utils.maybe_init_scope``), those of optimizers always (``Optimizer.iterations``). Keras 3 does not."""
    before = vm.stack
    if api.keras != 2 or (api.family != "optimizer" and before.init_scope_target().graph is not None):
        return run()
    site = vm.site(node)
    vm.lifted_by_library.add(site)

    def body() -> Value:
        vm.stack = before.enter_init_scope(site)
        return run()

    return _restoring(vm, body)


def _build(vm: Machine, target: Instance, cls: str, api: Api, node: nodes.Node) -> None:
    """The first call of an object: its variables are made."""

    def first(built: Value) -> Value:
        if built is not FALSE:
            return NONE
        owner = creation.Owner(cls, api.family or "object", "first call")
        _lifted(vm, api, node, lambda: _create(vm, cls, api, node, owner, target))
        vm.store.set(target.cells, "built", TRUE)
        return NONE

    vm.split(target.cells.get("built", FALSE), first)


def _more(vm: Machine, target: Instance, cls: str, api: Api, node: nodes.Node) -> Value:
    """An object makes variables again, for something that it has not met before."""
    owner = creation.Owner(cls, api.family or "object", "first call")
    return _lifted(vm, api, node, lambda: _create(vm, cls, api, node, owner, target))


# --- symbolic inputs -------------------------------------------------------------------------------


def _symbolic(
    vm: Machine, api: Api, node: nodes.Node, layer: Value | None = None, of: Arguments | None = None
) -> Value:
    """A symbolic value: an input, or the output of a layer."""
    made = Instance(Ref("keras.KerasTensor" if api.keras == 3 else "tf_keras.KerasTensor"), vm.site(node))
    if layer is not None and of is not None:
        vm.store.set(made.cells, _WIRED, TupleValue((layer, TupleValue(of.args))))
    return made


def _replay(vm: Machine, wired: TupleValue, given: Value, node: nodes.Node) -> Value:
    """Call a functional model: its layers, from the outputs back to the inputs, each once."""
    known: dict[int, Value] = {}
    inputs, values = list(_flatten(vm, (wired.items[0],))), list(_flatten(vm, (given,)))
    if len(inputs) == len(values):
        known = {item.uid: value for item, value in zip(inputs, values, strict=True) if isinstance(item, Instance)}

    def compute(value: Value) -> Value:
        value = vm.resolve(value)
        if isinstance(value, TupleValue):
            return TupleValue(tuple(map(compute, value.items)))
        if isinstance(value, ListObject):
            return ListObject(TupleValue(tuple(map(compute, containers.known_items(vm, value) or ()))), value.kind)
        if not isinstance(value, Instance) or not _is_keras_tensor(value):
            return value
        if value.uid not in known:
            made_by = vm.resolve(value.cells.get(_WIRED, ABSENT))
            if not isinstance(made_by, TupleValue) or not isinstance(made_by.items[1], TupleValue):
                return vm.unknown("symbolic value")
            inputs = Arguments(tuple(map(compute, made_by.items[1].items)))
            known[value.uid] = vm.split(made_by.items[0], functools.partial(_call_with, vm, inputs, node))
        return known[value.uid]

    return compute(wired.items[1])


def _is_symbolic(vm: Machine, arguments: Arguments) -> bool:
    return any(_is_keras_tensor(value) for value in _flatten(vm, arguments.all()))


def _is_keras_tensor(value: Value) -> bool:
    return isinstance(value, Instance) and isinstance(value.cls, Ref) and value.cls.name.endswith(".KerasTensor")


def _flatten(vm: Machine, values: tuple[Value, ...]) -> Iterator[Value]:
    for value in values:
        value = vm.resolve(value)
        if isinstance(value, (TupleValue, ListObject)):
            yield from _flatten(vm, tuple(containers.known_items(vm, value) or ()))
        elif isinstance(value, DictObject):
            yield from _flatten(vm, tuple(value.cells.values()))
        else:
            yield value


def _as_tensors(vm: Machine, value: Value, graph: Graph | None, node: nodes.Node) -> Value:
    """An argument as ``call`` gets it when the layer is called symbolically."""
    value = vm.resolve(value)
    if _is_keras_tensor(value) or (isinstance(value, Tensor) and graph is not None):
        depends = frozenset({graph}) if graph is not None else frozenset()
        return Tensor(fresh_id(), graph, vm.site(node), "argument", depends)
    if isinstance(value, TupleValue):
        return TupleValue(tuple(_as_tensors(vm, item, graph, node) for item in value.items))
    if isinstance(value, ListObject):
        items = containers.known_items(vm, value)
        if items is not None:
            return ListObject(TupleValue(tuple(_as_tensors(vm, item, graph, node) for item in items)), value.kind)
    return value


# --- classes of the program ------------------------------------------------------------------------


def _own_class(
    vm: Machine,
    target: Instance,
    cls: ClassObject,
    base: str,
    api: Api,
    name: str,
    arguments: Arguments,
    node: nodes.Node,
) -> Value | None:
    """A method that a class of the program has from its library base."""
    if name == "__init__":
        return NONE
    if name in ("add_weight", "add_variable") and api.family in ("layer", "model", "metric"):
        if vm.resolve(target.cells.get(_LOCKED, FALSE)) is TRUE:
            vm.fail("KERAS_LOCKED", "ValueError", _LOCK_MESSAGE, node, api=f"{base}.{name}")
        return _create(vm, f"{base}.{name}", api, node, None)
    if name == "__call__":
        if api.family in ("layer", "model"):
            return call_layer(vm, target, cls, api, arguments, node)
        if api.family == "loss":
            return _call_own(vm, target, cls, "call", arguments, node)
        if api.family == "metric":
            _call_own(vm, target, cls, "update_state", arguments, node)
            return _call_own(vm, target, cls, "result", Arguments(), node)
    if name == "build":
        vm.store.set(target.cells, "built", TRUE)
        return NONE
    return None


def _call_own(
    vm: Machine, target: Instance, cls: ClassObject, name: str, arguments: Arguments, node: nodes.Node
) -> Value | None:
    found = objects.class_attribute(cls, name)
    if found is None:
        return None
    bound = objects.bind_to_instance(vm, target, found[0], name, node)
    return vm.split(bound, lambda function: calls.call(vm, function, arguments, node))


def call_layer(
    vm: Machine, target: Instance, cls: ClassObject, api: Api, arguments: Arguments, node: nodes.Node
) -> Value:
    """``Layer.__call__``: build once (under ``init_scope`` in Keras 2), then ``call``."""
    call = objects.class_attribute(cls, "call")
    if not _is_symbolic(vm, arguments):
        build_layer(vm, target, cls, api, arguments, node)
        return _call_converted(vm, target, cls, api, arguments, node)
    # A `build` of its own may have made what `call` uses, in ways that lead out of the program.
    own_build = objects.class_attribute(cls, "build") is not None
    graph = _symbolic_graph(vm, api.keras, f"{cls.name}.call", node, own_build)
    inputs = _inputs(vm, arguments, graph, node)
    if api.keras == 2:
        around = _symbolic_graph(vm, api.keras, f"{cls.name}.build", node)
        _in_graph(vm, around, node, lambda: build_layer(vm, target, cls, api, inputs, node))
    else:
        build_layer(vm, target, cls, api, arguments, node)
    if call is not None:
        _in_graph(vm, graph, node, lambda: _call_converted(vm, target, cls, api, inputs, node))
    return _symbolic(vm, api, node, target, arguments)


def _inputs(vm: Machine, arguments: Arguments, graph: Graph | None, node: nodes.Node) -> Arguments:
    return Arguments(
        tuple(_as_tensors(vm, value, graph, node) for value in arguments.args),
        {name: _as_tensors(vm, value, graph, node) for name, value in arguments.kwargs.items()},
        arguments.rest,
    )


def _in_graph(vm: Machine, graph: Graph | None, node: nodes.Node, run: Callable[[], Value]) -> Value:
    """Run something in a function graph of its own."""
    assert graph is not None
    vm.keep.append(graph)
    before = vm.stack

    def body() -> Value:
        vm.stack = before.enter_graph(graph, vm.site(node))
        return run()

    return _restoring(vm, body)


def _restoring(vm: Machine, body: Callable[[], Value]) -> Value:
    """Run ``body``, and put the context stack back however it ends."""
    before, autograph, converting = vm.stack, vm.autograph, vm.converting

    def after(way: Way, value: Value) -> Value:
        vm.stack = before
        if way is Way.NORMAL:
            return value
        raise Signal(way, value)

    try:
        return vm.protect(body, after)
    finally:
        vm.autograph, vm.converting = autograph, converting


def _call_converted(
    vm: Machine, target: Instance, cls: ClassObject, api: Api, arguments: Arguments, node: nodes.Node
) -> Value:
    """``call``: Keras 2 has AutoGraph convert it in any function graph, Keras 3 never."""
    call = objects.class_attribute(cls, "call")
    if call is None:
        return vm.unknown("layer output")
    arguments = _accepted(call[0], arguments)

    def body() -> Value:
        vm.autograph = vm.converting = api.keras == 2 and vm.stack.default_graph.building
        bound = objects.bind_to_instance(vm, target, call[0], "call", node)
        return vm.split(bound, lambda function: calls.call(vm, function, arguments, node))

    return _restoring(vm, body)


def _accepted(call: Value, arguments: Arguments) -> Arguments:
    """``training`` and ``mask`` reach ``call`` only if it has such a parameter."""
    while not isinstance(call, FunctionObject) and isinstance(getattr(call, "function", None), Value):
        call = call.function  # type: ignore[attr-defined]
    if not isinstance(call, FunctionObject) or any(param.kind == "kwarg" for param in call.node.params):
        return arguments
    taken = {param.name for param in call.node.params}
    kwargs = {
        name: value for name, value in arguments.kwargs.items() if name in taken or name not in ("training", "mask")
    }
    return Arguments(arguments.args, kwargs, arguments.rest)


def build_layer(
    vm: Machine, target: Instance, cls: ClassObject, api: Api, arguments: Arguments, node: nodes.Node
) -> Value:
    """Build a layer of the program unless it is built."""
    build = objects.class_attribute(cls, "build")

    def first(built: Value) -> Value:
        if built is TRUE:
            return NONE
        if build is not None:
            _call_build(vm, target, build[0], api, arguments, node)
        elif api.keras == 3 and _has_unbuilt_state(vm, target):
            _call_beforehand(vm, target, cls, api, arguments, node)
        vm.store.set(target.cells, "built", TRUE)
        if api.keras == 3:
            vm.store.set(target.cells, _LOCKED, TRUE)
        return NONE

    return vm.split(target.cells.get("built", FALSE), first)


def _call_build(vm: Machine, target: Instance, build: Value, api: Api, arguments: Arguments, node: nodes.Node) -> None:
    shape = _shape(vm, arguments)

    def body() -> Value:
        vm.autograph = False
        return objects.call_function(vm, build, (target, shape), node)

    _restoring(vm, lambda: _lifted(vm, api, node, body))


def _shape(vm: Machine, arguments: Arguments) -> Value:
    """The shape of the first argument."""
    value = vm.resolve(arguments.args[0]) if arguments.args else None
    if isinstance(value, Tensor):
        return tensors.shape_value(vm, value, value.shape)
    return vm.unknown("input shape", True) if value is None else vm.derive("input shape", value)


def _has_unbuilt_state(vm: Machine, target: Instance) -> bool:
    """Whether a layer has sublayers that wait for their first call."""
    for value in _flatten(vm, tuple(target.cells.values())):
        if isinstance(value, Instance):
            row = _row(vm, value)
            if row is None or row[1].family not in ("layer", "model"):
                continue
            waits = isinstance(value.cls, ClassObject) or row[1].variables_at == "first_call"
            waits = waits or row[0].endswith(".Sequential")
            if waits and vm.resolve(value.cells.get("built", FALSE)) is not TRUE:
                return True
    return False


def _call_beforehand(
    vm: Machine, target: Instance, cls: ClassObject, api: Api, arguments: Arguments, node: nodes.Node
) -> None:
    """``_build_by_run``: ``call`` in a function graph, to have the sublayers built; what it raises is ignored."""
    call = objects.class_attribute(cls, "call")
    if call is None:
        return
    arguments = _accepted(call[0], arguments)
    bound = objects.bind_to_instance(vm, target, call[0], "call", node)
    deferred = vm.flag(_DEFERRED)
    before = len(vm.created)

    def body() -> Value:
        vm.set_flag(_DEFERRED, True)
        return traces.trace_into(vm, bound, arguments, node, creator=None, autograph=False)

    _ignoring(vm, body)
    vm.set_flag(_DEFERRED, deferred)
    if len(vm.created) > before and not deferred and target.site is not None:
        owner = creation.Owner(cls.node.name, api.family or "object", "first call")
        provenance.note(vm, "object per trace", target.site, owner=owner)


def _ignoring(vm: Machine, body: Callable[[], Value]) -> None:
    """Run what the library tries, and goes on where it raises."""
    before = vm.stack

    def after(way: Way, value: Value) -> Value:
        vm.stack = before
        return NONE

    vm.handlers += 1
    try:
        vm.protect(body, after)
    finally:
        vm.handlers -= 1


# --- Sequential ------------------------------------------------------------------------------------


def _call_with(vm: Machine, inputs: Arguments, node: nodes.Node, layer: Value) -> Value:
    return calls.call(vm, layer, inputs, node)


def _sequential(
    vm: Machine, target: Instance, api: Api, name: str, arguments: Arguments, node: nodes.Node
) -> Value | None:
    """``Sequential``: its first call builds it symbolically, every call runs its layers one after another.

    What the symbolic call raises is ignored in Keras 2 (``_build_graph_network_for_inferred_shape``).
    """
    stored = vm.resolve(target.cells.get("layers", ABSENT))
    if not isinstance(stored, ListObject):
        return None
    if name == "add":
        if arguments.args:
            containers.append(vm, stored, arguments.args[0])
        return NONE
    layers = containers.known_items(vm, stored)
    if layers is None:
        return None

    def run(inputs: Arguments) -> Value:
        value: Value = NONE
        for layer in layers:
            value = vm.split(layer, functools.partial(_call_with, vm, inputs, node))
            inputs = Arguments((value,))
        return value

    def first(built: Value) -> Value:
        if built is not TRUE and not vm.tf1 and not _is_symbolic(vm, arguments):
            vm.store.set(target.cells, "built", TRUE)
            symbolic = Arguments((_symbolic(vm, api, node),))
            if api.keras == 3:
                run(symbolic)
            elif before.init_scope_target().graph is None:
                _ignoring(vm, lambda: _lifted(vm, api, node, lambda: run(symbolic)))
        return NONE

    before = vm.stack

    vm.split(target.cells.get("built", FALSE), first)
    return run(Arguments(arguments.args[:1]))
