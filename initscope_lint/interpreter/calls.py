"""Calls: argument binding, functions, classes, and everything else that can be called."""

from __future__ import annotations

from collections.abc import Callable

from initscope_lint.interpreter import containers, library, objects, statements
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Call, Frame, Machine, Signal, Way
from initscope_lint.interpreter.results import Site
from initscope_lint.interpreter.values import (
    ABSENT,
    NONE,
    TRUE,
    BoundMethod,
    BoundRef,
    ClassObject,
    Const,
    DictObject,
    ExceptionValue,
    FunctionObject,
    Generator,
    GeneratorFactory,
    Instance,
    Locals,
    Manager,
    Memoized,
    Native,
    Partial,
    Ref,
    Tensor,
    Traced,
    TupleValue,
    Unknown,
    Value,
    Wrapped,
)
from initscope_lint.ir import nodes


def call(vm: Machine, callee: Value, arguments: Arguments, node: nodes.Node) -> Value:
    """Call a resolved value."""
    if isinstance(callee, FunctionObject):
        return call_function(vm, callee, arguments, node)
    if isinstance(callee, BoundMethod):
        return vm.split(
            callee.function, lambda function: call(vm, function, arguments.prepend(callee.self_value), node)
        )
    if isinstance(callee, Ref):
        return library.call_ref(vm, callee, arguments, node)
    if isinstance(callee, BoundRef):
        return library.call_bound(vm, callee, arguments, node)
    if isinstance(callee, ClassObject):
        above = objects.metaclass(callee)
        maker = None if above is None else objects.class_attribute(above, "__call__")
        if maker is not None:
            return vm.split(maker[0], lambda function: call(vm, function, arguments.prepend(callee), node))
        return construct(vm, callee, arguments, node)
    if isinstance(callee, Traced):
        return library.call_traced(vm, callee, arguments, node)
    if isinstance(callee, Partial):
        kwargs = {**dict(callee.kwargs), **arguments.kwargs}
        return vm.split(
            callee.function,
            lambda function: call(
                vm, function, Arguments((*callee.args, *arguments.args), kwargs, arguments.rest), node
            ),
        )
    if isinstance(callee, Native):
        return call_native(vm, callee, arguments, node)
    if isinstance(callee, Memoized):
        return _call_memoized(vm, callee, arguments, node)
    if isinstance(callee, GeneratorFactory):
        made = vm.resolve(call(vm, callee.function, arguments, node))
        if isinstance(made, Generator):
            vm.store.set(made.cells, "managed", TRUE)
            return Manager("generator", vm.site(node), made)
        return vm.unknown("context manager")
    if isinstance(callee, Instance):
        return _call_instance(vm, callee, arguments, node)
    if isinstance(callee, Manager):
        return library.decorate_with_manager(vm, callee, arguments, node)
    if isinstance(callee, Wrapped):
        before = vm.assumed
        vm.assumed = True
        try:
            return vm.split(callee.function, lambda function: call(vm, function, arguments, node))
        finally:
            vm.assumed = before
    if isinstance(callee, Const) and callee.value is None:
        vm.throw("TypeError", "'NoneType' object is not callable")
    return opaque(vm, callee, arguments, node)


def call_native(vm: Machine, callee: Native, arguments: Arguments, node: nodes.Node) -> Value:
    """Call something that the interpreter implements itself."""
    result = callee.call(vm, arguments.args, arguments.kwargs, node)
    assert isinstance(result, Value)
    return result


def opaque(vm: Machine, callee: Value, arguments: Arguments, node: nodes.Node) -> Value:
    """A call that leads out of the program: anything may come back, and what was passed along may be used."""
    vm.opaque += 1
    library.escape(vm, arguments.all())
    why = callee.why if isinstance(callee, Unknown) else type(callee).__name__
    result = vm.unknown(f"result of {why}")
    if any(isinstance(item, Tensor) and item.graph is not None for item in arguments.all()):
        vm.told.add(result.uid)
    return result


