"""Run the fixtures under this interpreter's TensorFlow, and record or check what they do.

    python tests/oracle/run.py                    measure, and compare with the recorded outcomes
    python tests/oracle/run.py --record           measure, and record
    python tests/oracle/run.py fixtures/ISL101    only these; outcomes are printed

TensorFlow is imported once; each program then runs in a fork of its own, so that neither its context stacks nor its
crash reach another. Runs under Python 3.7, for TensorFlow 1.15.
"""

# ruff: noqa: UP006, UP032, UP035  (Python 3.7)
# mypy: disable-error-code="import-untyped, import-not-found"

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import types
from pathlib import Path
from typing import Any, Callable, Dict, List

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.oracle.fixture_files import FIXTURES, Fixture, fixtures

Outcome = Dict[str, Any]
TIMEOUT = 120.0
MESSAGE_LENGTH = 200


def import_tensorflow() -> str:
    """Import everything a fixture imports, so that a fork need not; returns the version."""
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import warnings

    warnings.filterwarnings("ignore")
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    version = str(tf.__version__)
    # Lazily loaded: they are there once an attribute has been asked for.
    lazy = [tf.keras.layers.Dense]
    if version.startswith("1."):
        lazy.append(tf.contrib.eager)
    else:
        import tf_keras

        lazy.append(tf_keras.layers.Dense)
    import tests.oracle.observe  # noqa: F401

    return version


def message_key(message: str) -> str:
    """The message of an exception on one line: without AutoGraph's frames, addresses and paths."""
    if message.lstrip().startswith(("in user code:", "in converted code:")):
        inner = [
            match.end() for match in re.finditer(r"^ +[\w.]+(?:Error|Exception|Failed)\w*: ", message, re.MULTILINE)
        ]
        if inner:
            message = message[inner[-1] :]
    message = re.sub(r"(?<![\w:/])(?:/[\w.+-]+)+/", "", message)
    message = re.sub(r"0x[0-9a-f]+", "0x", message)
    message = re.sub(r"\x1b\[\d*m", "", message)
    return " ".join(message.split())[:MESSAGE_LENGTH].rstrip()


def watch_autograph() -> Dict[Any, Any]:
    """Have AutoGraph note, for each line of each file it generates, the file and line it came from."""
    from tensorflow.python.autograph.pyct import origin_info

    origins: Dict[Any, Any] = {}
    create = origin_info.create_source_map

    def noting(*args: Any, **kwargs: Any) -> Any:
        source_map = create(*args, **kwargs)
        for generated, origin in source_map.items():
            origins[os.path.basename(generated.filename), generated.lineno] = (origin.loc.filename, origin.loc.lineno)
        return source_map

    origin_info.create_source_map = noting
    return origins


def raising_place(folder: str, formatted: str, origins: Dict[Any, Any]) -> Any:
    """The innermost file and line of the program in a formatted traceback, None if there is none.

    What AutoGraph converted runs from a generated file. Most of its frames are given in the message, which is formatted
    last, as lines of the program (`File "program.py", line 3, in f  *`, or `program.py:3 f  *` in 1.15), some are not.
    """
    # What follows names another place: where the offending tensor came from.
    formatted = formatted.split("was defined here:")[0]
    # 1.15 gives what AutoGraph converted by paths that are relative to one that it names.
    relative = re.search(r"^ +relative to (.+):$", formatted, re.MULTILINE)
    found = None
    for match in re.finditer(r'^\s+(?:File "([^"\n]+)", line (\d+)|(\S+\.py):(\d+) )', formatted, re.MULTILINE):
        file, line = match.group(1) or match.group(3), int(match.group(2) or match.group(4))
        file, line = origins.get((os.path.basename(file), line), (file, line))
        file = os.path.join(relative.group(1), file) if relative else file
        if file.startswith(folder):
            found = (file, line)
    return found


def run_program(path: str, with_probes: bool, in_detail: bool = False) -> Outcome:
    """Run a program in this process, as `python program.py` would; in detail: with what has ended its threads."""
    seen: Dict[str, List[Any]] = {}
    if with_probes:
        from tests.oracle import observe

        module = types.ModuleType("probe")
        module.probe = observe.install(seen)  # type: ignore[attr-defined]
        sys.modules["probe"] = module
    origins = watch_autograph()
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    sys.argv = [path]
    sys.path[0] = os.path.dirname(path)
    with open(path, encoding="utf-8") as file:
        source = file.read()

    def raised(error: BaseException) -> Outcome:
        formatted = traceback.format_exception(type(error), error, error.__traceback__, chain=False)
        found: Outcome = {
            "outcome": "raises",
            "exception": type(error).__name__,
            "message": message_key(str(error)),
            "line": None,
        }
        place = raising_place(os.path.dirname(path) + os.sep, "".join(formatted), origins)
        if place is not None:
            found["line"] = place[1]
            if place[0] != path:
                found["file"] = os.path.relpath(place[0], os.path.dirname(path))
        if os.environ.get("ORACLE_TRACEBACK"):
            traceback.print_exc(file=sys.__stderr__)
        return found

    in_threads: List[Outcome] = []
    if in_detail:
        watch_threads(lambda error: in_threads.append(raised(error)))
    try:
        exec(compile(source, path, "exec"), main.__dict__)
    except BaseException as error:
        outcome = raised(error)
    else:
        outcome = {"outcome": "ok"}
    if with_probes:
        outcome["probes"] = seen
    if in_detail:
        outcome["threads"] = in_threads
    return outcome


