"""What is run: every tool once a round, so that what else the machine does spreads over all of them."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import trees
from benchmarks.measure import Run, run
from benchmarks.peers import Peer
from benchmarks.results import CHANGED, CLICK, COLD, COLD_2, PARSER, WARM, Measured, Results, TreeSize

ROOT = Path(__file__).parents[1]

Tell = Callable[[str], None]


class Failed(Exception):
    """The linter could not do its work, or its report depends on what it must not depend on."""


def linter(work: Path, *words: str | Path) -> Run:
    """Run the linter of this checkout."""
    env = {"PYTHONPATH": str(ROOT)}
    done = run([sys.executable, "-m", "initscope_lint", *words], cwd=work, env=env)
    if done.status not in (0, 1):
        raise Failed(f"initscope-lint {' '.join(map(str, words))}: exit status {done.status}")
    return done


def lint(cache: Path, folder: Path, jobs: int) -> Run:
    """Lint a directory, with the cache in another."""
    options = ["--isolated", "--exit-zero", "--output-format=json", f"--cache-dir={cache}", f"-j{jobs}"]
    return linter(cache.parent, "check", folder, *options)


class Benchmark:
    """One run of it. ``work`` is a directory for what is downloaded, installed and made."""

    def __init__(self, work: Path, results: Results, *, rounds: int, sampled_lines: int, tell: Tell = print) -> None:
        self._work = work
        self._results = results
        self._rounds = rounds
        self._sampled_lines = sampled_lines
        self._tell = tell
        self._cache = work / "cache"

    def tree(self, tree: trees.Tree, folder: Path, peers: Sequence[Peer]) -> None:
        """Measure everything on one tree, which is in ``folder``."""
        paths = trees.files(folder)
        lines = trees.lines(paths)
        self._results.trees.append(TreeSize(tree.name, tree.about, tree.packages, len(paths), lines))
        found: dict[str, Measured] = {}

        def add(tool: str, given: int, done: Run) -> None:
            found.setdefault(tool, Measured(tree.name, tool, given, [])).runs.append(done)
            self._tell(f"{tree.name:10} {tool:34} {done.cpu:8.2f} s CPU {done.wall:8.2f} s wall {done.peak:6.0f} MB")

        commands = [(peer, *self._prepared(peer, folder, lines)) for peer in peers]
        for _ in range(self._rounds):
            parser = run([sys.executable, Path(__file__).with_name("bare_libcst.py"), folder], cwd=self._work)
            add(PARSER, lines, parser)
            for tool, done in self._linted(folder, paths):
                add(tool, lines, done)
            for peer, command, target in commands:
                add(peer.name, trees.lines(trees.files(target)), run([*command, target], cwd=self._work))
        self._results.measured += found.values()

    def _prepared(self, peer: Peer, folder: Path, lines: int) -> tuple[list[str | Path], Path]:
        command = peer.install(self._work / "environments")
        if not peer.marker and not (peer.sampled and lines > self._sampled_lines):
            return command, folder
        name = f"{folder.name}-{peer.marker or 'sample'}"
        target = trees.sample(folder, self._work / "samples" / name, self._sampled_lines)
        if peer.marker:
            trees.mark(target, peer.marker)
        return command, target

    def _linted(self, folder: Path, paths: Sequence[Path]) -> Iterable[tuple[str, Run]]:
        """The linter in all states of its cache; the reports are the same in all of them."""
        self._forget()
        parallel = lint(self._cache, folder, 2)
        self._forget()
        cold = lint(self._cache, folder, 1)
        warm = lint(self._cache, folder, 1)
        touched = _to_change(paths)
        before = touched.read_bytes()
        touched.write_bytes(before.rstrip() + b"\n\n\n_changed = 1\n")
        try:
            changed = lint(self._cache, folder, 1)
        finally:
            touched.write_bytes(before)
        if len({each.output for each in (cold, parallel, warm, changed)}) > 1:
            raise Failed(f"{folder.name}: the report depends on the cache, or on the number of processes")
        return (COLD, cold), (COLD_2, parallel), (WARM, warm), (CHANGED, changed)

    def _forget(self) -> None:
        if self._cache.exists():
            shutil.rmtree(self._cache)
        self._cache.mkdir(parents=True)

    def growth(self, package: Path, copies: Sequence[int] = (1, 2, 4, 8)) -> None:
        """Measure how time grows with the number of renamed copies of a package."""
        grown = {times: trees.repeat(package, self._work / "grown" / str(times), times) for times in copies}
        found = {
            times: Measured(str(times), COLD, trees.lines(trees.files(folder)), []) for times, folder in grown.items()
        }
        for _ in range(self._rounds):
            for times, folder in grown.items():
                self._forget()
                done = lint(self._cache, folder, 1)
                found[times].runs.append(done)
                self._tell(f"{times} copies {done.cpu:8.2f} s CPU {done.peak:6.0f} MB")
        self._results.growth += found.values()

    def startup(self) -> None:
        """Measure what a run takes that has nothing to do."""
        self._forget()
        plain = self._work / "plain.py"
        plain.write_text("import os\n\nprint(os.sep)\n")
        commands: dict[str, Callable[[], Run]] = {
            CLICK: lambda: run([sys.executable, "-c", "import click"], cwd=self._work),
            "initscope-lint --help": lambda: linter(self._work, "--help"),
            "initscope-lint explain ISL101": lambda: linter(self._work, "explain", "ISL101"),
            "initscope-lint FILE": lambda: linter(
                self._work, "check", "--isolated", f"--cache-dir={self._cache}", plain
            ),
        }
        found = {name: Measured("", name, 0, []) for name in commands}
        for _ in range(5 * self._rounds):
            for name, command in commands.items():
                found[name].runs.append(command())
        self._results.startup += found.values()


def _to_change(paths: Sequence[Path]) -> Path:
    """The file in the middle of those that name TensorFlow."""
    naming = [path for path in paths if b"tensorflow" in path.read_bytes()] or list(paths)
    return naming[len(naming) // 2]


def machine() -> str:
    """The processor and Python."""
    model = platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.partition(":")[2].strip() for line in information.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"
