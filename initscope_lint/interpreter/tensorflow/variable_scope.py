"""``tf.compat.v1.variable_scope`` and ``get_variable``: names, reuse, and the store of variables by name.

The current scope is process-wide state (``variable_scope._VariableScopeStore``), kept in cells so that it forks and
merges. The variables are kept by the outermost graph: function graphs share the store of the graph around them. In
eager code nothing is kept, and every call creates. A graph's outermost scope is made when it is first asked for, in
eager code with AUTO_REUSE (``VariableScope.__init__``), which then holds in functions too. Tracing a function asks for
it (``func_graph_from_py_func``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from initscope_lint.interpreter import containers
from initscope_lint.interpreter.tensorflow import creation, scopes
from initscope_lint.interpreter.values import (
    ABSENT,
    FALSE,
    TRUE,
    Const,
    GraphObject,
    Instance,
    ListObject,
    Manager,
    Ref,
    Tensor,
    TupleValue,
    Unknown,
    Value,
    Variable,
)

if TYPE_CHECKING:
    from initscope_lint.interpreter.arguments import Arguments
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes

_SCOPE = "tf.compat.v1.VariableScope"
_NAMES = "variable scope"
_REUSE = "variable reuse"
_BEFORE = "before"
_ROOT = "variable scope reuses"
_EMPTY = TupleValue(())


def enter(vm: Machine, manager: Manager, node: nodes.Node) -> Value:
    """Enter ``variable_scope(name_or_scope, default_name, reuse=...)``; gives the scope object."""
    name, default, reuse = manager.detail
    root_reuse(vm)
    names = vm.globals.get(_NAMES, _EMPTY)
    vm.store.set(manager.cells, _BEFORE, TupleValue((names, vm.globals.get(_REUSE, FALSE))))
    vm.store.set(vm.globals, _NAMES, _entered(vm, names, name, default))
    if reuse is not None:
        set_reuse(vm, reuse)
    return current(vm, node)


def leave(vm: Machine, manager: Manager) -> None:
    """Leave it: the scope around it is current again."""
    before = vm.resolve(manager.cells[_BEFORE])
    if isinstance(before, TupleValue):
        vm.store.set(vm.globals, _NAMES, before.items[0])
        vm.store.set(vm.globals, _REUSE, before.items[1])


def _entered(vm: Machine, around: Value, name: Value | None, default: Value | None) -> Value:
    name = vm.resolve(name) if name is not None else None
    if isinstance(name, Instance):
        return name.cells.get("names", around)
    around = vm.resolve(around)
    outer = around.items if isinstance(around, TupleValue) else (around,)
    if name is None or (isinstance(name, Const) and name.value is None):
        # A default name is made unique each time.
        name = vm.unknown("unique scope name") if default is not None else Const("")
    return TupleValue((*outer, name))


def set_reuse(vm: Machine, reuse: Value) -> None:
    """``reuse=``: False and None leave what holds around; True and AUTO_REUSE reuse what exists."""
    reuse = vm.resolve(reuse)
    if isinstance(reuse, Const):
        if reuse.value:
            vm.store.set(vm.globals, _REUSE, TRUE)
    elif isinstance(reuse, Unknown):
        vm.store.set(vm.globals, _REUSE, vm.choice(reuse, TRUE, vm.globals.get(_REUSE, FALSE)))
    else:
        vm.store.set(vm.globals, _REUSE, TRUE)


def current(vm: Machine, node: nodes.Node) -> Value:
    """``get_variable_scope()``."""
    root_reuse(vm)
    scope = Instance(Ref(_SCOPE), vm.site(node))
    vm.store.set(scope.cells, "names", vm.globals.get(_NAMES, _EMPTY))
    return scope


def _store(vm: Machine) -> GraphObject:
    graph = vm.stack.default_graph
    while graph.outer is not None:
        graph = graph.outer
    return scopes.graph_object(vm, vm.stack.main if graph.building else graph)


def root_reuse(vm: Machine) -> Value:
    """Whether the outermost scope of the graph at hand reuses; made here if nothing has made it before."""
    store = _store(vm)

    def made(item: Value) -> Value:
        if item is ABSENT:
            item = TRUE if vm.stack.eager else FALSE
            vm.store.set(store.cells, _ROOT, item)
        return item

    return vm.split(store.cells.get(_ROOT, ABSENT), made)


def get_variable(vm: Machine, name: str, arguments: Arguments, node: nodes.Node) -> Value:
    """``get_variable`` and its kin: the variable of that name where it may be reused, else a new one."""
    root = root_reuse(vm)
    resource = creation.wants_resource(vm, arguments)
    eager = vm.stack.eager
    label = arguments.get(0, "name") if name.endswith("_variable") else None
    # In its own collection, which the function graphs of graph-mode programs copy (`FuncGraph.__init__`).
    copied = not vm.stack.creators and vm.stack.init_scope_target().graph is not None
    shared = name.endswith("get_or_create_global_step") and (copied or not vm.stack.building_function)
    key = ("get_variable", vm.key(vm.globals.get(_NAMES, _EMPTY)), Const(name) if label is None else vm.key(label))
    if label is None:
        key = ("get_variable", (), name)
    store = _store(vm)

    def found(item: Value) -> Value:
        if item is ABSENT:
            made = creation.variable(vm, name, _initial(vm, arguments), node, resource=resource, get_variable=True)
            if not eager:
                vm.store.set(store.cells, key, made)
            return made
        if eager:  # nothing is reused, nor kept, but what functions have made is there (`VariableScope.get_variable`)
            return _exists(vm, name, item, node)
        reuse = TRUE if shared else vm.globals.get(_REUSE, FALSE)

        def unless_root() -> Value:
            return vm.branch(root, lambda: item, lambda: _exists(vm, name, item, node))

        return vm.branch(reuse, lambda: item, unless_root)

    return vm.split(store.cells.get(key, ABSENT), found)


def _initial(vm: Machine, arguments: Arguments) -> Value | None:
    """An initializer that is a value. One that is a callable makes its tensors where the variable is lifted to."""
    given = arguments.get(3, "initializer")
    value = vm.resolve(given) if given is not None else None
    if isinstance(value, (Tensor, Variable)):
        return value
    if isinstance(value, (ListObject, TupleValue)) and containers.known_items(vm, value) is not None:
        return value
    return None


def _exists(vm: Machine, name: str, existing: Value, node: nodes.Node) -> Value:
    """The name is taken. For a variable that a function captured TensorFlow fails on its way to saying so."""
    creators = vm.stack.creators
    creator = creators[-1] if creators else None
    if (creators or vm.stack.eager) and isinstance(existing, Variable) and existing.graph is None:
        error, exception = "OP_EAGER", "AttributeError"
        word = "meaningless" if vm.tf1 else "undefined"
        message = f"Tensor.op is {word} when eager execution is enabled."
    else:
        error, exception = "VAR_EXISTS", "ValueError"
        message = "Variable already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE?"
    vm.fail(
        error,
        exception,
        message,
        node,
        certain=not vm.unstable(vm.trace_path),
        api=name,
        function=None if creator is None else creator.function,
        trace=None if creator is None else creator.trace,
        get_variable=True,
    )
