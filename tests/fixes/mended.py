"""The fixtures, mended: what ``--fix --unsafe-fixes`` makes of each that has something reported.

The rule of its folder is mended in a fixture, in those of no rule all that there are fixes for.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from initscope_lint import rules, runner
from initscope_lint.fix import FIXABLE
from initscope_lint.report.diagnostic import Diagnostic
from initscope_lint.runner import Settings
from initscope_lint.runner.fixing import FixRun, fix
from initscope_lint.source.parse import read
from tests.oracle.fixture_files import FIXTURES, Fixture, fixtures

_CODES = frozenset(rule.code for rule in rules.all_rules())
_ANNOTATION = re.compile(r"[ ]*# (?:ISL\d{3}(?:,? ISL\d{3})*|raises here)$|^ *# ISL\d{3}\n", re.MULTILINE)


@dataclass(frozen=True)
class Mended:
    """A fixture under a target.

    ``files`` are the texts of its mended files, by their names, with the header of a program that ends well and without
    annotations; ``fixed`` what was mended, ``left`` what else there is of the same rules, ``again`` what a second run
    still changes.
    """

    fixture: Fixture
    target: str
    files: Mapping[str, str]
    fixed: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...]
    again: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.fixture.name


def codes_of(name: str) -> frozenset[str]:
    """The rules to mend in a fixture."""
    folder = name.split("/")[0]
    return frozenset({folder}) if folder in _CODES else FIXABLE


@functools.cache
def mended(target: str) -> dict[str, Mended]:
    """The fixtures for a target in which something was mended, by name."""
    programs = [each for each in fixtures() if target in each.targets and each.annotations]
    with tempfile.TemporaryDirectory() as work:
        root = Path(work).resolve()
        for program in programs:
            for name, text in program.files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
        first = _fix(root, target)
        for path, (_, text) in first.changed.items():
            Path(path).write_text(text, encoding="utf-8")
        second = _fix(root, target)
        found = {}
        for program in programs:
            names = {(root / name).as_posix(): name for name in program.files}
            fixed = tuple(each for each in first.fixed if each.path in names)
            if fixed:
                found[program.name] = Mended(
                    program,
                    target,
                    {name: _as_clean((root / name).read_text(encoding="utf-8")) for name in program.files},
                    fixed,
                    tuple(each for each in first.run.diagnostics if each.path in names),
                    tuple(name for path, name in names.items() if path in second.changed),
                )
        return found


def _fix(root: Path, target: str) -> FixRun:
    def settings(path: Path) -> Settings:
        return Settings(codes_of(path.relative_to(root).as_posix()), target)

    return fix(lambda over: runner.check([root.as_posix()], settings, read=over), read, unsafe=True)


def _as_clean(text: str) -> str:
    text = re.sub(r"^# runtime 1\.15:.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^# runtime:.*$", "# runtime: ok", text, flags=re.MULTILINE)
    return _ANNOTATION.sub("", text)


def write_programs(target: str, folder: Path) -> None:
    """Write the mended programs for a target, as fixtures of their own."""
    for each in mended(target).values():
        for name, text in each.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


__all__ = ["FIXTURES", "Mended", "codes_of", "mended", "write_programs"]
