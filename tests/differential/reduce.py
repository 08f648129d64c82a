"""Make a program on which TensorFlow and the linter disagree as small as it will go, by delta debugging.

    python -m tests.differential.reduce [--python PYTHON] PROGRAM...

Each program is replaced by the smallest found in which they still disagree in the same way on the same probe.
"""

from __future__ import annotations

import argparse
import ast
import copy
import dataclasses
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.differential.runtime import Real, Runtime, Said, Verdict, compare, is_probe, said

RUNS = 400
"""How many programs TensorFlow runs for one that is made small, at most."""
_SAME = 25
"""How many characters of the message of what ends a program stay, so that it ends for the same reason."""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """The disagreement that must stay."""

    kind: str
    """``missed`` or ``invented`` contexts, a ``false`` or an ``unreported`` error, or how the program ended."""
    detail: str
    """The contexts, or the error."""
    probe: str
    """The name of the probe, of contexts."""

    def may_be_in(self, claimed: Said, line: int | None) -> bool:
        """Whether what the linter says of a smaller program leaves room for it: asking TensorFlow takes longer."""
        if self.kind not in ("missed", "invented"):
            return True
        contexts = claimed.points.get(line or 0, {})
        return all((each in contexts) == (self.kind == "invented") for each in ast.literal_eval(self.detail))


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A program whose probes have their lines as names."""

    source: str
    names: dict[int, str]
    """The names that the probes had, by their lines."""

    def line(self, probe: str) -> int | None:
        """The line of a probe, None where it is gone."""
        return next((line for line, name in self.names.items() if name == probe), None)


def render(tree: ast.Module) -> Candidate | None:
    """The program; None where it cannot be one."""
    try:
        source = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        compile(source, "program", "exec")
    except (SyntaxError, ValueError):
        return None
    names: dict[int, str] = {}
    lines = []
    for number, line in enumerate(source.splitlines(), 1):
        found = re.search(r"probe\('([^']*)'\)", line)
        if found:
            names[number] = found.group(1)
            line = line.replace(found.group(), f'probe("{number}")')
        lines.append(line + "\n")
    return Candidate("".join(lines), names)


def _wanted(text: str, names: dict[int, str]) -> Wanted:
    kind, _, rest = text.partition(" ")
    place, _, detail = rest.partition(": ")
    if kind in ("missed", "invented"):
        return Wanted(kind, re.split(r" not in | beside ", detail)[0], names.get(int(place), ""))
    return Wanted(kind, detail.partition(" ")[0], "")


class Reduction:
    """The way from a program to its smallest form."""

    def __init__(self, runtime: Runtime, source: str) -> None:
        """Raises ValueError if there is no disagreement on the program."""
        self.runtime = runtime
        self.tree = ast.parse(source)
        self.runs = 0
        self.tried: set[str] = set()
        best = render(self.tree)
        assert best is not None
        self.best = best
        verdict, self.real = self._judge(best, said(best.source, runtime.target))
        self.disagreements = verdict.disagreements
        self.ending = (self.real.outcome, self.real.exception, self.real.message[:_SAME])
        if not verdict.disagreements:
            raise ValueError("no disagreement")
        self.wanted = _wanted(verdict.disagreements[0], best.names)

    def run(self) -> None:
        """Take away what can go, large pieces first, until nothing can."""
        while self._remove() | self._unwrap():
            pass

    def _remove(self) -> bool:
        changed = False
        size = max(len(list(statements(self.tree))) // 2, 1)
        while True:
            index = 0
            while index < len(list(statements(self.tree))):
                if self._try(without(self.tree, index, index + size)):
                    changed = True
                else:
                    index += size
            if size == 1:
                return changed
            size = max(size // 2, 1)

    def _unwrap(self) -> bool:
        changed = False
        index = 0
        while index < len(list(statements(self.tree))):
            if not any(self._try(tree) for tree in smaller(self.tree, index)):
                index += 1
            else:
                changed = True
        return changed

    def _try(self, tree: ast.Module) -> bool:
        candidate = render(tree)
        if candidate is None or candidate.source in self.tried or self.runs >= RUNS:
            return False
        self.tried.add(candidate.source)
        claimed = said(candidate.source, self.runtime.target)
        if not self.wanted.may_be_in(claimed, candidate.line(self.wanted.probe)):
            return False
        verdict, real = self._judge(candidate, claimed)
        if self.wanted not in (_wanted(text, candidate.names) for text in verdict.disagreements):
            return False
        if (real.outcome, real.exception, real.message[:_SAME]) != self.ending:
            return False
        self.tree, self.best, self.real = tree, candidate, real
        self.disagreements = verdict.disagreements
        return True

    def _judge(self, candidate: Candidate, claimed: Said) -> tuple[Verdict, Real]:
        self.runs += 1
        ((_, real),) = self.runtime.run([candidate.source])
        return compare(candidate.source, real, claimed), real


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements, in the order of the source."""
    waiting = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        yield node
        inner = [each for each in ast.walk(node) if each is not node and isinstance(each, ast.stmt)]
        direct = {id(child) for each in inner for child in ast.walk(each) if child is not each}
        waiting += sorted((each for each in inner if id(each) not in direct), key=_place, reverse=True)


