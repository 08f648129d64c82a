"""What is known of a file as long as it holds what it held."""

from __future__ import annotations

import msgspec

from initscope_lint.interpreter.results import Evidence
from initscope_lint.ir.span import Span
from initscope_lint.report.diagnostic import Fix
from initscope_lint.source.error import SourceError
from initscope_lint.source.scan import Import


class Facts(msgspec.Struct):
    """What is known of one file; what is not known yet is to be found out.

    Attributes:
        content: Identifies what it holds.
        imports: What it seems to import.
        asked: The imports that were looked up for it, as dots and names.
        checked: Whether it is known if something is wrong with it, and what.
        evidence: What speaks in it for a TensorFlow.
        spans: Where ordinals of it are.
        fixes: What mends the findings in it, by what identifies them.
    """

    content: bytes = b""
    imports: list[Import] | None = None
    asked: list[tuple[int, str]] = []
    checked: bool = False
    error: SourceError | None = None
    evidence: Evidence | None = None
    spans: dict[int, Span] = {}
    fixes: dict[bytes, Fix | None] = {}

    @classmethod
    def unknown(cls, shown: str, absolute: str) -> Facts:
        """Nothing is known of a file."""
        return cls()
