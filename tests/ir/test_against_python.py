"""The standard library, lowered, against what Python itself says about it: ``ast`` for places, ``symtable`` for names.

By default a sample of it; all of it with ``INITSCOPE_LINT_ALL_STDLIB=1``.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import pytest

from initscope_lint.ir.read import module_of
from initscope_lint.source.decode import SourceText
from initscope_lint.source.error import SourceError
from initscope_lint.source.parse import read
from tests.ir.oracle import dump, lowered_scopes, missing_nodes, round_trip, symtable_scopes

STDLIB = Path(sysconfig.get_path("stdlib"))
SAMPLE = [
    "argparse.py",
    "asyncio/base_events.py",
    "asyncio/tasks.py",
    "contextlib.py",
    "dataclasses.py",
    "functools.py",
    "heapq.py",
    "idlelib/searchbase.py",
    "inspect.py",
    "random.py",
    "traceback.py",
    "typing.py",
]


def modules() -> list[str]:
    if os.environ.get("INITSCOPE_LINT_ALL_STDLIB"):
        found = (path.relative_to(STDLIB) for path in STDLIB.rglob("*.py"))
        return sorted(path.as_posix() for path in found if "site-packages" not in path.parts)
    return [name for name in SAMPLE if (STDLIB / name).exists()]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", modules())
def test_standard_library(name: str) -> None:
    """Every call, name, attribute and so on of the file is in the IR, at its place, and every scope binds its names."""
    source = read(STDLIB / name)
    lowered = source if isinstance(source, SourceError) else module_of(source)
    if isinstance(lowered, SourceError):
        assert not isinstance(source, SourceText) or not lowered.message.startswith("the parser failed")
        pytest.skip(lowered.message)
    assert isinstance(source, SourceText)
    text = source.normalized()
    try:
        compile(text, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        pytest.skip(f"not a module: {error}")
    assert missing_nodes(text) == []
    assert lowered_scopes(lowered) == symtable_scopes(text)
    assert dump(round_trip(lowered).body) == dump(lowered.body)


def test_the_sample_is_not_empty() -> None:
    assert modules()
