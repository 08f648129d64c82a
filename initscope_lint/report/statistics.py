"""How many findings each rule has, for a person who begins with a large project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from initscope_lint.report.report import Report


def render(report: Report) -> Iterator[str]:
    """Yield ``count  CODE  name`` for each rule with findings, the most frequent first, with line ends."""
    counts = Counter((each.code, each.name) for each in report.diagnostics)
    width = max((len(str(count)) for count in counts.values()), default=0)
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>{width}}  {code}  {name}\n"
