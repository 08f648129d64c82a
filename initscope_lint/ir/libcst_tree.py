"""The tree that CPython would make of a module, made of the one that libcst has made.

For text that the running CPython refuses because its grammar is newer, and for places that an older one does not tell.
It has what ``initscope_lint.ir.lower`` and ``initscope_lint.ir.positions`` read: no annotations, no contexts, and
``Unknown`` for what neither of them knows.
"""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections.abc import Iterable
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from initscope_lint.ir.lower import Unknown
from initscope_lint.source.deep import run_deep


def tree_of(module: cst.Module) -> ast.Module:
    """The same module as a tree of CPython's. Total: a construct that is not known becomes ``Unknown``.

    The recursion is as deep as the code is nested; ``initscope_lint.source.parse`` bounds that.
    """
    return run_deep(lambda: _Converter(module).module())


_OPERATORS: dict[str, type[ast.AST]] = {
    "Add": ast.Add,
    "Subtract": ast.Sub,
    "Multiply": ast.Mult,
    "Divide": ast.Div,
    "FloorDivide": ast.FloorDiv,
    "Modulo": ast.Mod,
    "MatrixMultiply": ast.MatMult,
    "Power": ast.Pow,
    "LeftShift": ast.LShift,
    "RightShift": ast.RShift,
    "BitAnd": ast.BitAnd,
    "BitOr": ast.BitOr,
    "BitXor": ast.BitXor,
    "And": ast.And,
    "Or": ast.Or,
    "Not": ast.Not,
    "Minus": ast.USub,
    "Plus": ast.UAdd,
    "BitInvert": ast.Invert,
    "LessThan": ast.Lt,
    "GreaterThan": ast.Gt,
    "LessThanEqual": ast.LtE,
    "GreaterThanEqual": ast.GtE,
    "Equal": ast.Eq,
    "NotEqual": ast.NotEq,
    "In": ast.In,
    "NotIn": ast.NotIn,
    "Is": ast.Is,
    "IsNot": ast.IsNot,
}
"""By the names of libcst's classes; those of augmented assignments end in ``Assign``."""

_CONSTANTS: dict[str, bool | None] = {"None": None, "True": True, "False": False}


def _operator(node: cst.CSTNode) -> Any:
    return _OPERATORS[type(node).__name__.removesuffix("Assign")]()


