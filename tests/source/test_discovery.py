"""Which files a run looks at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from initscope_lint.source.discovery import Excluded, discover


def tree(root: Path, *names: str) -> None:
    """Empty files of these names below ``root``."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def names(root: Path, *paths: str) -> list[str]:
    found = discover([root / path for path in paths or ("",)])
    assert found.errors == ()
    return [path.relative_to(root).as_posix() for path in found.files]


def test_python_files_in_sorted_order(tmp_path: Path) -> None:
    """Reports would differ between file systems."""
    tree(tmp_path, "b.py", "a/z.py", "a.py", "a/b/c.py", "stub.pyi", "notes.txt", "a-b/x.py")
    assert names(tmp_path) == ["a/b/c.py", "a/z.py", "a-b/x.py", "a.py", "b.py"]


def test_overlapping_paths_count_once(tmp_path: Path) -> None:
    """A file would be reported twice."""
    tree(tmp_path, "a/x.py", "a/y.py")
    assert names(tmp_path, "a/x.py", "a", "", "a/x.py") == ["a/x.py", "a/y.py"]


def test_named_file_is_always_linted(tmp_path: Path) -> None:
    """A pre-commit hook that names a script, or an ignored file, would silently check nothing."""
    tree(tmp_path, "script", ".venv/x.py", "ignored.py")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    assert names(tmp_path, "script", ".venv/x.py", "ignored.py") == [".venv/x.py", "ignored.py", "script"]


def test_nested_gitignore(tmp_path: Path) -> None:
    """Deeper files override, ``!`` re-includes, a pattern with a slash is anchored to its own directory."""
    tree(tmp_path, "gen_a.py", "p/gen_b.py", "p/gen_keep.py", "p/out/x.py", "out/y.py", "p/q/out/z.py", "ok.py")
    (tmp_path / ".gitignore").write_text("gen_*.py\n")
    (tmp_path / "p/.gitignore").write_text("!gen_keep.py\n/out/\n")
    assert names(tmp_path) == ["ok.py", "out/y.py", "p/gen_keep.py", "p/q/out/z.py"]


def test_ignored_directory_cannot_be_reincluded_from_below(tmp_path: Path) -> None:
    """As in git."""
    tree(tmp_path, "d/x.py", "y.py")
    (tmp_path / ".gitignore").write_text("d/\n")
    (tmp_path / "d/.gitignore").write_text("!x.py\n")
    assert names(tmp_path) == ["y.py"]


def test_rules_reach_down_from_the_repository_root(tmp_path: Path) -> None:
    """Linting a subdirectory would see files that linting the whole does not."""
    tree(tmp_path, ".git/HEAD", "pkg/sub/gen.py", "pkg/sub/x.py", "pkg/sub/local.py")
    (tmp_path / ".gitignore").write_text("gen.py\n")
    (tmp_path / ".git/info").mkdir()
    (tmp_path / ".git/info/exclude").write_text("local.py\n")
    assert names(tmp_path, "pkg/sub") == ["pkg/sub/x.py"]
    assert names(tmp_path) == ["pkg/sub/x.py"]


def test_rules_above_the_repository_do_not_count(tmp_path: Path) -> None:
    tree(tmp_path, "repo/.git/HEAD", "repo/x.py")
    (tmp_path / ".gitignore").write_text("*.py\n")
    assert names(tmp_path, "repo") == ["repo/x.py"]


def test_named_directory_is_searched_though_ignored(tmp_path: Path) -> None:
    tree(tmp_path, ".git/HEAD", "third_party/x.py")
    (tmp_path / ".gitignore").write_text("third_party/\n")
    assert names(tmp_path, "third_party") == ["third_party/x.py"]


@pytest.mark.parametrize(
    "name",
    [
        ".git/x.py",
        ".venv/x.py",
        "node_modules/x.py",
        "__pycache__/x.py",
        ".tox/x.py",
        "a.egg-info/x.py",
        "build/lib/x.py",
    ],
)
def test_default_exclusions(tmp_path: Path, name: str) -> None:
    """People would read about other people's code."""
    tree(tmp_path, name, "setup.py")
    assert names(tmp_path) == ["setup.py"]


