"""docs/performance.md, from what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers import PEERS
from benchmarks.results import CHANGED, CLICK, COLD, COLD_2, PARSER, WARM, Measured, Results, TreeSize

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

_TEXT = """# Performance

What the linter takes on public code, beside bare `libcst.parse_module` over the same files and beside other linters.
`python -m benchmarks WORK` (`nox -s benchmarks`) downloads the pinned releases, makes the trees, installs each of the
other linters into an environment of its own, runs everything side by side and writes this page.

Measured with {machine}; {versions}.
{rounds}
CPU time is that of all processes together, peak memory that of the largest.

## Ratios

{ratios}

## Trees

{trees}

## Tools

`cold` begins with an empty cache and fills it, `warm` follows it with nothing changed, and `one file changed` follows
with a statement more in one file that uses TensorFlow.
The reports of all of these are compared, and are the same byte for byte.
{peers}
Columns that compare are by CPU time for each line.

{tools}

## Growth

Renamed copies of one package, which import nothing of each other, linted cold with `-j 1`.

{growth}

## Startup

{startup}
"""


def page(results: Results) -> str:
    """The whole page."""
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    rounds = max(len(each.runs) for each in results.measured)
    sections = {
        "trees": _table(["Tree", "What", "Files", "Lines"], map(_size, results.trees)),
        "ratios": _table(["What", "Asked", "CPU", "Wall"], _ratios(results)),
        "tools": tables(results),
        "growth": _growth(results),
        "startup": _startup(results),
        "peers": "\n".join(_notes(results)),
    }
    return _TEXT.format(machine=results.machine, versions=versions, rounds=_rounds(rounds), **sections)


def _rounds(count: int) -> str:
    if count == 1:
        return "The figures are those of a single run of each command."
    return f"The figures are medians of {count} runs of each command, which take turns."


def tables(results: Results) -> str:
    """A table for each tree."""
    heads = ["Tool", "Lines", "CPU s", "Wall s", "Lines/CPU s", "To libcst", "To cold", "Peak MB"]
    found = []
    for tree in results.trees:
        rows = (_row(results, each) for each in results.measured if each.tree == tree.name)
        found.append(f"### {tree.name}\n\n{_table(heads, rows)}")
    return "\n\n".join(found)


def _notes(results: Results) -> Iterator[str]:
    """What has to be known about the other linters."""
    slow = [peer.name for peer in PEERS if peer.sampled]
    yield f"{_listed(slow)} are too slow for a large tree: they get a sample of its files, of so many lines."
    for peer in PEERS:
        if peer.marker:
            yield (
                f"{peer.name} does not parse a file without the word `{peer.marker}`, so a comment with it is appended "
                "to those that it gets."
            )


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _size(tree: TreeSize) -> list[str]:
    return [tree.name, f"{tree.about}: {', '.join(tree.packages)}", f"{tree.files:,}", f"{tree.lines:,}"]


def _row(results: Results, each: Measured) -> list[str]:
    parser, cold = results.of(each.tree, PARSER), results.of(each.tree, COLD)
    return [
        each.tool,
        f"{each.lines:,}",
        f"{each.cpu:.2f}",
        f"{each.wall:.2f}",
        f"{each.lines / each.cpu:,.0f}",
        _compared(each, parser),
        _compared(each, cold),
        f"{each.peak:.0f}",
    ]


def _compared(each: Measured, other: Measured | None) -> str:
    """The CPU time for a line, as a multiple of another's."""
    if other is None:
        return ""
    return _times(each.cpu / each.lines / (other.cpu / other.lines))


def _times(ratio: float) -> str:
    return f"{ratio:.2f}x" if ratio < 10 else f"{ratio:.0f}x"


def _ratios(results: Results) -> Iterator[list[str]]:
    """What was asked of the linter, and what it is."""

    def ratio(what: str, asked: str, tree: str, one: str, other: str) -> Iterator[list[str]]:
        first, second = results.of(tree, one), results.of(tree, other)
        if first is not None and second is not None:
            cpu = first.cpu / first.lines / (second.cpu / second.lines)
            wall = first.wall / first.lines / (second.wall / second.lines)
            yield [f"{tree}: {what}", asked, _times(cpu), _times(wall)]

    yield from ratio("cold to libcst", "at most 0.6x", "mixed", COLD, PARSER)
    yield from ratio("cold to libcst", "at most 1.2x", "tensorflow", COLD, PARSER)
    for tree in ("mixed", "tensorflow"):
        yield from ratio("TorchFix to cold", "at least 25x", tree, "TorchFix", COLD)
        yield from ratio("flake8 to cold", "more than 1x", tree, "flake8", COLD)
    yield from ratio("`-j 1` to `-j 2`", "at least 1.6x (wall)", "mixed", COLD, COLD_2)
    yield from ratio("cold to warm", "at least 40x", "mixed", COLD, WARM)
    warm, ruff = results.of("mixed", WARM), results.of("mixed", "ruff")
    if warm is not None and ruff is not None:
        cpu, wall = warm.cpu - ruff.cpu, warm.wall - ruff.wall
        yield ["mixed: warm less ruff without its cache", "at most 0.25 s", f"{cpu:.2f} s", f"{wall:.2f} s"]
    yield from ratio("cold to one file changed", "at least 10x", "mixed", COLD, CHANGED)
    if results.growth:
        first, last = results.growth[0], results.growth[-1]
        yield [
            f"{last.tree} copies to {first.tree}",
            "at most 9x",
            _times(last.cpu / first.cpu),
            _times(last.wall / first.wall),
        ]
    cold = results.of("mixed", COLD)
    if cold is not None:
        yield ["mixed: peak memory, cold", "under 2048 MB", f"{cold.peak:.0f} MB", ""]
    click = next((each for each in results.startup if each.tool == CLICK), None)
    for each in results.startup:
        if click is not None and each is not click:
            yield [
                f"`{each.tool}` to `{CLICK}`",
                "at most 2x",
                _times(each.cpu / click.cpu),
                _times(each.wall / click.wall),
            ]


def _growth(results: Results) -> str:
    first = results.growth[0] if results.growth else None
    rows = (
        [each.tree, f"{each.lines:,}", f"{each.cpu:.2f}", _times(each.cpu / first.cpu), f"{each.peak:.0f}"]
        for each in results.growth
        if first is not None
    )
    return _table(["Copies", "Lines", "CPU s", "To one", "Peak MB"], rows)


def _startup(results: Results) -> str:
    rows = ([f"`{each.tool}`", f"{each.cpu:.3f}", f"{each.wall:.3f}"] for each in results.startup)
    return _table(["Command", "CPU s", "Wall s"], rows)


def _table(heads: list[str], rows: Iterator[list[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
