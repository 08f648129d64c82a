"""The catalogue's data is valid, unambiguous and reachable, and user files are added or refused clearly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from initscope_lint.semantics.catalogue import Api, Catalogue, CatalogueError, CatalogueFile, Target, load, read_file

TARGETS: tuple[Target, ...] = ("1.15", "2")
DATA = Path(__file__).parents[2] / "initscope_lint" / "semantics" / "catalog"
FILES = sorted(DATA.glob("*.toml"))
ROOTS = {
    "tf": "tensorflow",
    "keras": "keras",
    "tf_keras": "tf_keras",
    "snt": "sonnet",
    "tfp": "tensorflow_probability",
    "tf_agents": "tf_agents",
}


def spelled(canonical: str, target: Target) -> str:
    """How a program may write a canonical name; in 1.15, version 2 symbols are found under `compat.v2` only."""
    root, dot, rest = canonical.partition(".")
    if target == "1.15" and root == "tf" and not rest.startswith(("compat.", "contrib.", "python.")):
        rest = "compat.v2." + rest
    return ROOTS[root] + dot + rest


def every_row(target: Target) -> list[tuple[str, Api]]:
    catalogue = load(target)
    pairs = [(name, catalogue.get(name)) for name in catalogue.names() if not name.endswith(".*")]
    return [(name, row) for name, row in pairs if row is not None]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_valid(path: Path) -> None:
    """A misspelled field or model would otherwise only surface in a user's run."""
    assert isinstance(read_file(path), CatalogueFile)


@pytest.mark.parametrize("target", TARGETS)
def test_every_name_is_in_one_row(target: Target) -> None:
    """Two rows for one name would let the order of files decide what a call means."""
    seen: dict[str, str] = {}
    twice = []
    for path in FILES:
        for row in read_file(path).api:
            if target not in row.tensorflow:
                continue
            for name in row.names:
                if name in seen:
                    twice.append((name, seen[name], path.stem))
                seen[name] = path.stem
    assert [] == twice


@pytest.mark.parametrize("target", TARGETS)
def test_canonical_names_are_their_own_spelling(target: Target) -> None:
    """A name no program can spell is a row that never holds."""
    catalogue = load(target)
    strays = {
        name: catalogue.canonical(spelled(name, target))
        for name, row in every_row(target)
        if not name.startswith("keras.") or target == "2"
    }
    assert {} == {name: found for name, found in strays.items() if found != name}


@pytest.mark.parametrize("target", TARGETS)
def test_rows_have_the_fields_their_model_reads(target: Target) -> None:
    """The interpreter would silently take a default."""
    needs = {
        "object": ("family", "variables_at"),
        "context": ("context",),
        "graph_only": ("raises", "message"),
        "eager_only": ("raises", "message"),
        "calls": ("calls",),
        "state": ("creates",),
        "mode": ("mode",),
        "predicate": ("predicate",),
        "attribute": ("harmless",),
    }
    lacking = [
        (name, field)
        for name, row in every_row(target)
        for field in needs.get(row.model, ())
        if getattr(row, field) in (None, ())
    ]
    assert [] == lacking


@pytest.mark.parametrize("target", TARGETS)
def test_bases_and_instances_are_rows(target: Target) -> None:
    """A method is looked up on them."""
    catalogue = load(target)
    missing = {
        other
        for _, row in every_row(target)
        for other in (row.base, row.instance)
        if other is not None and catalogue.get(other) is None
    }
    assert set() == missing


@pytest.mark.parametrize("target", TARGETS)
def test_methods_belong_to_classes_with_a_row(target: Target) -> None:
    """Otherwise the class would pass for a namespace."""
    catalogue = load(target)
    owners = {name.rpartition(".")[0] for name, _ in every_row(target)}
    classes = {owner for owner in owners if owner.rpartition(".")[2][:1].isupper()}
    assert set() == {owner for owner in classes if catalogue.get(owner) is None}