def watch_threads(note: Callable[[BaseException], None]) -> None:
    """Note what ends a thread: the program itself does not hear of it (`threading.excepthook` is newer than 3.7)."""
    run = threading.Thread.run

    def noting(self: threading.Thread) -> None:
        try:
            run(self)
        except BaseException as error:
            note(error)
            raise

    threading.Thread.run = noting  # type: ignore[method-assign]


def child(path: str, with_probes: bool, answer: str, directory: str, in_detail: bool = False) -> None:
    """The life of a forked process: never returns."""
    status = 1
    try:
        if not os.environ.get("ORACLE_TRACEBACK"):
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        os.chdir(directory)
        outcome = run_program(path, with_probes, in_detail)
        with open(answer, "w", encoding="utf-8") as file:
            json.dump(outcome, file)
        status = 0
    finally:
        os._exit(status)


def outcome_of(status: int, answer: str) -> Outcome:
    if os.path.exists(answer) and os.path.getsize(answer):
        with open(answer, encoding="utf-8") as file:
            return dict(json.load(file))
    if os.WIFSIGNALED(status):
        return {"outcome": "crash", "signal": signal.Signals(os.WTERMSIG(status)).name}
    return {"outcome": "crash", "status": os.WEXITSTATUS(status)}


def measure(programs: List[Fixture], jobs: int) -> Dict[str, Outcome]:
    """The outcome of every program, each in a forked process."""
    outcomes: Dict[str, Outcome] = {}
    waiting = list(reversed(programs))
    running: Dict[int, Any] = {}
    work = tempfile.mkdtemp(prefix="oracle-")
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                program = waiting.pop()
                directory = tempfile.mkdtemp(dir=work)
                answer = directory + ".json"
                pid = os.fork()
                if pid == 0:
                    child(str(program.path), program.has_probes, answer, directory)
                running[pid] = (program, answer, time.monotonic() + TIMEOUT)
            for pid, (program, answer, deadline) in list(running.items()):
                done, status = os.waitpid(pid, os.WNOHANG)
                if not done and time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    outcome: Outcome = {"outcome": "timeout"}
                elif not done:
                    continue
                else:
                    outcome = outcome_of(status, answer)
                del running[pid]
                outcome["sha256"] = program.sha256
                if program.has_probes:
                    lines = program.probes()
                    found = outcome.get("probes", {})
                    outcome["probes"] = {
                        str(line): sorted(found.get(name, []), key=lambda context: json.dumps(context, sort_keys=True))
                        for name, line in lines.items()
                    }
                outcomes[program.name] = outcome
            time.sleep(0.01)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return outcomes


def problem(program: Fixture, outcome: Outcome, target: str) -> str | None:
    """How an outcome disagrees with the header of its fixture, in a few words."""
    exception, fragment = program.expected(target)
    if exception is None:
        return None if outcome["outcome"] == "ok" else "expected to end well"
    if outcome["outcome"] != "raises":
        return "expected to raise " + exception
    if outcome["exception"] != exception or str(fragment) not in outcome["message"]:
        return 'expected {} "{}"'.format(exception, fragment)
    if program.place(outcome) != program.raising_place(target):
        return "expected to raise in {}".format(program.raising_place(target))
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description="Run fixtures under this interpreter's TensorFlow.")
    parser.add_argument("paths", nargs="*", type=Path, help="only fixtures in or at these")
    parser.add_argument("--fixtures", type=Path, default=FIXTURES, help="the folder of fixtures")
    parser.add_argument("--record", action="store_true", help="write the outcomes beside the fixtures")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    root = options.fixtures.resolve()
    wanted = [path.resolve() for path in options.paths]
    version = import_tensorflow()
    target = "1.15" if version.startswith("1.15.") else "2"
    programs = [
        program
        for program in fixtures(root)
        if target in program.targets
        and (not wanted or any(path == program.path or path in program.path.parents for path in wanted))
    ]
    recorded_in = root / "outcomes" / "tensorflow-{}.json".format(".".join(version.split(".")[:2]))
    recorded: Dict[str, Any] = {"fixtures": {}}
    if recorded_in.exists():
        recorded = json.loads(recorded_in.read_text(encoding="utf-8"))

    started = time.monotonic()
    outcomes = measure(programs, options.jobs)
    failures = 0
    for program in programs:
        outcome = outcomes[program.name]
        wrong = problem(program, outcome, target)
        if not options.record and recorded["fixtures"].get(program.name) != outcome:
            wrong = wrong or "differs from the recorded outcome"
        failures += wrong is not None
        shown = {key: value for key, value in outcome.items() if key not in ("probes", "sha256")}
        if wrong or wanted:
            print("{}: {}: {}".format(program.name, wrong or "agrees", json.dumps(shown, sort_keys=True)))
    print(
        "TensorFlow {}: {} programs in {:.0f} s, {} disagree".format(
            version, len(programs), time.monotonic() - started, failures
        )
    )
    if options.record:
        kept = recorded["fixtures"] if wanted else {}
        existing = {program.name for program in fixtures(root) if target in program.targets}
        kept = {name: outcome for name, outcome in kept.items() if name in existing}
        document = {"tensorflow": version, "fixtures": dict(kept, **outcomes)}
        recorded_in.parent.mkdir(exist_ok=True)
        recorded_in.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
