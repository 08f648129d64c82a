"""What a lowering walk carries along: ordinals, and the names that each scope binds."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TypeAlias

from initscope_lint.ir import nodes

_MIN_INT, _MAX_INT = -(2**63), 2**64 - 1
"""What msgspec can store."""

Saved: TypeAlias = "tuple[set[str], set[str], set[str], bool]"


class State:
    """What the walk carries along.

    ``origins`` has the node of the tree that each ordinal stands for: the index is the ordinal.
    ``bound`` collects the names that plain binding adds to the scope being lowered; ``walrus`` is the set that ``:=``
    adds to. They differ inside a comprehension, whose targets are its own and whose walruses are the function's.
    ``suspensions``, ``loop_elses`` and ``scopes`` count every ``yield``, every ``else`` of a loop and every function or
    class so far.
    ``free`` holds the names declared ``global`` or ``nonlocal`` in the scope, ``yields`` whether it has yielded, and
    ``prefix`` what a private name gets in the class being lowered (``_C``), empty outside of classes.
    """

    __slots__ = (
        "bound",
        "depth",
        "free",
        "loop_elses",
        "origins",
        "prefix",
        "scopes",
        "suspensions",
        "walrus",
        "yields",
    )

    def __init__(self) -> None:
        self.origins: list[ast.AST] = []
        self.bound: set[str] = set()
        self.walrus: set[str] = self.bound
        self.free: set[str] = set()
        self.yields = False
        self.suspensions = 0
        self.loop_elses = 0
        self.scopes = 0
        self.prefix = ""
        self.depth = 0

    def at(self, origin: ast.AST) -> int:
        """A new ordinal, standing for ``origin``."""
        origins = self.origins
        origins.append(origin)
        return len(origins) - 1

    def mangled(self, name: str) -> str:
        """The name as the compiler sees it: private names of classes have their prefix."""
        if self.prefix and name[:2] == "__" and name[-2:] != "__" and "." not in name:
            return self.prefix + name
        return name

    def enter(self, params: Iterable[nodes.Parameter]) -> Saved:
        """Begin a function's own scope; what it returns is for ``leave``."""
        saved = (self.bound, self.walrus, self.free, self.yields)
        self.bound = self.walrus = {param.name for param in params}
        self.free = set()
        self.yields = False
        return saved

    def leave(self, saved: Saved) -> tuple[bool, frozenset[str]]:
        """End the scope; whether it yielded, and the names it binds."""
        yields, assigned = self.yields, frozenset(self.bound - self.free)
        self.bound, self.walrus, self.free, self.yields = saved
        return yields, assigned

    def bind(self, target: nodes.Expr) -> None:
        """Note the names that an assignment to a target binds."""
        if isinstance(target, nodes.Name):
            self.bound.add(target.id)
        elif isinstance(target, (nodes.Tuple, nodes.List)):
            for element in target.elts:
                self.bind(element)
        elif isinstance(target, nodes.Starred):
            self.bind(target.value)


def class_prefix(name: str) -> str:
    """What the private names of a class begin with."""
    bare = name.lstrip("_")
    return "_" + bare if bare else ""


def is_storable(value: object) -> bool:
    """Whether a literal has a place in the IR: not a lone surrogate, a complex number or an integer beyond 64 bits."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, int):
        return _MIN_INT <= value <= _MAX_INT
    return not isinstance(value, complex)


def joined_texts(pos: int, values: Iterable[nodes.Expr]) -> tuple[nodes.Expr, ...]:
    """The parts of a formatted string, neighbouring texts as one; a text has no ordinal of its own but ``pos``."""
    found: list[nodes.Expr] = []
    for value in values:
        last = found[-1] if found else None
        if isinstance(value, nodes.FormattedValue) or last is None or isinstance(last, nodes.FormattedValue):
            if not (isinstance(value, nodes.Const) and value.value == ""):
                found.append(value)
            continue
        texts = [part.value for part in (last, value) if isinstance(part, nodes.Const) and isinstance(part.value, str)]
        found[-1] = nodes.Const(pos, "".join(texts)) if len(texts) == 2 else nodes.Opaque(pos)
    return tuple(found)
