"""The programs of docs/limits.md: what they do, and that nothing is reported on them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from initscope_lint import runner
from tests.oracle.fixture_files import ROOT

PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
PROGRAMS = [
    pytest.param(program, id=f"{section.partition(chr(10))[0]} {number}")
    for section in PAGE.split("\n## ")[1:]
    for number, program in enumerate(re.findall(r"```python\n(.*?)```", section, re.DOTALL), 1)
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_is_reported(program: str, tmp_path: Path) -> None:
    """The analysis has learnt to see this: the page says that it has not, so take it off."""
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    run = runner.check([str(path)], lambda _: runner.Settings())
    assert (1, []) == (run.summary.analyzed, run.diagnostics)


@pytest.mark.tensorflow
def test_programs_do_what_they_say(tmp_path: Path) -> None:
    """The page tells of mistakes that are none."""
    (tmp_path / "limits").mkdir()
    claiming = [param.values[0] for param in PROGRAMS if str(param.values[0]).startswith("# runtime:")]
    assert claiming
    for number, program in enumerate(claiming):
        (tmp_path / "limits" / f"program{number}.py").write_text(str(program), encoding="utf-8")
    command = [sys.executable, str(ROOT / "tests" / "oracle" / "run.py"), "--record", "--fixtures", str(tmp_path)]
    measured = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == measured.returncode, measured.stdout
