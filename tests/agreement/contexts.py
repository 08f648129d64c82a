"""Compare the contexts that ``stack`` predicts with those recorded at the probes of the recorded programs.

Each program probes three places: its body, inside an ``init_scope`` there, and inside a second one.
"""

from __future__ import annotations

import ast
import collections
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.ir.positions import locate
from initscope_lint.source.deep import run_deep
from tests.agreement.measure import RECORDS

_PROBE = re.compile(r"hx\.probe\('(\w+)'\)")

State = tuple[bool | None, bool | None]
"""Executing eagerly, building a function."""


class Place(msgspec.Struct, frozen=True):
    """One probed place of one program."""

    program: str
    probe: str
    real: frozenset[State]
    predicted: frozenset[State]


def measure(target: str, every: int = 1) -> list[Place]:
    """The places of every ``every``-th program."""

    def run() -> list[Place]:
        return [
            place
            for index, record in enumerate(_records(target))
            if index % every == 0
            for place in _places(record, target)
        ]

    return run_deep(run)


def _records(target: str) -> Iterator[dict[str, Any]]:
    with gzip.open(RECORDS[target], "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["construct"] == "probe" and record.get("probes"):
                yield record


def _places(record: dict[str, Any], target: str) -> Iterator[Place]:
    tree = ast.parse(record["program"])
    analysis = analyze(Program((ModuleSource("program", "program.py", lower(tree)),)), target)
    spans = locate(tree, record["program"], {point.site.pos for point in analysis.points}, roughly=True)
    lines = record["program"].splitlines()
    predicted: dict[str, frozenset[State]] = {}
    for point in analysis.points:
        found = _PROBE.search(lines[spans[point.site.pos].line - 1])
        if found:
            states = ((context.executing_eagerly, context.building_function) for context in point.contexts)
            predicted[found[1]] = frozenset(states)
    real: dict[str, set[State]] = collections.defaultdict(set)
    for probe in record["probes"]:
        real[probe["tag"]].add((probe["eager"], probe["building"] and not probe["eager"]))
    for tag, states in real.items():
        yield Place(record["id"], tag, frozenset(states), predicted.get(tag, frozenset()))
