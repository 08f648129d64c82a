"""Who calls the methods of a class that nothing in the program calls: its library, its tests, its own base classes.

A layer's ``call`` and a model's ``train_step`` are run by ``Model.fit`` in a traced function, a test after ``setUp``,
and a method that overrides one of a base class by the methods of the base that use it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from initscope_lint.interpreter import calls, library, objects
from initscope_lint.interpreter.arguments import Arguments
from initscope_lint.interpreter.machine import Machine
from initscope_lint.interpreter.tensorflow import traces, training
from initscope_lint.interpreter.values import (
    FALSE,
    ClassObject,
    Descriptor,
    FunctionObject,
    Instance,
    Native,
    Ref,
    Traced,
    Value,
)
from initscope_lint.ir import nodes

_STEPS = {step: method for method, step in reversed(training.STEPS.items())}
_TESTS = frozenset({"unittest.TestCase", "unittest.case.TestCase", "absl.testing.parameterized.TestCase"})


def caller(vm: Machine, cls: ClassObject, name: str) -> str | None:
    """Who calls a method of a class by the protocol of Keras, in words; None if nobody does.

    Not in 1.15 or graph mode: there ``fit`` wires the layers once, in a graph that keeps what they make.
    """
    family = _family(vm, cls)
    if vm.tf1 or not vm.flag("process eager") or (name != "call" and name not in _STEPS):
        return None
    if family in ("layer", "model") and name == "call":
        return "assumed called by Keras in a traced function"
    return f"assumed called by `{_STEPS[name]}`" if family == "model" and name in _STEPS else None


def run(vm: Machine, instance: Instance, name: str, arguments: Arguments, node: nodes.Node) -> None:
    """Call a method as Keras does: twice, as ``fit`` does where the last batch is smaller."""
    vm.presumed = True
    if name in _STEPS:
        training.run(vm, instance, _STEPS[name], Arguments(), node)
        return
    body = Native(name, lambda vm, args, kwargs, where: calls.call(vm, instance, Arguments(args, kwargs), where))
    traced = Traced("function", body, {"autograph": FALSE}, vm.site(node))
    traces.call_traced(vm, traced, arguments, node)
    traces.retrace(vm, traced, lambda: traces.call_traced(vm, traced, arguments, node))


def _family(vm: Machine, cls: ClassObject) -> str | None:
    for base in objects.external_bases(cls):
        row = library.api(vm, base.name) if isinstance(base, Ref) else None
        if row is not None and row[1].model == "object":
            return row[1].family
    return None


def is_test_case(vm: Machine, cls: ClassObject) -> bool:
    """Whether a class is a test case, whose methods run after ``setUp``."""
    return any(
        isinstance(base, Ref) and (base.name in _TESTS or library.canonical(vm, base.name) == "tf.test.TestCase")
        for base in objects.external_bases(cls)
    )


# --- template methods ------------------------------------------------------------------------------


def users(vm: Machine, cls: ClassObject, name: str) -> Iterator[tuple[str, Value]]:
    """The methods that a class inherits and that lead to its own method of this name; public ones first."""
    inherited: dict[str, Value] = {}
    for base in cls.mro[1:]:
        if isinstance(base, ClassObject):
            for key, value in base.cells.items():
                if isinstance(key, str) and key not in cls.cells and not (key.startswith("__") and key != "__call__"):
                    inherited.setdefault(key, value)
    mentions = {key: _mentions(vm, value) for key, value in inherited.items()}
    leading = {name}
    found: dict[str, Value] = {}
    grown = True
    while grown:
        grown = False
        for key, used in mentions.items():
            if key not in leading and not leading.isdisjoint(used):
                leading.add(key)
                found[key] = inherited[key]
                grown = True
    for key in sorted(found, key=lambda key: key.startswith("_") and key != "__call__"):
        yield key, found[key]


def _mentions(vm: Machine, value: Value) -> frozenset[str]:
    for _ in range(4):
        if isinstance(value, FunctionObject):
            return _attributes(vm, value.node)
        if isinstance(value, (Traced, Descriptor)):
            value = value.function
    return frozenset()


def _attributes(vm: Machine, function: nodes.FunctionDef) -> frozenset[str]:
    """The names of all attributes that a function's code reads."""
    known = vm.importer.attributes.get(id(function))
    if known is not None:
        return known[1]
    found: set[str] = set()
    waiting: list[object] = [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, msgspec.Struct):
            if isinstance(node, nodes.Attribute):
                found.add(node.attr)
            waiting.extend(getattr(node, name) for name in node.__struct_fields__)
    names = frozenset(found)
    vm.importer.attributes[id(function)] = (function, names)
    return names
