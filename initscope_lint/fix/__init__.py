"""How findings are mended: a way for each rule, from a finding and the tree of its file to edits of the file.

A fix is offered from what the syntax shows; that it mends is for the run that makes it to see
(``initscope_lint.runner.fixing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from initscope_lint.report.diagnostic import Diagnostic, Fix, Severity
from initscope_lint.source.decode import SourceText
from initscope_lint.source.deep import run_deep

if TYPE_CHECKING:
    from initscope_lint.fix.draft import Draft
    from initscope_lint.fix.tree import Tree

Way = Callable[[Diagnostic, "Tree"], "Draft | None"]

FIXABLE = frozenset(
    {"ISL101", "ISL102", "ISL103", "ISL104", "ISL105", "ISL201", "ISL306", "ISL401", "ISL402", "ISL404"}
)
"""Rules that ``ways`` has something for. ISL900, which is about comments, brings its fixes itself."""


def ways() -> Mapping[str, Sequence[Way]]:
    """Return the ways of mending by rule, the best first. They import libcst."""
    from initscope_lint.fix.call import call
    from initscope_lint.fix.callable import make_callable
    from initscope_lint.fix.enter import enter
    from initscope_lint.fix.lift import lift
    from initscope_lint.fix.once import once
    from initscope_lint.fix.spelling import spell
    from initscope_lint.fix.static import leave_in_function, use_static
    from initscope_lint.fix.unwrap import unwrap

    return {
        "ISL101": (once,),
        "ISL102": (once,),
        "ISL103": (make_callable, once),
        "ISL104": (lift,),
        "ISL105": (once,),
        "ISL201": (use_static, leave_in_function),
        "ISL306": (unwrap,),
        "ISL401": (call,),
        "ISL402": (enter,),
        "ISL404": (spell,),
    }


def with_fixes(found: Iterable[Diagnostic], source: SourceText) -> list[Diagnostic]:
    """Return the findings of one file with the fixes that there are for them; ``source`` is what was linted."""
    found = list(found)
    if not any(each.code in FIXABLE for each in found):
        return found
    return run_deep(lambda: list(_offered(found, source)))


def _offered(found: Sequence[Diagnostic], source: SourceText) -> Iterator[Diagnostic]:
    from initscope_lint.fix.tree import Tree, Unmendable

    by_rule = ways()
    try:
        tree = Tree(source)
    except Unmendable:
        yield from found
        return
    for each in found:
        try:
            fix = next(filter(None, (_fix(way(each, tree), tree) for way in by_rule.get(each.code, ()))), each.fix)
        except Unmendable:
            fix = each.fix
        if fix is not None and each.severity is Severity.NOTE:  # there may be nothing to mend
            fix = replace(fix, applicability="unsafe")
        yield each if fix is None else replace(each, fix=fix)


def _fix(draft: Draft | None, tree: Tree) -> Fix | None:
    if draft is None:
        return None
    edits = tree.edits(draft.changes)
    return Fix(draft.applicability, draft.description, edits) if edits else None
