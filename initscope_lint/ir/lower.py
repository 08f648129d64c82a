"""Lowering: one direct walk over the fields of a libcst module, giving the IR of ``initscope_lint.ir.nodes``.

Two dispatch tables, one for expressions and one for statements, are keyed by the class of the libcst node. There are
no visitors, metadata providers or matchers here: they cost several times the parse, this walk a small part of it.

An ordinal is the index of the libcst node in ``State.origins``, a list that grows in the order in which nodes are
met and that ``initscope_lint.ir.positions`` reads back when somebody wants a line and a column. Parents come before
their children; a function's own ordinal comes before those of its decorators.

Names are written as Python's compiler sees them: in a class ``C``, ``self.__w`` is lowered as ``self._C__w``.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import libcst as cst

from initscope_lint.ir import nodes
from initscope_lint.ir.scopes import State, class_prefix, is_storable, joined_texts
from initscope_lint.source.deep import run_deep

Origin: TypeAlias = "cst.CSTNode | tuple[cst.CSTNode, cst.CSTNode]"
"""What an ordinal stands for: a libcst node, or the first and the last node of a run that has no node of its own."""


def lower(module: cst.Module) -> nodes.Module:
    """The IR of a parsed module. Total: a construct that the IR does not know becomes ``nodes.Opaque``.

    The recursion is as deep as the code is nested; ``initscope_lint.source.parse`` bounds that.
    """
    try:
        return lower_with_origins(module)[0]
    except RecursionError:
        return run_deep(lambda: lower_with_origins(module)[0])


def lower_with_origins(module: cst.Module) -> tuple[nodes.Module, list[Origin]]:
    """The IR, and the libcst node of each ordinal (the index is the ordinal)."""
    state: _State = State()
    body: list[nodes.Stmt] = []
    for statement in module.body:
        _statement_into(state, statement, body)
    lowered = nodes.Module(tuple(body), len(state.origins), frozenset(state.bound))
    return lowered, state.origins


_State: TypeAlias = "State[Origin]"


# --- literals --------------------------------------------------------------------------------------

_PLAIN_STRING = re.compile(r"([uUrR]?)('''|\"\"\"|'|\")(.*)\2", re.DOTALL)
_SIMPLE_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": "", "a": "\a", "b": "\b"}


def _string_value(source: str) -> str | bytes | None:
    """The value of one string literal; None if Python itself would refuse it, or if msgspec could not store it."""
    match = _PLAIN_STRING.fullmatch(source)
    if match is not None:
        prefix, _, text = match.groups()
        if "\\" not in text or prefix in ("r", "R"):
            return str(text)
        escapes = _SIMPLE_ESCAPE.findall(text)
        if all(escape in _SIMPLE_ESCAPES for escape in escapes):
            return _SIMPLE_ESCAPE.sub(lambda found: _SIMPLE_ESCAPES[found.group(1)], text)
    try:
        # An unknown escape such as "\d" makes the compiler warn, which is the linted code's business and not ours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, (str, bytes)) and is_storable(value) else None


def _simple_string(s: _State, node: cst.SimpleString) -> nodes.Expr:
    pos = s.at(node)
    value = _string_value(node.value)
    return nodes.Opaque(pos) if value is None else nodes.Const(pos, value)


def _integer(s: _State, node: cst.Integer) -> nodes.Expr:
    pos = s.at(node)
    try:
        value = int(node.value, 0)
    except ValueError:  # Python limits the decimal digits of int()
        return nodes.Opaque(pos)
    return nodes.Const(pos, value) if is_storable(value) else nodes.Opaque(pos)


def _float(s: _State, node: cst.Float) -> nodes.Expr:
    return nodes.Const(s.at(node), float(node.value))


def _ellipsis(s: _State, node: cst.Ellipsis) -> nodes.Expr:
    return nodes.Const(s.at(node), None, True)


def _formatted_values(s: _State, pos: int, node: Any, parts: Iterable[Any]) -> list[nodes.Expr]:
    """The parts of an f-string or t-string, or of a format specification in one, whose ordinal is ``pos``."""
    raw = "r" in node.start.lower()
    values: list[nodes.Expr] = []
    for part in parts:
        expression = getattr(part, "expression", None)
        if expression is None:
            text = part.value.replace("{{", "{").replace("}}", "}")
            value = text if raw else _string_value(f"{node.end}{text}{node.end}")
            values.append(nodes.Const(pos, value) if isinstance(value, str) else nodes.Opaque(pos))
            continue
        debug = part.equal is not None
        if debug:
            code = cst.Module([]).code_for_node
            before = part.whitespace_before_expression, part.expression, part.equal
            values.append(nodes.Const(pos, "".join(map(code, before))))
        conversion = part.conversion or ("r" if debug and part.format_spec is None else "")
        part_pos, lowered = s.at(part), _expr(s, expression)
        spec = None
        if part.format_spec is not None:
            spec_pos = s.at(part)
            spec = nodes.JoinedStr(
                spec_pos, joined_texts(spec_pos, _formatted_values(s, spec_pos, node, part.format_spec))
            )
        values.append(nodes.FormattedValue(part_pos, lowered, conversion, spec))
    return values


def _formatted_string(s: _State, node: cst.FormattedString) -> nodes.Expr:
    pos = s.at(node)
    return nodes.JoinedStr(pos, joined_texts(pos, _formatted_values(s, pos, node, node.parts)))


def _templated_string(s: _State, node: Any) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Opaque(pos, tuple(_formatted_values(s, pos, node, node.parts)))


def _concatenated_string(s: _State, node: cst.ConcatenatedString) -> nodes.Expr:
    pos = s.at(node)
    pieces: list[cst.BaseExpression] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):  # right-nested, and can be long
        pieces.append(rest.left)
        rest = rest.right
    pieces.append(rest)
    values: list[nodes.Expr] = []
    literals: list[Any] = []
    template = False
    for piece in pieces:
        if isinstance(piece, cst.SimpleString):
            value = _string_value(piece.value)
            literals.append(value)
            values.append(nodes.Opaque(pos) if value is None else nodes.Const(pos, value))
        else:
            template = template or not isinstance(piece, cst.FormattedString)
            values += _formatted_values(s, pos, piece, getattr(piece, "parts", ()))
    if len(literals) < len(pieces):
        return nodes.Opaque(pos, tuple(values)) if template else nodes.JoinedStr(pos, joined_texts(pos, values))
    if all(isinstance(literal, str) for literal in literals):
        return nodes.Const(pos, "".join(literals))
    if all(isinstance(literal, bytes) for literal in literals):
        return nodes.Const(pos, b"".join(literals))
    return nodes.Opaque(pos)


# --- expressions -----------------------------------------------------------------------------------

_CONSTANT_NAMES: dict[str, bool | None] = {"None": None, "True": True, "False": False}


def _expr(s: _State, node: cst.BaseExpression) -> nodes.Expr:
    handler = _EXPRESSIONS.get(node.__class__)
    return nodes.Opaque(s.at(node)) if handler is None else handler(s, node)


def _optional(s: _State, node: cst.BaseExpression | None) -> nodes.Expr | None:
    return None if node is None else _expr(s, node)


def _name(s: _State, node: cst.Name) -> nodes.Expr:
    pos = s.at(node)
    name = node.value
    if name in _CONSTANT_NAMES:
        return nodes.Const(pos, _CONSTANT_NAMES[name])
    return nodes.Name(pos, s.mangled(name) if name[0] == "_" or not name.isascii() else name)


_OPERATORS: dict[type, str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.MatrixMultiply: "@",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.MatrixMultiplyAssign: "@",
    cst.PowerAssign: "**",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
    cst.And: "and",
    cst.Or: "or",
    cst.Not: "not",
    cst.Minus: "-",
    cst.Plus: "+",
    cst.BitInvert: "~",
    cst.LessThan: "<",
    cst.GreaterThan: ">",
    cst.LessThanEqual: "<=",
    cst.GreaterThanEqual: ">=",
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}


def _spine(s: _State, node: Any) -> nodes.Expr:
    """Calls, attributes, subscripts and left-associative operators, iteratively: ``a.b(c)[d] + e + f ...`` is deep on
    its left, and only there."""
    links: list[tuple[int, Any]] = []
    cls = node.__class__
    while True:
        if cls is cst.Attribute or cls is cst.Subscript:
            below = node.value
        elif cls is cst.Call:
            below = node.func
        elif cls is cst.BinaryOperation or cls is cst.BooleanOperation:
            below = node.left
        else:
            break
        links.append((s.at(node), node))
        node = below
        cls = node.__class__
    value = _expr(s, node)
    for pos, link in reversed(links):
        cls = link.__class__
        if cls is cst.Attribute:
            value = nodes.Attribute(pos, value, s.mangled(link.attr.value))
        elif cls is cst.Call:
            value = nodes.Call(pos, value, _arguments(s, link.args))
        elif cls is cst.Subscript:
            value = nodes.Subscript(pos, value, _index(s, link.slice))
        elif cls is cst.BinaryOperation:
            value = nodes.Binary(pos, _OPERATORS[link.operator.__class__], value, _expr(s, link.right))
        else:
            value = nodes.BoolOp(pos, _OPERATORS[link.operator.__class__], value, _expr(s, link.right))
    return value


def _arguments(s: _State, args: Sequence[cst.Arg]) -> tuple[nodes.Argument, ...]:
    lowered = []
    for arg in args:
        pos = s.at(arg)
        keyword = arg.keyword
        name = None if keyword is None else s.mangled(keyword.value)
        lowered.append(nodes.Argument(pos, _expr(s, arg.value), name, len(arg.star)))
    return tuple(lowered)


def _index(s: _State, elements: Sequence[cst.SubscriptElement]) -> nodes.Expr:
    """The index of a subscript: a tuple if there are several, or one with a comma or a star, as in Python."""
    if len(elements) == 1:
        only = elements[0]
        if not isinstance(only.comma, cst.Comma) and not getattr(only.slice, "star", None):
            return _slice(s, only)
    pos = s.at((elements[0].slice, elements[-1].slice))
    return nodes.Tuple(pos, tuple([_slice(s, element) for element in elements]))


def _slice(s: _State, element: cst.SubscriptElement) -> nodes.Expr:
    item = element.slice
    if isinstance(item, cst.Index):
        if item.star:
            pos = s.at(item)
            return nodes.Starred(pos, _expr(s, item.value))
        return _expr(s, item.value)
    if isinstance(item, cst.Slice):
        pos = s.at(item)
        return nodes.Slice(pos, _optional(s, item.lower), _optional(s, item.upper), _optional(s, item.step))
    return nodes.Opaque(s.at(item))


def _unary(s: _State, node: cst.UnaryOperation) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Unary(pos, _OPERATORS[node.operator.__class__], _expr(s, node.expression))


def _comparison(s: _State, node: cst.Comparison) -> nodes.Expr:
    pos = s.at(node)
    left = _expr(s, node.left)
    operators = tuple([_OPERATORS[target.operator.__class__] for target in node.comparisons])
    return nodes.Compare(pos, left, operators, tuple([_expr(s, target.comparator) for target in node.comparisons]))


def _if_exp(s: _State, node: cst.IfExp) -> nodes.Expr:
    pos = s.at(node)
    body = _expr(s, node.body)
    test = _expr(s, node.test)
    return nodes.IfExp(pos, test, body, _expr(s, node.orelse))


def _elements(s: _State, elements: Sequence[cst.BaseElement]) -> tuple[nodes.Expr, ...]:
    return tuple(
        [_starred(s, item) if item.__class__ is cst.StarredElement else _expr(s, item.value) for item in elements]
    )


def _starred(s: _State, node: Any) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Starred(pos, _expr(s, node.value))


def _tuple(s: _State, node: cst.Tuple) -> nodes.Expr:
    # Unlike other parentheses, a tuple's own belong to it (as in Python's ast).
    pos = s.at((node.lpar[-1], node.rpar[0]) if node.lpar else node)
    return nodes.Tuple(pos, _elements(s, node.elements))


def _list(s: _State, node: cst.List) -> nodes.Expr:
    pos = s.at(node)
    return nodes.List(pos, _elements(s, node.elements))


def _set(s: _State, node: cst.Set) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Set(pos, _elements(s, node.elements))


def _dict(s: _State, node: cst.Dict) -> nodes.Expr:
    pos = s.at(node)
    items = []
    for element in node.elements:
        item_pos = s.at(element)
        key = _expr(s, element.key) if isinstance(element, cst.DictElement) else None
        items.append(nodes.DictItem(item_pos, key, _expr(s, element.value)))
    return nodes.Dict(pos, tuple(items))


_COMPREHENSIONS: dict[str, str] = {
    "ListComp": "list",
    "SetComp": "set",
    "DictComp": "dict",
    "StarredDictComp": "dict",
    "GeneratorExp": "generator",
}


def _comprehension(s: _State, node: Any) -> nodes.Expr:
    kind = _COMPREHENSIONS[node.__class__.__name__]
    pos = s.at((node.lpar[-1], node.rpar[0]) if kind == "generator" and node.lpar else node)
    outer, yields = s.bound, s.yields
    s.bound = set()
    # "value" is the field of dict comprehensions, whose key is None in ``{**value for ...}``.
    key = _optional(s, getattr(node, "key", None))
    elt = _expr(s, node.value if kind == "dict" else node.elt)
    fors = []
    clause = node.for_in
    while clause is not None:
        clause_pos = s.at(clause)
        target = _target(s, clause.target)
        source = _expr(s, clause.iter)
        tests = tuple([_expr(s, test.test) for test in clause.ifs])
        fors.append(nodes.CompFor(clause_pos, target, source, tests, clause.asynchronous is not None))
        clause = clause.inner_for_in
    s.bound, s.yields = outer, yields
    return nodes.Comprehension(pos, kind, elt, key, tuple(fors))


def _await(s: _State, node: cst.Await) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Await(pos, _expr(s, node.expression))


def _yield(s: _State, node: cst.Yield) -> nodes.Expr:
    pos = s.at(node)
    s.yields = True
    s.suspensions += 1
    value = node.value
    if isinstance(value, cst.From):
        return nodes.YieldFrom(pos, _expr(s, value.item))
    return nodes.Yield(pos, _optional(s, value))


def _named_expr(s: _State, node: cst.NamedExpr) -> nodes.Expr:
    pos = s.at(node)
    target = node.target
    name = s.mangled(target.value) if isinstance(target, cst.Name) else ""
    s.walrus.add(name)
    lowered = nodes.Name(s.at(target), name)
    return nodes.NamedExpr(pos, lowered, _expr(s, node.value))


def _lambda(s: _State, node: cst.Lambda) -> nodes.Expr:
    pos = s.at(node)
    s.scopes += 1
    inner = s.at(node)
    params = _parameters(s, node.params)
    saved = s.enter(params)
    suspensions, scopes = s.suspensions, s.scopes
    result = nodes.Return(s.at(node.body), _expr(s, node.body))
    yields, assigned = s.leave(saved)
    function = nodes.FunctionDef(
        inner,
        "<lambda>",
        params,
        (result,),
        (),
        False,
        yields,
        assigned,
        s.suspensions > suspensions,
        has_scope=s.scopes > scopes,
    )
    return nodes.Lambda(pos, function)


_EXPRESSIONS: dict[type, Callable[[_State, Any], nodes.Expr]] = {
    cst.Name: _name,
    cst.Attribute: _spine,
    cst.Call: _spine,
    cst.Subscript: _spine,
    cst.BinaryOperation: _spine,
    cst.BooleanOperation: _spine,
    cst.SimpleString: _simple_string,
    cst.ConcatenatedString: _concatenated_string,
    cst.FormattedString: _formatted_string,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Ellipsis: _ellipsis,
    cst.UnaryOperation: _unary,
    cst.Comparison: _comparison,
    cst.IfExp: _if_exp,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.StarredElement: _starred,
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.DictComp: _comprehension,
    cst.GeneratorExp: _comprehension,
    cst.Lambda: _lambda,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.NamedExpr: _named_expr,
}
# Newer libcst only.
for _class, _handler in (("TemplatedString", _templated_string), ("StarredDictComp", _comprehension)):
    if hasattr(cst, _class):
        _EXPRESSIONS[getattr(cst, _class)] = _handler


# --- scopes and targets ----------------------------------------------------------------------------


def _target(s: _State, node: Any) -> nodes.Expr:
    """Lower an assignment target and note the names that it binds."""
    lowered = _expr(s, node)
    s.bind(lowered)
    return lowered


def _parameters(s: _State, params: cst.Parameters) -> tuple[nodes.Parameter, ...]:
    """Parameters, and their defaults in the scope around the function."""
    lowered: list[nodes.Parameter] = []

    def add(param: cst.Param, kind: str) -> None:
        pos = s.at(param)
        lowered.append(nodes.Parameter(pos, s.mangled(param.name.value), kind, _optional(s, param.default)))

    for param in params.posonly_params:
        add(param, "posonly")
    for param in params.params:
        add(param, "normal")
    if isinstance(params.star_arg, cst.Param):
        add(params.star_arg, "vararg")
    for param in params.kwonly_params:
        add(param, "kwonly")
    if params.star_kwarg is not None:
        add(params.star_kwarg, "kwarg")
    return tuple(lowered)


# --- simple statements -----------------------------------------------------------------------------


def _expr_stmt(s: _State, node: cst.Expr) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.ExprStmt(pos, _expr(s, node.value))


def _assign(s: _State, node: cst.Assign) -> nodes.Stmt:
    pos = s.at(node)
    targets = tuple([_target(s, target.target) for target in node.targets])
    return nodes.Assign(pos, targets, _expr(s, node.value))


def _ann_assign(s: _State, node: cst.AnnAssign) -> nodes.Stmt:
    pos = s.at(node)
    if node.value is not None:
        target = _target(s, node.target)
        return nodes.Assign(pos, (target,), _expr(s, node.value))
    lowered = _expr(s, node.target)
    if isinstance(lowered, nodes.Name) and not node.target.lpar:
        # It gives the name no value, but does make it local, as the compiler sees it.
        s.bound.add(lowered.id)
    return nodes.AnnOnly(pos, lowered)


def _aug_assign(s: _State, node: cst.AugAssign) -> nodes.Stmt:
    pos = s.at(node)
    target = _target(s, node.target)
    return nodes.AugAssign(pos, target, _OPERATORS[node.operator.__class__], _expr(s, node.value))


def _return(s: _State, node: cst.Return) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.Return(pos, _optional(s, node.value))


def _raise(s: _State, node: cst.Raise) -> nodes.Stmt:
    pos = s.at(node)
    exc = _optional(s, node.exc)
    return nodes.Raise(pos, exc, None if node.cause is None else _expr(s, node.cause.item))


def _pass(s: _State, node: cst.Pass) -> nodes.Stmt:
    return nodes.Pass(s.at(node))


def _break(s: _State, node: cst.Break) -> nodes.Stmt:
    return nodes.Break(s.at(node))


def _continue(s: _State, node: cst.Continue) -> nodes.Stmt:
    return nodes.Continue(s.at(node))


def _del(s: _State, node: cst.Del) -> nodes.Stmt:
    pos = s.at(node)
    target = node.target
    if isinstance(target, cst.Tuple) and not target.lpar:
        return nodes.Delete(pos, tuple([_target(s, element.value) for element in target.elements]))
    return nodes.Delete(pos, (_target(s, target),))


def _assert(s: _State, node: cst.Assert) -> nodes.Stmt:
    pos = s.at(node)
    test = _expr(s, node.test)
    return nodes.Assert(pos, test, _optional(s, node.msg))


def _global(s: _State, node: cst.Global) -> nodes.Stmt:
    names = tuple([s.mangled(item.name.value) for item in node.names])
    s.free.update(names)
    return nodes.Global(s.at(node), names)


def _nonlocal(s: _State, node: cst.Nonlocal) -> nodes.Stmt:
    names = tuple([s.mangled(item.name.value) for item in node.names])
    s.free.update(names)
    return nodes.Nonlocal(s.at(node), names)


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    parts.append(node.value if isinstance(node, cst.Name) else "")
    return unicodedata.normalize("NFKC", ".".join(reversed(parts)))


def _alias(s: _State, node: cst.ImportAlias, is_from: bool) -> nodes.ImportAlias:
    pos = s.at(node)
    name = _dotted(node.name)
    asname = None
    if node.asname is not None and isinstance(node.asname.name, cst.Name):
        asname = s.mangled(node.asname.name.value)
    s.bound.add(asname or s.mangled(name if is_from else name.partition(".")[0]))
    return nodes.ImportAlias(pos, name, asname)


def _import(s: _State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.Import(pos, tuple([_alias(s, alias, False) for alias in node.names]))


def _import_from(s: _State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    if isinstance(node.names, cst.ImportStar):
        names: tuple[nodes.ImportAlias, ...] = (nodes.ImportAlias(s.at(node.names), "*", None),)
    else:
        names = tuple([_alias(s, alias, True) for alias in node.names])
    module = "" if node.module is None else _dotted(node.module)
    return nodes.ImportFrom(pos, module, len(node.relative), names)


def _type_alias(s: _State, node: Any) -> nodes.Stmt:
    """``type X = ...`` binds X to something that only type checkers read."""
    pos = s.at(node)
    target = _target(s, node.name)
    return nodes.Assign(pos, (target,), nodes.Opaque(s.at(node.value)))


# --- compound statements ---------------------------------------------------------------------------


def _statement_into(s: _State, node: Any, out: list[nodes.Stmt]) -> None:
    """Lower a line of simple statements, or one compound statement."""
    if node.__class__ is cst.SimpleStatementLine:
        for small in node.body:
            handler = _STATEMENTS.get(small.__class__)
            out.append(_unknown_statement(s, small) if handler is None else handler(s, small))
    else:
        handler = _STATEMENTS.get(node.__class__)
        out.append(_unknown_statement(s, node) if handler is None else handler(s, node))


def _unknown_statement(s: _State, node: cst.CSTNode) -> nodes.Stmt:
    return nodes.ExprStmt(s.at(node), nodes.Opaque(s.at(node)))


def _block(s: _State, suite: cst.BaseSuite) -> tuple[nodes.Stmt, ...]:
    out: list[nodes.Stmt] = []
    if isinstance(suite, cst.IndentedBlock):
        for statement in suite.body:
            _statement_into(s, statement, out)
    else:
        for small in suite.body:
            handler = _STATEMENTS.get(small.__class__)
            out.append(_unknown_statement(s, small) if handler is None else handler(s, small))
    return tuple(out)


def _else(s: _State, node: cst.Else | cst.Finally | None) -> tuple[nodes.Stmt, ...]:
    return () if node is None else _block(s, node.body)


def _if(s: _State, node: cst.If) -> nodes.Stmt:
    # A chain of elif is as deep as it is long, hence the loop and the fold.
    arms: list[tuple[int, nodes.Expr, tuple[nodes.Stmt, ...]]] = []
    arm: cst.If | cst.Else | None = node
    while isinstance(arm, cst.If):
        pos = s.at(arm)
        test = _expr(s, arm.test)
        arms.append((pos, test, _block(s, arm.body)))
        arm = arm.orelse
    orelse = _else(s, arm)
    for pos, test, body in reversed(arms[1:]):
        orelse = (nodes.If(pos, test, body, orelse),)
    pos, test, body = arms[0]
    return nodes.If(pos, test, body, orelse)


def _while(s: _State, node: cst.While) -> nodes.Stmt:
    pos = s.at(node)
    test = _expr(s, node.test)
    body = _block(s, node.body)
    s.loop_elses += node.orelse is not None
    return nodes.While(pos, test, body, _else(s, node.orelse))


def _for(s: _State, node: cst.For) -> nodes.Stmt:
    pos = s.at(node)
    target = _target(s, node.target)
    source = _expr(s, node.iter)
    body = _block(s, node.body)
    s.loop_elses += node.orelse is not None
    return nodes.For(pos, target, source, body, _else(s, node.orelse), node.asynchronous is not None)


def _try(s: _State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    body = _block(s, node.body)
    handlers = []
    for handler in node.handlers:
        handler_pos = s.at(handler)
        kind = _optional(s, handler.type)
        name = None
        if handler.name is not None and isinstance(handler.name.name, cst.Name):
            name = s.mangled(handler.name.name.value)
            s.bound.add(name)
        handlers.append(nodes.Handler(handler_pos, kind, name, _block(s, handler.body)))
    orelse = _else(s, node.orelse)
    return nodes.Try(pos, body, tuple(handlers), orelse, _else(s, node.finalbody))


def _with(s: _State, node: cst.With) -> nodes.Stmt:
    pos = s.at(node)
    items = []
    for item in node.items:
        item_pos = s.at(item)
        context = _expr(s, item.item)
        target = None if item.asname is None else _target(s, item.asname.name)
        items.append(nodes.WithItem(item_pos, context, target))
    return nodes.With(pos, tuple(items), _block(s, node.body), node.asynchronous is not None)


def _function_def(s: _State, node: cst.FunctionDef) -> nodes.Stmt:
    pos = s.at(node)
    s.scopes += 1
    name = s.mangled(node.name.value)
    s.bound.add(name)
    decorators = tuple([_expr(s, decorator.decorator) for decorator in node.decorators])
    params = _parameters(s, node.params)
    saved = s.enter(params)
    suspensions, loop_elses, scopes = s.suspensions, s.loop_elses, s.scopes
    body = _block(s, node.body)
    yields, assigned = s.leave(saved)
    return nodes.FunctionDef(
        pos,
        name,
        params,
        body,
        decorators,
        node.asynchronous is not None,
        yields,
        assigned,
        s.suspensions > suspensions,
        s.loop_elses > loop_elses,
        s.scopes > scopes,
    )


def _class_def(s: _State, node: cst.ClassDef) -> nodes.Stmt:
    pos = s.at(node)
    s.scopes += 1
    name = s.mangled(node.name.value)
    s.bound.add(name)
    decorators = tuple([_expr(s, decorator.decorator) for decorator in node.decorators])
    bases = _arguments(s, [*node.bases, *node.keywords])
    saved, prefix = s.enter(()), s.prefix
    s.prefix = class_prefix(node.name.value)
    body = _block(s, node.body)
    s.prefix = prefix
    s.leave(saved)
    return nodes.ClassDef(pos, name, bases, body, decorators)


# --- match -----------------------------------------------------------------------------------------


def _match(s: _State, node: cst.Match) -> nodes.Stmt:
    pos = s.at(node)
    subject = _expr(s, node.subject)
    cases = []
    for case in node.cases:
        case_pos = s.at(case)
        pattern = _pattern(s, case.pattern)
        guard = _optional(s, case.guard)
        cases.append(nodes.MatchCase(case_pos, pattern, guard, _block(s, case.body)))
    return nodes.Match(pos, subject, tuple(cases))


def _capture(s: _State, name: cst.Name | None) -> str | None:
    if name is None or name.value == "_":
        return None
    mangled = s.mangled(name.value)
    s.bound.add(mangled)
    return mangled


def _pattern(s: _State, node: Any) -> nodes.Pattern:
    pos = s.at(node)
    if isinstance(node, (cst.MatchValue, cst.MatchSingleton)):
        return nodes.MatchValue(pos, _expr(s, node.value))
    if isinstance(node, cst.MatchAs):
        inner = None if node.pattern is None else _pattern(s, node.pattern)
        return nodes.MatchCapture(pos, inner, _capture(s, node.name))
    if isinstance(node, cst.MatchOr):
        return nodes.MatchOr(pos, tuple([_pattern(s, element.pattern) for element in node.patterns]))
    if isinstance(node, cst.MatchSequence):
        return nodes.MatchSequence(pos, tuple([_sequence_item(s, element) for element in node.patterns]))
    if isinstance(node, cst.MatchMapping):
        keys = tuple([_expr(s, element.key) for element in node.elements])
        patterns = tuple([_pattern(s, element.pattern) for element in node.elements])
        return nodes.MatchMapping(pos, keys, patterns, _capture(s, node.rest))
    if isinstance(node, cst.MatchClass):
        cls = _expr(s, node.cls)
        positional = tuple([_sequence_item(s, element) for element in node.patterns])
        keywords = tuple([s.mangled(element.key.value) for element in node.kwds])
        values = tuple([_pattern(s, element.pattern) for element in node.kwds])
        return nodes.MatchClass(pos, cls, positional, keywords, values)
    return nodes.MatchValue(pos, nodes.Opaque(s.at(node)))


def _sequence_item(s: _State, node: Any) -> nodes.Pattern:
    if isinstance(node, cst.MatchStar):
        return nodes.MatchStar(s.at(node), _capture(s, node.name))
    return _pattern(s, node.value)


_STATEMENTS: dict[type, Callable[[_State, Any], nodes.Stmt]] = {
    cst.Expr: _expr_stmt,
    cst.Assign: _assign,
    cst.AnnAssign: _ann_assign,
    cst.AugAssign: _aug_assign,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Pass: _pass,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Del: _del,
    cst.Assert: _assert,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
    cst.FunctionDef: _function_def,
    cst.ClassDef: _class_def,
    cst.Match: _match,
}
# Newer libcst only.
for _class, _statement in (("TypeAlias", _type_alias), ("LazyImport", _import), ("LazyImportFrom", _import_from)):
    if hasattr(cst, _class):
        _STATEMENTS[getattr(cst, _class)] = _statement
