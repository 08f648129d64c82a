"""Lowering: one walk over a tree of CPython's ``ast``, giving the IR of ``initscope_lint.ir.nodes``.

The tree is CPython's own, or what ``initscope_lint.ir.libcst_tree`` makes of one of libcst's. Two dispatch tables, one
for expressions and one for statements, are keyed by the class of its nodes.

An ordinal is the index of a node of the tree in ``State.origins``, a list that grows in the order in which nodes are
met and that ``initscope_lint.ir.positions`` reads back when somebody wants a line and a column. Parents come before
their children; a function's own ordinal comes before those of its decorators. What has no place of its own in the tree
(an item of a ``with``, a clause of a comprehension) is where its first part is that has one.

Names are written as Python's compiler sees them: in a class ``C``, ``self.__w`` is lowered as ``self._C__w``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from initscope_lint.ir import nodes
from initscope_lint.ir.scopes import State, class_prefix, is_storable, joined_texts
from initscope_lint.source.deep import run_deep

MAX_CHAIN = 1000
"""Operators, calls and the like that hang on each other: more are ``Opaque``, for they nest too deeply to interpret."""


class Unsupported(Exception):
    """A tree that is not lowered or placed; libcst may know better."""


class Unknown(ast.expr):
    """What nothing is known of but its ``parts``, expressions that are evaluated for their effects."""

    _fields = ("parts",)

    def __init__(self, parts: Sequence[ast.expr] = ()) -> None:
        super().__init__()
        self.parts = list(parts)


def lower(tree: ast.Module) -> nodes.Module:
    """The IR of a syntax tree.

    Raises Unsupported for a tree of a newer CPython that has something in it of which this knows nothing.
    """
    return lower_with_origins(tree)[0]


def lower_with_origins(tree: ast.Module) -> tuple[nodes.Module, list[ast.AST]]:
    """The IR, and the node of the syntax tree that each ordinal stands for (the index is the ordinal).

    Raises Unsupported as ``lower`` does.
    """
    try:
        return _lower(tree)
    except RecursionError:
        try:
            return run_deep(lambda: _lower(tree))
        except RecursionError as error:
            raise Unsupported from error
    except KeyError as error:  # a kind of node that is newer than this
        raise Unsupported from error


def _lower(tree: ast.Module) -> tuple[nodes.Module, list[ast.AST]]:
    state: State = State()
    body = _block(state, tree.body)
    return nodes.Module(body, len(state.origins), frozenset(state.bound)), state.origins


# --- expressions -----------------------------------------------------------------------------------


def _expr(s: State, node: Any) -> nodes.Expr:
    return _EXPRESSIONS[node.__class__](s, node)


def _optional(s: State, node: Any) -> nodes.Expr | None:
    return None if node is None else _EXPRESSIONS[node.__class__](s, node)


def _all(s: State, items: Sequence[Any]) -> tuple[nodes.Expr, ...]:
    return tuple([_EXPRESSIONS[item.__class__](s, item) for item in items])


def _name(s: State, node: ast.Name) -> nodes.Expr:
    origins = s.origins
    origins.append(node)
    name = node.id
    return nodes.Name(len(origins) - 1, s.mangled(name) if name[0] == "_" else name)


def _constant(s: State, node: Any) -> nodes.Expr:
    pos = s.at(node)
    value = node.value
    if value is ...:
        return nodes.Const(pos, None, True)
    return nodes.Const(pos, value) if is_storable(value) else nodes.Opaque(pos)


def _joined_string(s: State, node: ast.JoinedStr) -> nodes.JoinedStr:
    pos = s.at(node)
    return nodes.JoinedStr(pos, joined_texts(pos, _parts(s, pos, node.values)))


def _parts(s: State, pos: int, parts: Sequence[Any]) -> list[nodes.Expr]:
    """The parts of a formatted string, or of a format specification in one, whose ordinal is ``pos``."""
    values: list[nodes.Expr] = []
    for part in parts:
        if isinstance(part, ast.FormattedValue):
            conversion = "" if part.conversion < 0 else chr(part.conversion)
            part_pos, value = s.at(part), _expr(s, part.value)
            spec = None
            if part.format_spec is not None:
                spec_pos = s.at(part)  # CPython does not always say where it begins
                assert isinstance(part.format_spec, ast.JoinedStr)
                spec = nodes.JoinedStr(spec_pos, joined_texts(spec_pos, _parts(s, spec_pos, part.format_spec.values)))
            values.append(nodes.FormattedValue(part_pos, value, conversion, spec))
        else:
            text = part.value if isinstance(part, ast.Constant) else None
            values.append(nodes.Const(pos, text) if isinstance(text, str) and is_storable(text) else nodes.Opaque(pos))
    return values


def _unknown(s: State, node: Unknown) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Opaque(pos, tuple(_parts(s, pos, node.parts)))


_OPERATORS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Lt: "<",
    ast.Gt: ">",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def _spine(s: State, node: Any) -> nodes.Expr:
    """Calls, attributes, subscripts and left-associative operators, iteratively: ``a.b(c)[d] + e + f ...`` is deep on
    its left, and only there."""
    links: list[tuple[int, Any, Any]] = []
    at = s.at
    while True:
        cls = node.__class__
        if cls is ast.Attribute or cls is ast.Subscript:
            links.append((at(node), node, cls))
            node = node.value
        elif cls is ast.Call:
            links.append((at(node), node, cls))
            node = node.func
        elif cls is ast.BinOp:
            links.append((at(node), node, cls))
            node = node.left
        elif cls is ast.BoolOp:
            op = _OPERATORS[node.op.__class__]
            for operand in node.values[:0:-1]:
                links.append((at(node), operand, op))
            node = node.values[0]
        else:
            break
    s.depth += len(links)
    if s.depth > MAX_CHAIN:
        s.depth -= len(links)
        return nodes.Opaque(links[0][0])
    value: nodes.Expr = _expr(s, node)
    while links:
        pos, link, cls = links.pop()
        if cls is ast.Attribute:
            name = link.attr
            value = nodes.Attribute(pos, value, s.mangled(name) if name[0] == "_" else name)
        elif cls is ast.Call:
            value = nodes.Call(pos, value, _arguments(s, link.args, link.keywords))
        elif cls is ast.Subscript:
            index = _expr(s, link.slice)
            if isinstance(index, nodes.Tuple) and len(index.elts) == 1:
                s.origins[index.pos] = s.origins[index.pos + 1]  # its comma belongs to the brackets
            value = nodes.Subscript(pos, value, index)
        elif cls is ast.BinOp:
            value = nodes.Binary(pos, _OPERATORS[link.op.__class__], value, _expr(s, link.right))
        else:
            value = nodes.BoolOp(pos, cls, value, _expr(s, link))
        s.depth -= 1
    return value


def _arguments(s: State, args: Sequence[Any], keywords: Sequence[ast.keyword]) -> tuple[nodes.Argument, ...]:
    if not args and not keywords:
        return ()
    if keywords and args and args[-1].__class__ is ast.Starred and _place(args[-1]) > _place(keywords[0]):
        return tuple([_argument(s, item) for item in sorted([*args, *keywords], key=_place)])
    return tuple([_argument(s, item) for item in args] + [_argument(s, item) for item in keywords])


def _argument(s: State, item: Any) -> nodes.Argument:
    cls = item.__class__
    if cls is ast.keyword:
        pos = s.at(item)
        name = item.arg
        if name is None:
            return nodes.Argument(pos, _expr(s, item.value), None, 2)
        return nodes.Argument(pos, _expr(s, item.value), s.mangled(name))
    pos = s.at(item)
    if cls is ast.Starred:
        return nodes.Argument(pos, _expr(s, item.value), None, 1)
    return nodes.Argument(pos, _EXPRESSIONS[cls](s, item))


def _place(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _slice(s: State, node: ast.Slice) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Slice(pos, _optional(s, node.lower), _optional(s, node.upper), _optional(s, node.step))


def _unary(s: State, node: ast.UnaryOp) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Unary(pos, _OPERATORS[node.op.__class__], _expr(s, node.operand))


def _comparison(s: State, node: ast.Compare) -> nodes.Expr:
    pos = s.at(node)
    left = _expr(s, node.left)
    operators = tuple([_OPERATORS[operator.__class__] for operator in node.ops])
    return nodes.Compare(pos, left, operators, _all(s, node.comparators))


def _if_exp(s: State, node: ast.IfExp) -> nodes.Expr:
    pos = s.at(node)
    body = _expr(s, node.body)
    test = _expr(s, node.test)
    return nodes.IfExp(pos, test, body, _expr(s, node.orelse))


def _starred(s: State, node: ast.Starred) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Starred(pos, _expr(s, node.value))


def _tuple(s: State, node: ast.Tuple) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Tuple(pos, _all(s, node.elts))


def _list(s: State, node: ast.List) -> nodes.Expr:
    pos = s.at(node)
    return nodes.List(pos, _all(s, node.elts))


def _set(s: State, node: ast.Set) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Set(pos, _all(s, node.elts))


def _dict(s: State, node: ast.Dict) -> nodes.Expr:
    pos = s.at(node)
    items = []
    for key, value in zip(node.keys, node.values, strict=True):
        item_pos = s.at(key or value)
        lowered = None if key is None else _expr(s, key)
        items.append(nodes.DictItem(item_pos, lowered, _expr(s, value)))
    return nodes.Dict(pos, tuple(items))


_COMPREHENSIONS: dict[type, str] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}


def _comprehension(s: State, node: Any) -> nodes.Expr:
    kind = _COMPREHENSIONS[node.__class__]
    pos = s.at(node)
    outer, yields = s.bound, s.yields
    s.bound = set()
    key = None
    if kind == "dict":
        if node.value is None:  # ``{**item for ...}``
            elt = _expr(s, node.key)
        else:
            key, elt = _expr(s, node.key), _expr(s, node.value)
    else:
        elt = _expr(s, node.elt)
    fors = []
    for clause in node.generators:
        clause_pos = s.at(clause.target)
        target = _target(s, clause.target)
        source = _expr(s, clause.iter)
        fors.append(nodes.CompFor(clause_pos, target, source, _all(s, clause.ifs), bool(clause.is_async)))
    s.bound, s.yields = outer, yields
    return nodes.Comprehension(pos, kind, elt, key, tuple(fors))


def _await(s: State, node: ast.Await) -> nodes.Expr:
    pos = s.at(node)
    return nodes.Await(pos, _expr(s, node.value))


def _yield(s: State, node: ast.Yield) -> nodes.Expr:
    pos = s.at(node)
    s.yields = True
    s.suspensions += 1
    return nodes.Yield(pos, _optional(s, node.value))


def _yield_from(s: State, node: ast.YieldFrom) -> nodes.Expr:
    pos = s.at(node)
    s.yields = True
    s.suspensions += 1
    return nodes.YieldFrom(pos, _expr(s, node.value))


def _named_expr(s: State, node: ast.NamedExpr) -> nodes.Expr:
    pos = s.at(node)
    name = s.mangled(node.target.id)
    s.walrus.add(name)
    return nodes.NamedExpr(pos, nodes.Name(s.at(node.target), name), _expr(s, node.value))


def _lambda(s: State, node: ast.Lambda) -> nodes.Expr:
    pos = s.at(node)
    s.scopes += 1
    inner = s.at(node)
    params = _parameters(s, node.args)
    saved = s.enter(params)
    suspensions, scopes = s.suspensions, s.scopes
    result = nodes.Return(s.at(node.body), _expr(s, node.body))
    yields, assigned = s.leave(saved)
    return nodes.Lambda(
        pos,
        nodes.FunctionDef(
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
        ),
    )


_EXPRESSIONS: dict[type, Callable[[State, Any], nodes.Expr]] = {
    ast.Name: _name,
    ast.Attribute: _spine,
    ast.Call: _spine,
    ast.Subscript: _spine,
    ast.BinOp: _spine,
    ast.BoolOp: _spine,
    ast.Constant: _constant,
    ast.JoinedStr: _joined_string,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.IfExp: _if_exp,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.Slice: _slice,
    ast.Starred: _starred,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Lambda: _lambda,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.NamedExpr: _named_expr,
    Unknown: _unknown,
}


def _target(s: State, node: Any) -> nodes.Expr:
    """Lower an assignment target and note the names that it binds."""
    lowered = _expr(s, node)
    s.bind(lowered)
    return lowered


def _parameters(s: State, args: ast.arguments) -> tuple[nodes.Parameter, ...]:
    """Parameters, and their defaults in the scope around the function."""
    lowered: list[nodes.Parameter] = []

    def add(param: ast.arg, kind: str, default: ast.expr | None = None) -> None:
        pos = s.at(param)
        lowered.append(nodes.Parameter(pos, s.mangled(param.arg), kind, _optional(s, default)))

    plain = [(param, "posonly") for param in args.posonlyargs] + [(param, "normal") for param in args.args]
    without = len(plain) - len(args.defaults)
    for place, (param, kind) in enumerate(plain):
        add(param, kind, None if place < without else args.defaults[place - without])
    if args.vararg is not None:
        add(args.vararg, "vararg")
    for param, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        add(param, "kwonly", default)
    if args.kwarg is not None:
        add(args.kwarg, "kwarg")
    return tuple(lowered)


# --- statements ------------------------------------------------------------------------------------


def _block(s: State, body: Sequence[Any]) -> tuple[nodes.Stmt, ...]:
    return tuple([_STATEMENTS[node.__class__](s, node) for node in body])


def _expr_stmt(s: State, node: ast.Expr) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.ExprStmt(pos, _expr(s, node.value))


def _assign(s: State, node: ast.Assign) -> nodes.Stmt:
    pos = s.at(node)
    targets = tuple([_target(s, target) for target in node.targets])
    return nodes.Assign(pos, targets, _expr(s, node.value))


def _ann_assign(s: State, node: ast.AnnAssign) -> nodes.Stmt:
    pos = s.at(node)
    if node.value is not None:
        target = _target(s, node.target)
        return nodes.Assign(pos, (target,), _expr(s, node.value))
    lowered = _expr(s, node.target)
    if node.simple and isinstance(lowered, nodes.Name):
        s.bound.add(lowered.id)
    return nodes.AnnOnly(pos, lowered)


def _aug_assign(s: State, node: ast.AugAssign) -> nodes.Stmt:
    pos = s.at(node)
    target = _target(s, node.target)
    return nodes.AugAssign(pos, target, _OPERATORS[node.op.__class__], _expr(s, node.value))


def _return(s: State, node: ast.Return) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.Return(pos, _optional(s, node.value))


def _raise(s: State, node: ast.Raise) -> nodes.Stmt:
    pos = s.at(node)
    exc = _optional(s, node.exc)
    return nodes.Raise(pos, exc, _optional(s, node.cause))


def _pass(s: State, node: ast.Pass) -> nodes.Stmt:
    return nodes.Pass(s.at(node))


def _break(s: State, node: ast.Break) -> nodes.Stmt:
    return nodes.Break(s.at(node))


def _continue(s: State, node: ast.Continue) -> nodes.Stmt:
    return nodes.Continue(s.at(node))


def _delete(s: State, node: ast.Delete) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.Delete(pos, tuple([_target(s, target) for target in node.targets]))


def _assert(s: State, node: ast.Assert) -> nodes.Stmt:
    pos = s.at(node)
    test = _expr(s, node.test)
    return nodes.Assert(pos, test, _optional(s, node.msg))


def _global(s: State, node: ast.Global) -> nodes.Stmt:
    names = tuple(map(s.mangled, node.names))
    s.free.update(names)
    return nodes.Global(s.at(node), names)


def _nonlocal(s: State, node: ast.Nonlocal) -> nodes.Stmt:
    names = tuple(map(s.mangled, node.names))
    s.free.update(names)
    return nodes.Nonlocal(s.at(node), names)


def _alias(s: State, node: ast.alias, is_from: bool) -> nodes.ImportAlias:
    pos = s.at(node)
    name = node.name
    asname = None if node.asname is None else s.mangled(node.asname)
    if name != "*":
        s.bound.add(asname or s.mangled(name if is_from else name.partition(".")[0]))
    return nodes.ImportAlias(pos, name, asname)


def _import(s: State, node: ast.Import) -> nodes.Stmt:
    pos = s.at(node)
    return nodes.Import(pos, tuple([_alias(s, alias, False) for alias in node.names]))


def _import_from(s: State, node: ast.ImportFrom) -> nodes.Stmt:
    pos = s.at(node)
    names = tuple([_alias(s, alias, True) for alias in node.names])
    return nodes.ImportFrom(pos, node.module or "", node.level, names)


def _type_alias(s: State, node: Any) -> nodes.Stmt:
    """``type X = ...`` binds X to something that only type checkers read."""
    pos = s.at(node)
    target = _target(s, node.name)
    return nodes.Assign(pos, (target,), nodes.Opaque(s.at(node.value)))


def _if(s: State, node: ast.If) -> nodes.Stmt:
    # A chain of elif is as deep as it is long, hence the loop and the fold.
    arms: list[tuple[int, nodes.Expr, tuple[nodes.Stmt, ...]]] = []
    while True:
        pos = s.at(node)
        test = _expr(s, node.test)
        arms.append((pos, test, _block(s, node.body)))
        rest = node.orelse
        if len(rest) != 1 or not isinstance(rest[0], ast.If):
            break
        node = rest[0]
    orelse = _block(s, rest)
    if len(arms) > MAX_CHAIN:
        return nodes.ExprStmt(arms[0][0], nodes.Opaque(arms[0][0]))
    for pos, test, body in reversed(arms[1:]):
        orelse = (nodes.If(pos, test, body, orelse),)
    pos, test, body = arms[0]
    return nodes.If(pos, test, body, orelse)


def _while(s: State, node: ast.While) -> nodes.Stmt:
    pos = s.at(node)
    test = _expr(s, node.test)
    body = _block(s, node.body)
    s.loop_elses += bool(node.orelse)
    return nodes.While(pos, test, body, _block(s, node.orelse))


def _for(s: State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    target = _target(s, node.target)
    source = _expr(s, node.iter)
    body = _block(s, node.body)
    s.loop_elses += bool(node.orelse)
    return nodes.For(pos, target, source, body, _block(s, node.orelse), node.__class__ is ast.AsyncFor)


def _try(s: State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    body = _block(s, node.body)
    handlers = []
    for handler in node.handlers:
        handler_pos = s.at(handler)
        kind = _optional(s, handler.type)
        name = None
        if handler.name is not None:
            name = s.mangled(handler.name)
            s.bound.add(name)
        handlers.append(nodes.Handler(handler_pos, kind, name, _block(s, handler.body)))
    orelse = _block(s, node.orelse)
    return nodes.Try(pos, body, tuple(handlers), orelse, _block(s, node.finalbody))


def _with(s: State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    items = []
    for item in node.items:
        item_pos = s.at(item.context_expr)
        context = _expr(s, item.context_expr)
        target = None if item.optional_vars is None else _target(s, item.optional_vars)
        items.append(nodes.WithItem(item_pos, context, target))
    return nodes.With(pos, tuple(items), _block(s, node.body), node.__class__ is ast.AsyncWith)


def _function_def(s: State, node: Any) -> nodes.Stmt:
    pos = s.at(node)
    s.scopes += 1
    name = s.mangled(node.name)
    s.bound.add(name)
    decorators = _all(s, node.decorator_list)
    params = _parameters(s, node.args)
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
        node.__class__ is ast.AsyncFunctionDef,
        yields,
        assigned,
        s.suspensions > suspensions,
        s.loop_elses > loop_elses,
        s.scopes > scopes,
    )


def _class_def(s: State, node: ast.ClassDef) -> nodes.Stmt:
    pos = s.at(node)
    s.scopes += 1
    name = s.mangled(node.name)
    s.bound.add(name)
    decorators = _all(s, node.decorator_list)
    bases = tuple([_argument(s, item) for item in (*node.bases, *node.keywords)])
    saved, prefix = s.enter(()), s.prefix
    s.prefix = class_prefix(node.name)
    body = _block(s, node.body)
    s.prefix = prefix
    s.leave(saved)
    return nodes.ClassDef(pos, name, bases, body, decorators)


# --- match -----------------------------------------------------------------------------------------


def _match(s: State, node: ast.Match) -> nodes.Stmt:
    pos = s.at(node)
    subject = _expr(s, node.subject)
    cases = []
    for case in node.cases:
        case_pos = s.at(case.pattern)
        pattern = _pattern(s, case.pattern)
        guard = _optional(s, case.guard)
        cases.append(nodes.MatchCase(case_pos, pattern, guard, _block(s, case.body)))
    return nodes.Match(pos, subject, tuple(cases))


def _capture(s: State, name: str | None) -> str | None:
    if name is None:
        return None
    mangled = s.mangled(name)
    s.bound.add(mangled)
    return mangled


def _pattern(s: State, node: Any) -> nodes.Pattern:
    pos = s.at(node)
    if isinstance(node, ast.MatchValue):
        return nodes.MatchValue(pos, _expr(s, node.value))
    if isinstance(node, ast.MatchSingleton):
        return nodes.MatchValue(pos, nodes.Const(s.at(node), node.value))
    if isinstance(node, ast.MatchAs):
        inner = None if node.pattern is None else _pattern(s, node.pattern)
        return nodes.MatchCapture(pos, inner, _capture(s, node.name))
    if isinstance(node, ast.MatchOr):
        return nodes.MatchOr(pos, _patterns(s, node.patterns))
    if isinstance(node, ast.MatchSequence):
        return nodes.MatchSequence(pos, _patterns(s, node.patterns))
    if isinstance(node, ast.MatchStar):
        return nodes.MatchStar(pos, _capture(s, node.name))
    if isinstance(node, ast.MatchMapping):
        keys = _all(s, node.keys)
        patterns = _patterns(s, node.patterns)
        return nodes.MatchMapping(pos, keys, patterns, _capture(s, node.rest))
    if isinstance(node, ast.MatchClass):
        cls = _expr(s, node.cls)
        positional = _patterns(s, node.patterns)
        keywords = tuple(map(s.mangled, node.kwd_attrs))
        return nodes.MatchClass(pos, cls, positional, keywords, _patterns(s, node.kwd_patterns))
    raise Unsupported


def _patterns(s: State, patterns: Sequence[Any]) -> tuple[nodes.Pattern, ...]:
    return tuple([_pattern(s, pattern) for pattern in patterns])


_STATEMENTS: dict[type, Callable[[State, Any], nodes.Stmt]] = {
    ast.Expr: _expr_stmt,
    ast.Assign: _assign,
    ast.AnnAssign: _ann_assign,
    ast.AugAssign: _aug_assign,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Pass: _pass,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.FunctionDef: _function_def,
    ast.AsyncFunctionDef: _function_def,
    ast.ClassDef: _class_def,
    ast.Match: _match,
}
for _class, _statement in (("TryStar", _try), ("TypeAlias", _type_alias)):  # of newer grammars
    if hasattr(ast, _class):
        _STATEMENTS[getattr(ast, _class)] = _statement
