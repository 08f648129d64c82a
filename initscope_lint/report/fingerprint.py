"""What a finding is known by from one run to the next: not its line number, which every edit above it changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.report.display import path_text


def line_text(diagnostic: Diagnostic, source: Callable[[str], Sequence[str]]) -> str:
    """Return the text of the line that a finding begins on, empty if it cannot be read; ``source`` gives the lines."""
    lines = source(diagnostic.path)
    line = diagnostic.span.line
    return lines[line - 1].strip() if line <= len(lines) else ""


def fingerprints(diagnostics: Iterable[Diagnostic], source: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """Yield a fingerprint for each finding, all different: of its path, rule, line text, and which of these it is."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for diagnostic in diagnostics:
        key = (path_text(diagnostic.path), diagnostic.code, line_text(diagnostic, source))
        seen[key] += 1
        text = "\0".join((*key, str(seen[key])))
        yield hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
