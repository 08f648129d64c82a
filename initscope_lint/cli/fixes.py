"""What ``check --fix`` and ``check --show-fixes`` do with what fixing has come to."""

from __future__ import annotations

import difflib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from initscope_lint.cli.output import COULD_NOT_WORK, NOTHING_REPORTED, REPORTED, say, shown, write
from initscope_lint.report.display import plural
from initscope_lint.report.edits import is_fixable
from initscope_lint.runner.fixing import FixRun
from initscope_lint.source.write import NotWritten, rewrite

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")


def make(outcome: FixRun) -> int:
    """Write what fixing has made, and say so; give the exit status as far as that goes."""
    status = NOTHING_REPORTED
    written = set()
    for path, (before, after) in outcome.changed.items():
        try:
            rewrite(Path(path), before, after)
        except NotWritten as error:
            say([f"{path}: not fixed: {error}"])
            status = COULD_NOT_WORK
        else:
            written.add(path)
    fixed = [each for each in outcome.fixed if each.path in written]
    counts = sorted(Counter(each.code for each in fixed).items())
    which = f" ({', '.join(f'{code} {count}' for code, count in counts)})" if fixed else ""
    say([f"Fixed {plural(len(fixed), 'finding')} in {plural(len(written), 'file')}{which}."])
    _say_refused(outcome)
    return status


def show(outcome: FixRun, *, unsafe: bool) -> int:
    """Write a diff to what fixing has made, and say what ``unsafe`` fixes would add; 1 if there is any."""
    for path, (before, after) in sorted(outcome.changed.items()):
        write(_diff(path, before.text, after), line_end="")
    count = plural(len(outcome.fixed), "finding")
    left = sum(is_fixable(each, unsafe=True) for each in outcome.run.diagnostics)
    more = f" {left} can be fixed with --unsafe-fixes." if left and not unsafe else ""
    say([f"Would fix {count} in {plural(len(outcome.changed), 'file')}.{more}"])
    _say_refused(outcome)
    return REPORTED if outcome.changed else NOTHING_REPORTED


def _say_refused(outcome: FixRun) -> None:
    for each in outcome.refused:
        say([f"{each.path}:{each.span.line}: {each.code} not fixed: it would not be gone, or another would come up"])


def _diff(path: str, before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), shown(path), shown(path))
    to_terminal = sys.stdout.isatty()
    for line in lines:
        ends = line.endswith(("\n", "\r"))
        yield shown(line.rstrip("\r\n")) + "\n" if to_terminal and ends else line
        if not ends:
            yield "\n\\ No newline at end of file\n"
