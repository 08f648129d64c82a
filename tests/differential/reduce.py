"""Make a program on which TensorFlow and the linter disagree as small as it will go, statement by statement.

    python -m tests.differential.reduce [--python PYTHON] PROGRAM...

Each program is replaced by the smallest found that still shows a disagreement of the same kind.
"""

from __future__ import annotations

import argparse
import ast
import copy
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.differential.runtime import Real, Runtime, Verdict, compare, said

BATCH = 6


def variants(tree: ast.Module, largest: int) -> Iterator[tuple[int, ast.Module]]:
    """Every tree with one statement less, or with a compound statement replaced by its body; larger cuts first.

    Each comes with the size of its cut, which is at most ``largest``.
    """
    places: list[tuple[int, int, str, int]] = []
    for number, node in enumerate(ast.walk(tree)):
        for field in ("body", "orelse", "finalbody", "handlers", "decorator_list"):
            children = getattr(node, field, None)
            if isinstance(children, list):
                places += [(-_size(child), number, field, index) for index, child in enumerate(children)]
    for size, number, field, index in sorted(places):
        if -size > largest:
            continue
        for keep_body in (False, True):
            again = copy.deepcopy(tree)
            node = list(ast.walk(again))[number]
            children = getattr(node, field)
            body = getattr(children[index], "body", None)
            if keep_body and not (
                isinstance(body, list) and isinstance(children[index], (ast.With, ast.If, ast.For, ast.Try, ast.While))
            ):
                continue
            children[index : index + 1] = body if keep_body else []
            if not children and field == "body":
                children.append(ast.Pass())
            yield -size, again


def _size(node: ast.AST) -> int:
    return sum(1 for _ in ast.walk(node))


def text(tree: ast.Module) -> str | None:
    """The program, its probes called by their lines; None where it cannot be one."""
    try:
        source = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        compile(source, "program", "exec")
    except (SyntaxError, ValueError):
        return None
    return "".join(
        re.sub(r"probe\('[^']*'\)", f'probe("{number}")', line) + "\n"
        for number, line in enumerate(source.splitlines(), 1)
    )


def kind(verdict: Verdict, real: Real) -> tuple[str, ...]:
    """What must stay: the kind of the first disagreement, and how the program ends."""
    if not verdict.disagreements:
        return ()
    first = verdict.disagreements[0]
    found = re.search(r"\d+: (\w+)", first)
    detail = found.group(1) if found and first.split()[0] in ("false", "unreported") else ""
    if first.startswith("missed"):
        detail = "nothing" if first.endswith("[]") else "something"
    return (first.split()[0], detail, real.outcome, real.error or real.exception)


def _batch(source: str, largest: int) -> tuple[dict[str, int], int]:
    """The next candidates, and the size of the smallest cut among them; all of that size."""
    batch: dict[str, int] = {}
    last = largest
    for size, tree in variants(ast.parse(source), largest):
        if len(batch) >= BATCH and size < last:
            break
        candidate = text(tree)
        if candidate is not None and len(candidate) < len(source):
            batch[candidate] = last = size
    return batch, last


def reduce(runtime: Runtime, source: str) -> tuple[str, Verdict, Real]:
    """The smallest program found, its verdict and what TensorFlow did."""

    def judge(sources: list[str]) -> dict[str, tuple[Verdict, Real]]:
        return {each: (compare(each, real, said(each, runtime.target)), real) for each, real in runtime.run(sources)}

    best = text(ast.parse(source)) or source
    verdict, real = judge([best])[best]
    wanted = kind(verdict, real)
    if not wanted:
        return best, verdict, real
    progress = True
    while progress:
        progress = False
        largest = len(best)
        while largest:
            batch, last = _batch(best, largest)
            good = [(len(each), each, found) for each, found in judge(list(batch)).items() if kind(*found) == wanted]
            if good:
                _, best, (verdict, real) = min(good, key=lambda item: item[0])
                progress = True
                largest = last
            else:
                largest = last - 1 if len(batch) >= BATCH else 0
    return best, verdict, real


def main() -> int:
    parser = argparse.ArgumentParser(description="Make disagreeing programs smaller.")
    parser.add_argument("programs", nargs="+", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has TensorFlow")
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    runtime = Runtime(options.python, options.jobs)
    for path in options.programs:
        source, verdict, real = reduce(runtime, path.read_text(encoding="utf-8"))
        notes = (*verdict.disagreements, f"real {real.outcome} {real.line} {real.message}")
        path.write_text(source + "".join(f"# {note}\n" for note in notes), encoding="utf-8")
    runtime.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
