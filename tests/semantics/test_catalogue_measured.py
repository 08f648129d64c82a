"""Rows against the real TensorFlow 2."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

from initscope_lint.semantics.catalogue import Api, load

pytestmark = pytest.mark.tensorflow


class _Module:
    """A module that is imported when something of it is asked for: collecting these tests needs no TensorFlow."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)


tf: Any = _Module("tensorflow")

ROWS: dict[str, Api] = {
    name: row for name in load("2").names() if (row := load("2").get(name)) is not None and not name.endswith(".*")
}

MODULES: dict[str, Any] = {"tf": tf, "keras": _Module("keras")}


def real(canonical: str) -> Any:
    """The object behind a canonical name; None for methods, whose objects only instances have, and private names."""
    owner = canonical.rpartition(".")[0]
    row = ROWS[canonical]
    root, *parts = canonical.split(".")
    if owner in ROWS or row.private or root not in MODULES or parts[0] == "python":
        return None
    value = MODULES[root]
    for part in parts:
        value = getattr(value, part)
    return value


def test_public_names_exist() -> None:
    """A row for a name that does not exist never holds."""
    missing = []
    for name in ROWS:
        try:
            real(name)
        except AttributeError:
            missing.append(name)
    assert [] == missing


def test_callbacks_name_real_parameters() -> None:
    """A wrong position would run the wrong argument."""
    wrong = []
    for name, row in ROWS.items():
        function = real(name)
        if row.model != "calls" or function is None:
            continue
        parameters = [p for p in inspect.signature(function).parameters if p != "self"]
        for callback in row.calls:
            if callback.position is not None and parameters.index(callback.param) != callback.position:
                wrong.append((name, callback.param))
    assert [] == wrong


def outcome_in_init_scope(function: Any) -> str:
    """What a call of ``function`` on a symbolic matrix does under init_scope to eager: ``ok`` or the exception."""
    seen = []

    def traced(x: Any) -> Any:
        with tf.init_scope():
            try:
                function(x)
            except Exception as error:
                seen.append(f"{type(error).__name__}: {error}")
            else:
                seen.append("ok")
        return tf.constant(0)

    tf.function(traced, autograph=False).get_concrete_function(tf.ones([2, 2]))
    return seen[0]


def test_operations_on_a_symbolic_tensor_raise_in_eager_code() -> None:
    """ISL201 reports every one of these as an error."""
    checked, wrong = 0, []
    for name, row in ROWS.items():
        function = real(name)
        if row.model != "op" or row.tensor_free or row.harmless or row.maybe_identity or not callable(function):
            continue
        if name in ("tf.stack", "tf.identity_n"):
            continue  # not comparable: these take a list, and convert a matrix first
        try:
            function(tf.ones([2, 2]))
        except Exception:
            continue  # takes something other than one matrix
        checked += 1
        found = outcome_in_init_scope(function)
        if not found.startswith(f"{row.raises or 'TypeError'}:"):
            wrong.append((name, found[:80]))
    assert [] == wrong
    assert checked > 250


@pytest.mark.parametrize("model", ["static", "convert"])
def test_static_calls_on_a_symbolic_tensor_are_harmless(model: str) -> None:
    """ISL201 stays silent on these."""
    wrong = []
    for name, row in ROWS.items():
        function = real(name)
        if row.model != model or not callable(function):
            continue
        try:
            function(tf.ones([2, 2]))
        except Exception:
            continue
        if (found := outcome_in_init_scope(function)) != "ok":
            wrong.append((name, found[:80]))
    assert [] == wrong


def test_graph_only_calls_raise_what_their_row_says() -> None:
    """ISL202 promises the exception and its text."""
    x = tf.ones([2, 2])
    programs = {
        "tf.compat.v1.placeholder": [tf.float32],
        "tf.compat.v1.sparse_placeholder": [tf.float32],
        "tf.compat.v1.ragged.placeholder": [tf.float32, 1],
        "tf.gradients": [x, x],
        "tf.hessians": [x, x],
        "tf.compat.v1.metrics.mean": [x],
        "tf.compat.v1.train.batch": [[x], 2],
        "tf.compat.v1.train.range_input_producer": [3],
        "tf.compat.v1.train.QueueRunner": [],
        "tf.compat.v1.train.start_queue_runners": [],
        "tf.compat.v1.train.Supervisor": [],
        "tf.compat.v1.TextLineReader": [],
        "tf.compat.v1.summary.FileWriter": ["logs"],
        "tf.compat.v1.summary.merge_all": [],
        "tf.compat.v1.train.export_meta_graph": [],
        "tf.compat.v1.train.import_meta_graph": ["absent"],
        "tf.compat.v1.add_check_numerics_ops": [],
        "tf.parallel_stack": [[x, x]],
        "tf.compat.v1.train.Saver": [],
        "tf.compat.v1.saved_model.build_tensor_info": [x],
        "tf.compat.v1.data.make_initializable_iterator": [tf.compat.v1.data.Dataset.range(3)],
    }
    for name, arguments in programs.items():
        row = ROWS[name]
        with pytest.raises(Exception) as caught:
            real(name)(*arguments)
        assert (name, row.raises) == (name, type(caught.value).__name__)
        assert row.message is not None and row.message in str(caught.value), name
