"""What the names of the catalogue really do: run by `tests.semantics.measure` under TensorFlow 2.21 or 1.15.

Reads `[[name, model], ...]` from standard input and writes what was seen of each name as JSON, a line a name. A name is
called with the first arguments that fit (those of `recipes.py`, or some that fit many); what nothing fits has no facts
but that it exists. TensorFlow is imported once, and the names are measured in forked processes: one that crashes or
hangs takes no other along. This file also runs under Python 3.7.
"""

# ruff: noqa: UP006, UP032, UP035  (Python 3.7)
# ruff: noqa: B023  (what is defined in a loop is called in the same round)
# mypy: disable-error-code="import-untyped, import-not-found, no-untyped-call"

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import re
import select
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402

from tests.semantics import recipes  # noqa: E402

VERSION = ".".join(tf.__version__.split(".")[:2])
TEXT_LENGTH = 200
SECONDS = 40.0
ALONE = ("mode", "graph")  # models whose names are measured in a process of their own

Facts = Dict[str, Any]


def resolve(name: str) -> Any:
    """The object with a canonical name. AttributeError if there is none, ImportError if its library is not there."""
    if VERSION == "1.15":
        name = re.sub("^tf.random.(?=Generator|get_global_generator)", "tf.random.experimental.", name)
    root, *parts = name.split(".")
    if root == "tf" and parts[0] == "python":
        return _private(["tensorflow", *parts])
    if root == "tf":
        # 1.15 has names of version 2 below compat.v2; methods that only version 1 has are those of its own classes.
        roots = [tf, tf.compat.v2, tf.compat.v1]
    elif root == "tf_keras" and VERSION == "1.15":
        roots = [tf.keras]
    else:
        roots = [importlib.import_module(root)]
    for number, value in enumerate(roots, 1):
        try:
            for part in parts:
                value = getattr(value, part)
        except AttributeError:
            if number == len(roots):
                raise
        else:
            return value


def _private(parts: List[str]) -> Any:
    for number in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:number]))
        except ImportError:
            continue
        for part in parts[number:]:
            value = getattr(value, part)
        return value
    raise AttributeError(".".join(parts))


def outcome(call: Callable[[], Any]) -> str:
    """`ok`, or the exception and the beginning of its text."""
    try:
        call()
    except Exception as error:
        return said(error)
    return "ok"


def said(error: BaseException) -> str:
    text = recipes.without_addresses(" ".join(str(error).split()))
    return "{}: {}".format(type(error).__name__, text[:TEXT_LENGTH])


def traced(body: Callable[..., Any], arguments: List[Any]) -> Any:
    """Run `body` with symbolic arguments; what it returns is returned as it is."""
    seen: List[Any] = []

    def function(*symbolic: Any) -> Any:
        seen.append(body(*symbolic))
        return tf.constant(0)

    tf.function(function, autograph=False).get_concrete_function(*arguments)
    return seen[0]


def in_graph(call: Callable[[], Any]) -> Any:
    with tf.Graph().as_default():
        return call()


def where() -> List[Any]:
    """The context in which this is called: executing eagerly, in a function, and the kind of the default graph."""
    from tensorflow.python.framework import ops

    if tf.executing_eagerly():
        return ["eager"]
    graph = ops.get_default_graph()
    kind = "function" if getattr(graph, "building_function", False) else "graph"
    return [kind]


class Created:
    """Counts the variables that are created while it is open."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> Created:
        def creator(next_creator: Any, **kwargs: Any) -> Any:
            self.count += 1
            return next_creator(**kwargs)

        self._scope = tf.variable_creator_scope(creator)
        self._scope.__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._scope.__exit__(*exception)


# --- probes, by model ------------------------------------------------------------------------------------------------


def kind_of(value: Any) -> str:
    """In the words of the catalogue's `returns`."""
    if value is None:
        return "none"
    if isinstance(value, tf.Operation):
        return "operation"
    if isinstance(value, tf.Variable):
        return "variable"
    if recipes.is_tensor(value):
        return "tensor"
    if isinstance(value, tf.TensorShape):
        return "python"
    if isinstance(value, (list, tuple, dict)):
        leaves = tf.nest.flatten(value, expand_composites=True)
        leaves = [leaf for leaf in leaves if leaf is not None]
        return "tensors" if leaves and all(recipes.is_tensor(leaf) for leaf in leaves) else "python"
    if isinstance(value, (bool, int, float, str, bytes)) or type(value).__module__ == "numpy":
        return "python"
    return type(value).__name__


