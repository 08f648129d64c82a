"""Hold every row of the catalogue to what TensorFlow does with its names.

    python -m tests.semantics.measure                     compare with what is recorded, and print the figures
    python -m tests.semantics.measure --record PYTHON     measure first, under that Python's TensorFlow (2.21, 1.15)
    python -m tests.semantics.measure --check PYTHON      the same, without recording it
                                    --record PYTHON --new    only names that have no facts yet
    python -m tests.semantics.measure --write             write the figures into docs/catalogue.md

The facts of a name are what `facts.py` saw: where a callback ran, what a call raised, how many variables it made. They
say nothing of the catalogue; whether a row is true is decided here.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from initscope_lint.semantics.catalogue import Api, Target, load

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "catalogue.md"
TARGETS: tuple[Target, ...] = get_args(Target)
RECORDS: dict[Target, Path] = {"2": HERE / "facts-2.21.json", "1.15": HERE / "facts-1.15.json"}
_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)

Facts = dict[str, Any]
#: Calls in which a claim does not show, by name, and why.
_NOT_COMPARABLE = {
    "tf.Tensor.__len__": "AutoGraph converts `len(x)`, and it is off here",
    "tf.random.get_global_generator": "creates a variable once, for the process, whoever asks first",
    "tf.GradientTape.gradient": "the tape has recorded nothing here, so that nothing is computed",
    "tf.no_gradient": "a name can be registered once",
    "tf_keras.Model": "counts batches in variables that it makes in eager code only, not in a function",
    "tf_keras.models.Model": "the same",
    "tf_keras.Sequential": "the same",
    "tf_keras.models.Sequential": "the same",
    "tf_keras.KerasTensor": "our name for what Input gives, which has a private one",
    "tf_keras.backend.set_session": "from 2.0 to 2.15, below tf.compat.v1.keras",
}
_TENSORS = {"tensor", "SparseTensor", "RaggedTensor", "IndexedSlices", "variable"}


@dataclasses.dataclass
class Verdict:
    """What measuring said about the rows of a target.

    ``claims`` counts what was compared; ``false`` are the comparisons that failed, as ``name: claim, fact``.
    """

    entries: int = 0
    executed: int = 0
    claims: int = 0
    false: list[str] = dataclasses.field(default_factory=list)


def rows(target: Target) -> dict[str, Api]:
    """The rows that stand for one name each."""
    catalogue = load(target)
    return {name: row for name in catalogue.names() if (row := catalogue.get(name)) and not set("*?[") & set(name)}


def recorded(target: Target) -> dict[str, Facts]:
    found: dict[str, Facts] = json.loads(RECORDS[target].read_text(encoding="utf-8"))
    return found


def judge(target: Target, facts: dict[str, Facts]) -> Verdict:
    """Compare the rows of a target with facts. A name without facts was not executed."""
    verdict = Verdict()
    for name, row in rows(target).items():
        verdict.entries += 1
        seen = facts.get(name, {"exists": "no such library"})
        if seen["exists"] == "no such library":
            continue
        verdict.executed += len(seen) > 1 and "probe" not in seen
        for claim, holds in _claims(name, row, seen, target):
            verdict.claims += 1
            if not holds:
                verdict.false.append(f"{name}: {row.model}: {claim}, but {json.dumps(seen, sort_keys=True)}")
    return verdict


def _claims(name: str, row: Api, seen: Facts, target: Target) -> Iterator[tuple[str, bool]]:
    """What a row says about a name that can be compared, and whether it is so."""
    if name in _NOT_COMPARABLE:
        return
    yield ("is removed", True) if row.removed_in == target else ("exists", seen["exists"] == "yes")
    checks = {
        "op": _operation,
        "static": _harmless,
        "convert": _harmless,
        "neutral": _harmless,
        "graph_only": _graph_only,
        "eager_only": _eager_only,
        "variable": _variable,
        "get_variable": _variable,
        "layer_function": _variable,
        "object": _object,
        "context": _context,
        "variable_scope": _context,
        "calls": _calls,
        "predicate": _predicate,
        "attribute": _attribute,
        "mode": _mode,
    }
    if row.model in checks and "probe" not in seen:
        yield from checks[row.model](row, seen)
    elif row.model in _DECORATORS and "eager" in seen and not seen["eager"].startswith("not called"):
        yield f"runs its function in {_DECORATORS[row.model]}", seen["eager"] == _DECORATORS[row.model]
    elif row.model == "state" and "variables" in seen:
        yield "creates no variable", seen["variables"] == 0
    elif row.model == "exception":
        yield "is an exception", seen["exception"]
    elif row.model == "graph" and "context" in seen:
        yield "is a graph", seen["context"] in ("graph", "function")


_DECORATORS = {
    "function": "function",
    "defun": "function",
    "wrap_function": "function",
    "py_function": "eager",
    "custom_gradient": "eager",
    "recompute_grad": "eager",
    "pass_through": "eager",
    "template": "eager",
    "once": "eager",
    "do_not_convert": "eager",
    "autograph_convert": "eager",
}


def _raised(found: str, row: Api, default: str | None = None) -> bool:
    expected = row.raises or default
    right = found != "ok" if expected is None else found.startswith(f"{expected}:")
    return right and (row.message is None or row.message in found)


def _operation(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if "variables" in seen:
        yield "creates no variable", seen["variables"] == 0
    if seen.get("function") == "ok":
        if row.harmless or not seen["tensors"]:
            yield "does not raise under init_scope", seen["init_scope"] == "ok"
        elif not row.maybe_identity and not row.tensor_free:
            yield "raises under init_scope", _raised(seen["init_scope"], row, "TypeError")
    if "function returns" in seen:
        found = seen["function returns"]
        if row.returns == "tensor":
            yield "returns a tensor", found in _TENSORS
        elif row.returns == "tensors":
            yield "returns tensors", found == "tensors"
        elif row.returns in ("none", "operation"):
            yield f"returns {row.returns}", found in ("none", "operation")
        elif row.returns == "python":
            yield "returns a Python value", found not in _TENSORS


def _harmless(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if "variables" in seen:
        yield "creates no variable", seen["variables"] == 0
    if seen.get("function") == "ok":
        yield "does not raise under init_scope", seen["init_scope"] == "ok"


def _graph_only(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if "eager" in seen:
        yield f"raises {row.raises} in eager code", _raised(seen["eager"], row)


def _eager_only(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if "function" in seen:
        yield f"raises {row.raises} in a function", _raised(seen["function"], row)


def _variable(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if row.goes_round_creators and "unguarded" in seen:
        yield "is not refused in a function", (seen["variables"], seen["unguarded"]) == (0, "ok")
    elif "variables" in seen:
        yield "creates a variable", seen["variables"] > 0
        yield "is refused in a function", seen["unguarded"].startswith(("ValueError:", "AttributeError:"))


def _object(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if "constructor" not in seen:
        return
    if row.variables_at == "constructor":
        yield "creates variables in its constructor", seen["constructor"] > 0
    else:
        yield "creates no variable in its constructor", seen["constructor"] == 0
    if "first_call" in seen and row.variables_at in ("first_call", "apply"):
        yield "creates variables when first called", seen["first_call"] > 0
    if "first_call" in seen and row.variables_at == "never":
        yield "never creates variables", seen["first_call"] == 0


_ALL_EAGER = {"eager": "eager", "function": "eager", "graph": "eager"}
_ALL_GRAPH = {"eager": "graph", "function": "graph", "graph": "graph"}
_CONTEXTS: dict[str, dict[str, str]] = {
    "init_scope": {
        "eager": "eager",
        "function": "eager",
        "graph": "graph",
        "tape": "not recorded",
        "dependencies": "does not wait",
    },
    "graph_as_default": _ALL_GRAPH,
    "graph": _ALL_GRAPH,
    "graph_mode": {"eager": "graph", "function": "function", "graph": "graph"},
    "session": _ALL_GRAPH,
    "eager_mode": _ALL_EAGER,
    "stop_recording": {"eager": "eager", "function": "function", "graph": "graph", "tape": "not recorded"},
    "clear_control_dependencies": {"function": "function", "graph": "graph", "dependencies": "does not wait"},
}
_UNCHANGED = {
    "eager": "eager",
    "function": "function",
    "graph": "graph",
    "tape": "recorded",
    "dependencies": "waits",
}


def _context(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if row.context in ("test_session", "monitored_session", "maybe_init_scope"):
        return
    for place, expected in _CONTEXTS.get(row.context or "", _UNCHANGED).items():
        if place in seen:
            if place == "eager" and row.raises:
                yield f"raises {row.raises} in eager code", _raised(seen["eager"], row)
            else:
                yield f"{place}: {expected}", seen[place] == expected


_PLACES: dict[str, dict[str, set[str]]] = {
    "branch": {"eager": {"eager"}, "function": {"function"}, "graph": {"function", "graph"}},
    "loop": {"eager": {"eager"}, "function": {"function"}, "graph": {"function", "graph"}},
    "dataset": {"eager": {"function"}, "function": {"function"}, "graph": {"function"}},
    "vectorized": {"eager": {"function"}, "function": {"function"}, "graph": {"function", "graph"}},
    "eager": {"eager": {"eager"}},
    "inline": {"eager": {"eager"}, "function": {"function"}, "graph": {"graph"}},
    "graph": {"eager": {"graph"}, "function": {"graph"}, "graph": {"graph"}},
    "function": {"eager": {"function"}, "function": {"function"}, "graph": {"function"}},
    "compiled": {"eager": {"function"}, "function": {"function"}, "graph": {"graph"}},
}


def _calls(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    for callback in row.calls:
        if callback.position is not None and "parameters" in seen:
            at = seen["parameters"][callback.position : callback.position + 1]
            yield f"{callback.param} is parameter {callback.position}", at == [callback.param]
        for place, expected in _PLACES.get(callback.under, {}).items():
            found = seen.get(callback.param, {}).get(place)
            if found is not None and not found.startswith("not called"):
                yield f"{callback.param} runs in {callback.under} from {place}", set(found.split()) <= expected


_PREDICATES: dict[str, dict[str, bool]] = {
    "executing_eagerly": {"eager": True, "function": False, "graph": False, "init_scope": True},
    "executing_eagerly_outside_functions": {"eager": True, "function": True, "graph": False, "init_scope": True},
    "inside_function": {"eager": False, "function": True, "graph": False, "init_scope": True},
    "building_function": {"function": True, "graph": False},
    "has_strategy": {"eager": False, "function": False, "graph": False, "init_scope": False},
    "in_cross_replica_context": {"eager": False, "function": False, "graph": False, "init_scope": False},
    "functions_run_eagerly": {"eager": False, "function": False, "graph": False, "init_scope": False},
    "resource_variables_enabled": {"eager": True, "function": True, "graph": True, "init_scope": True},
    "control_flow_v2_enabled": {"eager": True, "function": True, "graph": True, "init_scope": True},
}


def _predicate(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    for place, expected in _PREDICATES.get(row.predicate or "", {}).items():
        if place in seen:
            yield f"is {expected} in {place}", seen[place] is expected


def _attribute(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if "eager" in seen:
        yield ("raises in eager code", _raised(seen["eager"], row)) if row.raises else ("works", seen["eager"] == "ok")
    if "init_scope" in seen:
        yield "works on a symbolic tensor under init_scope", seen["init_scope"] == "ok"


_MODES: dict[str, dict[str, bool]] = {
    "enable_eager": {"eager": True},
    "disable_eager": {"eager": False},
    "enable_v2": {"eager": True, "v2": True, "control_flow_v2": True, "resource_variables": True},
    "disable_v2": {"eager": False, "v2": False, "control_flow_v2": False, "resource_variables": False},
    "enable_control_flow_v2": {"control_flow_v2": True},
    "disable_control_flow_v2": {"control_flow_v2": False},
    "enable_resource_variables": {"resource_variables": True},
    "disable_resource_variables": {"resource_variables": False},
    "run_functions_eagerly": {"functions_eager": True},
}


def _mode(row: Api, seen: Facts) -> Iterator[tuple[str, bool]]:
    if seen.get("outcome") == "ok":
        for key, expected in _MODES.get(row.mode or "", {}).items():
            if key in seen["after"]:
                yield f"{key} is {expected} afterwards", seen["after"][key] is expected


def measure(python: str, new: bool = False) -> tuple[Target, dict[str, Facts]]:
    """Measure under the TensorFlow of a Python; returns which one that is, and the facts of every name.

    If ``new``, what is recorded holds, and only the other names are measured.
    """
    ask = "import tensorflow; print(tensorflow.__version__)"
    version = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.split()[-1]
    target: Target = "1.15" if version.startswith("1.") else "2"
    wanted = rows(target)
    known = {name: seen for name, seen in recorded(target).items() if name in wanted} if new else {}
    asked = json.dumps([[name, row.model] for name, row in wanted.items() if name not in known])
    command = [python, str(HERE / "facts.py")]
    run = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    return target, known | dict(map(json.loads, run.stdout.splitlines()))


def record(target: Target, facts: dict[str, Facts]) -> None:
    """Write the facts of a target where ``recorded`` finds them."""
    lines = [f"{json.dumps(name)}: {json.dumps(seen, sort_keys=True)}" for name, seen in sorted(facts.items())]
    RECORDS[target].write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def figures(facts: dict[Target, dict[str, Facts]]) -> str:
    """The table of docs/catalogue.md."""
    lines = ["| TensorFlow | Entries | Executed | Claims compared | False |", "|---|---|---|---|---|"]
    for target, seen in facts.items():
        found = judge(target, seen)
        version = RECORDS[target].stem.partition("-")[2]
        lines.append(f"| {version} | {found.entries} | {found.executed} | {found.claims} | {len(found.false)} |")
    return "\n".join([*lines, ""])


def page() -> str:
    """What docs/catalogue.md should be."""
    table = figures({target: recorded(target) for target in reversed(TARGETS)})
    return _FIGURES.sub(lambda _: table, PAGE.read_text(encoding="utf-8"))


def main() -> int:
    """Do what the command says; 1 if a row is false."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--record", metavar="PYTHON")
    parser.add_argument("--check", metavar="PYTHON")
    parser.add_argument("--new", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    facts = {target: recorded(target) for target in reversed(TARGETS)}
    if arguments.record or arguments.check:
        target, measured = measure(arguments.record or arguments.check, arguments.new)
        facts[target] = measured
        if arguments.record:
            record(target, measured)
    if arguments.write:
        PAGE.write_text(page(), encoding="utf-8")
    print(figures(facts), end="")
    false = [f"{target}: {each}" for target, seen in facts.items() for each in judge(target, seen).false]
    print(*false, sep="\n", end="")
    return 1 if false else 0


if __name__ == "__main__":
    raise SystemExit(main())
