"""The trace protocol of ``tf.function`` and its kin.

``polymorphic_function.Function._call``: the first call traces once with a capturing variable creator; if that created
variables, a second trace follows in which creation raises, on the state that the first left behind. Later calls with
another signature trace again. ``defun`` traces once a signature and has no creator scope of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING

from initscope_lint.interpreter import calls, containers, managers, provenance, tensors
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Call, Signal, Way
from initscope_lint.interpreter.results import Site
from initscope_lint.interpreter.tensorflow import lifetime, variable_scope
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    NONE,
    TRUE,
    BoundMethod,
    BoundRef,
    ClassObject,
    Const,
    DictObject,
    FunctionObject,
    Instance,
    Ite,
    ListObject,
    Native,
    Partial,
    Ref,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Variable,
    Wrapped,
    fresh_id,
)
from initscope_lint.semantics.context import Creator, Graph, Kind, Trace

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes


def bound(vm: Machine, traced: Traced, owner: Instance) -> Traced:
    """The tf.function of one instance (``Function.__get__`` keeps one per instance)."""
    found = traced.instances.get(owner.uid)
    if found is None:
        found = traced.instances[owner.uid] = Traced(
            traced.api, BoundMethod(traced.function, owner), traced.options, traced.site
        )
    return found


def name_of(value: Value) -> str:
    """A name for a callable."""
    if isinstance(value, FunctionObject):
        return value.node.name
    if isinstance(value, BoundMethod):
        return name_of(value.function)
    if isinstance(value, (Partial, Wrapped)):
        return name_of(value.function)
    if isinstance(value, Traced):
        return name_of(value.function)
    if isinstance(value, BoundRef):
        return value.name.rpartition(".")[2]
    if isinstance(value, Instance):
        return getattr(value.cls, "name", "object")
    if isinstance(value, Native):
        return value.name
    return "function"


def definition_site(value: Value) -> Site | None:
    """Where a callable is written."""
    if isinstance(value, FunctionObject):
        return Site(value.module.path, value.node.pos)
    if isinstance(value, (BoundMethod, Partial, Wrapped, Traced)):
        return definition_site(value.function)
    return None


_SPEC = "tf.TensorSpec"


def spec(vm: Machine, arguments: Arguments, node: nodes.Node) -> Value:
    """``tf.TensorSpec(shape, dtype)``."""
    made = Instance(Ref(_SPEC), vm.site(node))
    shape = arguments.get(0, "shape")
    vm.store.set(made.cells, "shape", vm.unknown("shape", True) if shape is None else shape)
    vm.store.set(made.cells, "dtype", arguments.get(1, "dtype") or tensors.FLOAT)
    return made


def specs_of(vm: Machine, element: Value, node: nodes.Node) -> Value:
    """What a traced function is given for an element: specs for its tensors."""

    def spec_of(leaf: Value) -> Value:
        if not isinstance(leaf, Tensor):
            return leaf
        made = Instance(Ref(_SPEC), vm.site(node))
        vm.store.set(made.cells, "shape", tensors.shape_value(vm, leaf, leaf.shape))
        vm.store.set(made.cells, "dtype", leaf.dtype or vm.unknown("dtype", stable=True))
        return made

    return containers.map_structure(element, spec_of)


def is_spec(value: Value) -> bool:
    """Whether a value is a ``tf.TensorSpec``."""
    return isinstance(value, Instance) and isinstance(value.cls, Ref) and value.cls.name == _SPEC


def _input_signature(vm: Machine, traced: Traced) -> tuple[Value, ...] | None:
    """The specs of ``input_signature=``."""
    given = option(vm, traced, "input_signature")
    items = containers.known_items(vm, given) if isinstance(given, (TupleValue, ListObject)) else None
    return None if items is None else tuple(items)


def _conform(vm: Machine, traced: Traced, arguments: Arguments) -> Arguments:
    """The arguments of a trace: what the input signature says, where there is one."""
    wanted = _input_signature(vm, traced)
    if wanted is None or len(arguments.args) > len(wanted):
        return arguments
    args = [item if is_spec(vm.resolve(item)) else given for given, item in zip(arguments.args, wanted, strict=False)]
    if not arguments.args and not arguments.kwargs:
        args = list(wanted)
    return Arguments(tuple(args), arguments.kwargs, arguments.rest)


def signature(vm: Machine, value: Value) -> Hashable:
    """What of an argument decides whether a call needs a new trace."""
    value = vm.resolve(value)
    if isinstance(value, Const):
        return ("literal", value.value)  # by equality: 1, 1.0 and True are one
    if isinstance(value, Tensor):
        # In 1.15 a tensor of a graph and an eager one are two signatures.
        return ("tensor", value.shape, vm.tf1 and value.graph is None)
    if is_spec(value):
        assert isinstance(value, Instance)
        return ("tensor", tensors.literal_shape(vm, value.cells["shape"]), False)
    if isinstance(value, Variable):
        return ("variable", value.shape)
    if isinstance(value, Unknown) and (value.tensor_of is not None or value.why == "argument element"):
        return ("tensor", None)
    if isinstance(value, TupleValue):
        return ("tuple", *(signature(vm, item) for item in value.items))
    if isinstance(value, ListObject):
        items = containers.known_items(vm, value)
        return ("list", *(signature(vm, item) for item in items)) if items is not None else ("list", vm.key(value))
    if isinstance(value, DictObject):
        return ("dict", *((key, signature(vm, cell)) for key, cell in value.cells.items()))
    return vm.key(value)


def option(vm: Machine, traced: Traced, name: str) -> Value | None:
    """A decorator argument."""
    found = traced.options.get(name)
    return None if found is None else vm.resolve(found)


def is_false(value: Value | None) -> bool:
    """Whether a value is certainly False."""
    return isinstance(value, Const) and value.value is False


def is_none(value: Value) -> bool:
    """Whether a value is certainly None."""
    return isinstance(value, Const) and value.value is None


def is_compiled(vm: Machine, traced: Traced) -> bool:
    """Whether XLA compiles the whole function (``jit_compile=True``)."""
    given = option(vm, traced, "jit_compile") or option(vm, traced, "experimental_compile")
    return isinstance(given, Const) and given.value is True


def call_watched(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node) -> Value:
    """Call a ``tf.function`` or its kin from the program, and look at what happens once a trace."""
    if traced.api in ("concrete", "wrap_function") or vm.flag("run functions eagerly"):
        return call_traced(vm, traced, arguments, node)

    def call() -> Value:
        return call_traced(vm, traced, arguments, node)

    return provenance.watch(vm, call, lambda: retrace(vm, traced, call), (traced, *arguments.all()))


def call_traced(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node) -> Value:
    """Call a ``tf.function`` or its kin."""
    if traced.api in ("function", "jit") and vm.flag("run functions eagerly"):
        return vm.split(traced.function, lambda function: calls.call(vm, function, arguments, node))
    _check_arguments(vm, arguments, node)
    if traced.api == "concrete":
        return _run(vm, lambda: _call_concrete(vm, traced, node))
    key = _key(vm, traced, arguments)
    if vm.stack.graph is None and traced.api == "defined_function":
        _find_or_trace(vm, traced, arguments, node, key)
        message = "Tensor.op is meaningless when eager execution is enabled."
        vm.fail("GRAPH_ONLY", "AttributeError", message, node, api="function.Defun", lifted=vm.stack.lifted)
    return _run(vm, lambda: _find_or_trace(vm, traced, arguments, node, key))


def _run(vm: Machine, call: Callable[[], Value]) -> Value:
    """Call a traced function; from eager code it is not only traced, it runs."""
    if vm.stack.graph is not None:
        return call()
    result, later = _collected(vm, call)

    def run(value: Value) -> Value:
        if isinstance(value, TupleValue):
            for item in value.items:
                assert isinstance(item, Native)
                item.call()
        return NONE

    vm.split(later, run)
    return result


def _collected(vm: Machine, body: Callable[[], Value]) -> tuple[Value, Value]:
    """The result of something, and what it has noted to happen when the graph at hand runs."""
    waiting = vm.globals.get(_LATER, TupleValue(()))
    vm.store.set(vm.globals, _LATER, TupleValue(()))

    def after(way: Way, value: Value) -> Value:
        if way is Way.NORMAL:
            return value
        vm.store.set(vm.globals, _LATER, waiting)  # what failed does not run
        raise Signal(way, value)

    result = vm.protect(body, after)
    later = vm.globals[_LATER]
    vm.store.set(vm.globals, _LATER, waiting)
    return result, later


_LATER = "run later"
"""The process-wide cell with what happens when the graph at hand runs."""
_MANY = 64
"""How much of it is noted: functions that call one another twice double it with each."""
_LEAK = "leak"
_TRACE = "trace"
_OF_TRACE = (_LEAK, _LATER)
"""What is known of each trace, by these names and the key of the trace; that of the last one is without a key."""


def run_later(vm: Machine, run: Callable[[], Value]) -> None:
    """Note what happens when the function that is being traced runs."""
    frame, path = vm.frame, list(vm.calls)

    def call() -> Value:
        here, calls_here = vm.frame, vm.calls
        vm.frame, vm.calls = frame, path
        try:
            return run()
        finally:
            vm.frame, vm.calls = here, calls_here

    _run_all_later(vm, TupleValue((Native("run later", call),)))


def _run_all_later(vm: Machine, later: Value) -> None:
    def add(waiting: Value, more: Value) -> Value:
        if isinstance(waiting, TupleValue) and isinstance(more, TupleValue) and more.items:
            vm.store.set(vm.globals, _LATER, TupleValue((*waiting.items, *more.items)[:_MANY]))
        return NONE

    waiting = vm.globals.get(_LATER, TupleValue(()))
    vm.split(waiting, lambda before: vm.split(later, lambda more: add(before, more)))


def _call_concrete(vm: Machine, traced: Traced, node: nodes.Node) -> Value:
    _run_graph(vm, traced, None, node)
    return vm.split(traced.cells["result"], lambda result: returned(vm, result, node))


def _find_or_trace(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node, key: Hashable) -> Value:
    if traced.api in ("defun", "wrap_function", "defined_function"):
        result = _call_cached(vm, traced, arguments, node, key, None)
    else:
        result = vm.split(
            traced.cells.get("created", ABSENT),
            lambda created: _call_function(vm, traced, arguments, node, key, created),
        )
    if traced.cells.get("concrete") is not TRUE:
        tensors.check_finalized(vm, node, name_of(traced))
    return result


def _check_arguments(vm: Machine, arguments: Arguments, node: nodes.Node) -> None:
    """The call itself is an operation on its tensor arguments."""
    found = list(tensors.flatten(vm, arguments.all()))
    found = [value for value in found if isinstance(value, Tensor)]
    if found:
        tensors.check_operands(vm, found, node, "call of a function")


def _key(vm: Machine, traced: Traced, arguments: Arguments) -> Hashable:
    target = vm.stack.init_scope_target().graph
    parts: list[Hashable] = [None if target is None else id(target)]
    if option(vm, traced, "input_signature") is None or isinstance(option(vm, traced, "input_signature"), Const):
        parts += [(name, signature(vm, value)) for name, value in _canonical(vm, traced, arguments)]
        if vm.retracing:
            parts.append(vm.retracing)
    return tuple(parts)


def _canonical(vm: Machine, traced: Traced, arguments: Arguments) -> list[tuple[str, Value]]:
    """Arguments by the names of their parameters, defaults included (``function_type_utils.canonicalize_...``)."""
    function = vm.resolve(traced.function)
    positional = list(arguments.args)
    if isinstance(function, BoundMethod):
        positional.insert(0, function.self_value)
        function = vm.resolve(function.function)
    given = dict(arguments.kwargs)
    found: list[tuple[str, Value]] = []
    if isinstance(function, FunctionObject) and not arguments.rest:
        for param in function.node.params:
            if param.kind in ("vararg", "kwarg"):
                continue
            if positional and param.kind != "kwonly":
                found.append((param.name, positional.pop(0)))
            elif param.name in given:
                found.append((param.name, given.pop(param.name)))
            elif param.name in function.defaults:
                found.append((param.name, function.defaults[param.name]))
    return [*found, *((str(index), value) for index, value in enumerate(positional)), *sorted(given.items())]


def _call_function(
    vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node, key: Hashable, created: Value
) -> Value:
    if created is ABSENT:
        vm.store.set(traced.cells, "made", FALSE)
        first = _first(vm, traced, arguments, node)

        def finish(made: Value) -> Value:
            vm.split(traced.cells.get("unliftable", ABSENT), _raise_unliftable)
            vm.store.set(traced.cells, "created", made)
            if made is FALSE:
                return _called(vm, traced, key, first, node)
            # The first trace does not run.
            conditional = traced.cells.get("conditional", FALSE)
            second = vm.split(conditional, lambda item: _second(vm, traced, arguments, node, item is TRUE))
            # 1.15 does not find the trace again, unless the arguments, symbolic in the branch, do not count.
            again = conditional is FALSE or not vm.tf1 or _input_signature(vm, traced) is not None
            return _called(vm, traced, key if again else None, second, node)

        return vm.split(traced.cells["made"], finish)
    if created is _BROKEN:
        if vm.tf1 or traced.cells.get("concrete") is TRUE:
            vm.throw("TypeError", "the function has no second trace")
        return NONE
    if isinstance(created, Unknown):
        return _call_cached(vm, traced, arguments, node, key, None)  # too much has happened to say which trace this is
    creator = Trace.LATER if created is TRUE else Trace.LATER_FRESH
    return _call_cached(vm, traced, arguments, node, key, creator)


def _first(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node) -> Value:
    """The trace that may create. If it raises, the next call is a later one, and if there are variables already, there
    is nothing that it could trace: it does nothing and returns None (1.15 raises)."""

    def leave(made: Value) -> Value:
        vm.store.set(traced.cells, "created", _BROKEN if made is TRUE else made)
        return NONE

    def after(way: Way, value: Value) -> Value:
        if way is Way.RAISE:
            vm.split(traced.cells["made"], leave)
        if way is Way.NORMAL:
            return value
        raise Signal(way, value)

    return vm.protect(lambda: _trace(vm, traced, arguments, node, Trace.FIRST), after)


_BROKEN = Const("the first trace failed")


def _second(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node, conditional: bool) -> Value:
    """The trace in which creation raises. Where an initial value depends on the arguments (``UnliftableError``), that
    is a branch of ``fn_with_cond``, which initialises the variables if need be."""
    if not conditional:
        return _trace(vm, traced, arguments, node, Trace.SECOND)
    before = vm.stack
    site = definition_site(traced.function) or vm.site(node)
    outer = before.default_graph if (before.graphs or not before.eager) else None
    own = before.own_creators
    graph = Graph(Kind.FUNCTION, "fn_with_cond", True, site, before.creators, outer, own_creators=own)
    branch = Graph(Kind.BRANCH, "cond", True, site, before.creators, graph, own_creators=own)
    vm.keep += [graph, branch]

    def body() -> Value:
        vm.stack = before.enter_graph(graph, site).enter_graph(branch, site)
        return _trace(vm, traced, arguments, node, Trace.SECOND)

    def after(way: Way, value: Value) -> Value:
        vm.stack = before
        if way is Way.NORMAL:
            return value
        raise Signal(way, value)

    return vm.protect(body, after)


def _raise_unliftable(failure: Value) -> Value:
    """An initial value could not be lifted, in a function that cannot initialise under a condition."""
    if failure is ABSENT:
        return NONE
    raise Signal(Way.RAISE, failure)


def _call_cached(
    vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node, key: Hashable, trace: Trace | None
) -> Value:
    def use(found: Value) -> Value:
        if found is not ABSENT:
            _run_graph(vm, traced, key, node)
            return returned(vm, found, node)
        if trace is Trace.LATER_FRESH:
            vm.store.set(traced.cells, "made", FALSE)
        since = vm.path
        result = _trace(vm, traced, arguments, node, trace)
        if trace is Trace.LATER_FRESH:

            def check(made: Value) -> Value:
                if made is FALSE:
                    return NONE
                last = vm.created[-1] if vm.created else node
                site = last if isinstance(last, Site) else vm.site(node)
                vm.calls.append(Call(vm.site(node), f"{name_of(traced)}(...)"))
                try:
                    vm.fail(
                        "NONFIRST",
                        "ValueError",
                        "Creating variables on a non-first call to a function decorated with tf.function.",
                        site,
                        certain=not vm.unstable(since),
                        function=traced,
                        trace=Trace.LATER_FRESH,
                    )
                finally:
                    vm.calls.pop()

            vm.store.set(traced.cells, (_TRACE, key), result)
            vm.split(traced.cells["made"], check)
        return _called(vm, traced, key, result, node)

    key = _dispatched(vm, traced, key)
    return vm.split(traced.cells.get((_TRACE, key), ABSENT), use)


def _dispatched(vm: Machine, traced: Traced, key: Hashable) -> Hashable:
    """The key of the trace that a call gets: since 2.10 also one for tensors of more general shapes.

    Source: ``tensorflow/core/function/polymorphism/type_dispatch.py``, ``TypeDispatchTable.dispatch``.
    """
    if vm.tf1 or (_TRACE, key) in traced.cells:
        return key
    for cell, held in traced.cells.items():
        if not isinstance(cell, tuple) or cell[0] != _TRACE or held is ABSENT or isinstance(held, Ite):
            continue
        found: Hashable = cell[1]
        if _accepts(found, key):
            return found
    return key


def _accepts(general: Hashable, special: Hashable) -> bool:
    """Whether a trace for arguments of one signature takes those of another."""
    if general == special:
        return True
    if not isinstance(general, tuple) or not isinstance(special, tuple) or len(general) != len(special):
        return False
    if general[:1] == special[:1] == ("tensor",):
        wanted, shape = general[1], special[1]
        known = wanted is not None and shape is not None and len(wanted) == len(shape)
        return known and all(size in (None, given) for size, given in zip(wanted, shape, strict=True))
    return all(map(_accepts, general, special))


def _called(vm: Machine, traced: Traced, key: Hashable | None, result: Value, node: nodes.Node) -> Value:
    """What has just been traced runs, and is kept for its ``key`` if there is one."""
    if key is not None:
        vm.store.set(traced.cells, (_TRACE, key), result)
        for name in _OF_TRACE:
            vm.store.set(traced.cells, (name, key), traced.cells.get((name, None), ABSENT))
    _run_graph(vm, traced, key, node)
    return returned(vm, result, node)


def _run_graph(vm: Machine, traced: Traced, key: Hashable | None, node: nodes.Node) -> None:
    """A trace gets what it has captured and does what it is for, unless it is only built."""
    if traced.cells.get("built") is not TRUE:
        leak = traced.cells.get((_LEAK, key), ABSENT)
        tensors.raise_leak(vm, leak, node, of_operation=traced.cells.get("concrete") is TRUE)
        _run_all_later(vm, traced.cells.get((_LATER, key), ABSENT))


def _trace(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node, trace: Trace | None) -> Value:
    creator = None if trace is None else Creator(traced, trace)
    features = option(vm, traced, "experimental_autograph_options")
    asserts, vm.converts_asserts = vm.converts_asserts, not (features is None or is_none(features))
    try:
        result, later = _collected(vm, lambda: _trace_checked(vm, traced, arguments, node, creator))
    finally:
        vm.converts_asserts = asserts
    vm.store.set(traced.cells, (_LATER, None), later)
    return result


def _trace_checked(
    vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node, creator: Creator | None
) -> Value:
    """Trace, and see that the arguments are what they were."""
    structure = _structure(vm, [value for _, value in _canonical(vm, traced, arguments)])
    result = trace_into(
        vm,
        traced.function,
        _conform(vm, traced, arguments),
        node,
        creator=creator,
        autograph=not is_false(option(vm, traced, "autograph")) and traced.api not in ("wrap_function",),
        lifts=traced.cells.get("concrete", FALSE) is not TRUE and not is_compiled(vm, traced),
        keeps=traced.api == "wrap_function",
        references=traced.api == "defined_function",
        owner=traced,
    )
    if any(None not in (size, now := _size(vm, value)) and now != size for value, size in structure):
        vm.throw("ValueError", f"{name_of(traced)} should not modify its Python input arguments.")
    return result


def _structure(vm: Machine, values: Sequence[Value]) -> list[tuple[Value, int | None]]:
    """The lists and dictionaries among arguments, with how much is in them (``func_graph.check_mutation``)."""
    found: list[tuple[Value, int | None]] = []
    waiting = [vm.resolve(value) for value in values]
    while waiting and len(found) < _STRUCTURE:
        value = waiting.pop()
        if isinstance(value, (ListObject, DictObject, TupleValue)):
            if not isinstance(value, TupleValue):
                found.append((value, _size(vm, value)))
            items = value.cells.values() if isinstance(value, DictObject) else containers.known_items(vm, value) or ()
            waiting += [vm.resolve(item) for item in items]
    return found


_STRUCTURE = 100
"""Lists and dictionaries of an argument that are looked at."""


def _size(vm: Machine, value: Value) -> int | None:
    if isinstance(value, DictObject):
        return len(value.cells)
    items = containers.known_items(vm, value)
    return None if items is None else len(items)


def trace_into(
    vm: Machine,
    function: Value,
    arguments: Arguments,
    node: nodes.Node,
    creator: Creator | None,
    autograph: bool,
    lifts: bool = True,
    keeps: bool = False,
    kind: Kind = Kind.FUNCTION,
    references: bool = False,
    owner: Traced | None = None,
) -> Value:
    """Trace a callable into a function graph of its own; gives its (symbolic) outputs.

    The ``owner`` notes the error that its call will raise, if there is one; without, an operation calls it right away.
    """
    before = vm.stack
    creators = before.creators if creator is None else (*before.creators, creator)
    if references:
        creators = ()  # a plain graph that says it builds a function
    outer = before.default_graph if (before.graphs or not before.eager) else None
    site = definition_site(function) or vm.site(node)
    own = before.own_creators  # which go before that of the tf.function
    graph = Graph(kind, name_of(function), True, site, creators, outer, keeps, lifts, own, references)
    opaque = vm.opaque
    vm.keep.append(graph)
    converted = Arguments(
        tuple(placeholder(vm, value, graph, node) for value in arguments.args),
        {name: placeholder(vm, value, graph, node) for name, value in arguments.kwargs.items()},
        arguments.rest,
    )
    was = vm.autograph
    since = vm.trace_path
    paused_outside = vm.paused_outside
    vm.paused_outside = before.paused
    converting, vm.converting = vm.converting, autograph
    vm.autograph = autograph
    vm.trace_path = vm.path if creator is not None and creator.trace is not Trace.FIRST else since

    def body() -> Value:
        vm.stack = before.enter_graph(graph, site)
        variable_scope.root_reuse(vm)
        result = vm.split(function, lambda item: calls.call(vm, item, converted, node))
        outputs = [item for item in tensors.flatten(vm, (result,)) if isinstance(item, Tensor)]
        if outputs:
            _check_output(vm, graph, node)
        if vm.stack.graph is graph:  # no scope was left open
            tensors.check_operands(vm, outputs, node, "the result of the function")
        return result

    def after(way: Way, value: Value) -> Value:
        opened = len(before.switches) + 1
        left_open = vm.stack.switches[opened:] if way is Way.NORMAL else ()
        vm.stack = before
        if left_open and managers.is_kept_open(vm, left_open[-1].site, (function, *arguments.all())):
            vm.fail(
                "LEFT_OPEN",
                "ValueError",
                "use_resource cannot be set to false if TF2 behaviors are enabled.",
                left_open[-1].site,
            )
        if way is Way.NORMAL:
            provenance.frozen(vm, [vm.resolve(value), *tensors.flatten(vm, (value,))])
            lifetime.check(vm, graph, (function, *arguments.all()), vm.opaque == opaque)
            if owner is None:
                tensors.raise_leak(vm, tensors.leak_of(vm, graph), node, of_operation=True)
            else:
                vm.store.set(owner.cells, (_LEAK, None), tensors.leak_of(vm, graph))
            tensors.pass_captures_on(vm, graph, node, "call of a function")
            return value
        raise Signal(way, value)

    try:
        return vm.protect(body, after)
    finally:
        vm.autograph, vm.converting = was, converting
        vm.trace_path = since
        vm.paused_outside = paused_outside


def _check_output(vm: Machine, graph: Graph, node: nodes.Node) -> None:
    """The outputs of a function are operations of its graph (``mark_as_return``)."""
    if vm.flag(f"finalized {id(graph)}"):
        message = "Graph is finalized and cannot be modified."
        vm.fail("FINALIZED", "RuntimeError", message, node, what="the result of the function", graph=graph)


def placeholder(vm: Machine, value: Value, graph: Graph, node: nodes.Node) -> Value:
    """What a traced function receives for an argument."""
    value = vm.resolve(value)
    if isinstance(value, Ite):
        then, other = placeholder(vm, value.then, graph, node), placeholder(vm, value.other, graph, node)
        return vm.choice(value.cond, then, other)
    if isinstance(value, Tensor):
        dtype = tensors.dtype_of(vm, value)
        like = value.like or value.uid
        what = value.what if value.what.startswith(tensors.STRUCTURES) else "argument"
        depends = frozenset({graph})
        return Tensor(fresh_id(), graph, value.site, what, depends, value.shape, dtype=dtype, like=like)
    if is_spec(value):
        assert isinstance(value, Instance)
        shape = tensors.literal_shape(vm, value.cells["shape"])
        depends = frozenset({graph})
        return Tensor(
            fresh_id(), graph, value.site, "argument", depends, shape, dtype=value.cells["dtype"], like=value.uid
        )
    if isinstance(value, Unknown) and value.why.startswith("argument "):
        return Unknown(value.uid, value.why, value.stable, value.cells, graph)
    if isinstance(value, TupleValue) or type(value) is DictObject:
        return containers.map_structure(value, lambda leaf: placeholder(vm, leaf, graph, node))
    if isinstance(value, ListObject):
        items = containers.known_items(vm, value)
        if items is not None and any(
            isinstance(vm.resolve(item), Tensor) or is_spec(vm.resolve(item)) for item in items
        ):
            return ListObject(TupleValue(tuple(placeholder(vm, item, graph, node) for item in items)), value.kind)
    return value


def returned(vm: Machine, value: Value, node: nodes.Node) -> Value:
    """The outputs of a traced function as its caller gets them: fresh tensors of the caller's context."""
    value = vm.resolve(value)
    if isinstance(value, Ite):
        return vm.choice(value.cond, returned(vm, value.then, node), returned(vm, value.other, node))
    here = vm.stack.graph
    if isinstance(value, (Tensor, Variable)):
        depends: frozenset[Graph] = frozenset()
        if here is not None and here.building and isinstance(value, Tensor) and value.depends:
            depends = frozenset({here})
        shape = value.shape if isinstance(value, Tensor) else None
        # The call itself is what a tape records, as far as the result depends on nothing but variables.
        live, lost = provenance.recorded(vm, (value,), True)
        single = isinstance(value, Variable) or tensors.is_single(value)
        what = tensors.RESULT if single else "the result of a function"
        return Tensor(fresh_id(), here, vm.site(node), what, depends, shape, live=live, lost=lost)
    if isinstance(value, Const) and isinstance(value.value, (int, float, bool)):
        return Tensor(fresh_id(), here, vm.site(node), tensors.RESULT, frozenset(), ())
    if isinstance(value, TupleValue) or type(value) is DictObject:
        return containers.map_structure(value, lambda leaf: returned(vm, leaf, node))
    if isinstance(value, ListObject):
        return ListObject(returned(vm, value.cells["items"], node), value.kind)
    if isinstance(value, Unknown) and value.tensor_of is not None:
        return vm.derive("result", value)
    if isinstance(value, Instance):
        return vm.unknown("the result of a function")  # a structure: its parts are packed anew
    return value


