"""The intermediate representation: typed structs for expressions, statements and patterns.

Every node carries ``pos``, its ordinal: nodes are numbered from 0 in the order in which lowering meets them.
An ordinal says nothing by itself; ``initscope_lint.ir.positions`` turns ordinals into line and column spans, and
only for the files that have something to report.
The whole tree is serialisable by msgspec (tagged, array-like), holds no libcst node, and is never mutated. It has no
cycles, so the cyclic garbage collector is told to leave it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    LiteralValue: TypeAlias = bool | int | float | str | bytes | None
else:
    LiteralValue = Any  # msgspec refuses a union of str and bytes, although MessagePack tells them apart


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, tag_field="node", eq=False, gc=False):
    """Base of all nodes. ``pos`` is the node's ordinal."""

    pos: int


# --- expressions -----------------------------------------------------------------------------------


class Const(Node, frozen=True):
    """A literal: None, True, False, ``...``, an int, float, str or bytes (concatenated strings are joined)."""

    value: LiteralValue
    is_ellipsis: bool = False


class Name(Node, frozen=True):
    id: str


class Attribute(Node, frozen=True):
    value: Expr
    attr: str


class Subscript(Node, frozen=True):
    value: Expr
    index: Expr


class Slice(Node, frozen=True):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Argument(Node, frozen=True):
    """One argument of a call: positional (no name, no star), keyword, ``*value`` (star=1) or ``**value`` (star=2)."""

    value: Expr
    name: str | None = None
    star: int = 0


class Call(Node, frozen=True):
    func: Expr
    args: tuple[Argument, ...]


class BoolOp(Node, frozen=True):
    """``left and right`` / ``left or right``; ``op`` is ``and`` or ``or``."""

    op: str
    left: Expr
    right: Expr


class Unary(Node, frozen=True):
    """``op`` is ``not``, ``-``, ``+`` or ``~``."""

    op: str
    operand: Expr


class Binary(Node, frozen=True):
    """``op`` as written: ``+ - * / // % @ ** << >> & | ^``."""

    op: str
    left: Expr
    right: Expr


class Compare(Node, frozen=True):
    """A chain ``left ops[0] rights[0] ops[1] ...``; ops as written, ``not in`` and ``is not`` with one space."""

    left: Expr
    ops: tuple[str, ...]
    rights: tuple[Expr, ...]


class IfExp(Node, frozen=True):
    test: Expr
    body: Expr
    orelse: Expr


class Starred(Node, frozen=True):
    """``*value`` inside a display, a subscript or an assignment target."""

    value: Expr


class Tuple(Node, frozen=True):
    elts: tuple[Expr, ...]


class List(Node, frozen=True):
    elts: tuple[Expr, ...]


class Set(Node, frozen=True):
    elts: tuple[Expr, ...]


class DictItem(Node, frozen=True):
    """``key: value``; ``**value`` has no key."""

    key: Expr | None
    value: Expr


class Dict(Node, frozen=True):
    items: tuple[DictItem, ...]


class CompFor(Node, frozen=True):
    """One ``for target in iter if ...`` clause of a comprehension."""

    target: Expr
    iter: Expr
    ifs: tuple[Expr, ...]
    is_async: bool


class Comprehension(Node, frozen=True):
    """``kind``: ``list``, ``set``, ``dict`` or ``generator``; ``key`` only for ``dict`` (``elt`` is its value)."""

    kind: str
    elt: Expr
    key: Expr | None
    fors: tuple[CompFor, ...]


class FormattedValue(Node, frozen=True):
    """``{value!conversion:spec}`` of an f-string; ``conversion`` is ``r``, ``s``, ``a`` or empty."""

    value: Expr
    conversion: str
    spec: JoinedStr | None


class JoinedStr(Node, frozen=True):
    """An f-string, or the joined text of one's format specification: its parts in order.

    A part is a Const text, a FormattedValue, or Opaque where a text is not known.
    """

    values: tuple[Expr, ...]


class Lambda(Node, frozen=True):
    """``function`` has the body ``return <expression>`` and the name ``<lambda>``."""

    function: FunctionDef


class Await(Node, frozen=True):
    value: Expr


class Yield(Node, frozen=True):
    value: Expr | None


class YieldFrom(Node, frozen=True):
    value: Expr


class NamedExpr(Node, frozen=True):
    """``(target := value)``."""

    target: Name
    value: Expr


class Opaque(Node, frozen=True):
    """An expression that the interpreter knows nothing about; ``parts`` are evaluated for their effects."""

    parts: tuple[Expr, ...] = ()


# --- statements ------------------------------------------------------------------------------------


class ExprStmt(Node, frozen=True):
    value: Expr


class Assign(Node, frozen=True):
    """``targets[0] = targets[1] = ... = value`` (an annotated assignment with a value too)."""

    targets: tuple[Expr, ...]
    value: Expr


class AnnOnly(Node, frozen=True):
    """``target: annotation`` without a value. Dataclasses read it; it binds nothing."""

    target: Expr


