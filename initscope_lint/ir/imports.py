"""What a module imports, wherever in it the import is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from initscope_lint.ir import nodes


def imported(module: nodes.Module) -> frozenset[str]:
    """The dotted names of the modules that absolute imports name."""
    return frozenset(_imports(module.body))


def _imports(body: Sequence[nodes.Stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, nodes.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, nodes.ImportFrom):
            if not node.level:
                yield node.module
        elif isinstance(node, nodes.Match):
            for case in node.cases:
                yield from _imports(case.body)
        else:
            for field in ("body", "orelse", "finalbody"):
                yield from _imports(getattr(node, field, ()))
            for handler in getattr(node, "handlers", ()):
                yield from _imports(handler.body)