def _identifier(node: Any) -> str:
    """A name, or several with dots between them, as the compiler spells it."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    parts.append(node.value)
    return unicodedata.normalize("NFKC", ".".join(reversed(parts)))


def _value(literal: str) -> Any:
    """The value of a literal, Unknown if Python itself would refuse it."""
    try:
        # An unknown escape such as "\d" makes the compiler warn, which is the linted code's business and not ours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.Constant(ast.literal_eval(literal))
    except (SyntaxError, ValueError):
        return Unknown()


class _Converter:
    """A method for each class of libcst's nodes, of the same name, gives what CPython has in its place."""

    def __init__(self, module: cst.Module) -> None:
        self._module = module
        self._lines = module.code.split("\n")
        # Heavy, but little is parsed by libcst.
        self._ranges: Any = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)

    def module(self) -> ast.Module:
        return ast.Module(self._statements(self._module.body), [])

    def _made(self, node: Any) -> Any:
        method = getattr(self, type(node).__name__, None)
        made = Unknown() if method is None else method(node)
        return made if hasattr(made, "lineno") else self._placed(made, node)

    def _optional(self, node: Any) -> Any:
        return None if node is None else self._made(node)

    def _all(self, items: Iterable[Any]) -> list[Any]:
        return [self._made(item) for item in items]

    def _placed(self, made: Any, first: Any, last: Any = None) -> Any:
        """What was made, at the place of a node or of all from the first to the last."""
        start, end = self._ranges[first].start, self._ranges[last or first].end
        made.lineno, made.col_offset = start.line, self._offset(start)
        made.end_lineno, made.end_col_offset = end.line, self._offset(end)
        return made

    def _offset(self, position: Any) -> int:
        return len(self._lines[position.line - 1][: position.column].encode("utf-8", "surrogatepass"))

    def _bracketed(self, made: Any, node: Any) -> Any:
        """Unlike other parentheses, a tuple's and a generator's own belong to it."""
        return self._placed(made, node.lpar[-1], node.rpar[0]) if node.lpar else made

    # --- literals ------------------------------------------------------------------------------------

    def SimpleString(self, node: cst.SimpleString) -> Any:
        return _value(node.value)

    def Integer(self, node: cst.Integer) -> Any:
        return _value(node.value)

    Float = Imaginary = Integer

    def Ellipsis(self, node: cst.Ellipsis) -> Any:
        return ast.Constant(...)

    def FormattedString(self, node: cst.FormattedString) -> Any:
        return ast.JoinedStr(self._parts(node, node.parts))

    def TemplatedString(self, node: Any) -> Any:
        return Unknown(self._parts(node, node.parts))

    def ConcatenatedString(self, node: cst.ConcatenatedString) -> Any:
        pieces: list[Any] = []
        rest: Any = node
        while isinstance(rest, cst.ConcatenatedString):  # right-nested, and can be long
            pieces.append(rest.left)
            rest = rest.right
        made = self._all([*pieces, rest])
        if all(isinstance(piece, ast.Constant) for piece in made):
            texts = [piece.value for piece in made]
            if len({type(text) for text in texts}) > 1:
                return Unknown()
            return ast.Constant(texts[0][:0].join(texts))
        values = [value for piece in made for value in getattr(piece, "values", getattr(piece, "parts", [piece]))]
        known = all(isinstance(piece, (ast.Constant, ast.JoinedStr)) for piece in made)
        return ast.JoinedStr(values) if known else Unknown(values)

    def _parts(self, node: Any, parts: Iterable[Any]) -> list[Any]:
        """The parts of an f-string or t-string, or of a format specification in one."""
        prefix = node.prefix.lower().translate({ord("f"): None, ord("t"): None})
        values: list[Any] = []
        for part in parts:
            if not hasattr(part, "expression"):
                text = part.value.replace("{{", "{").replace("}}", "}")
                values.append(self._placed(_value(f"{prefix}{node.quote}{text}{node.quote}"), part))
                continue
            debug = part.equal is not None
            if debug:
                source = map(
                    self._module.code_for_node, (part.whitespace_before_expression, part.expression, part.equal)
                )
                values.append(self._placed(ast.Constant("".join(source)), part))
            spec = part.format_spec
            conversion = part.conversion or ("r" if debug and spec is None else "")
            values.append(
                ast.FormattedValue(
                    self._made(part.expression),
                    ord(conversion) if conversion else -1,
                    None if spec is None else self._placed(ast.JoinedStr(self._parts(node, spec)), part),
                )
            )
            self._placed(values[-1], part)
        return values

    # --- expressions ---------------------------------------------------------------------------------

    def Name(self, node: cst.Name) -> Any:
        name = node.value
        return ast.Constant(_CONSTANTS[name]) if name in _CONSTANTS else ast.Name(_identifier(node))

    def Attribute(self, node: cst.Attribute) -> Any:
        return ast.Attribute(self._made(node.value), _identifier(node.attr))

    def Subscript(self, node: cst.Subscript) -> Any:
        value, elements = self._made(node.value), node.slice
        only = elements[0]
        if len(elements) == 1 and not isinstance(only.comma, cst.Comma) and not getattr(only.slice, "star", None):
            return ast.Subscript(value, self._made(only.slice))
        index = ast.Tuple(self._all([element.slice for element in elements]))
        return ast.Subscript(value, self._placed(index, only.slice, elements[-1].slice))

    def Index(self, node: cst.Index) -> Any:
        return ast.Starred(self._made(node.value)) if node.star else self._made(node.value)

    def Slice(self, node: cst.Slice) -> Any:
        return ast.Slice(*map(self._optional, (node.lower, node.upper, node.step)))

    def Call(self, node: cst.Call) -> Any:
        return ast.Call(self._made(node.func), *self._arguments(node.args))

    def _arguments(self, args: Iterable[cst.Arg]) -> tuple[list[Any], list[Any]]:
        plain: list[Any] = []
        keywords: list[Any] = []
        for arg in args:
            value = self._made(arg.value)
            if arg.keyword is not None or arg.star == "**":
                name = None if arg.keyword is None else _identifier(arg.keyword)
                keywords.append(self._placed(ast.keyword(name, value), arg))
            else:
                plain.append(self._placed(ast.Starred(value), arg) if arg.star else value)
        return plain, keywords

    def UnaryOperation(self, node: cst.UnaryOperation) -> Any:
        return ast.UnaryOp(_operator(node.operator), self._made(node.expression))

    def BinaryOperation(self, node: cst.BinaryOperation) -> Any:
        return ast.BinOp(self._made(node.left), _operator(node.operator), self._made(node.right))

    def BooleanOperation(self, node: cst.BooleanOperation) -> Any:
        operands: list[Any] = [node.right]
        left: Any = node.left
        while isinstance(left, cst.BooleanOperation) and type(left.operator) is type(node.operator) and not left.lpar:
            operands.append(left.right)
            left = left.left
        return ast.BoolOp(_operator(node.operator), self._all([left, *reversed(operands)]))

    def Comparison(self, node: cst.Comparison) -> Any:
        operators = [_operator(target.operator) for target in node.comparisons]
        return ast.Compare(self._made(node.left), operators, self._all(each.comparator for each in node.comparisons))

    def IfExp(self, node: cst.IfExp) -> Any:
        return ast.IfExp(*self._all([node.test, node.body, node.orelse]))

    def Tuple(self, node: cst.Tuple) -> Any:
        return self._bracketed(ast.Tuple(self._all(node.elements)), node)

    def List(self, node: cst.List) -> Any:
        return ast.List(self._all(node.elements))

    def Set(self, node: cst.Set) -> Any:
        return ast.Set(self._all(node.elements))

    def Element(self, node: cst.Element) -> Any:
        return self._made(node.value)

    def StarredElement(self, node: cst.StarredElement) -> Any:
        return ast.Starred(self._made(node.value))

    def Dict(self, node: cst.Dict) -> Any:
        keys = [self._optional(getattr(element, "key", None)) for element in node.elements]
        return ast.Dict(keys, self._all(element.value for element in node.elements))

    def ListComp(self, node: cst.ListComp) -> Any:
        return ast.ListComp(self._made(node.elt), self._clauses(node.for_in))

    def SetComp(self, node: cst.SetComp) -> Any:
        return ast.SetComp(self._made(node.elt), self._clauses(node.for_in))

    def GeneratorExp(self, node: cst.GeneratorExp) -> Any:
        return self._bracketed(ast.GeneratorExp(self._made(node.elt), self._clauses(node.for_in)), node)

    def DictComp(self, node: cst.DictComp) -> Any:
        return ast.DictComp(self._made(node.key), self._made(node.value), self._clauses(node.for_in))

    def StarredDictComp(self, node: Any) -> Any:
        # As CPython 3.15 has it.
        nothing: Any = None
        return ast.DictComp(self._made(node.value), nothing, self._clauses(node.for_in))

    def _clauses(self, clause: cst.CompFor | None) -> list[ast.comprehension]:
        clauses = []
        while clause is not None:
            tests = self._all(test.test for test in clause.ifs)
            is_async = clause.asynchronous is not None
            clauses.append(ast.comprehension(self._made(clause.target), self._made(clause.iter), tests, is_async))
            clause = clause.inner_for_in
        return clauses

    def Await(self, node: cst.Await) -> Any:
        return ast.Await(self._made(node.expression))

    def Yield(self, node: cst.Yield) -> Any:
        value = node.value
        if isinstance(value, cst.From):
            return ast.YieldFrom(self._made(value.item))
        return ast.Yield(self._optional(value))

    def NamedExpr(self, node: cst.NamedExpr) -> Any:
        return ast.NamedExpr(self._made(node.target), self._made(node.value))

    def Lambda(self, node: cst.Lambda) -> Any:
        return ast.Lambda(self._parameters(node.params), self._made(node.body))

    def _parameters(self, params: cst.Parameters) -> ast.arguments:
        plain = [*params.posonly_params, *params.params]
        star, stars = params.star_arg, params.star_kwarg
        return ast.arguments(
            posonlyargs=[self._parameter(param) for param in params.posonly_params],
            args=[self._parameter(param) for param in params.params],
            vararg=self._parameter(star) if isinstance(star, cst.Param) else None,
            kwonlyargs=[self._parameter(param) for param in params.kwonly_params],
            kw_defaults=[self._optional(param.default) for param in params.kwonly_params],
            kwarg=None if stars is None else self._parameter(stars),
            defaults=[self._made(param.default) for param in plain if param.default is not None],
        )

    def _parameter(self, param: cst.Param) -> Any:
        return self._placed(ast.arg(_identifier(param.name)), param.name, param.annotation)

    # --- simple statements ---------------------------------------------------------------------------

    def _statements(self, body: Iterable[Any]) -> list[Any]:
        lines = [node.body if isinstance(node, cst.SimpleStatementLine) else [node] for node in body]
        return [self._statement(node) for line in lines for node in line]

    def _statement(self, node: Any) -> Any:
        if hasattr(self, type(node).__name__):
            return self._made(node)
        return self._placed(ast.Expr(self._placed(Unknown(), node)), node)

    def _block(self, holder: Any) -> list[Any]:
        """The statements of a suite, or in an ``else`` or ``finally``; none of None."""
        if holder is None:
            return []
        suite = holder.body if isinstance(holder, (cst.Else, cst.Finally)) else holder
        return self._statements(suite.body)

    def Expr(self, node: cst.Expr) -> Any:
        return ast.Expr(self._made(node.value))

    def Assign(self, node: cst.Assign) -> Any:
        return ast.Assign(self._all(target.target for target in node.targets), self._made(node.value))

    def AnnAssign(self, node: cst.AnnAssign) -> Any:
        simple = isinstance(node.target, cst.Name) and not node.target.lpar
        return ast.AnnAssign(self._made(node.target), Unknown(), self._optional(node.value), int(simple))

    def AugAssign(self, node: cst.AugAssign) -> Any:
        return ast.AugAssign(self._made(node.target), _operator(node.operator), self._made(node.value))

    def Return(self, node: cst.Return) -> Any:
        return ast.Return(self._optional(node.value))

    def Raise(self, node: cst.Raise) -> Any:
        return ast.Raise(self._optional(node.exc), None if node.cause is None else self._made(node.cause.item))

    def Pass(self, node: cst.Pass) -> Any:
        return ast.Pass()

    def Break(self, node: cst.Break) -> Any:
        return ast.Break()

    def Continue(self, node: cst.Continue) -> Any:
        return ast.Continue()

    def Del(self, node: cst.Del) -> Any:
        target = node.target
        if isinstance(target, cst.Tuple) and not target.lpar:
            return ast.Delete(self._all(target.elements))
        return ast.Delete([self._made(target)])

    def Assert(self, node: cst.Assert) -> Any:
        return ast.Assert(self._made(node.test), self._optional(node.msg))

    def Global(self, node: cst.Global) -> Any:
        return ast.Global([_identifier(item.name) for item in node.names])

    def Nonlocal(self, node: cst.Nonlocal) -> Any:
        return ast.Nonlocal([_identifier(item.name) for item in node.names])

    def Import(self, node: Any) -> Any:
        return ast.Import(self._all(node.names))

    def ImportFrom(self, node: Any) -> Any:
        names = [node.names] if isinstance(node.names, cst.ImportStar) else node.names
        return ast.ImportFrom(
            None if node.module is None else _identifier(node.module), self._all(names), len(node.relative)
        )

    LazyImport, LazyImportFrom = Import, ImportFrom

    def ImportAlias(self, node: cst.ImportAlias) -> Any:
        return ast.alias(_identifier(node.name), None if node.asname is None else _identifier(node.asname.name))

    def ImportStar(self, node: cst.ImportStar) -> Any:
        return ast.alias("*", None)

    def TypeAlias(self, node: Any) -> Any:
        # Only type checkers read its value, and an older CPython has no such node.
        return ast.Assign([self._made(node.name)], self._placed(Unknown(), node.value))

    # --- compound statements -------------------------------------------------------------------------

    def If(self, node: cst.If) -> Any:
        orelse = [self._made(node.orelse)] if isinstance(node.orelse, cst.If) else self._block(node.orelse)
        return ast.If(self._made(node.test), self._block(node.body), orelse)

    def While(self, node: cst.While) -> Any:
        return ast.While(self._made(node.test), self._block(node.body), self._block(node.orelse))

    def For(self, node: cst.For) -> Any:
        kind = ast.For if node.asynchronous is None else ast.AsyncFor
        target, source = self._made(node.target), self._made(node.iter)
        return kind(target, source, self._block(node.body), self._block(node.orelse))

    def Try(self, node: Any) -> Any:
        handlers = self._all(node.handlers)
        return ast.Try(self._block(node.body), handlers, self._block(node.orelse), self._block(node.finalbody))

    TryStar = Try

    def ExceptHandler(self, node: Any) -> Any:
        name = None if node.name is None else _identifier(node.name.name)
        return ast.ExceptHandler(self._optional(node.type), name, self._block(node.body))

    ExceptStarHandler = ExceptHandler

    def With(self, node: cst.With) -> Any:
        kind = ast.With if node.asynchronous is None else ast.AsyncWith
        targets = [None if item.asname is None else self._made(item.asname.name) for item in node.items]
        items = [ast.withitem(self._made(item.item), target) for item, target in zip(node.items, targets, strict=True)]
        return kind(items, self._block(node.body))

    def FunctionDef(self, node: cst.FunctionDef) -> Any:
        kind = ast.FunctionDef if node.asynchronous is None else ast.AsyncFunctionDef
        decorators = self._all(decorator.decorator for decorator in node.decorators)
        return kind(_identifier(node.name), self._parameters(node.params), self._block(node.body), decorators)

    def ClassDef(self, node: cst.ClassDef) -> Any:
        decorators = self._all(decorator.decorator for decorator in node.decorators)
        bases, keywords = self._arguments([*node.bases, *node.keywords])
        return ast.ClassDef(_identifier(node.name), bases, keywords, self._block(node.body), decorators)

    # --- match ---------------------------------------------------------------------------------------

    def Match(self, node: cst.Match) -> Any:
        cases = [
            ast.match_case(self._made(case.pattern), self._optional(case.guard), self._block(case.body))
            for case in node.cases
        ]
        return ast.Match(self._made(node.subject), cases)

    def MatchValue(self, node: cst.MatchValue) -> Any:
        return ast.MatchValue(self._made(node.value))

    def MatchSingleton(self, node: cst.MatchSingleton) -> Any:
        return ast.MatchSingleton(_CONSTANTS[node.value.value])

    def MatchAs(self, node: cst.MatchAs) -> Any:
        return ast.MatchAs(self._optional(node.pattern), _captured(node.name))

    def MatchOr(self, node: cst.MatchOr) -> Any:
        return ast.MatchOr(self._all(element.pattern for element in node.patterns))

    def MatchList(self, node: cst.MatchSequence) -> Any:
        return ast.MatchSequence(self._all(node.patterns))

    def MatchTuple(self, node: cst.MatchTuple) -> Any:
        return self._bracketed(ast.MatchSequence(self._all(node.patterns)), node)

    def MatchSequenceElement(self, node: cst.MatchSequenceElement) -> Any:
        return self._made(node.value)

    def MatchStar(self, node: cst.MatchStar) -> Any:
        # Its own place ends behind the comma.
        return self._placed(ast.MatchStar(_captured(node.name)), node, node.name)

    def MatchMapping(self, node: cst.MatchMapping) -> Any:
        keys = self._all(element.key for element in node.elements)
        return ast.MatchMapping(keys, self._all(element.pattern for element in node.elements), _captured(node.rest))

    def MatchClass(self, node: cst.MatchClass) -> Any:
        names = [_identifier(element.key) for element in node.kwds]
        patterns = self._all(element.pattern for element in node.kwds)
        return ast.MatchClass(self._made(node.cls), self._all(node.patterns), names, patterns)


def _captured(name: Any) -> str | None:
    return None if name is None or name.value == "_" else _identifier(name)