def test_environments_by_their_mark_and_packages_by_theirs(tmp_path: Path) -> None:
    """An environment may have any name, and a package may be called ``build``."""
    tree(
        tmp_path, "venv/pyvenv.cfg", "venv/x.py", "env2/pyvenv.cfg", "env2/y.py", "build/__init__.py", "pyproject.toml"
    )
    tree(tmp_path, "venv2/x.py")
    assert names(tmp_path) == ["build/__init__.py", "venv2/x.py"]


def test_excluded_is_asked_for_each_directory(tmp_path: Path) -> None:
    """What a directory's own configuration excludes would be searched."""
    tree(tmp_path, "a/x.py", "a/y.py", "b/x.py", "b/c/x.py", "b/d/y.py")
    rules = {"": "/a/", "b": "/b/c/", "b/c": "", "b/d": "/b/d/y.py"}

    def excluded(directory: Path) -> Excluded:
        return lambda path: (
            path == f"{tmp_path.as_posix()}{rules[directory.relative_to(tmp_path).as_posix().lstrip('.')]}"
        )

    assert [Path("b/x.py")] == [path.relative_to(tmp_path) for path in discover([tmp_path], excluded=excluded).files]


@pytest.mark.parametrize(("path", "kept"), [("a/x.py", True), (".venv/lib/x.py", False), ("a/.tox/x.py", False)])
def test_force_holds_for_named_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, kept: bool) -> None:
    """A hook that names files would lint what is excluded; or nothing, because of where the project lies."""
    here = tmp_path / "node_modules" / "project"
    tree(here, path)
    monkeypatch.chdir(here)
    assert kept is bool(discover([path], force=True).files)
    assert () != discover([path]).files


def test_symbolic_links(tmp_path: Path) -> None:
    """A loop would never end; a linked file would be reported twice."""
    tree(tmp_path, "b.py", "d/x.py")
    try:
        (tmp_path / "d/loop").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "a.py").symlink_to(tmp_path / "b.py")
        (tmp_path / "broken.py").symlink_to(tmp_path / "nowhere.py")
    except OSError:
        pytest.skip("no symbolic links here")
    assert names(tmp_path) == ["b.py", "d/x.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_fifo_is_never_opened(tmp_path: Path) -> None:
    """Opening one would hang the run."""
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / ".gitignore")
    tree(tmp_path, "x.py")
    assert names(tmp_path) == ["x.py"]
    found = discover([tmp_path / "pipe.py"])
    assert found.files == ()
    assert [error.message for error in found.errors] == ["cannot read: it is neither a file nor a directory"]


def test_missing_path_is_an_error_and_the_rest_is_found(tmp_path: Path) -> None:
    tree(tmp_path, "x.py")
    found = discover([tmp_path / "no.py", tmp_path])
    assert list(found.files) == [tmp_path / "x.py"]
    assert [(error.kind, error.message) for error in found.errors] == [("unreadable", "cannot read: it does not exist")]


def test_unreadable_directory_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated, since a privileged user may read everything."""
    tree(tmp_path, "a/x.py", "b/y.py")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "a":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover([tmp_path])
    assert list(found.files) == [tmp_path / "b/y.py"]
    assert [error.message for error in found.errors] == ["cannot read: Permission denied"]


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports show paths as they were given."""
    tree(tmp_path, "pkg/x.py")
    monkeypatch.chdir(tmp_path)
    assert list(discover(["."]).files) == [Path("pkg/x.py")]


def test_bad_patterns_are_skipped(tmp_path: Path) -> None:
    tree(tmp_path, "x.py", "y.py")
    (tmp_path / ".gitignore").write_text("!\n///**/\n# comment\ny.py\n\n")
    assert names(tmp_path) == ["x.py"]
