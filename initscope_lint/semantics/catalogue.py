"""The API catalogue: what each call into TensorFlow, Keras, Sonnet, TF-Agents or TF Probability means, as data.

A *row* (:class:`Api`) names the model, that is the piece of the interpreter that runs a call, and its parameters;
rows live in the TOML files of ``catalog/``, one file a library, grouped by behaviour.
A *spelling* is how a program writes a name once its imports are resolved (``tensorflow.compat.v1.placeholder``,
``tensorflow.python.framework.ops.init_scope``); a *canonical name* is the one name a row has for all its spellings
(``tf.compat.v1.placeholder``, ``tf.init_scope``).
Most spellings follow from rules; the irregular rest is in ``catalog/aliases-*.json``.

What is not in the catalogue is unknown, and stays unknown: a missing row never means "harmless".
"""

from __future__ import annotations

import fnmatch
import functools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from initscope_lint.semantics.roots import ROOTS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

Target: TypeAlias = Literal["1.15", "2"]
"""The TensorFlow whose semantics apply. ``2`` is measured on 2.21."""

KerasVersion: TypeAlias = Literal[2, 3]

Model: TypeAlias = Literal[
    "op",
    "static",
    "constant",
    "convert",
    "variable",
    "get_variable",
    "variable_scope",
    "state",
    "table_initializer",
    "checkpoint",
    "checkpoint_save",
    "object",
    "context",
    "graph",
    "function",
    "defun",
    "defined_function",
    "wrap_function",
    "py_function",
    "custom_gradient",
    "recompute_grad",
    "pass_through",
    "template",
    "flatten",
    "layer_function",
    "once",
    "do_not_convert",
    "autograph_convert",
    "calls",
    "graph_only",
    "eager_only",
    "mode",
    "predicate",
    "attribute",
    "neutral",
    "exception",
]

Returns: TypeAlias = Literal[
    "tensor", "tensors", "operation", "none", "python", "unknown", "argument", "dtype", "spec", "instance", "variable"
]
"""What a call gives back; ``argument`` is its first argument, ``instance`` an object of the class in ``instance``."""

Elements: TypeAlias = Literal[
    "same", "batched", "unbatched", "numbered", "given", "slices", "zipped", "mapped", "flattened", "scalars"
]

Under: TypeAlias = Literal[
    "branch", "loop", "dataset", "vectorized", "eager", "inline", "thread", "graph", "function", "compiled", "signature"
]
"""Where a callable argument runs; ``graph`` is a new plain graph, ``function`` a new function graph, ``compiled``
the same except in a plain graph, where it runs inline. ``signature``: the
traced functions in the argument (or its methods) that have an input signature become concrete functions."""


