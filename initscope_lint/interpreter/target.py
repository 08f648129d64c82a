"""Which TensorFlow a program is written for.

A program that uses an API which only TensorFlow 1.15 has, or Sonnet 1, is for 1.15. Everything else is for 2, also what
goes through ``tf.compat.v1``: that is how code for both is written. A program for 2 that uses what Keras 3 has dropped
from ``tf.keras`` is for the Keras 2 that TensorFlow had until 2.15. What a program uses counts for more than what its
project says that it requires: such files are often about something else, or no longer true.

A program for 1.15 that has nothing to do with sessions may well switch to eager execution where the linter does not see
it, or be for one of the first releases of 2, which had some of these APIs: what mode it starts in is not known.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import msgspec

from initscope_lint.interpreter.program import ModuleSource
from initscope_lint.interpreter.results import Evidence
from initscope_lint.ir import nodes
from initscope_lint.semantics.catalogue import KerasVersion, Target, load

if TYPE_CHECKING:
    from initscope_lint.semantics.releases import Admitted

_ROOT = "tensorflow"
_ROOTS = (_ROOT, "sonnet")
_SONNET_1 = frozenset({"sonnet.AbstractModule", "sonnet.reuse_variables"})
"""What says that a program uses Sonnet 1, which needs TensorFlow 1."""
_OF_SESSIONS = frozenset(
    {
        *("Session", "InteractiveSession", "MonitoredSession", "MonitoredTrainingSession", "SingularMonitoredSession"),
        *("Supervisor", "Estimator", "TPUEstimator", "EstimatorSpec", "placeholder", "global_variables_initializer"),
    }
)
_LATE_KERAS_2 = tuple(
    f"{_ROOT}.keras.{part}."
    for part in ("optimizers.legacy", "optimizers.experimental", "layers.experimental", "mixed_precision.experimental")
)
"""What 1.15 did not have, and Keras 3 has not any more."""


class Choice(NamedTuple):
    """What a program is written for, a few words on what decided it, and whether the mode it starts in is known."""

    target: Target
    keras: KerasVersion | None
    reason: str
    mode_known: bool = True


def evidence(module: ModuleSource) -> Evidence:
    """What speaks in one module for an older TensorFlow or Keras."""
    gone: str | None = None
    old_keras: str | None = None
    sessions = False
    for spellings in dict.fromkeys(_uses(module)):
        if gone is None and all(map(_is_gone, spellings)):
            gone = _shown(spellings)
        if old_keras is None and all(map(_is_gone_from_keras, spellings)):
            old_keras = _shown(spellings)
        sessions = sessions or any(name.rpartition(".")[2] in _OF_SESSIONS for name in spellings)
    return Evidence(gone, old_keras, sessions)


def choose_target(program: Iterable[Evidence], given: str | None, admitted: Admitted | None = None) -> Choice:
    """The TensorFlow that a program is written for, and the Keras where it is not that of the target's newest.

    ``program`` is what its modules give evidence of; ``given`` is the target if it is not to be chosen; ``admitted`` is
    what the metadata of its project admits, if that says something.
    """
    if given is not None:
        return Choice(cast(Target, given), None, "given")
    gone: str | None = None
    old_keras: str | None = None
    sessions = False
    for module in program:
        gone = gone or module.gone
        old_keras = old_keras or module.gone_from_keras
        sessions = sessions or module.sessions
    if gone is not None:
        return Choice("1.15", None, f"it uses {gone}", sessions)
    if admitted is not None and not (admitted.keras_2 or admitted.keras_3):
        return Choice("1.15", None, admitted.stated, sessions)
    if old_keras is not None:
        return Choice("2", 2, f"with Keras 2: it uses {old_keras}")
    if admitted is not None and not admitted.keras_3:
        return Choice("2", 2, f"with Keras 2: {admitted.stated}")
    return Choice("2", None, "nothing that it uses is gone from TensorFlow 2")


def _shown(spellings: frozenset[str]) -> str:
    return min(spellings).replace(_ROOT, "tf", 1)


def _is_gone(dotted: str) -> bool:
    # contrib is gone as a whole, also where the catalogue has no row of its own for what is used of it.
    # Estimators and these parts of Keras went only with later releases of TensorFlow 2.
    # What goes through compat.v1 is code for 2 as well: most of 2 had even what 2.21 lacks there.
    if dotted.startswith((f"{_ROOT}.compat.", f"{_ROOT}.estimator.", f"{_ROOT}.keras.experimental.")):
        return False
    if dotted.startswith(f"{_ROOT}.contrib.") or dotted in _SONNET_1:
        return True
    return load("2", keras=2).removed(dotted) is not None


def _is_gone_from_keras(dotted: str) -> bool:
    return dotted.startswith(_LATE_KERAS_2) or load("2").removed(dotted) is not None


def _uses(module: ModuleSource) -> Iterator[frozenset[str]]:
    """What a module uses of the ``_ROOTS``, in the order of the source: the qualified names that each use may mean.

    Code that has an answer for either version says nothing: a ``try`` that catches ImportError, a test of the version.
    """
    aliases = _aliases(module)
    if not aliases:
        return  # nor has what could not be read any
    for node in _walk(module.ir, all_of_it=False):
        if isinstance(node, nodes.ImportFrom) and _is_below(node):
            yield from (frozenset({f"{node.module}.{alias.name}"}) for alias in node.names if alias.name != "*")
        elif isinstance(node, nodes.Import):
            yield from (
                frozenset({alias.name})
                for alias in node.names
                if alias.name.partition(".")[0] in _ROOTS and "." in alias.name
            )
        elif isinstance(node, nodes.Attribute):
            spellings = _spellings(node, aliases)
            if spellings:
                yield spellings


def _is_below(node: nodes.ImportFrom) -> bool:
    return node.level == 0 and node.module.partition(".")[0] in _ROOTS


def _aliases(module: ModuleSource) -> dict[str, set[str]]:
    """The names by which a module knows things below the ``_ROOTS``, and all that each may stand for."""
    aliases: dict[str, set[str]] = {}
    for node in () if module.ir is None else _statements(module.ir):
        if isinstance(node, nodes.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                if root in _ROOTS:
                    aliases.setdefault(alias.asname or root, set()).add(alias.name if alias.asname else root)
        elif isinstance(node, nodes.ImportFrom) and _is_below(node):
            for alias in node.names:
                aliases.setdefault(alias.asname or alias.name, set()).add(f"{node.module}.{alias.name}")
        elif isinstance(node, nodes.Assign) and isinstance(node.value, nodes.Attribute):
            means = _spellings(node.value, aliases)
            for target in node.targets:
                if means and isinstance(target, nodes.Name):
                    aliases.setdefault(target.id, set()).update(means)
    return aliases


def _spellings(node: nodes.Attribute, aliases: dict[str, set[str]]) -> frozenset[str]:
    """The qualified names that ``a.b.c`` may mean; none if ``a`` has nothing to do with the ``_ROOTS``."""
    parts: list[str] = []
    value: nodes.Expr = node
    while isinstance(value, nodes.Attribute):
        parts.append(value.attr)
        value = value.value
    if not isinstance(value, nodes.Name):
        return frozenset()
    return frozenset(".".join((root, *reversed(parts))) for root in aliases.get(value.id, ()))


def _walk(root: Any, all_of_it: bool) -> Iterator[Any]:
    """The nodes, parents first; all of them, or not what has an alternative for another version."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        kind = node.__class__
        if kind is tuple:
            waiting += reversed(node)
        elif node is not None:
            if not all_of_it and kind in _WITH_ALTERNATIVES and _has_alternative(node):
                continue
            yield node
            names = _fields(kind)
            if names is not None:
                waiting += names(node)