@pytest.mark.parametrize(
    ("target", "spelling", "canonical"),
    [
        ("2", "tensorflow.function", "tf.function"),
        ("2", "tensorflow.compat.v2.function", "tf.function"),
        ("2", "tensorflow.compat.v1.placeholder", "tf.compat.v1.placeholder"),
        ("2", "tensorflow.placeholder", None),
        ("2", "tensorflow.math.add", "tf.add"),
        ("2", "tensorflow.compat.v1.executing_eagerly", "tf.executing_eagerly"),
        ("2", "tensorflow.python.framework.ops.init_scope", "tf.init_scope"),
        ("2", "tensorflow.python.ops.array_ops.placeholder", "tf.compat.v1.placeholder"),
        ("2", "tensorflow.python.keras.layers.Dense", "tf_keras.layers.Dense"),
        ("2", "tensorflow.keras.layers.Dense", "keras.layers.Dense"),
        ("2", "keras.src.layers.core.dense.Dense", "keras.layers.Dense"),
        ("2", "tf_keras.layers.Dense", "tf_keras.layers.Dense"),
        ("2", "sonnet.Linear", "snt.Linear"),
        ("2", "tensorflow_probability.distributions.Normal", "tfp.distributions.Normal"),
        ("2", "tensorflow.Variable.assign", "tf.Variable.assign"),
        ("2", "tensorflow.raw_ops.AddV2", "tf.raw_ops.AddV2"),
        ("2", "tensorflow.contrib.eager.defun", None),
        ("2", "tensorflow.metrics.Mean", "keras.metrics.Mean"),
        ("2", "tensorflow.distribute.MirroredStrategy.scope", "tf.distribute.Strategy.scope"),
        ("2", "tensorflow.compat.v1.metrics.mean", "tf.compat.v1.metrics.mean"),
        ("2", "tensorflow.python.training.training.Saver", "tf.compat.v1.train.Saver"),
        ("1.15", "tensorflow.python.placeholder", "tf.compat.v1.placeholder"),
        ("1.15", "tensorflow.metrics.mean", "tf.compat.v1.metrics.mean"),
        ("1.15", "tensorflow.contrib.keras.api.keras.layers.Dense", "tf_keras.layers.Dense"),
        ("1.15", "tensorflow.contrib.eager.defun", "tf.contrib.eager.defun"),
        ("1.15", "tensorflow.placeholder", "tf.compat.v1.placeholder"),
        ("1.15", "tensorflow.compat.v2.Variable", "tf.Variable"),
        ("1.15", "tensorflow.Variable", "tf.compat.v1.Variable"),
        ("1.15", "tensorflow_core.python.framework.ops.init_scope", "tf.init_scope"),
        ("1.15", "tensorflow.contrib.slim.conv2d", "tf.contrib.layers.conv2d"),
        ("1.15", "tensorflow.contrib.eager.executing_eagerly", "tf.executing_eagerly"),
        ("1.15", "tensorflow.keras.layers.Dense", "tf_keras.layers.Dense"),
        ("2", "tensorflow.no_such_thing", None),
        ("2", "numpy.zeros", None),
    ],
)
def test_spellings(target: Target, spelling: str, canonical: str | None) -> None:
    """The same API through another door must be the same API."""
    assert canonical == load(target).canonical(spelling)


def test_namespaces_are_not_calls() -> None:
    """`tf.keras.layers` is walked through, `tf.Tensor` is not."""
    catalogue = load("2")
    modules = [
        "tensorflow",
        "tensorflow.nn",
        "tensorflow.keras.layers",
        "tensorflow.compat.v1",
        "tensorflow.python.ops",
    ]
    others = ["tensorflow.Tensor", "tensorflow.data.Dataset", "tensorflow.function", "tensorflow.nothing", "numpy"]
    assert modules == [name for name in modules + others if catalogue.is_namespace(name)]


def test_methods_are_found_on_bases() -> None:
    """Only the base class lists `add_weight`."""
    found = load("2").method("keras.layers.Dense", "add_weight")
    assert found is not None
    assert ("keras.layers.Layer.add_weight", "variable") == (found[0], found[1].model)
    assert load("2").method("keras.layers.Dense", "nothing") is None