class Callback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One callable argument of a higher-order function.

    ``position`` counts arguments after the receiver (``self`` is not counted).
    ``with_elements`` says that the callable receives symbolic or eager elements of the call's tensor arguments.
    ``each`` says that the argument is a sequence or mapping of callables (or of pairs that end in one).
    ``receives`` says what of them is passed: one element of the dataset or of the argument after the callable, or
    before it what is carried on, which begins as the ``initializer`` (``tf.scan``).
    ``converted`` says that AutoGraph converts the callable wherever it is on (``autograph.tf_convert``).
    """

    param: str
    under: Under
    position: int | None = None
    with_elements: bool = False
    each: bool = False
    receives: Literal["element", "state, element"] | None = None
    converted: bool = False


class Api(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row: names that behave alike, the model that runs a call of them, and the model's parameters.

    Fields a model does not use keep their default.

    Attributes:
        names: Canonical names. A name that ends in ``.*`` stands for everything below it without a row of its own;
            any other name with ``*``, ``?`` or ``[`` is a shell pattern, in which ``*`` also matches dots.
        model: The interpreter code that runs the call.
        tensorflow: The targets in which the row holds.
        returns: What a call gives back.
        instance: The canonical class of what a call gives back, where ``returns`` is ``instance``.
        elements: What the elements of the dataset are made of that a call gives back: those of the receiver (``same``,
            ``batched``, ``unbatched``, ``numbered``), the argument (``given``, ``slices``, ``zipped``), the results of
            the callable (``mapped``, ``flattened``), or ``scalars``.
        tensor_free: The operation takes no tensors by nature (``tf.zeros``).
        maybe_identity: The operation hands its argument back untouched in some cases (``tf.cast`` to the same dtype).
        creates: The kind of resource a ``state`` row creates.
        family: What sort of stateful object an ``object`` row makes.
        variables_at: When an object creates its first variable; a ``graph_only`` row that has it creates variables.
        first_call: The methods whose call counts as the first call, where ``variables_at`` is ``first_call``/``apply``;
            where it is ``constructor``, those whose first call makes more variables (the slots of an optimizer).
        first_call_if: The first call makes variables only if one of these arguments of the constructor is true.
        keras: The Keras generation whose protocol the class follows.
        base: The canonical class whose methods instances of this class also have.
        context: What a ``context`` row pushes when entered.
        calls: The callable arguments of a ``calls`` row.
        goes_round_creators: The variable of a ``variable`` row is made without asking the creator stack, so that no
            function refuses it.
        raises: The exception type of ``graph_only``, ``eager_only`` and ``mode`` rows; on ``attribute`` rows what an
            eager tensor raises, on ``context`` rows what entering one in eager code raises, on ``op`` rows what a
            symbolic tensor in eager code raises instead of ``TypeError``.
        message: A measured, stable part of that exception's text.
        unless_callable: The row does not raise when the argument of this name is a callable.
        unless_given: The row does not raise when this argument is given.
        unless_given_at: The position of that argument.
        mode: What a ``mode`` row switches.
        predicate: What a ``predicate`` row asks.
        harmless: A symbolic tensor in eager code does not make it raise.
        private: The names are not public API.
        removed_in: The TensorFlow that no longer has the names.
        source: Where the behaviour was measured or read.
    """

    names: tuple[str, ...]
    model: Model
    tensorflow: tuple[Target, ...] = ("1.15", "2")
    returns: Returns = "tensor"
    instance: str | None = None
    elements: Elements | None = None
    tensor_free: bool = False
    maybe_identity: bool = False
    creates: (
        Literal[
            "table",
            "iterator",
            "queue",
            "reader",
            "writer",
            "tensorarray",
            "dataset",
            "critical_section",
            "accumulator",
            "barrier",
            "checkpoint",
            "session",
        ]
        | None
    ) = None
    family: (
        Literal[
            "layer", "model", "optimizer", "metric", "generator", "module", "loss", "initializer", "variable", "other"
        ]
        | None
    ) = None
    variables_at: Literal["constructor", "first_call", "apply", "never"] | None = None
    first_call: tuple[str, ...] = ()
    first_call_if: tuple[str, ...] = ()
    keras: KerasVersion | None = None
    base: str | None = None
    context: (
        Literal[
            "init_scope",
            "maybe_init_scope",
            "graph_as_default",
            "graph",
            "tape",
            "stop_recording",
            "control_dependencies",
            "clear_control_dependencies",
            "name_scope",
            "variable_scope",
            "device",
            "creator_scope",
            "session",
            "default_session",
            "test_session",
            "eager_mode",
            "graph_mode",
            "strategy_scope",
            "monitored_session",
            "neutral",
        ]
        | None
    ) = None
    calls: tuple[Callback, ...] = ()
    goes_round_creators: bool = False
    raises: str | None = None
    message: str | None = None
    unless_callable: str | None = None
    unless_given: str | None = None
    unless_given_at: int = 99
    mode: (
        Literal[
            "enable_eager",
            "disable_eager",
            "enable_v2",
            "disable_v2",
            "enable_control_flow_v2",
            "disable_control_flow_v2",
            "enable_resource_variables",
            "disable_resource_variables",
            "enable_tensor_equality",
            "disable_tensor_equality",
            "run_functions_eagerly",
            "data_debug_mode",
            "reset_default_graph",
            "clear_session",
            "finalize_graph",
            "set_session",
        ]
        | None
    ) = None
    predicate: (
        Literal[
            "executing_eagerly",
            "executing_eagerly_outside_functions",
            "inside_function",
            "building_function",
            "has_default_graph",
            "has_strategy",
            "in_cross_replica_context",
            "in_replica_context",
            "eager_context_active",
            "functions_run_eagerly",
            "resource_variables_enabled",
            "control_flow_v2_enabled",
            "v2_behavior_enabled",
        ]
        | None
    ) = None
    harmless: bool | None = None
    private: bool = False
    removed_in: str | None = None
    source: str | None = None


class CatalogueFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole TOML file. ``alias`` maps spellings (or prefixes of spellings) to the spelling they stand for."""

    api: tuple[Api, ...] = ()
    alias: dict[str, str] = {}


class Aliases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The irregular spellings of one target, compactly.

    ``namespaces`` are the public modules below ``tensorflow``. ``public`` maps a public name to another one that is
    the same object. ``private`` maps a module below ``tensorflow`` to its names, grouped by what they stand for: a key
    that ends in a dot is a prefix, and its names keep their last part; any other key is one canonical name.
    """

    namespaces: tuple[str, ...] = ()
    public: dict[str, str] = {}
    private: dict[str, dict[str, str]] = {}


class CatalogueError(Exception):
    """A catalogue file is not valid. ``key`` is where (a TOML path such as ``$.api[3].model``), or empty."""

    def __init__(self, path: Path, key: str, reason: str) -> None:
        super().__init__(f"{path}: {key}: {reason}" if key else f"{path}: {reason}")
        self.path = path
        self.key = key
        self.reason = reason


_WILD = frozenset("*?[")
_REQUIRED: dict[Model, tuple[str, ...]] = {
    "calls": ("calls",),
    "context": ("context",),
    "mode": ("mode",),
    "object": ("family", "variables_at"),
    "predicate": ("predicate",),
    "state": ("creates",),
}
"""The fields without which a model has nothing to go by."""

_DATA = Path(__file__).with_name("catalog")
_FILES: dict[str, dict[Target, tuple[str, ...]]] = {
    "tf": {"1.15": ("tensorflow", "tensorflow1"), "2": ("tensorflow", "tensorflow2")},
    "keras": {"1.15": (), "2": ("keras3",)},
    "tf_keras": {"1.15": ("keras2",), "2": ("keras2",)},
    "snt": {"1.15": ("sonnet",), "2": ("sonnet",)},
    "tf_agents": {"1.15": ("tf_agents",), "2": ("tf_agents",)},
    "tfp": {"1.15": ("tfp",), "2": ("tfp",)},
}
#: Private modules that gather what is public under another name, the most specific first.
_REEXPORTING = (
    ("python.training.training.", "train."),
    ("python.summary.summary.", "summary."),
    ("python.data.", "data."),
    ("python.", ""),
)
#: In version 2 these are the Keras modules of the same name.
_KERAS_IN_TENSORFLOW = ("metrics.", "optimizers.", "losses.", "initializers.")
_SUCCESSORS = {"tf.contrib.eager.defun": "tf.function"}
"""What stands in TensorFlow 2 for what it has no name of."""


