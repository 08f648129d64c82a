"""What TensorFlow 1.15 frees before it is used: variables that nothing keeps when their function has been traced.

An eager variable lives as long as its Python object (``EagerResourceDeleter``), and the graph of a ``defun`` refers to
its memory only: where the object is gone when the function runs, reading it raises ``FailedPreconditionError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from initscope_lint.interpreter import provenance
from initscope_lint.interpreter.values import TupleValue, Value, Variable

if TYPE_CHECKING:
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.semantics.context import Graph

_EMPTY = TupleValue(())


def note_birth(vm: Machine, made: Variable) -> None:
    """A variable was created that no ``tf.function`` captured."""
    graph = vm.stack.default_graph
    if vm.tf1 and made.graph is None and graph.building and not _keeps(graph):
        key = ("born", id(graph.function))
        vm.store.set(vm.globals, key, TupleValue((*_noted(vm, key), made)))


def check(vm: Machine, graph: Graph, roots: Sequence[Value], closed: bool) -> None:
    """The trace of a function is over: what was made and read in it, and is not held by anything, is not there when
    the function runs. ``closed`` says that nothing in it led out of the program."""
    read = _noted(vm, ("read", id(graph)))
    roots = (*roots, *vm.graph_objects.values())  # with the variables that `get_variable` keeps by name
    for made in _noted(vm, ("born", id(graph))):
        assert isinstance(made, Variable)
        if not any(made is item for item in read) or provenance.reachable(vm, made, roots):
            continue
        failure = vm.failure(
            "UNINIT",
            "FailedPreconditionError",
            "Error while reading resource variable from Container: localhost. This could mean that the variable was "
            "uninitialized.",
            made.site,
            certain=closed,
            api=made.what,
            graph=graph,
        )
        vm.store.set(vm.globals, ("leak", id(graph)), failure)
        return


def _keeps(graph: Graph | None) -> bool:
    """Whether what builds the graph, or one around it, holds its variables (``wrap_function``)."""
    while graph is not None and not graph.keeps_variables:
        graph = graph.outer
    return graph is not None


def _noted(vm: Machine, key: tuple[str, int]) -> tuple[Value, ...]:
    noted = vm.resolve(vm.globals.get(key, _EMPTY))
    return noted.items if isinstance(noted, TupleValue) else ()
