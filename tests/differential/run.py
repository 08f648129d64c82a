"""Compare TensorFlow and the linter on many random programs.

    python -m tests.differential.run --count 500 --seed 7          with this interpreter's TensorFlow
    python -m tests.differential.run --python PYTHON --target ...  with another's

Prints the shares that DESIGN asks for, and writes the programs on which they disagree, each with what they disagree
about, to the folder ``--keep``.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.differential.programs import random_program
from tests.differential.runtime import Real, Runtime, Verdict, compare, real_of, said


def total(verdicts: list[Verdict]) -> Verdict:
    """All verdicts in one."""
    result = Verdict()
    for verdict in verdicts:
        for field in dataclasses.fields(Verdict):
            setattr(result, field.name, getattr(result, field.name) + getattr(verdict, field.name))
    return result


def share(part: int, whole: int) -> str:
    """A share in per cent."""
    return f"{100 * part / whole:.2f}% of {whole}" if whole else "none"


def summary(verdicts: list[Verdict], outcomes: collections.Counter[str]) -> str:
    """The figures, a line each."""
    found = total(verdicts)
    agree = sum(not verdict.disagreements for verdict in verdicts)
    return "\n".join(
        [
            f"programs       {len(verdicts)} ({', '.join(f'{n} {each}' for each, n in outcomes.most_common())})",
            f"agree entirely {share(agree, len(verdicts))}",
            f"contained      {share(found.contained, found.probes)}",
            f"exact          {share(found.exact, found.probes)}",
            f"reported       {share(found.reported, found.raised)}",
            f"really raise   {share(found.predicted - found.false, found.predicted)}",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare TensorFlow and the linter on random programs.")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has TensorFlow")
    parser.add_argument("--jobs", type=int, help="how many programs run at once")
    parser.add_argument("--outcomes", type=Path, help="a file to measure into, and to go on with")
    parser.add_argument("--keep", type=Path, help="the folder for programs on which they disagree")
    parser.add_argument("--show", type=int, default=0, help="how many other exceptions to show")
    options = parser.parse_args()
    started = time.monotonic()
    document = measure(options)
    version = document["tensorflow"]
    verdicts, outcomes, others = [], collections.Counter[str](), collections.Counter[str]()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        for old in options.keep.glob("*.py"):
            old.unlink()
    for index, (source, outcome) in enumerate(document["programs"]):
        real = real_of(outcome)
        verdict = _one(source, real, "1.15" if version.startswith("1.") else "2")
        verdicts.append(verdict)
        outcomes[real.error or ("other" if real.outcome == "raises" else real.outcome)] += 1
        if real.outcome == "raises" and real.error is None:
            others[f"{real.exception}: {real.message[:110]}"] += 1
        if verdict.disagreements and options.keep:
            notes = (*verdict.disagreements, f"real {real.outcome} {real.line} {real.message}")
            path = options.keep / f"{verdict.disagreements[0].split()[0]}_{index:05}.py"
            path.write_text(source + "".join(f"# {note}\n" for note in notes), encoding="utf-8")
    print(f"TensorFlow {version}, seed {document['seed']}, {time.monotonic() - started:.0f} s")
    print(summary(verdicts, outcomes))
    for text, number in others.most_common(options.show):
        print(f"  {number} {text}")
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run the programs of a seed: those that the file of outcomes, a line for each, does not hold yet."""
    path: Path | None = options.outcomes
    lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
    known = [json.loads(line) for line in lines]
    document: dict[str, Any] = {**known[0], "programs": known[1:]} if known else {}
    if document and len(document["programs"]) >= options.count:
        return document
    runtime = Runtime(options.python, options.jobs)
    document = document or {"tensorflow": runtime.version, "seed": options.seed, "programs": []}
    sources = [random_program(document["seed"], index, runtime.target) for index in range(options.count)]
    done = {source for source, _ in document["programs"]}
    with open(path, "a", encoding="utf-8") if path else contextlib.nullcontext() as file:
        if file and not known:
            print(json.dumps({"tensorflow": runtime.version, "seed": options.seed}), file=file)
        for source, outcome in runtime.outcomes(dict.fromkeys(each for each in sources if each not in done)):
            document["programs"].append([source, outcome])
            if file:
                print(json.dumps([source, outcome]), file=file, flush=True)
    runtime.close()
    return document


def _one(source: str, real: Real, target: str) -> Verdict:
    try:
        return compare(source, real, said(source, target))
    except Exception as error:
        return Verdict(disagreements=[f"internal {type(error).__name__}: {error}"])


if __name__ == "__main__":
    sys.exit(main())