def test_removed_spellings_are_known() -> None:
    """ISL404 names what a TensorFlow 1 spelling used to be."""
    catalogue = load("2")
    assert "tf.contrib.eager.defun" == catalogue.removed("tensorflow.contrib.eager.defun")
    assert catalogue.removed("tensorflow.function") is None
    for name in ("debugging.assert_negative", "io.read_file", "train.Coordinator", "test.compute_gradient"):
        assert catalogue.removed(f"tensorflow.{name}") is None
    assert load("1.15").removed("tensorflow.contrib.eager.defun") is None


def test_keras_generation_can_be_chosen() -> None:
    """TensorFlow 2.0 to 2.15 carry Keras 2."""
    assert "tf_keras.layers.Dense" == load("2", keras=2).canonical("tensorflow.keras.layers.Dense")


def test_user_file_adds_replaces_and_aliases(tmp_path: Path) -> None:
    """A user's word about a name wins over ours, and a re-export is the API it re-exports."""
    path = tmp_path / "ours.toml"
    path.write_text(
        '[alias]\n"ours.tf" = "tensorflow"\n'
        '[[api]]\nnames = ["ours.layers.Thing"]\nmodel = "object"\nfamily = "layer"\nvariables_at = "first_call"\n'
        '[[api]]\nnames = ["tf.identity"]\nmodel = "neutral"\n'
    )
    catalogue = load("2", (path,))
    assert "tf.init_scope" == catalogue.canonical("ours.tf.init_scope")
    assert "ours.layers.Thing" == catalogue.canonical("ours.layers.Thing")
    assert catalogue.is_namespace("ours.layers")
    assert catalogue.is_namespace("ours.tf.nn")
    row = catalogue.get("tf.identity")
    assert row is not None and "neutral" == row.model


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[[api]]\n", "$.api[0]", "missing required field `names`"),
        ('[[api]]\nnames = ["a.b"]\nmodel = "opp"\n', "$.api[0].model", "Invalid enum value 'opp'"),
        ('[[api]]\nnames = ["a.b"]\nmodel = "op"\ntypo = 1\n', "$.api[0]", "unknown field `typo`"),
        ("[[api]\n", "", ""),
    ],
)
def test_user_file_errors_say_where(tmp_path: Path, text: str, key: str, reason: str) -> None:
    """The message has to lead to the line."""
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(CatalogueError) as caught:
        load("2", (path,))
    assert (path, key) == (caught.value.path, caught.value.key)
    assert reason in caught.value.reason


def test_missing_user_file_is_a_catalogue_error(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(CatalogueError):
        load("2", (tmp_path / "absent.toml",))


def test_loading_is_fast() -> None:
    """Every run pays for it; ten times the usual time leaves room for a slow machine."""
    start = time.process_time()
    for target in TARGETS:
        list(Catalogue(target).names())
    assert time.process_time() - start < 0.6


def test_patterns_match_what_has_no_row_of_its_own(tmp_path: Path) -> None:
    """A pattern would hide a row that is about one name, or match nothing at all."""
    path = tmp_path / "ours.toml"
    path.write_text(
        '[[api]]\nnames = ["ours.*Layer", "ours.any.*"]\nmodel = "object"\nfamily = "layer"\nvariables_at = "never"\n'
        '[[api]]\nnames = ["ours.fast.Layer"]\nmodel = "neutral"\n'
    )
    catalogue = load("2", (path,))
    models = {}
    for name in ("ours.Layer", "ours.deep.down.MyLayer", "ours.any.x.y", "ours.fast.Layer", "ours.Layers", "Layer"):
        canonical = catalogue.canonical(name)
        row = None if canonical is None else catalogue.get(canonical)
        models[name] = None if row is None else row.model
    assert models == {
        "ours.Layer": "object",
        "ours.deep.down.MyLayer": "object",
        "ours.any.x.y": "object",
        "ours.fast.Layer": "neutral",
        "ours.Layers": None,
        "Layer": None,
    }
