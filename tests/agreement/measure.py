"""Compare the linter's verdict on thousands of small recorded programs with what TensorFlow did with them.

    python -m tests.agreement.measure            print the figures
    python -m tests.agreement.measure --write    write docs/agreement.md

Each recorded program defines a body, wraps it in a chain of contexts and calls it three times (two signatures); its
record says in which call TensorFlow raised what. The linter's verdict is the set of errors it is certain of. All
programs count, with these exceptions: those that hang or crash TensorFlow, which left no outcome; hand-written ones
(context `special`), whose outcome is what a harness around them caught and noted; and those that do nothing but
look at their context, which `contexts` compares.
"""

from __future__ import annotations

import argparse
import ast
import collections
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.events import Failure
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.ir.lower import lower
from initscope_lint.source.deep import run_deep

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "agreement.md"
RECORDS = {"2": HERE / "outcomes-tf2.21.jsonl.gz", "1.15": HERE / "outcomes-tf1.15.jsonl.gz"}
VERSION = {"2": "2.21", "1.15": "1.15.5"}

# The recorded message, and the interpreter's word for it.
_ERRORS = (
    ("SINGLETON", r"singleton tf.Variables|on non-first call\."),
    ("NONFIRST", r"Creating variables on a non-first call"),
    ("OUT_OF_SCOPE", r"out of scope and cannot be used here|outside of the function building code"),
    ("SYM2NP", r"Cannot convert a symbolic"),
    ("GRAPH_ONLY", r"not compatible with eager|not supported when eager|Cannot create initializable|LookupError"),
    ("OP_EAGER", r"Tensor.op is (undefined|meaningless)"),
    ("INIT_CALLABLE", r"Tensor-typed variable initializers must"),
    ("INIT_CF", r"from inside a control-flow"),
    ("UNLIFT", r"Unable to lift|could not be lifted"),
    ("CAPTURE", r"Attempting to capture an EagerTensor"),
    ("DIFF_GRAPH", r"must be from the same graph"),
    ("ITER_GRAPH", r"as_numpy_iterator|only supports Python-style|__iter__\(\) is only supported"),
    ("NO_NUMPY", r"has no attribute 'numpy'|numpy\(\) is only"),
    ("ITER", r"[Ii]terating over"),
    ("BOOL", r"as a Python `?bool"),
    ("LEN", r"len is not well"),
    ("FLOAT", r"float\(\) argument"),
    ("FINALIZED", r"Graph is finalized"),
    ("RESET_NESTED", r"clear nested graphs"),
    ("ENABLE_LATE", r"must be called at program startup"),
    ("GEN_DONE", r"'args'"),
    ("NO_CM", r"__enter__|context manager protocol"),
    ("VAR_EXISTS", r"already exists"),
    ("REFERENCE", r"'RefVariable' object has no attribute|float32_ref"),
    ("EAGER_ONLY", r"save\(\) from a function|Can not convert a function"),
    ("NO_VARIABLES", r"No variables to optimize"),
    ("UNKNOWN_VARIABLE", r"Unknown variable|cannot recognize variable"),
    ("KERAS_LOCKED", r"cannot add new elements of state"),
    ("KERAS_LAMBDA", r"created within a Lambda layer"),
    ("UNINIT", r"Error while reading resource variable _AnonymousVar"),
    ("NOT_FETCHABLE", r"not fetchable"),
)