_WITH_ALTERNATIVES = frozenset({nodes.Try, nodes.If, nodes.IfExp})


def _statements(root: Any) -> Iterator[Any]:
    """The module and its statements, at any depth, parents first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.__class__ is tuple:
            waiting += reversed(node)
        else:
            yield node
            names = _blocks(node.__class__)
            if names is not None:
                waiting += names(node)


_Getter: TypeAlias = "Callable[[Any], Sequence[Any]] | None"


@functools.cache
def _fields(kind: type[msgspec.Struct]) -> _Getter:
    """What gives the fields of a kind of node that may hold nodes, last first; None if it has none."""
    plain = {"str", "int", "bool", "str | None", "LiteralValue", "frozenset[str]", "tuple[str, ...]"}
    return _getter(kind, lambda hint: hint not in plain)


@functools.cache
def _blocks(kind: type[msgspec.Struct]) -> _Getter:
    """What gives the fields of a kind of node that may hold statements, last first; None if it has none."""
    return _getter(kind, {"tuple[Stmt, ...]", "tuple[Handler, ...]", "tuple[MatchCase, ...]"}.__contains__)


def _getter(kind: type[msgspec.Struct], wanted: Callable[[str], bool]) -> _Getter:
    hints = {
        name: hint for base in reversed(kind.__mro__) for name, hint in getattr(base, "__annotations__", {}).items()
    }
    names = [name for name in reversed(kind.__struct_fields__) if wanted(hints[name])]
    if len(names) > 1:
        return operator.attrgetter(*names)
    return (lambda node: (getattr(node, names[0]),)) if names else None


def _has_alternative(node: msgspec.Struct) -> bool:
    """A ``try`` that catches what a version does not have, or a condition that asks for the version."""
    if isinstance(node, nodes.Try):
        return any(map(_catches_absence, node.handlers))
    if not isinstance(node, (nodes.If, nodes.IfExp)):
        return False
    names = {_name(part).lower() for part in _walk(node.test, all_of_it=True)}
    return any("version" in name or name in _TESTS for name in names)


_TESTS = frozenset({"hasattr", "tf1", "tf2", "is_tf1", "is_tf2", "v2_behavior_enabled"})


def _catches_absence(handler: nodes.Handler) -> bool:
    names = {_name(part) for part in _walk(handler.type, all_of_it=True)}
    return handler.type is None or not names.isdisjoint({"ImportError", "ModuleNotFoundError", "AttributeError"})


def _name(node: Any) -> str:
    if isinstance(node, nodes.Attribute):
        return node.attr
    return node.id if isinstance(node, nodes.Name) else ""
