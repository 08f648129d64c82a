"""What is left out because it cannot have findings has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from initscope_lint.runner import Settings, check
from initscope_lint.runner.project import Project
from initscope_lint.runner.world import World
from initscope_lint.source.decode import SourceText
from initscope_lint.source.discovery import discover
from initscope_lint.source.parse import is_valid, syntax_tree
from tests.source.hostile import TEXTS

ROOT = Path(__file__).parents[1]

PROJECT = {
    "lib/__init__.py": "",
    "lib/house.py": "import tensorflow as whatever\n",
    "lib/again.py": "from lib.house import whatever as house\n",
    "lib/deep.py": "from .again import *\nfrom lib import again\nhouse = again.house\n",
    "lib/use.py": "from lib.deep import house\n\n@house.function\ndef f():\n    return house.Variable(1.0)\n\nf()\n",
    "lib/plain.py": "import os\n\ndef helper():\n    return os.sep\n",
    "lib/silent.py": "import os  # noqa: ISL101\nimport sys  # noqa: F401\n",
    "lib/broken.py": "import os\ndef f(:\n",
    "lib/old.py": "print 'x'\n",
    "lib/strange.py": "# coding: rot13\n",
    "lib/return_.py": "return 1\nyield\nnonlocal x\n",
    "lib/deeply.py": "x = " + "(" * 300 + ")" * 300 + "\n",
    "lib/long.py": "x = " + "+ 1" * 5000 + "\n",
    "lib/chain.py": "x = (\n" + "1 +\n" * 2000 + "1)\n",
    "lib/escape.py": "x = '\\d' is 1\n",
    "lib/caller.py": "from lib import use\nuse.f()\n",
    "lib/dynamic.py": "import importlib\ntf = importlib.import_module('tensorflow')\n\n"
    "@tf.function\ndef g():\n    tf.Variable(1.0)\n\ng()\n",
}


def both(path: Path) -> tuple[object, object]:
    sliced, whole = (check([str(path)], lambda _: Settings(), pedantic=True, sliced=sliced) for sliced in (True, False))
    assert sliced.summary == whole.summary
    return sliced.diagnostics, whole.diagnostics


def test_a_project_that_passes_tensorflow_on(tmp_path: Path) -> None:
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    sliced, whole = both(tmp_path)
    assert sliced == whole
    assert isinstance(whole, list)
    found = {(Path(each.path).name, each.code) for each in whole}
    assert found >= {
        ("use.py", "ISL101"),
        ("dynamic.py", "ISL101"),
        ("silent.py", "ISL900"),
        ("broken.py", "ISL901"),
        ("old.py", "ISL901"),
        ("strange.py", "ISL902"),
        ("deeply.py", "ISL902"),
    }


@pytest.mark.parametrize("folder", sorted(path.name for path in (ROOT / "fixtures").glob("ISL2*")))
def test_fixtures(folder: str) -> None:
    sliced, whole = both(ROOT / "fixtures" / folder)
    assert sliced == whole


def test_what_reaches_nothing_is_not_lowered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the slice would be idle."""
    (tmp_path / "plain.py").write_text("import os\n")
    (tmp_path / "with_tensorflow.py").write_text("import tensorflow\n")
    lowered: list[str] = []
    monkeypatch.setattr("initscope_lint.ir.read.module_of", lambda source: lowered.append(source.path))
    files = [str(path) for path in tmp_path.glob("*.py")]
    project = Project(files, World(discover, lambda _: Settings()))
    assert [project.error(str(path)) for path in sorted(tmp_path.glob("*.py"))] == [None, None]
    assert [Path(path).name for path in lowered] == ["with_tensorflow.py"]


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_valid_has_a_tree(name: str) -> None:
    source = SourceText("m.py", TEXTS[name](150), "utf-8")
    assert not is_valid(source) or syntax_tree(source) is not None
