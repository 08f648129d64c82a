"""The benchmark runs, on a tree as small as can be; what it measures is not looked at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import page, results, trees
from benchmarks.peers import Peer
from benchmarks.plan import Benchmark, Failed, linter

MAKER = "import tensorflow as tf\n\ndef make():\n    return tf.Variable(1.0)\n"
USER = "import tensorflow as tf\nfrom pkg.maker import make\n\n@tf.function\ndef f():\n    return make()\n\nf()\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "maker.py").write_text(MAKER)
    (folder / "pkg" / "user.py").write_text(USER)
    return folder


class Echo(Peer, frozen=True):
    """A linter that says what it was given."""

    def install(self, environments: Path) -> list[str | Path]:
        return [sys.executable, "-c", "import sys; print(sys.argv)"]


def test_everything_is_measured(package: Path, tmp_path: Path) -> None:
    """A page without a row, or a benchmark that ends after an hour with an error."""
    found = results.Results("machine", {"initscope-lint": "0"})
    said: list[str] = []
    work = tmp_path / "work"
    work.mkdir()
    benchmark = Benchmark(work, found, rounds=1, sampled_lines=5, tell=said.append)
    peers = [Echo("flake8", "flake8==0", ()), Echo("TorchFix", "torchfix==0", (), sampled=True, marker="torch")]
    benchmark.startup()
    benchmark.tree(trees.Tree("mixed", "two modules", ["pkg"]), package, peers)
    benchmark.growth(package, (1, 2))
    stored = tmp_path / "results.json"
    results.write(found, stored)
    text = page.page(results.read(stored))
    for row in ("mixed: cold to libcst", "mixed: TorchFix to cold", "2 copies to 1", "--help", "| 2 |"):
        assert row in text
    assert all(run.cpu > 0 and run.peak > 0 for each in found.measured for run in each.runs)
    assert [each.lines for each in found.growth] == [12, 24]
    sample = found.of("mixed", "TorchFix")
    assert sample is not None and 0 < sample.lines < 12
    assert [path.read_text().splitlines()[-1] for path in (work / "samples").rglob("*.py")] == ["# torch"]
    assert (package / "pkg" / "user.py").read_text() == USER


def test_copies_are_programs_of_their_own(package: Path, tmp_path: Path) -> None:
    """Copies that import what the first one imports would be a tree of another shape."""
    copies = trees.repeat(package, tmp_path / "copies", 2)
    assert [path.relative_to(copies).as_posix() for path in trees.files(copies)] == [
        "pkg_0/maker.py",
        "pkg_0/user.py",
        "pkg_1/maker.py",
        "pkg_1/user.py",
    ]
    assert "from pkg_1.maker import make" in (copies / "pkg_1" / "user.py").read_text()


def test_a_linter_that_does_not_work_is_not_measured(tmp_path: Path) -> None:
    """It would be the fastest."""
    with pytest.raises(Failed):
        linter(tmp_path, "check", tmp_path / "missing.py")


def test_what_is_pinned_is_listed() -> None:
    listed = trees.read_list()
    used = {name for tree in listed.tree for name in tree.packages} | {listed.growing}
    assert used == {package.name for package in listed.package}


def test_the_page_is_current() -> None:
    """If this fails, run ``python -m benchmarks --page``."""
    assert page.page(results.read()) == page.PAGE.read_text("utf-8")


def test_the_server_is_measured(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that waits for ever for diagnostics that do not come."""
    server = pytest.importorskip("benchmarks.server")
    monkeypatch.setattr(sys, "argv", ["server", "2"])
    assert 0 == server.main()
    assert capsys.readouterr().out.startswith("2 edits: median ")
