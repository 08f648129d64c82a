"""The libcst tree of a file that is to be mended: nodes by their places, and changes of nodes as edits of its text."""

from __future__ import annotations

import dataclasses
import difflib
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from initscope_lint.report.diagnostic import Edit, Span
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import parse

N = TypeVar("N", bound=cst.CSTNode)

Changes = Mapping[cst.CSTNode, Sequence[cst.CSTNode]]
"""What stands in the place of nodes. A node may stand in its own place among others, with what changes inside it."""

Function = cst.FunctionDef
Scope = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


class Unmendable(Exception):
    """A file whose tree does not give its text back, or that has no tree."""


class Tree:
    """A parsed file.

    Raises Unmendable if libcst cannot read it.
    """

    def __init__(self, source: SourceText) -> None:
        self._text = source.normalized()
        module = parse(source)
        if isinstance(module, SourceError):
            raise Unmendable(module.message)
        self.module = module
        self._ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        self._parents: dict[cst.CSTNode, cst.CSTNode] = {}
        waiting: list[cst.CSTNode] = [module]
        while waiting:
            node = waiting.pop()
            for child in node.children:
                self._parents[child] = node
                waiting.append(child)

    def expression(self, span: Span) -> cst.BaseExpression | None:
        """The outermost expression that has exactly this span."""
        wanted = (span.line, span.column - 1, span.end_line, span.end_column - 1)
        for node in self.walk(self.module):
            if isinstance(node, cst.BaseExpression):
                start, end = self._ranges[node].start, self._ranges[node].end
                if (start.line, start.column, end.line, end.column) == wanted:
                    return node
        return None

    def call(self, span: Span) -> cst.Call | None:
        """The expression that has exactly this span, if it is a call."""
        found = self.expression(span)
        return found if isinstance(found, cst.Call) else None

    def call_at(self, line: int, column: int) -> cst.Call | None:
        """The innermost call that begins at a place."""
        found = None
        for node in self.walk(self.module):
            if isinstance(node, cst.Call):
                start = self._ranges[node].start
                found = node if (start.line, start.column + 1) == (line, column) else found
        return found

    def walk(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield a node and all below it that is no white space, in the order of the text."""
        yield node
        for child in node.children:
            if not isinstance(child, cst.BaseParenthesizableWhitespace | cst.TrailingWhitespace | cst.EmptyLine):
                yield from self.walk(child)

    def line(self, node: cst.CSTNode) -> int:
        """The line on which a node begins."""
        return int(self._ranges[node].start.line)

    def lines(self, node: cst.CSTNode) -> range:
        """The lines of a node."""
        return range(self._ranges[node].start.line, self._ranges[node].end.line + 1)

    def above(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield what a node lies in, from the inside."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def enclosing(self, node: cst.CSTNode, *kinds: type[N]) -> N | None:
        """The innermost node of one of some kinds that a node lies in, below the next function or class."""
        for each in self.above(node):
            if isinstance(each, kinds):
                return each
            if isinstance(each, Scope):
                return None
        return None

    def statement(self, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """The line of simple statements that a node lies in; None if it is in a header, or shares the line."""
        found = self.enclosing(node, cst.SimpleStatementLine)
        return found if found is not None and len(found.body) == 1 else None

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function in whose body a node lies; None in a module, a class or a lambda."""
        return self.enclosing(node, cst.FunctionDef)

    def class_of(self, function: cst.FunctionDef) -> cst.ClassDef | None:
        """The class of which a function is a method, with a first parameter of its own."""
        found = self.enclosing(function, cst.ClassDef)
        static = any(isinstance(each.decorator, cst.Name) for each in function.decorators if _is_unbound(each))
        return None if static or not function.params.params else found

    def siblings(self, node: cst.CSTNode) -> Sequence[cst.BaseStatement]:
        """The statements of the block that a statement is one of."""
        parent = self._parents[node]
        body = getattr(parent, "body", ())
        return body if isinstance(parent, cst.Module | cst.IndentedBlock) else ()

    def following(self, node: cst.CSTNode) -> Sequence[cst.BaseStatement]:
        """The statements of its block that come behind a statement."""
        block = self.siblings(node)
        return block[block.index(node) + 1 :] if node in block else ()

    # --- changes -----------------------------------------------------------------------------------

    def edits(self, changes: Changes) -> tuple[Edit, ...]:
        """The edits that make changes, of as little text as lines allow."""
        touched = {above for node in changes for above in (node, *self.above(node))}
        return tuple(
            edit
            for number, top in enumerate(self.module.body)
            if top in touched
            for edit in self._top_edits(number, _Changing(changes, touched, self._parents).node(top))
        )

    def _top_edits(self, number: int, new: Sequence[cst.CSTNode]) -> Iterator[Edit]:
        first, old = self._places[number]
        after = "".join(self.module.code_for_node(each) for each in new)
        if number == len(self._places) - 1 and not self.module.has_trailing_newline:
            old, after = old.removesuffix("\n"), after.removesuffix("\n")
        lines = old.splitlines(keepends=True)
        there = self._text.split("\n")[first - 1 : first - 1 + len(lines)]
        if [line.rstrip("\n") for line in lines] != there:
            raise Unmendable("its tree does not give its text back")
        yield from _line_edits(first, lines, after.splitlines(keepends=True))

    @functools.cached_property
    def _places(self) -> list[tuple[int, str]]:
        """The line at which each statement of the module begins, with what is above it, and its code."""
        places = []
        line = 1 + len(self.module.header)
        for each in self.module.body:
            code = self.module.code_for_node(each)
            places.append((line, code))
            line += code.count("\n")
        return places


class _Changing:
    def __init__(self, changes: Changes, touched: set[cst.CSTNode], known: Mapping[cst.CSTNode, cst.CSTNode]) -> None:
        self._changes = changes
        self._touched = touched
        self._known = known
        self._open: set[cst.CSTNode] = set()

    def node(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """What stands in the place of a node."""
        if node not in self._changes or node in self._open:
            return [self._inside(node)]
        self._open.add(node)
        found = [each for new in self._changes[node] for each in self.node(new)]
        self._open.discard(node)
        return found

    def _inside(self, node: cst.CSTNode) -> cst.CSTNode:
        if node in self._known and node not in self._touched:
            return node
        changed: dict[str, object] = {}
        for field in dataclasses.fields(node):
            value = getattr(node, field.name)
            if isinstance(value, cst.CSTNode):
                (one,) = self.node(value)
                if one is not value:
                    changed[field.name] = one
            elif isinstance(value, list | tuple):
                many = [each for old in value for each in self._many(old)]
                if many != [*value]:
                    changed[field.name] = many
        return node.with_changes(**changed) if changed else node

    def _many(self, value: object) -> list[object]:
        return [*self.node(value)] if isinstance(value, cst.CSTNode) else [value]


def _is_unbound(decorator: cst.Decorator) -> bool:
    return isinstance(decorator.decorator, cst.Name) and decorator.decorator.value in ("staticmethod", "classmethod")


def _line_edits(first: int, old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        before, after = old[old_from:old_to], new[new_from:new_to]
        if len(before) == len(after):
            for offset, (one, other) in enumerate(zip(before, after, strict=True)):
                yield _within(first + old_from + offset, one, other)
        else:
            yield Edit(Span(first + old_from, 1, first + old_to, 1), "".join(after))


def _within(line: int, old: str, new: str) -> Edit:
    """The edit of one line, without what its two ends have in common."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return Edit(Span(line, start + 1, line, len(old) - end + 1), new[start : len(new) - end])