def _place(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def without(tree: ast.Module, start: int, stop: int) -> ast.Module:
    """The program without the statements of some numbers, and what is in them.

    The first probe of a function stays as long as the function: it tells whether that is called.
    """
    again = copy.deepcopy(tree)
    gone = {id(node) for number, node in enumerate(statements(again)) if start <= number < stop}
    gone -= {
        id(node.body[0]) for node in ast.walk(again) if isinstance(node, ast.FunctionDef) and is_probe(node.body[0])
    }
    for node in ast.walk(again):
        for field in ("body", "orelse", "finalbody", "handlers"):
            children = getattr(node, field, None)
            if isinstance(children, list):
                kept = [child for child in children if id(child) not in gone]
                setattr(node, field, kept or ([ast.Pass(lineno=0, col_offset=0)] if field == "body" else []))
    return again


def smaller(tree: ast.Module, number: int) -> Iterator[ast.Module]:
    """The program with a statement replaced by its body, or without a decorator or an item of it."""
    node = list(statements(tree))[number]
    for field in ("decorator_list", "items"):
        for index in range(len(getattr(node, field, ()))):
            again = copy.deepcopy(tree)
            del getattr(list(statements(again))[number], field)[index]
            yield again
    if isinstance(node, (ast.With, ast.If, ast.For, ast.Try, ast.While)):
        again = copy.deepcopy(tree)
        inside = list(statements(again))[number]
        for parent in ast.walk(again):
            for field in ("body", "orelse", "finalbody"):
                children = getattr(parent, field, None)
                if isinstance(children, list) and any(child is inside for child in children):
                    at = next(index for index, child in enumerate(children) if child is inside)
                    children[at : at + 1] = inside.body  # type: ignore[attr-defined]
        yield again


def main() -> int:
    parser = argparse.ArgumentParser(description="Make disagreeing programs smaller.")
    parser.add_argument("programs", nargs="+", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has TensorFlow")
    options = parser.parse_args()
    runtime = Runtime(options.python, 1)
    for path in options.programs:
        try:
            reduction = Reduction(runtime, path.read_text(encoding="utf-8"))
        except ValueError as error:
            print(f"{path}: {error}")
            continue
        reduction.run()
        real = reduction.real
        notes = (*reduction.disagreements, f"real {real.outcome} {real.line} {real.message}")
        path.write_text(reduction.best.source + "".join(f"# {note}\n" for note in notes), encoding="utf-8")
        print(f"{path}: {len(reduction.best.source.splitlines())} lines, {reduction.runs} runs", flush=True)
    runtime.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