def _call_instance(vm: Machine, callee: Instance, arguments: Arguments, node: nodes.Node) -> Value:
    if isinstance(callee.cls, Ref):
        return library.call_bound(vm, BoundRef(callee, f"{callee.cls.name}.__call__"), arguments, node)
    found = objects.class_attribute(callee.cls, "__call__")
    if found is not None:
        bound = objects.bind_to_instance(vm, callee, found[0], "__call__", node)
        return vm.split(bound, lambda function: call(vm, function, arguments, node))
    for base in objects.external_bases(callee.cls):
        if isinstance(base, Ref) and base.name == "contextlib.ContextDecorator":
            return library.decorate_with_manager(vm, callee, arguments, node)
        if isinstance(base, Ref) and library.is_called(vm, base.name):
            return library.call_bound(vm, BoundRef(callee, f"{base.name}.__call__"), arguments, node)
    return opaque(vm, callee, arguments, node)


# --- functions -------------------------------------------------------------------------------------


def call_function(vm: Machine, function: FunctionObject, arguments: Arguments, node: nodes.Node) -> Value:
    """Call a function of the program."""
    vm.step()
    definition = function.node
    where = Site(function.module.path, definition.pos)
    active = sum(1 for entry in vm.calls if entry.key == where)
    if active >= 3 or len(vm.calls) >= vm.settings.depth:
        vm.opaque += 1
        return vm.unknown(f"recursion of {definition.name}")
    vm.executed.add(where)
    if vm.spent.get(where, 0) > vm.settings.function_budget and not active:
        vm.cut = True
        return opaque(vm, function, arguments, node)
    frame = Frame(function.module, Locals(), function.frame, function, definition.assigned)
    bind_arguments(vm, frame, function, arguments, node)
    if definition.is_generator:
        generator = Generator(function, frame)
        frame.generator = generator
        return generator
    before = vm.steps
    try:
        return run_function(vm, frame, node)
    finally:
        cost = vm.steps - before
        if cost > vm.settings.long_call and not active:
            vm.spent[where] = vm.spent.get(where, 0) + cost


def run_function(vm: Machine, frame: Frame, node: nodes.Node) -> Value:
    """Run the body of a bound frame to its end."""
    function = frame.function
    assert function is not None
    definition = function.node

    def body() -> Value:
        try:
            statements.run_block(vm, definition.body)
        finally:
            if isinstance(frame.cells, Locals) and not definition.has_scope:
                frame.cells.dead = True
        return NONE

    def after(way: Way, value: Value) -> Value:
        if way is Way.RETURN:
            return value
        if way is Way.RAISE:
            raise Signal(way, value)
        return NONE

    outer, autograph = vm.frame, vm.autograph
    # Converted code has what it calls converted as well, where AutoGraph is at work (``api.converted_call``).
    vm.autograph = ((autograph and vm.converting) or function.converted) and is_convertible(definition, vm.tf1)
    vm.calls.append(
        Call(
            vm.site(node) if outer is not None else Site(function.module.path, definition.pos),
            f"{definition.name}(...)",
            Site(function.module.path, definition.pos),
        )
    )
    vm.frame = frame
    try:
        return vm.protect(body, after)
    finally:
        vm.autograph = autograph
        vm.frame = outer
        vm.calls.pop()


def is_convertible(definition: nodes.FunctionDef, tf1: bool) -> bool:
    """Whether AutoGraph can convert a function; what it cannot convert it runs as it is, with a warning.

    ``autograph/pyct/static_analysis/cfg.py``: no ``yield`` anywhere in it, and (2.x) no ``else`` of a loop.
    """
    return not definition.has_yield and (tf1 or not definition.has_loop_else)


def bind_arguments(vm: Machine, frame: Frame, function: FunctionObject, arguments: Arguments, node: nodes.Node) -> None:
    """Bind arguments to parameters; raises TypeError in the program where that certainly fails."""
    positional = list(arguments.args)
    kwargs = dict(arguments.kwargs)
    cells = frame.cells
    first = True
    for param in function.node.params:
        if param.kind == "vararg":
            value: Value = vm.unknown("*args") if arguments.rest else TupleValue(tuple(positional))
            positional = []
        elif param.kind == "kwarg":
            entries = DictObject()
            for name, item in kwargs.items():
                key = vm.key(Const(name))
                entries.keys[key] = Const(name)
                entries.cells[entries.slot(key)] = item
            value = vm.unknown("**kwargs") if arguments.rest and not kwargs else entries
            kwargs = {}
        elif param.kind != "kwonly" and positional:
            value = positional.pop(0)
        elif param.name in kwargs:
            value = kwargs.pop(param.name)
        elif param.name in function.defaults and not arguments.rest:
            value = function.defaults[param.name]
        elif arguments.rest:
            value = vm.unknown(f"argument {param.name}")
        else:
            vm.throw("TypeError", f"{function.node.name}() missing a required argument: '{param.name}'")
        vm.store.set(cells, param.name, value)
        if first:
            frame.first = value
            first = False
    if (positional or kwargs) and not arguments.rest:
        vm.throw("TypeError", f"{function.node.name}() got an unexpected argument")


