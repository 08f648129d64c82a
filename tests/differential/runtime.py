"""What TensorFlow does with a program, and what the linter says it does."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from initscope_lint.interpreter import analyze
from initscope_lint.interpreter.events import Analysis, Failure
from initscope_lint.interpreter.program import ModuleSource, Program
from initscope_lint.interpreter.results import ContextState
from initscope_lint.ir.lower import lower
from initscope_lint.ir.positions import locate
from initscope_lint.source.deep import run_deep

SERVER = Path(__file__).with_name("serve.py")

# The errors that the rules of the families 1xx and 2xx are about, by their text. The linter's keys (`Failure.error`)
# that count as the same error are in the group of the same name below.
ERRORS = [
    ("SINGLETON", r"singleton tf\.Variables|on non-first call\."),
    ("NONFIRST", r"Creating variables on a non-first call"),
    (
        "OUT_OF_SCOPE",
        r"out of scope and cannot be used here|cannot be accessed here|outside of the function building code",
    ),
    ("OP_EAGER", r"Tensor\.op is (undefined|meaningless)|op is meaningless"),
    ("UNLIFT", r"Unable to lift|could not be lifted"),
    ("INIT_CALLABLE", r"Tensor-typed variable initializers must"),
    ("INIT_CF", r"from inside a control-flow"),
    ("CAPTURE", r"Attempting to capture an EagerTensor"),
    ("DIFF_GRAPH", r"must be from the same graph|is not an element of this graph"),
    ("GRAPH_ONLY", r"placeholder\(\) is not compatible with eager|gradients is not supported when eager"),
    ("GRAPH_ONLY", r"not supported when eager|not compatible with eager|make_initializable_iterator"),
    ("NO_NUMPY", r"has no attribute 'numpy'|numpy\(\) is only|numpy is not a valid"),
    ("OTHER", r"must be defined before the loop"),
    ("BOOL", r"as a Python `?bool"),
    ("ITER", r"[Ii]terating over"),
    ("ITER_GRAPH", r"only supports Python-style|__iter__\(\) is only supported"),
    ("LEN", r"len is not well"),
    ("FINALIZED", r"Graph is finalized"),
]
_SAME = {"KERAS_LOCKED": "SINGLETON", "PH_EAGER": "GRAPH_ONLY", "GRAD_EAGER": "GRAPH_ONLY", "LOCAL_COLL": "GRAPH_ONLY"}


# The probes raise nothing and change nothing that the program sees.
_PROBE = ModuleSource("probe", "probe.py", lower(ast.parse("def probe(name):\n    pass\n")))


@dataclasses.dataclass(frozen=True)
class Real:
    """What TensorFlow did."""

    outcome: str
    """``ok``, ``raises``, ``crash`` or ``timeout``."""
    error: str | None
    """The key of an error of the families 1xx and 2xx, None for any other."""
    exception: str
    message: str
    line: int | None
    probes: dict[int, frozenset[str]]
    threads: tuple[Real, ...] = ()
    """What has ended threads."""


@dataclasses.dataclass(frozen=True)
class Claim:
    """An error that the linter sees."""

    error: str
    line: int
    certain: bool
    path: frozenset[int]
    """The lines of the calls that lead there, and of what it is related to."""
    outermost: int
    """The line of the module's body."""

    def explains(self, real: Real) -> bool:
        """Whether this is what TensorFlow raised.

        The runtime may name a call on the way: the one that runs what has been traced, where that notices the error,
        or the innermost one that the message has, which leaves out what TensorFlow calls.
        """
        return self.line == real.line or (self.error == real.error and real.line in self.path)


@dataclasses.dataclass(frozen=True)
class Said:
    """What the linter says."""

    failures: list[Claim]
    """The errors on the way from the module's body."""
    points: dict[int, dict[str, frozenset[int]]]
    """The contexts of each line, with the lines of the calls that led to the first of its kind."""
    open_lines: frozenset[int]
    """Lines with a context that something unknown decides."""
    truncated: bool