def concrete(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node) -> Value:
    """``get_concrete_function``: traces now; initial values must be liftable."""
    vm.store.set(traced.cells, "concrete", TRUE)

    def after(way: Way, value: Value) -> Value:
        vm.store.set(traced.cells, "concrete", FALSE)
        if way is Way.NORMAL:
            return value
        raise Signal(way, value)

    return vm.protect(lambda: build(vm, traced, arguments, node), after)


def build(vm: Machine, traced: Traced, arguments: Arguments, node: nodes.Node) -> Value:
    """The function that a trace makes, which is called later and never traced again."""
    vm.store.set(traced.cells, "built", TRUE)
    made = Traced("concrete", traced.function, traced.options, traced.site)

    def after(way: Way, value: Value) -> Value:
        vm.store.set(traced.cells, "built", FALSE)
        if way is not Way.NORMAL:
            raise Signal(way, value)
        vm.store.set(made.cells, "result", value)
        for name in _OF_TRACE:
            cell = traced.cells.get((name, _key(vm, traced, arguments)), ABSENT)
            vm.store.set(made.cells, (name, None), cell)
        return made

    return vm.protect(lambda: call_traced(vm, traced, arguments, node), after)


def save(vm: Machine, value: Value, node: nodes.Node) -> None:
    """SavedModel: what is saved with an input signature is traced by ``get_concrete_function``."""
    value = vm.resolve(value)
    if isinstance(value, Traced):
        if value.api == "function" and _input_signature(vm, value) is not None:
            concrete(vm, value, Arguments(), node)
    elif isinstance(value, DictObject):
        for cell in list(value.cells.values()):
            save(vm, cell, node)
    elif isinstance(value, Instance) and isinstance(value.cls, ClassObject):
        for cls in value.cls.mro:
            for name, cell in list(cls.cells.items()) if isinstance(cls, ClassObject) else ():
                found = vm.resolve(cell)
                if isinstance(found, Traced) and isinstance(name, str):
                    save(vm, bound(vm, found, value), node)


def retrace(vm: Machine, traced: Traced, call: Callable[[], Value]) -> Value:
    """Run ``call`` so that every traced function in it meets a new signature."""
    before = vm.retracing
    vm.retracing = fresh_id()
    try:
        return call()
    finally:
        vm.retracing = before