def _call_memoized(vm: Machine, callee: Memoized, arguments: Arguments, node: nodes.Node) -> Value:
    named = (TupleValue((Const(name), value)) for name, value in sorted(arguments.kwargs.items()))
    key = TupleValue((*arguments.args, *named))

    def missing() -> Value:
        result = by_library(vm, lambda: vm.split(callee.function, lambda function: call(vm, function, arguments, node)))
        containers.set_item(vm, callee.results, key, result, node)
        return result

    return containers.dict_get(vm, callee.results, key, missing)


def by_library(vm: Machine, run: Callable[[], Value], converts: bool = False) -> Value:
    """Run what a library calls: AutoGraph, which converts calls, does not see it.

    ``converts``: the library asks for its conversion, where AutoGraph is on (``tf_convert``).
    """
    before = vm.autograph
    vm.autograph = converts and vm.converting
    try:
        return run()
    finally:
        vm.autograph = before


# --- classes ---------------------------------------------------------------------------------------


def construct(vm: Machine, cls: ClassObject, arguments: Arguments, node: nodes.Node) -> Value:
    """Instantiate a class of the program."""
    maker = objects.class_attribute(cls, "__new__")
    if maker is not None:
        made = vm.split(maker[0], lambda function: call(vm, function, arguments.prepend(cls), node))

        def initialize(value: Value) -> Value:
            if isinstance(value, Instance) and value.cls is cls:
                return _initialize(vm, cls, value, arguments, node)
            return value

        return vm.split(made, initialize)
    if library.is_exception_class(vm, cls):
        instance = Instance(cls, vm.site(node))
        _initialize(vm, cls, instance, arguments, node)
        return ExceptionValue(cls, arguments.args, None, instance)
    return _initialize(vm, cls, Instance(cls, vm.site(node)), arguments, node)


def _initialize(vm: Machine, cls: ClassObject, instance: Instance, arguments: Arguments, node: nodes.Node) -> Value:
    library.before_init(vm, cls, instance, node)
    initializer = objects.class_attribute(cls, "__init__")
    if initializer is not None:
        vm.split(initializer[0], lambda function: call(vm, function, arguments.prepend(instance), node))
    elif cls.cells.get("__dataclass_fields__", ABSENT) is not ABSENT:
        _fill_dataclass(vm, cls, instance, arguments, node)
    else:
        for base in objects.external_bases(cls):
            if isinstance(base, Ref):
                library.call_bound(vm, BoundRef(instance, f"{base.name}.__init__"), arguments, node)
                break
    return instance


def _fill_dataclass(vm: Machine, cls: ClassObject, instance: Instance, arguments: Arguments, node: nodes.Node) -> None:
    positional = list(arguments.args)
    for item in reversed(cls.mro):
        if not isinstance(item, ClassObject):
            continue
        fields = vm.resolve(item.cells.get("__dataclass_fields__", ABSENT))
        if not isinstance(fields, TupleValue):
            continue
        for field in fields.items:
            assert isinstance(field, Const)
            name = field.value
            if positional:
                value: Value = positional.pop(0)
            elif name in arguments.kwargs:
                value = arguments.kwargs[name]
            else:
                default = vm.resolve(item.cells.get(name, ABSENT))
                value = vm.unknown(f"field {name}") if default is ABSENT else library.field_default(vm, default, node)
            vm.store.set(instance.cells, name, value)
    post = objects.class_attribute(cls, "__post_init__")
    if post is not None:
        vm.split(post[0], lambda function: call(vm, function, Arguments((instance,)), node))