class Catalogue:
    """The rows that hold for one target, and the way from spellings to them. Files are read on first need."""

    def __init__(self, target: Target, extra: Sequence[Path] = (), keras: KerasVersion | None = None) -> None:
        self.target: Target = target
        #: The Keras that ``tf.keras`` means: 2 until TensorFlow 2.15, 3 since.
        self.keras: KerasVersion = keras if keras is not None else (2 if target == "1.15" else 3)
        self._rows: dict[str, Api] = {}
        self._families: dict[str, Api] = {}  # rows for all of a namespace, by its prefix with the dot
        self._patterns: list[tuple[str, Api]] = []  # shell patterns, the last one first
        self._namespaces: set[str] = set()
        self._read: set[str] = set()
        self._spellings: dict[str, str | None] = {}
        self._removed: dict[str, str | None] = {}
        self._user_aliases: dict[str, str] = {}
        self._user_roots: set[str] = set()
        for path in extra:
            self._add_user_file(path)

    # --- public ---

    def canonical(self, dotted: str) -> str | None:
        """The canonical name of a spelling (a path that starts at an imported module), or None when unknown.

        Raises:
            CatalogueError: A data file is not valid.
        """
        try:
            return self._spellings[dotted]
        except KeyError:
            found = self._spellings[dotted] = self._canonical(dotted)
            return found

    def get(self, canonical: str) -> Api | None:
        """The row of a canonical name, or None.

        Raises:
            CatalogueError: A data file is not valid.
        """
        self._need(canonical.partition(".")[0])
        row = self._rows.get(canonical)
        return row if row is not None else self._family(canonical)

    def method(self, canonical: str, name: str) -> tuple[str, Api] | None:
        """The canonical name and row of a method or attribute of a class, its catalogued bases included.

        Raises:
            CatalogueError: A data file is not valid.
        """
        seen: set[str] = set()
        current: str | None = canonical
        while current is not None and current not in seen:
            seen.add(current)
            self._need(current.partition(".")[0])
            full = f"{current}.{name}"
            if (row := self._rows.get(full)) is not None:
                return full, row
            if (row := self._families.get(current + ".")) is not None:
                return full, row
            owner = self._rows.get(current)
            current = owner.base if owner is not None else None
        return None

    def members(self, canonical: str) -> frozenset[str] | None:
        """All attribute names of a class, where they were measured (``dir`` of the real class); None elsewhere."""
        found = self._members(canonical)
        return None if found is None else frozenset(name.removeprefix(".") for name in found)

    def is_data(self, canonical: str, name: str) -> bool:
        """Whether an attribute of a class was measured not to be a method."""
        return f".{name}" in (self._members(canonical) or ())

    def _members(self, canonical: str) -> frozenset[str] | None:
        return _members().get(f"{self.target}:{canonical}") or _members().get(canonical)

    def is_namespace(self, dotted: str) -> bool:
        """Whether a spelling names a module (or package) the catalogue knows something in, rather than an API.

        Raises:
            CatalogueError: A data file is not valid.
        """
        dotted = self._follow_user_alias(dotted)
        root = ROOTS.get(dotted.partition(".")[0])
        if root is None:
            return dotted in self._namespaces
        self._need(root)
        if "." not in dotted:
            return True
        if root == "tf":
            rest = dotted.partition(".")[2]
            if rest in self._aliases.namespaces or rest in _private_packages(self.target):
                return True
            rest, _ = self._strip_compat(rest)
            if not rest:
                return True
            if rest == "keras" or rest.startswith("keras."):
                return self.is_namespace(self._keras_root + rest[len("keras") :])
            if rest in self._aliases.namespaces:
                return True
            if rest + "." in _KERAS_IN_TENSORFLOW:
                return True
        return self.canonical(dotted) is None and any(n in self._namespaces for n in self._candidates(dotted))

    def names(self) -> Iterator[str]:
        """Every canonical name of every library, namespace rows (``tf.raw_ops.*``) included.

        Raises:
            CatalogueError: A data file is not valid.
        """
        for root in _FILES:
            self._need(root)
        yield from self._rows
        yield from (prefix + "*" for prefix in self._families)

    def is_private(self, dotted: str) -> bool:
        """Whether a spelling reaches its API through a private path (``tensorflow.python...``)."""
        parts = dotted.split(".")
        if parts[0] not in ROOTS:
            return False
        if parts[0] == "tensorflow_core" or any(part.startswith("_") for part in parts):
            return True
        return (parts[0] == "tensorflow" and parts[1:2] == ["python"]) or "src" in parts[1:2]

    def removed(self, dotted: str) -> str | None:
        """The canonical name that a spelling has in TensorFlow 1.15 when the target no longer has that spelling.

        Only spellings of public 1.15 API count; the target 1.15 has removed nothing.

        Raises:
            CatalogueError: A data file is not valid.
        """
        if self.target == "1.15":
            return None
        try:
            return self._removed[dotted]
        except KeyError:
            found = self._removed[dotted] = self._canonical_before(dotted)
            return found

    def _canonical_before(self, dotted: str) -> str | None:
        if self.is_private(dotted) or self.canonical(dotted) is not None:
            return None
        if ROOTS.get(dotted.partition(".")[0]) != "tf" or dotted.startswith("tensorflow.compat.v2."):
            return None
        return load("1.15").canonical(dotted)

    def successor(self, removed: str) -> str | None:
        """The name that the target has for what is called ``removed`` in 1.15; None if it has nothing for it."""
        _, _, rest = removed.partition(".")
        return removed if self.canonical(f"tensorflow.{rest}") is not None else _SUCCESSORS.get(removed)

    # --- spellings ---

    @property
    def _keras_root(self) -> str:
        return "keras" if self.keras == 3 else "tf_keras"

    @functools.cached_property
    def _aliases(self) -> Aliases:
        return _read_aliases(self.target)

    def _canonical(self, dotted: str) -> str | None:
        dotted = self._follow_user_alias(dotted)
        head = dotted.partition(".")[0]
        root = ROOTS.get(head)
        if root is None:
            return dotted if dotted in self._rows or self._family(dotted) is not None else None
        for name in self._candidates(dotted):
            self._need(name.partition(".")[0])
            if name in self._rows:
                return name
        for name in self._candidates(dotted):
            if self._family(name) is not None:
                return name
        owner, _, member = dotted.rpartition(".")
        if member and (known := self.canonical(owner)) is not None and known in self._rows:
            found = self.method(known, member)
            return found[0] if found is not None else None
        return None

    def _candidates(self, dotted: str) -> Iterator[str]:
        """Canonical names that a spelling may have, the most specific first."""
        head, _, rest = dotted.partition(".")
        root = ROOTS.get(head)
        if root is None:
            yield dotted
        elif root == "tf":
            yield from self._tensorflow_candidates(rest)
        elif root in ("keras", "tf_keras"):
            # Standalone Keras of the 1.15 era has the protocol of tf.keras; `keras` beside TF 2 may be either.
            yield from self._keras_candidates(self._keras_root if root == "keras" else root, rest)
        else:
            yield f"{root}.{rest}"

    def _tensorflow_candidates(self, rest: str) -> Iterator[str]:
        if rest.startswith("python."):
            private = self._private(rest)
            if private is not None:
                yield private
            yield "tf." + rest
            if rest.startswith("python.keras."):
                yield from self._keras_candidates("tf_keras", rest[len("python.keras.") :])
                return
            for module, public in _REEXPORTING:
                if rest.startswith(module):
                    rest = public + rest[len(module) :]
                    yield "tf.compat.v1." + rest
                    yield "tf." + rest
                    return
            return
        rest, v1 = self._strip_compat(rest)
        if rest.startswith("keras."):
            yield from self._keras_candidates(self._keras_root, rest[len("keras.") :])
            return
        if rest.startswith("contrib.keras."):
            yield from self._keras_candidates("tf_keras", rest[len("contrib.keras.") :])
            return
        if not v1 and rest.startswith(_KERAS_IN_TENSORFLOW):
            yield from self._keras_candidates(self._keras_root, rest)
            return
        private = self._private(rest)  # tensorflow.contrib.x.python.y, and other modules that are not API
        if private is not None:
            yield private
        for name in self._same_object(rest, v1):
            if v1:
                yield "tf.compat.v1." + name
            yield "tf." + name

    def _same_object(self, rest: str, v1: bool) -> Iterator[str]:
        """A public name, and the public names of the same object (looked up for a class when `rest` is a method)."""
        yield rest
        marked = ("v1:" if v1 else "v2:") + rest
        tail = ""
        while marked:
            if (other := self._aliases.public.get(marked)) is not None:
                yield other + tail
                return
            marked, dot, last = marked.rpartition(".")
            tail = dot + last + tail

    def _keras_candidates(self, root: str, rest: str) -> Iterator[str]:
        name = f"{root}.{rest}"
        yield name
        self._need(root)
        parts = rest.split(".")
        for drop in ("src", "api", "_v2", "keras", "python", "engine"):
            if drop in parts[:-1]:
                parts = [p for p in parts[:-1] if p != drop] + parts[-1:]
        # keras.src.layers.core.dense.Dense, keras.layers.core.Dense: the class is exported one package up.
        for depth in range(min(len(parts) - 1, 2), -1, -1):
            yield ".".join((root, *parts[:depth], parts[-1]))
            if len(parts) > 2 and depth:
                yield ".".join((root, *parts[:depth], *parts[-2:]))

    def _private(self, rest: str) -> str | None:
        """What a module below ``tensorflow`` that is not API calls by this name, a method of it included."""
        module, tail = rest, ""
        while "." in module:
            module, _, last = module.rpartition(".")
            tail = f"{last}.{tail}" if tail else last
            if module in self._aliases.private:
                name, dot, method = tail.partition(".")
                target = _private_names(self.target, module).get(name)
                return target + dot + method if target is not None else None
        return None

    def _strip_compat(self, rest: str) -> tuple[str, bool]:
        """Cut ``compat.v1``, ``compat.v2`` and ``_api.v2`` off; also say whether the name is a version 1 symbol."""
        v1 = self.target == "1.15"
        while True:
            for prefix, means_v1 in (("compat.v1", True), ("compat.v2", False), ("_api.v1", True), ("_api.v2", False)):
                if rest == prefix or rest.startswith(prefix + "."):
                    rest, v1 = rest[len(prefix) + 1 :], means_v1
                    break
            else:
                return rest, v1

    def _follow_user_alias(self, dotted: str) -> str:
        if not self._user_aliases:
            return dotted
        prefix, tail = dotted, ""
        for _ in range(dotted.count(".") + 1):
            if (target := self._user_aliases.get(prefix)) is not None:
                return target + tail
            prefix, dot, last = prefix.rpartition(".")
            tail = dot + last + tail
        return dotted

    def _family(self, canonical: str) -> Api | None:
        prefix = canonical
        while "." in prefix:
            prefix = prefix.rpartition(".")[0]
            if (row := self._families.get(prefix + ".")) is not None:
                return row
        return next((row for pattern, row in self._patterns if fnmatch.fnmatchcase(canonical, pattern)), None)

    # --- files ---

    def _need(self, root: str) -> None:
        if root in self._read:
            return
        self._read.add(root)
        for stem in _FILES.get(root, {}).get(self.target, ()):
            self._add(_read_own_file(stem), replace=False)

    def _add_user_file(self, path: Path) -> None:
        file = read_file(path)
        # What a user says about a known name replaces what we say, so our row has to be there first.
        for row in file.api:
            for name in row.names:
                self._need(name.partition(".")[0])
        self._add(file, replace=True)
        self._user_aliases.update(file.alias)

    def _add(self, file: CatalogueFile, *, replace: bool) -> None:
        rows, families, namespaces = self._rows, self._families, self._namespaces
        for row in file.api:
            if self.target not in row.tensorflow:
                continue
            for name in row.names:
                if name.endswith(".*"):
                    families[name[:-1]] = row
                    namespaces.add(name[:-2])
                elif _WILD.intersection(name):
                    self._patterns.insert(0, (name, row))
                    continue
                elif replace:
                    rows[name] = row
                else:
                    rows.setdefault(name, row)
                prefix = name.rpartition(".")[0]
                while prefix and prefix not in namespaces:
                    namespaces.add(prefix)
                    prefix = prefix.rpartition(".")[0]


