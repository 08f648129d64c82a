"""What comments in the linted files silence, and which of these comments have nothing to silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from initscope_lint import rules
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.report.suppress import Suppression, fix, suppressions, unused
from initscope_lint.runner.notebooks import Read
from initscope_lint.source.error import SourceError

RULE = "ISL900"


def comments(paths: Iterable[str], read: Read) -> dict[str, list[Suppression]]:
    """Return what is written in files to silence findings; ``read`` gives a file."""
    found: dict[str, list[Suppression]] = {}
    for path in paths:
        source = read(Path(path))
        written = [] if isinstance(source, SourceError) else suppressions(source.normalized(), rules.code_of)
        if written:
            found[path] = written
    return found


def silence(
    found: Sequence[Diagnostic],
    ran: Mapping[str, frozenset[str]],
    comments: Mapping[str, Sequence[Suppression]],
    *,
    complete: bool,
) -> tuple[list[Diagnostic], int]:
    """Return what comments leave of the findings, with those about the comments, and how many they silence.

    ``ran`` has the paths that were linted, with the codes of the rules that ran on them, ``comments`` what is written
    in files. Whether a comment silences nothing is known only after a ``complete`` analysis.
    """
    by_path: dict[str, list[Diagnostic]] = {path: [] for path in ran}
    for diagnostic in found:
        by_path.setdefault(diagnostic.path, []).append(diagnostic)
    kept: list[Diagnostic] = []
    for path, its in by_path.items():
        written = comments.get(path, ())
        kept.extend(each for each in its if not _silenced(each, written))
        codes = ran.get(path, frozenset())
        if complete and RULE in codes:
            kept.extend(_about(path, *each) for each in unused(written, its, codes))
    ignored = len(found) - sum(each.code != RULE for each in kept)
    return kept, ignored


def _silenced(diagnostic: Diagnostic, written: Sequence[Suppression]) -> bool:
    return diagnostic.code not in rules.ALWAYS_REPORTED and any(each.covers(diagnostic) for each in written)


def _about(path: str, written: Suppression, idle: Sequence[str]) -> Diagnostic:
    rule = rules.get(RULE)
    names = ", ".join(f"`{word}`" for word in idle)
    message = f"The suppression of {names} silences nothing." if idle else written.problem
    return Diagnostic(
        rule.code,
        rule.name,
        rule.severity,
        path,
        written.span,
        message,
        help="remove it" if idle else None,
        fix=fix(written, idle),
    )
