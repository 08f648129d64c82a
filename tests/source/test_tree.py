"""Which file an import means."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from initscope_lint.source.tree import Tree

FILES = (
    "pyproject.toml",
    "train.py",
    "helpers.py",
    "queue.py",
    "pkg/__init__.py",
    "pkg/model.py",
    "pkg/sub/__init__.py",
    "pkg/sub/deep.py",
    "pkg/both.py",
    "pkg/both/__init__.py",
    "space/inner/mod.py",
    "space/inner/other.py",
    "src/lib/__init__.py",
    "src/lib/core.py",
    "tests/test_lib.py",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with packages, a namespace package and a ``src`` layout."""
    for file in FILES:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("importer", "level", "name", "expected"),
    [
        ("train.py", 0, "helpers", "helpers.py"),
        ("train.py", 0, "pkg", "pkg/__init__.py"),
        ("train.py", 0, "pkg.sub.deep", "pkg/sub/deep.py"),
        ("train.py", 0, "pkg.model.missing", None),
        ("train.py", 0, "absent", None),
        ("train.py", 0, "queue", None),
        ("train.py", 0, "space.inner.mod", "space/inner/mod.py"),
        ("train.py", 0, "space", "space"),
        ("train.py", 0, "pkg.both", "pkg/both/__init__.py"),
        ("pkg/sub/deep.py", 1, "", "pkg/sub/__init__.py"),
        ("pkg/sub/deep.py", 2, "model", "pkg/model.py"),
        ("pkg/sub/__init__.py", 1, "deep", "pkg/sub/deep.py"),
        ("pkg/sub/deep.py", 0, "helpers", "helpers.py"),
        ("space/inner/mod.py", 1, "other", "space/inner/other.py"),
        ("space/inner/mod.py", 0, "other", "space/inner/other.py"),
        ("tests/test_lib.py", 0, "lib.core", "src/lib/core.py"),
        ("tests/test_lib.py", 0, "helpers", "helpers.py"),
    ],
)
def test_find(project: Path, importer: str, level: int, name: str, expected: str | None) -> None:
    """If this fails, an import leads to the wrong file, or nowhere."""
    found = Tree().find(str(project / importer), level, name)
    assert found == (None if expected is None else str(project / expected))


@pytest.mark.parametrize("module", ["pkg", "pkg.sub.deep", "helpers", "pkg.both", "space.inner.mod"])
def test_find_is_what_python_finds(project: Path, module: str) -> None:
    """If this fails, a module is another one than that which Python imports."""
    code = f"import importlib; print(importlib.import_module({module!r}).__file__)"
    outcome = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert Tree().find(str(project / "train.py"), 0, module) == outcome.stdout.strip()


def test_parent_and_name(project: Path) -> None:
    """If this fails, packages are not run before what lies in them, or modules have wrong names."""
    tree = Tree()
    assert tree.parent(str(project / "pkg/sub/deep.py")) == str(project / "pkg/sub/__init__.py")
    assert tree.parent(str(project / "pkg/sub/__init__.py")) == str(project / "pkg/__init__.py")
    assert tree.parent(str(project / "pkg/__init__.py")) is None
    assert tree.name(str(project / "pkg/sub/deep.py")) == "pkg.sub.deep"
    assert tree.name(str(project / "pkg/sub/__init__.py")) == "pkg.sub"
    assert tree.name(str(project / "train.py")) == "train"