@functools.cache
def _load(target: Target, extra: tuple[Path, ...], keras: KerasVersion | None) -> Catalogue:
    return Catalogue(target, extra, keras)


def forget() -> None:
    """Have the user's catalogue files read anew from now on."""
    _load.cache_clear()


def load(target: Target, extra: Sequence[Path] = (), keras: KerasVersion | None = None) -> Catalogue:
    """The catalogue for a target, with the user's own files added in order; cached.

    Args:
        target: The TensorFlow whose semantics apply.
        extra: The user's catalogue files; their rows replace ours of the same name.
        keras: What ``tf.keras`` and ``keras`` mean; by default 2 for 1.15 and 3 for 2.

    Raises:
        CatalogueError: One of ``extra`` cannot be read or is not valid.
    """
    return _load(target, tuple(extra), keras)


def read_file(path: Path) -> CatalogueFile:
    """One catalogue file, validated.

    Raises:
        CatalogueError: It cannot be read or is not valid.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(path, "", error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CatalogueError(path, "", str(error)) from error
    try:
        file = msgspec.convert(data, CatalogueFile)
    except msgspec.ValidationError as error:
        reason, _, key = str(error).partition(" - at `")
        raise CatalogueError(path, key.rstrip("`"), reason) from error
    for index, row in enumerate(file.api):
        for name in _REQUIRED.get(row.model, ()):
            if not getattr(row, name):
                raise CatalogueError(path, f"$.api[{index}]", f"model `{row.model}` needs the field `{name}`")
    return file


@functools.cache
def _read_own_file(stem: str) -> CatalogueFile:
    return read_file(_DATA / f"{stem}.toml")


@functools.cache
def _read_aliases(target: Target) -> Aliases:
    path = _DATA / f"aliases-{target}.json"
    return msgspec.json.decode(path.read_bytes(), type=Aliases)


@functools.cache
def _members() -> dict[str, frozenset[str]]:
    path = _DATA / "members.json"
    found = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    return {name: frozenset(names.split()) for name, names in found.items()}


@functools.cache
def _private_packages(target: Target) -> frozenset[str]:
    packages: set[str] = set()
    for module in _read_aliases(target).private:
        while module and module not in packages:
            packages.add(module)
            module = module.rpartition(".")[0]
    return frozenset(packages)


@functools.cache
def _private_names(target: Target, module: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for means, spelled in _read_aliases(target).private[module].items():
        for name in spelled.split():
            names[name] = means + name if means.endswith(".") else means
    return names
