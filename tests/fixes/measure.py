"""What TensorFlow does with the mended fixtures."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.fixes.mended import write_programs
from tests.oracle.fixture_files import ROOT

_VERSION = "import importlib.util as u, sys; print('2' if u.find_spec('tf_keras') else '1.15')"


def measured(python: str) -> tuple[str, dict[str, Any]]:
    """The target for the TensorFlow of an interpreter, and the record of its outcomes as tests/oracle/run.py has it."""
    target = subprocess.run([python, "-c", _VERSION], check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as work:
        root = Path(work)
        write_programs(target, root)
        command = [python, str(ROOT / "tests" / "oracle" / "run.py"), "--fixtures", str(root), "--record"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)  # 1 where one does not end well
        found = list((root / "outcomes").glob("*.json"))
        assert found, run.stderr
        return target, json.loads(found[0].read_text(encoding="utf-8"))
