"""What the benchmark measured, as it is stored."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import msgspec

from benchmarks.measure import Run

STORED = Path(__file__).with_name("results.json")

PARSER = "libcst.parse_module"
COLD, COLD_2 = "initscope-lint, cold, -j 1", "initscope-lint, cold, -j 2"
WARM, CHANGED = "initscope-lint, warm", "initscope-lint, one file changed"
CLICK = 'python -c "import click"'


class Measured(msgspec.Struct, frozen=True):
    """The runs of a tool on a tree. ``lines`` are those that it was given, fewer than the tree has for a sample."""

    tree: str
    tool: str
    lines: int
    runs: list[Run]

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def peak(self) -> float:
        return median(run.peak for run in self.runs)


class TreeSize(msgspec.Struct, frozen=True):
    name: str
    about: str
    packages: list[str]
    files: int
    lines: int


class Results(msgspec.Struct):
    """One run of the whole benchmark. ``startup`` and ``growth`` have commands and numbers of copies for trees."""

    machine: str
    versions: dict[str, str]
    trees: list[TreeSize] = []
    measured: list[Measured] = []
    startup: list[Measured] = []
    growth: list[Measured] = []

    def of(self, tree: str, tool: str) -> Measured | None:
        """The runs of a tool on a tree, if it was run."""
        return next((each for each in self.measured if (each.tree, each.tool) == (tree, tool)), None)


def read(path: Path = STORED) -> Results:
    """What is stored."""
    return msgspec.json.decode(path.read_bytes(), type=Results)


def write(results: Results, path: Path = STORED) -> None:
    """Store it."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
