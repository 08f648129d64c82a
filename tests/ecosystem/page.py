"""The page about other people's code, from what is recorded."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.ecosystem.record import Finding, Result
from tests.ecosystem.sources import Package, Repository

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "ecosystem.md"
_BY_THE_BOOK = frozenset({"ISL404", "ISL901"})
"""A name that is there or not, and what Python does not parse: true by their nature."""


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The interval in which a share lies with 95% (Wilson score)."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - spread) / (1 + z * z / whole), min(1.0, (middle + spread) / (1 + z * z / whole))


def precision(findings: Iterable[Finding]) -> str:
    """How many of the judged findings are true."""
    judged = [each.judgement for each in findings if each.judgement is not None]
    true = judged.count("true")
    low, high = wilson(true, len(judged))
    return f"{true} of {len(judged)} (95% interval {100 * low:.0f}% to {100 * high:.0f}%)"


def page(sources: Sequence[Package | Repository], results: Mapping[str, Result]) -> str:
    """The page of docs/."""
    packages = [results[each.key] for each in sources if isinstance(each, Package)]
    repositories = [results[each.key] for each in sources if isinstance(each, Repository)]
    without = [each.name for each in sources if not each.tensorflow]
    findings = [finding for result in (*packages, *repositories) for finding in result.findings]
    hard = [each for each in findings if each.code not in _BY_THE_BOOK]
    text = (HERE / "page.md").read_text(encoding="utf-8")
    shown = {
        "packages": f"{len(packages)}",
        "package lines": f"{sum(result.lines for result in packages):,}",
        "repositories": f"{len(repositories)}",
        "repository lines": f"{sum(result.lines for result in repositories):,}",
        "all": precision(findings),
        "hard": precision(hard),
        "without": ", ".join(without),
        "package table": _table(packages),
        "repository table": _table(repositories),
        "findings": _findings((*packages, *repositories)),
    }
    for name, value in shown.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _table(results: Iterable[Result]) -> str:
    rows = ["| name | version | files | lines | errors and warnings | true | false | entry points cut short |"]
    rows += ["|---|---|---|---|---|---|---|---|"]
    for each in sorted(results, key=lambda each: each.name.lower()):
        codes = collections.Counter(finding.code for finding in each.findings)
        said = ", ".join(f"{count} {code}" for code, count in sorted(codes.items())) or "0"
        judged = collections.Counter(finding.judgement for finding in each.findings)
        rows.append(
            f"| {each.name} | {each.version} | {each.files} | {each.lines:,} | {said} "
            f"| {judged['true']} | {judged['false']} | {each.truncated} |"
        )
    return "\n".join(rows)


def _findings(results: Iterable[Result]) -> str:
    """The findings, those of one source that are alike and judged alike in one row."""
    groups: dict[tuple[str, str, str | None, str], list[str]] = {}
    for result in results:
        for each in result.findings:
            places = groups.setdefault((result.key, each.code, each.judgement, each.reason), [])
            places.append(f"{each.path}:{each.line}")
    rows = ["| source | where | code | judged | why |", "|---|---|---|---|---|"]
    for (name, code, judgement, reason), places in groups.items():
        where = ", ".join(places[:3]) + (f" and {len(places) - 3} more" if len(places) > 3 else "")
        rows.append(f"| {name} | {where} | {code} | {judgement or 'not yet'} | {reason} |")
    return "\n".join(rows)