class Verdict(msgspec.Struct, frozen=True):
    """One program: what TensorFlow raised (None: nothing) and what the linter is certain of."""

    mode: str
    context: str
    construct: str
    real: str | None
    found: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Both say that nothing raises, or both that something does."""
        return (self.real is None) == (not self.found)

    @property
    def same_error(self) -> bool:
        """They also mean the same error."""
        return self.agrees and (self.real is None or self.real in self.found)


def records(target: str) -> Iterator[dict[str, Any]]:
    """The recorded programs that count."""
    with gzip.open(RECORDS[target], "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if "phases" not in record or record["context"] == "special" or record["construct"] == "probe":
                continue
            if any(phase["status"] not in ("ok", "raise") for phase in record["phases"].values()):
                continue
            yield record


def real_error(record: dict[str, Any]) -> str | None:
    """What the first call (or session run) that raises raises."""
    for name in ("define", "call1", "call2", "call3", "session"):
        phase = record["phases"].get(name)
        if phase is not None and phase["status"] != "ok":
            text = " ".join(str(phase.get(key) or "") for key in ("first", "key", "last"))
            chain = phase.get("chain") or ["?"]
            for word, pattern in _ERRORS:
                if re.search(pattern, f"{text} {' '.join(chain)}"):
                    return word
            return str(chain[0])
    return None


def found_errors(source: str, target: str) -> tuple[str, ...]:
    """The errors that the linter is certain of."""
    module = ModuleSource("program", "program.py", lower(ast.parse(source)))
    analysis = analyze(Program((module,)), target)
    errors = {event.error for event in analysis.events if isinstance(event, Failure) and event.certain}
    return tuple(sorted(errors))


def measure(target: str, every: int = 1) -> list[Verdict]:
    """The verdicts on every ``every``-th program that counts."""

    def run() -> list[Verdict]:
        return [
            Verdict(
                record["mode"],
                record["context"],
                record["construct"],
                real_error(record),
                found_errors(record["program"], target),
            )
            for index, record in enumerate(records(target))
            if index % every == 0
        ]

    return run_deep(run)


def share(part: int, whole: int) -> str:
    """A share as a percentage."""
    return f"{100 * part / whole:.1f}%" if whole else "-"


def page(verdicts: dict[str, list[Verdict]]) -> str:
    """The page of docs/."""
    lines = [
        "# Agreement with recorded programs",
        "",
        "<!-- Made by `python -m tests.agreement.measure --write`. -->",
        "",
        (__doc__ or "").split("\n\n", 2)[2].strip(),
        "",
        "| TensorFlow | programs | same verdict | same error too | an error claimed, and nothing raised |",
        "|---|---|---|---|---|",
    ]
    for target, found in verdicts.items():
        agree, same = sum(v.agrees for v in found), sum(v.same_error for v in found)
        lines.append(
            f"| {VERSION[target]} | {len(found)} | {agree} ({share(agree, len(found))}) "
            f"| {same} ({share(same, len(found))}) | {sum(v.real is None and not v.agrees for v in found)} |"
        )
    lines += ["", (HERE / "disagreements.md").read_text(encoding="utf-8").strip()]
    for target, found in verdicts.items():
        lines += ["", f"## TensorFlow {VERSION[target]}, by context", "", *_table(found, "context")]
        lines += ["", f"## TensorFlow {VERSION[target]}, by construct", "", *_table(found, "construct")]
        lines += ["", f"## TensorFlow {VERSION[target]}, what differs", "", *_differences(found)]
    return "\n".join(lines) + "\n"


def _table(found: list[Verdict], by: str) -> list[str]:
    groups: dict[str, list[Verdict]] = collections.defaultdict(list)
    for verdict in found:
        groups[f"{verdict.mode}:{verdict.context}" if by == "context" else verdict.construct].append(verdict)
    whole = [name for name, group in groups.items() if all(v.agrees for v in group)]
    rows = [f"Full agreement ({sum(len(groups[n]) for n in whole)} programs): {', '.join(sorted(whole))}.", ""]
    rows += [f"| {by} | programs | same verdict |", "|---|---|---|"]
    rows += [
        f"| {name} | {len(group)} | {sum(v.agrees for v in group)} |"
        for name, group in sorted(groups.items())
        if name not in whole
    ]
    return rows


def _differences(found: list[Verdict]) -> list[str]:
    groups: dict[tuple[str, str, str], list[str]] = collections.defaultdict(list)
    for verdict in found:
        if not verdict.agrees:
            key = (verdict.construct, verdict.real or "nothing", ", ".join(verdict.found) or "nothing")
            groups[key].append(f"{verdict.mode}:{verdict.context}")
    rows = ["| construct | TensorFlow raises | the linter says | in |", "|---|---|---|---|"]
    rows += [f"| {c} | {real} | {mine} | {' '.join(where)} |" for (c, real, mine), where in sorted(groups.items())]
    return rows


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--write", action="store_true", help="write docs/agreement.md")
    options = parser.parse_args()
    verdicts = {target: measure(target) for target in RECORDS}
    text = page(verdicts)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    print(text.split("\n## ")[0])


if __name__ == "__main__":
    main()
