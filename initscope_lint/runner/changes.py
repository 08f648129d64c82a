"""Which lines a person has changed, as git says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable

from initscope_lint.report.diagnostic import Diagnostic, Span
from initscope_lint.rules import ALWAYS_REPORTED

_SYNTAX_ERROR = "ISL901"
_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


class GitError(Exception):
    """Git is not there, or did not do as it was told; the text says why."""


class Changes:
    """What differs between a revision and the working tree: the lines of each file, as real paths.

    Files that git does not track, and does not ignore, are new as a whole.

    Raises GitError.
    """

    def __init__(self, revision: str) -> None:
        root = _git(".", "rev-parse", "--show-toplevel").rstrip("\n")
        arguments = ["--no-color", "--no-ext-diff", "--unified=0", "--src-prefix=a/", "--dst-prefix=b/"]
        patch = _git(root, "-c", "core.quotePath=off", "diff", *arguments, "--end-of-options", revision, "--")
        new = _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
        self._whole = {os.path.realpath(os.path.join(root, name)) for name in new if name}
        self._lines: dict[str, list[range]] = {}
        lines: list[range] = []
        for line in patch.split("\n"):
            if line.startswith("+++ "):
                lines = self._lines.setdefault(os.path.realpath(os.path.join(root, _name(line[4:]))), [])
            elif match := _HUNK.match(line):
                lines.append(range(int(match[1]), int(match[1]) + int(match[2] or 1)))

    def concern(self, diagnostic: Diagnostic) -> bool:
        """Say whether a finding is on a changed line, or a step of the path that leads to it."""
        span = diagnostic.span
        if diagnostic.code == _SYNTAX_ERROR:  # which may be found far from the change that made it
            span = Span(1, 1, sys.maxsize, 1)
        return (
            diagnostic.code in ALWAYS_REPORTED
            or self._touch(diagnostic.path, range(span.line, span.end_line + 1))
            or any(self._touch(step.path, range(step.line, step.line + 1)) for step in diagnostic.trace)
        )

    def _touch(self, path: str, lines: range) -> bool:
        real = os.path.realpath(path)
        changed = self._lines.get(real, ())
        if real in self._whole or (changed and path.endswith(".ipynb")):  # whose lines are not those of its cells
            return True
        return _overlap(changed, lines)


def _overlap(changed: Iterable[range], lines: range) -> bool:
    return any(each.start < lines.stop and lines.start < each.stop for each in changed)


def _name(written: str) -> str:
    """Return the name in a ``+++`` line, which git quotes if it has control characters in it."""
    if written.startswith('"'):
        raw = written.rstrip("\t")[1:-1].encode("utf-8", "surrogateescape").decode("unicode_escape", "surrogateescape")
        written = os.fsdecode(raw.encode("latin-1", "replace"))
    return written.removeprefix("b/").removesuffix("\t")


def _git(directory: str, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", directory, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except OSError as error:
        raise GitError(f"git: {error.strerror or error}") from error
    if done.returncode:
        raise GitError((os.fsdecode(done.stderr).strip() or "git failed").split("\n")[0])
    return os.fsdecode(done.stdout)