def tensors_of(arguments: Any) -> List[Any]:
    return [leaf for leaf in tf.nest.flatten(arguments) if recipes.is_tensor(leaf)]


def probe_call(name: str) -> Facts:
    """A call, eagerly, in a function, and in a function under `init_scope`; its tensors come from where it is."""
    for arguments, keywords in recipes.calls(name):
        target = recipes.bound(name, resolve)
        try:
            given = arguments()
            with Created() as created:
                result = target(*given, **keywords)
        except Exception:
            continue
        facts: Facts = {"eager": "ok", "variables": created.count, "eager returns": kind_of(result)}
        eager = arguments()
        if not all(type(each).__name__ in recipes.PLAIN_TENSORS for each in tensors_of(eager)):
            return facts
        facts["tensors"] = len(tensors_of(eager)) + (1 if recipes.on_tensor(name) else 0)
        receiver = [recipes.matrix()] if recipes.on_tensor(name) else []
        targets = [recipes.bound(name, resolve) for _ in range(3)]  # one for each run: some calls work only once

        def again(symbolic: Any) -> Any:
            symbolic = list(symbolic)
            function = getattr(symbolic.pop(0), name.rpartition(".")[2]) if receiver else targets.pop()
            flat = [symbolic.pop(0) if recipes.is_tensor(leaf) else leaf for leaf in tf.nest.flatten(eager)]
            return function(*tf.nest.pack_sequence_as(eager, flat), **keywords)

        def lifted(*symbolic: Any) -> str:
            with tf.init_scope():
                return outcome(lambda: again(symbolic))

        tensors = receiver + tensors_of(eager)
        facts["init_scope"] = traced(lifted, tensors)
        facts["function"] = traced(lambda *symbolic: outcome(lambda: again(symbolic)), tensors)
        if facts["function"] == "ok":
            facts["function returns"] = traced(lambda *symbolic: kind_of(again(symbolic)), tensors)
        return facts
    return {}


def probe_graph_only(name: str) -> Facts:
    """A call that a plain graph accepts: what eager code and a function say to it."""
    for arguments, keywords in recipes.calls(name):

        def call() -> None:
            made = recipes.bound(name, resolve)(*arguments(), **keywords)
            if hasattr(made, "__enter__") and hasattr(made, "gen"):  # a function under contextlib.contextmanager
                made.__enter__()

        if outcome(lambda: in_graph(call)) == "ok" or recipes.is_own(name):
            return {"graph": "ok", "eager": outcome(call)}
    return {}


def probe_eager_only(name: str) -> Facts:
    """A call that eager code accepts: what a graph says to it."""
    for arguments, keywords in recipes.calls(name):
        if outcome(lambda: recipes.bound(name, resolve)(*arguments(), **keywords)) != "ok":
            continue

        def body() -> str:
            return outcome(lambda: recipes.bound(name, resolve)(*arguments(), **keywords))

        return {"eager": "ok", "graph": in_graph(body), "function": traced(body, [])}
    return {}


def probe_variable(name: str) -> Facts:
    """In a function first: what is created once for the process is not there yet."""
    for arguments, keywords in recipes.calls(name):

        @tf.function(autograph=False)
        def function() -> Any:
            recipes.bound(name, resolve)(*arguments(), **keywords)
            return tf.constant(0)

        unguarded = outcome(function)
        try:
            target, given = recipes.bound(name, resolve), arguments()
            with Created() as created:
                target(*given, **keywords)
        except Exception:
            continue
        return {"variables": created.count, "unguarded": unguarded}
    return {}


def probe_state(name: str) -> Facts:
    for arguments, keywords in recipes.calls(name):
        for place, run in (("eager", lambda call: call()), ("graph", in_graph)):
            with Created() as created:
                found = outcome(lambda: run(lambda: recipes.bound(name, resolve)(*arguments(), **keywords)))
            if found == "ok":
                return {place: "ok", "variables": created.count}
    return {}


def probe_object(name: str) -> Facts:
    """The variables that a construction makes, and the first call."""
    found: Facts = {}
    for arguments, keywords in recipes.calls(name):
        try:
            with Created() as created:
                made = resolve(name)(*arguments(), **keywords)
        except Exception:
            continue
        found = {"constructor": created.count}
        for number, _ in enumerate(recipes.uses(name, made)):
            # Each with an object of its own: one that could not be used may have been built before that showed.
            use = list(recipes.uses(name, resolve(name)(*arguments(), **keywords)))[number]
            try:
                with Created() as created:
                    use()
            except Exception:
                continue
            return {"constructor": found["constructor"], "first_call": created.count}
    return found