class AugAssign(Node, frozen=True):
    target: Expr
    op: str
    value: Expr


class Return(Node, frozen=True):
    value: Expr | None


class Raise(Node, frozen=True):
    exc: Expr | None
    cause: Expr | None


class Pass(Node, frozen=True):
    pass


class Break(Node, frozen=True):
    pass


class Continue(Node, frozen=True):
    pass


class Delete(Node, frozen=True):
    targets: tuple[Expr, ...]


class Assert(Node, frozen=True):
    test: Expr
    msg: Expr | None


class Global(Node, frozen=True):
    names: tuple[str, ...]


class Nonlocal(Node, frozen=True):
    names: tuple[str, ...]


class ImportAlias(Node, frozen=True):
    """``name`` is dotted as written (``*`` for a star import); ``asname`` the alias, if any."""

    name: str
    asname: str | None


class Import(Node, frozen=True):
    names: tuple[ImportAlias, ...]


class ImportFrom(Node, frozen=True):
    """``level`` counts the leading dots; ``module`` is ``""`` for ``from . import x``."""

    module: str
    level: int
    names: tuple[ImportAlias, ...]


class If(Node, frozen=True):
    """``elif`` is an If inside ``orelse``."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class While(Node, frozen=True):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class For(Node, frozen=True):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool


class Handler(Node, frozen=True):
    """One ``except type as name:``; a bare ``except:`` has no type. ``except*`` is lowered alike."""

    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


class Try(Node, frozen=True):
    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    finalbody: tuple[Stmt, ...]


class WithItem(Node, frozen=True):
    context: Expr
    target: Expr | None


class With(Node, frozen=True):
    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool


class Parameter(Node, frozen=True):
    """``kind``: ``posonly``, ``normal``, ``kwonly``, ``vararg`` or ``kwarg``."""

    name: str
    kind: str
    default: Expr | None


class FunctionDef(Node, frozen=True):
    """A ``def`` or a lambda.

    ``assigned``: names bound in this function's own scope (parameters included; ``global`` and ``nonlocal`` ones not).
    ``is_generator``: has a ``yield`` of its own. ``has_yield`` and ``has_loop_else``: one is in it somewhere, in the
    functions that it defines too. ``has_scope``: a function or class is in it, which may keep its names.
    The docstring is the first statement of the body.
    """

    name: str
    params: tuple[Parameter, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    is_async: bool
    is_generator: bool
    assigned: frozenset[str]
    has_yield: bool = False
    has_loop_else: bool = False
    has_scope: bool = False


class ClassDef(Node, frozen=True):
    """``bases`` holds positional bases and keywords such as ``metaclass=``."""

    name: str
    bases: tuple[Argument, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]


class MatchCase(Node, frozen=True):
    pattern: Pattern
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node, frozen=True):
    subject: Expr
    cases: tuple[MatchCase, ...]


# --- patterns --------------------------------------------------------------------------------------


class MatchValue(Node, frozen=True):
    """A literal, a dotted name, None, True or False."""

    value: Expr


class MatchCapture(Node, frozen=True):
    """``pattern as name``; a bare name has no pattern; ``_`` has neither."""

    pattern: Pattern | None
    name: str | None


class MatchOr(Node, frozen=True):
    patterns: tuple[Pattern, ...]


class MatchSequence(Node, frozen=True):
    patterns: tuple[Pattern, ...]


class MatchStar(Node, frozen=True):
    name: str | None


class MatchMapping(Node, frozen=True):
    keys: tuple[Expr, ...]
    patterns: tuple[Pattern, ...]
    rest: str | None


class MatchClass(Node, frozen=True):
    cls: Expr
    positional: tuple[Pattern, ...]
    keywords: tuple[str, ...]
    keyword_patterns: tuple[Pattern, ...]


class Module(msgspec.Struct, frozen=True, array_like=True, eq=False):
    """One module. ``size`` is the number of ordinals given out; ``assigned`` the names bound at module level."""

    body: tuple[Stmt, ...]
    size: int
    assigned: frozenset[str]


Expr: TypeAlias = (
    Const
    | Name
    | Attribute
    | Subscript
    | Slice
    | Call
    | BoolOp
    | Unary
    | Binary
    | Compare
    | IfExp
    | Starred
    | Tuple
    | List
    | Set
    | Dict
    | Comprehension
    | FormattedValue
    | JoinedStr
    | Lambda
    | Await
    | Yield
    | YieldFrom
    | NamedExpr
    | Opaque
)
Stmt: TypeAlias = (
    ExprStmt
    | Assign
    | AnnOnly
    | AugAssign
    | Return
    | Raise
    | Pass
    | Break
    | Continue
    | Delete
    | Assert
    | Global
    | Nonlocal
    | Import
    | ImportFrom
    | If
    | While
    | For
    | Try
    | With
    | FunctionDef
    | ClassDef
    | Match
)
Pattern: TypeAlias = MatchValue | MatchCapture | MatchOr | MatchSequence | MatchStar | MatchMapping | MatchClass