class Runtime:
    """The server process."""

    def __init__(self, python: str = sys.executable, jobs: int | None = None) -> None:
        command = [python, str(SERVER), *([str(jobs)] if jobs else [])]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        if not first:
            raise RuntimeError(f"TensorFlow could not be imported by {python}")
        self.version: str = json.loads(first)["tensorflow"]
        self.target = "1.15" if self.version.startswith("1.") else "2"

    def run(self, programs: Iterable[str]) -> Iterator[tuple[str, Real]]:
        """Run programs, in any order."""
        for source, outcome in self.outcomes(programs):
            yield source, real_of(outcome)

    def outcomes(self, programs: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Run programs, in any order, and give what the server answers."""
        sources = list(programs)
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None

        def feed() -> None:
            for index, source in enumerate(sources):
                stdin.write(json.dumps({"id": index, "source": source}).encode() + b"\n")
            stdin.flush()

        feeder = threading.Thread(target=feed)
        feeder.start()
        for _ in sources:
            answer = json.loads(stdout.readline())
            yield sources[answer["id"]], answer["outcome"]
        feeder.join()

    def close(self) -> None:
        """End the server."""
        self.process.communicate()


def real_of(outcome: dict[str, Any]) -> Real:
    """What an answer of the server means."""
    message = outcome.get("message", "")
    error = next((key for key, text in ERRORS if re.search(text, message)), None)
    error = None if error == "OTHER" else error
    probes = {
        int(name): frozenset(words(context) for context in contexts)
        for name, contexts in outcome.get("probes", {}).items()
    }
    return Real(
        outcome["outcome"],
        error,
        outcome.get("exception", ""),
        message,
        outcome.get("line"),
        probes,
        tuple(real_of(each) for each in outcome.get("threads", ())),
    )


def words(context: dict[str, Any]) -> str:
    """A context in one line, in the words of ``initscope-lint stack``."""
    facts = [">".join(context["stack"] or ["graph"]), context["resolved"]]
    facts += [fact for fact in ("executing_eagerly", "building_function", "branch", "lifted") if context[fact]]
    facts += [f"{fact}={context[fact]}" for fact in ("tape", "control_dependencies") if context[fact] != "none"]
    return " ".join(facts)


def _words_of(state: ContextState) -> str:
    names = ("resolved", "executing_eagerly", "building_function", "branch", "lifted", "tape", "control_dependencies")
    context = {name: getattr(state, name) for name in names}
    return words({**context, "stack": [frame.kind for frame in state.stack]})


def is_open(state: ContextState) -> bool:
    """Whether something outside the program decides."""
    return state.resolved == "unknown" or None in (state.executing_eagerly, state.building_function)


def analysis(source: str, target: str) -> tuple[Analysis, dict[int, int]]:
    """The linter's analysis of a program, and the line of each site."""
    tree = ast.parse(source)
    program = ModuleSource("program", "program.py", lower(tree))
    result = run_deep(lambda: analyze(Program((program, _PROBE)), target))
    result = dataclasses.replace(result, points=[each for each in result.points if each.site.path == program.path])
    wanted = {point.site.pos for point in result.points}
    wanted |= {site.pos for point in result.points for state in point.contexts for site in state.via}
    wanted |= {event.site.pos for event in result.events}
    wanted |= {step.site.pos for event in result.events for step in (*event.trace, *event.related)}
    places = locate(tree, source, wanted, roughly=True)
    return result, {pos: span.line for pos, span in places.items()}


def said(source: str, target: str) -> Said:
    """What the linter says of a program."""
    result, lines = analysis(source, target)
    failures = [
        Claim(
            _SAME.get(event.error, event.error),
            lines[event.site.pos],
            event.certain,
            frozenset(lines[step.site.pos] for step in (*event.trace, *event.related)),
            lines[event.trace[0].site.pos if event.trace else event.site.pos],
        )
        for event in result.events
        if isinstance(event, Failure) and not (event.trace and event.trace[0].note.endswith("which no call reaches"))
    ]
    points: dict[int, dict[str, frozenset[int]]] = {}
    open_lines = set()
    for point in result.points:
        line = lines[point.site.pos]
        for state in point.contexts:
            if is_open(state):
                open_lines.add(line)
            else:
                via = frozenset(lines[site.pos] for site in state.via)
                points.setdefault(line, {}).setdefault(_words_of(state), via)
    return Said(
        failures,
        points,
        frozenset(open_lines),
        bool(result.truncated),
    )


@dataclasses.dataclass
class Verdict:
    """How far the linter and TensorFlow agree on one program."""

    probes: int = 0
    contained: int = 0
    exact: int = 0
    raised: int = 0
    """How often TensorFlow raised an error of the families, uncaught: at the end, or in a thread."""
    reported: int = 0
    """How many of them are reported, as certain, in their line."""
    predicted: int = 0
    """Errors reported as certain, in code that was reached."""
    false: int = 0
    """Those of them that TensorFlow does not raise."""
    other: int = 0
    """How often it raised something else."""
    disagreements: list[str] = dataclasses.field(default_factory=list)


def compare(source: str, real: Real, claimed: Said) -> Verdict:
    """Compare what TensorFlow did with what the linter says."""
    verdict = Verdict()
    note = verdict.disagreements.append
    reached = reached_lines(source, set(real.probes))

    def explain(claims: Iterable[Claim], end: Real) -> list[Claim]:
        return [claim for claim in claims if claim.explains(end) or at_condition(source, claim, end)]

    # The linter goes on after the statement that fails.
    last = min((claim.outermost for claim in explain(claimed.failures, real) if claim.certain), default=None)
    if last is not None:
        reached -= {line for each in ast.parse(source).body if each.lineno > last for line in lines_of(each)}
    for line, contexts in sorted(real.probes.items()):
        # What is said of a call that the data has not led to is not wrong: it may be the only one with other data.
        found = claimed.points.get(line, {})
        expected = {words for words, via in found.items() if words in contexts or via <= reached}
        verdict.probes += 1
        contained = contexts <= expected or line in claimed.open_lines
        exact = contexts == expected or (line in claimed.open_lines and expected <= contexts)
        verdict.contained += contained
        verdict.exact += exact
        if not contained:
            note(f"missed {line}: {sorted(contexts - expected)} not in {sorted(expected)}")
        elif not exact:
            note(f"invented {line}: {sorted(expected - contexts)} beside {sorted(contexts)}")
    if real.outcome not in ("ok", "raises"):
        note(f"{real.outcome}")
        return verdict
    ends = [each for each in (*real.threads, real) if each.outcome == "raises"]
    for end in ends:
        if end.error is None:
            verdict.other += 1
            continue
        verdict.raised += 1
        here = explain(claimed.failures, end)
        if any(claim.certain for claim in here):
            verdict.reported += 1
        else:
            note(f"unreported {end.line}: {end.error} ({'possible' if here else 'silent'}) {end.message[:90]}")
    findings: dict[tuple[int, str], list[Claim]] = {}
    for claim in claimed.failures:
        if claim.certain and claim.line in reached and not (last is not None and claim.outermost > last):
            findings.setdefault((claim.line, claim.error), []).append(claim)
    for claims in findings.values():
        explains = any(explain(claims, end) for end in ends)
        if real.outcome == "raises" and real.error is None and not explains:
            continue  # the program ended for another reason before
        verdict.predicted += 1
        if not explains:
            verdict.false += 1
            claim = claims[0]
            note(f"false {claim.line}: {claim.error} ({real.outcome} {real.error or ''} {real.line or ''})")
    return verdict


def at_condition(source: str, claim: Claim, real: Real) -> bool:
    """Whether the real line is one of a statement around the claimed one, which AutoGraph confuses with it.

    That is its first line (1.15, where what follows an ``if`` that returns is the rest of it), or a line of its
    ``finally``, through which the exception has passed.
    """
    if claim.error != real.error or real.line is None:
        return False
    for parent in ast.walk(ast.parse(source)):
        body = getattr(parent, "body", None)
        for node in body if isinstance(body, list) else ():
            end = node.end_lineno or 0
            if isinstance(node, ast.If) and any(isinstance(each, ast.Return) for each in ast.walk(node)):
                end = body[-1].end_lineno or 0
            if not node.lineno < claim.line <= end:
                continue
            if isinstance(node, (ast.If, ast.For, ast.While)) and node.lineno == real.line:
                return True
            last = node.finalbody if isinstance(node, ast.Try) else []
            if last and last[0].lineno <= real.line <= (last[-1].end_lineno or 0):
                return True
    return False


def reached_lines(source: str, probes: set[int]) -> set[int]:
    """The lines in blocks whose first probe was reached."""
    found: set[int] = set()

    def block(body: list[ast.stmt], reached: bool) -> None:
        first = next((each.lineno for each in body if is_probe(each)), None)
        if first is not None:
            reached = first in probes
        for statement in body:
            if reached:
                found.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list):
                    for each in inner:
                        found.difference_update(range(each.lineno, (each.end_lineno or each.lineno) + 1))
                    block(inner, reached)
            for handler in getattr(statement, "handlers", ()):
                for each in handler.body:
                    found.difference_update(range(each.lineno, (each.end_lineno or each.lineno) + 1))
                block(handler.body, reached)

    block(ast.parse(source).body, True)
    return found


def lines_of(statement: ast.stmt) -> range:
    """The lines of a statement."""
    return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def is_probe(statement: ast.stmt) -> bool:
    """Whether a statement is the call of a probe."""
    call = getattr(statement, "value", None)
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "probe"