def probe_context(name: str) -> Facts:
    """Where it leads from eager code, from a function and from a graph, and what it does to tapes and dependencies."""
    make = recipes.manager(name, resolve)
    if make is None:
        return {}

    def inside() -> str:
        try:
            with make():
                return where()[0]
        except Exception as error:
            return said(error)

    facts = {"eager": inside(), "function": traced(lambda: inside(), []), "graph": in_graph(inside)}

    def recorded() -> str:
        x = tf.constant(2.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            with make():
                y = x * x
        return "recorded" if tape.gradient(y, x) is not None else "not recorded"

    def waits() -> str:
        with tf.control_dependencies([tf.constant(1.0).op]), make():
            return "waits" if tf.constant(1.0).op.control_inputs else "does not wait"

    if facts["eager"] == "eager":
        try:
            facts["tape"] = recorded()
        except Exception as error:
            facts["tape"] = said(error)
    if facts["graph"] == "graph":
        try:
            facts["dependencies"] = in_graph(waits)
        except Exception as error:
            facts["dependencies"] = said(error)
    return facts


def probe_calls(name: str) -> Facts:
    """For each parameter that is a callable: where it runs, when called from eager code and from a function."""
    facts: Facts = {}
    with contextlib.suppress(TypeError, ValueError):
        facts["parameters"] = [each for each in inspect.signature(resolve(name)).parameters if each != "self"]
    for parameter, call in recipes.higher_order(name, resolve):
        seen: List[str] = []

        def note(value: Any) -> Any:
            seen.append(where()[0])
            return value

        def run() -> str:
            del seen[:]
            found = outcome(lambda: call(note))
            return " ".join(sorted(set(seen))) or "not called: " + found

        facts[parameter] = {"eager": run(), "function": traced(lambda: run(), []), "graph": in_graph(run)}
    return facts


def probe_decorator(name: str) -> Facts:
    """Where a decorated function runs."""
    seen: List[str] = []

    def body(x: Any) -> Any:
        seen.append(where()[0])
        return x * 2.0

    call = recipes.decorated(name, resolve, body)
    if call is None:
        return {}
    found = outcome(call)
    facts: Facts = {"eager": seen[0] if seen else "not called: " + found}
    del seen[:]
    traced(lambda: outcome(call), [])
    facts["function"] = " ".join(sorted(set(seen)))
    return facts


def probe_predicate(name: str) -> Facts:
    ask = recipes.bound(name, resolve)

    def asked() -> Any:
        try:
            value = ask() if callable(ask) else ask
            return value if isinstance(value, bool) else str(value)
        except Exception as error:
            return said(error)

    def lifted() -> Any:
        with tf.init_scope():
            return asked()

    if name.startswith("tf.Graph."):

        def of_graph() -> Any:
            return getattr(tf.compat.v1.get_default_graph(), name.rpartition(".")[2])

        return {"function": traced(of_graph, []), "graph": in_graph(of_graph)}
    return {
        "eager": asked(),
        "function": traced(lambda: asked(), []),
        "graph": in_graph(asked),
        "init_scope": traced(lambda: lifted(), []),
    }


def probe_attribute(name: str) -> Facts:
    attribute = name.rpartition(".")[2]
    owner = name.rpartition(".")[0]
    if owner not in recipes.INSTANCES:
        return {}

    def read(value: Any) -> str:
        def call() -> None:
            found = getattr(value, attribute)
            if callable(found) and attribute not in ("dtype",):
                found(*recipes.ATTRIBUTE_ARGUMENTS.get(name, ()))

        return outcome(call)

    def lifted(x: Any) -> str:
        with tf.init_scope():
            return read(x)

    facts: Facts = {"eager": read(recipes.INSTANCES[owner]())}
    if owner == "tf.Tensor":
        facts["init_scope"] = traced(lifted, [recipes.matrix()])
    else:
        made = recipes.INSTANCES[owner]()
        facts["function"] = traced(lambda: read(made), [])
    return facts


def probe_mode(name: str) -> Facts:
    """In which mode eager code and functions run before and after the switch, in a process that has done nothing."""
    call = recipes.bound(name, resolve)
    arguments = recipes.MODE_ARGUMENTS.get(name, ())
    return {"outcome": outcome(lambda: call(*arguments)), "after": recipes.modes()}


def probe_graph(name: str) -> Facts:
    for arguments, keywords in recipes.calls(name):
        try:
            graph = resolve(name)(*arguments(), **keywords)
            with graph.as_default():
                return {"context": where()[0]}
        except Exception:
            continue
    return {}


def probe_exception(name: str) -> Facts:
    value = resolve(name)
    return {"exception": inspect.isclass(value) and issubclass(value, BaseException)}


PROBES: Dict[str, Callable[[str], Facts]] = {
    "graph_only": probe_graph_only,
    "eager_only": probe_eager_only,
    "variable": probe_variable,
    "get_variable": probe_variable,
    "layer_function": probe_variable,
    "state": probe_state,
    "object": probe_object,
    "context": probe_context,
    "variable_scope": probe_context,
    "calls": probe_calls,
    "function": probe_decorator,
    "defun": probe_decorator,
    "wrap_function": probe_decorator,
    "py_function": probe_decorator,
    "custom_gradient": probe_decorator,
    "recompute_grad": probe_decorator,
    "pass_through": probe_decorator,
    "template": probe_decorator,
    "once": probe_decorator,
    "do_not_convert": probe_decorator,
    "autograph_convert": probe_decorator,
    "predicate": probe_predicate,
    "attribute": probe_attribute,
    "mode": probe_mode,
    "graph": probe_graph,
    "exception": probe_exception,
}


def measure(name: str, model: str) -> Facts:
    try:
        value = resolve(name)
    except ImportError:
        return {"exists": "no such library"}
    except AttributeError:
        # Some attributes are set by constructors: an instance has them.
        owner, _, attribute = name.rpartition(".")
        made = recipes.INSTANCES[owner]() if owner in recipes.INSTANCES else None
        if not hasattr(made, attribute) and not traced(lambda x: hasattr(x, attribute), [recipes.matrix()]):
            return {"exists": "no"}
        value = None
    facts: Facts = {"exists": "yes"}
    probe = PROBES.get(model, probe_call)
    if probe is probe_call and value is not None and not callable(value):
        facts["constant"] = True
        return facts
    try:
        facts.update(probe(name))
    except (Exception, SystemExit) as error:
        facts["probe"] = said(error)
    return facts


# --- processes -------------------------------------------------------------------------------------------------------


def batches(rows: List[Tuple[str, str]]) -> Iterator[List[Tuple[str, str]]]:
    alone = [row for row in rows if row[1] in ALONE or row[0] in recipes.ALONE]
    others = [row for row in rows if row not in alone]
    for start in range(0, len(others), 40):
        yield others[start : start + 40]
    for row in alone:
        yield [row]


def run(rows: List[Tuple[str, str]]) -> Iterator[Tuple[str, Facts]]:
    """Measure in a fork; after a crash or a name that takes too long, go on behind it."""
    waiting = list(rows)
    while waiting:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _child(waiting, writer)
        os.close(writer)
        buffer = b""
        while waiting:
            ready, _, _ = select.select([reader], [], [], SECONDS)
            chunk = os.read(reader, 65536) if ready else b""
            if not chunk:
                break
            buffer += chunk
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                name, _ = waiting.pop(0)
                yield name, json.loads(line.decode("utf-8"))
        os.close(reader)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if waiting:
            name, _ = waiting.pop(0)
            yield name, {"exists": "yes", "probe": "crashed or took too long"}


def _child(rows: List[Tuple[str, str]], writer: int) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(recipes.directory())  # some names write files
    if VERSION == "1.15":
        tf.compat.v1.enable_v2_behavior()
    elif any(name.startswith("keras.") for name, _ in rows):
        import keras

        keras.random.normal([1])  # creates the variable of the global seed, whoever asks first
    for name, model in rows:
        facts = measure(name, model)
        os.write(writer, json.dumps(facts, sort_keys=True, default=str).encode("utf-8") + b"\n")
    os._exit(0)


if __name__ == "__main__":
    # Lazily loaded: they are there once an attribute has been asked for, and a fork need not load them again.
    for package in ("tf.keras.layers.Dense", "tf_keras.layers.Dense", "keras.layers.Dense", "tf.contrib.eager.defun"):
        with contextlib.suppress(AttributeError, ImportError):
            resolve(package)
    recipes.load(tf)
    for batch in batches([(name, model) for name, model in json.load(sys.stdin)]):
        for measured, facts in run(batch):
            print(json.dumps([measured, facts], sort_keys=True))
            sys.stdout.flush()
