"""Measure the linter beside bare libcst and other linters, and write the table of docs/performance.md.

    python -m benchmarks WORK                     everything: about an hour on two cores
    python -m benchmarks WORK --tree small        only these trees, nothing is written but to stdout
    python -m benchmarks --page                   write docs/performance.md from what is stored

WORK is a directory for what is downloaded from PyPI, installed and made; it can be used again.
"""

from __future__ import annotations

import argparse
import compileall
from importlib.metadata import version
from pathlib import Path

import initscope_lint
from benchmarks import page, results, trees
from benchmarks.peers import PEERS
from benchmarks.plan import ROOT, Benchmark, machine


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="python -m benchmarks"
    )
    parser.add_argument("work", nargs="?", type=Path)
    parser.add_argument("--tree", action="append", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sampled-lines", type=int, default=20_000, help="what slow linters get of a large tree")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    if options.work is None:
        if not options.page:
            parser.error("WORK is missing")
        page.PAGE.write_text(page.page(results.read()), encoding="utf-8")
        return 0
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    compileall.compile_dir(ROOT / "initscope_lint", quiet=1)  # as an installer does, and did with the others
    listed = trees.read_list()
    versions = {"initscope-lint": initscope_lint.__version__, "libcst": version("libcst")}
    versions |= {peer.name.split()[0]: peer.requirement.partition("==")[2] for peer in PEERS}
    found = results.Results(machine(), versions)
    benchmark = Benchmark(work, found, rounds=options.rounds, sampled_lines=options.sampled_lines)
    benchmark.startup()
    for tree in listed.tree:
        if options.tree is None or tree.name in options.tree:
            packages = [listed.pinned(name) for name in tree.packages]
            benchmark.tree(tree, trees.make(packages, work / "packages", work / "trees" / tree.name), PEERS)
    if options.tree is None:
        package = trees.make([listed.pinned(listed.growing)], work / "packages", work / "trees" / "growing")
        benchmark.growth(package / listed.growing)
        results.write(found)
        page.PAGE.write_text(page.page(found), encoding="utf-8")
    else:
        print(page.tables(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
