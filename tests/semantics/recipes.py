"""Arguments with which names of the catalogue can be called: for `facts.py`, under TensorFlow 2.21 or 1.15."""

# ruff: noqa: UP006, UP035  (Python 3.7)
# mypy: disable-error-code="import-untyped, import-not-found, no-untyped-call"

from __future__ import annotations

import re
import tempfile
from typing import Any, Callable, Dict, Iterator, List, Tuple

tf: Any = None

Call = Tuple[Callable[[], List[Any]], Dict[str, Any]]

PLAIN_TENSORS = ("EagerTensor",)


def load(tensorflow: Any) -> None:
    """Take TensorFlow from who has imported it. Nothing here runs an operation before a process was forked."""
    global tf
    tf = tensorflow


def without_addresses(text: str) -> str:
    """Without what differs from run to run."""
    return re.sub(r"0x[0-9a-f]+|/tmp/\S+|[0-9]{6,}", "...", text)


def is_tensor(value: Any) -> bool:
    return isinstance(value, tf.Tensor)


def matrix() -> Any:
    return tf.constant([[1.0, 2.0], [3.0, 5.0]])


def vector() -> Any:
    return tf.constant([1.0, 2.0])


def integers() -> Any:
    return tf.constant([0, 1])


def truths() -> Any:
    return tf.constant([True, False])


def image() -> Any:
    return tf.ones([1, 8, 8, 3])


def dataset() -> Any:
    return tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0])


def variable() -> Any:
    return tf.Variable([1.0, 2.0])


def ragged() -> Any:
    return tf.ragged.constant([[1.0], [2.0, 3.0]])


def sparse() -> Any:
    return tf.SparseTensor(indices=[[0, 0], [1, 1]], values=[1.0, 2.0], dense_shape=[2, 2])


def directory() -> str:
    return tempfile.mkdtemp()


#: What fits many: tried in this order.
GENERIC: List[Callable[[], List[Any]]] = [
    lambda: [matrix()],
    lambda: [matrix(), matrix()],
    lambda: [],
    lambda: [vector()],
    lambda: [vector(), vector()],
    lambda: [matrix(), 0],
    lambda: [matrix(), 1.0],
    lambda: [matrix(), [2, 2]],
    lambda: [matrix(), integers()],
    lambda: [integers()],
    lambda: [integers(), integers()],
    lambda: [truths()],
    lambda: [truths(), truths()],
    lambda: [[2, 2]],
    lambda: [2],
    lambda: ["text"],
    lambda: [tf.constant("text")],
    lambda: [tf.constant(["a b", "c"])],
    lambda: [tf.constant(["a", "b"]), "a"],
    lambda: [tf.constant(["a", "b"]), 5],
    lambda: [tf.constant(["a", "b"]), "a", "b"],
    lambda: [tf.constant([1 + 2j, 3j])],
    lambda: [tf.constant([1, 2], tf.uint8)],
    lambda: [matrix(), matrix(), matrix()],
    lambda: [matrix(), 1.0, 2.0],
    lambda: [matrix(), [2], [0]],
    lambda: [[matrix(), matrix()]],
    lambda: [[matrix(), matrix()], 0],
    lambda: [2.0, 3.0],
    lambda: [0, 4, 2],
    lambda: [[2], 1.0],
    lambda: [[2], 1.0, 1.0],
    lambda: [image()],
    lambda: [image(), 0.1],
    lambda: [image(), 1],
    lambda: [image(), 1, 2],
    lambda: [image(), [4, 4]],
    lambda: [image(), 4, 4],
    lambda: [image(), 2, 2, "SAME"],
    lambda: [image(), [1, 2, 2, 1], [1, 1, 1, 1], "SAME"],
    lambda: [image(), tf.ones([2, 2, 3, 4]), 1, "SAME"],
    lambda: [image(), tf.ones([2, 2, 3, 4]), [1, 1, 1, 1], "SAME"],
    lambda: [tf.ones([8, 8, 3])],
    lambda: [tf.ones([8, 8, 3]), 0.1],
    lambda: [tf.ones([8, 8, 3]), 0.1, 0.9],
    lambda: [tf.ones([8, 8, 3]), 1, 1, 2, 2],
    lambda: [tf.ones([8, 8, 3]), [2, 2, 3]],
    lambda: [tf.ones([2, 4, 3])],
    lambda: [tf.ones([2, 4, 3]), 2],
    lambda: [tf.constant([[0, 1], [1, 0]]), integers(), 2],
    lambda: [matrix(), [[1, 1], [1, 1]]],
    lambda: [matrix(), [1, 0]],
    lambda: [matrix(), integers(), 2],
    lambda: [integers(), 3],
    lambda: [vector(), [2], 4],
    lambda: [tf.constant([[0], [1]]), vector(), [3]],
    lambda: [matrix(), tf.constant([[0], [1]])],
    lambda: [matrix(), tf.constant([[0], [1]]), matrix()],
    lambda: [[2, 2], [1, 2]],
    lambda: [(2, 2), [1, 2], 0.0],
    lambda: [[2], [1, 2], 1.0, 1.0],
    lambda: [sparse()],
    lambda: [sparse(), sparse()],
    lambda: [sparse(), matrix()],
    lambda: [sparse(), 0],
    lambda: [sparse(), [2, 2]],
    lambda: [ragged()],
    lambda: [ragged(), 0],
    lambda: [tf.float32],
    lambda: [[2, 2], tf.float32],
    lambda: [tf.float32, 1],
    lambda: [variable(), vector()],
    lambda: [variable(), [0], [1.0]],
    lambda: [variable(), integers(), vector()],
    lambda: [variable()],
    lambda: [truths(), vector(), vector()],
    lambda: [dataset()],
    lambda: [tf.TensorShape([2, 2])],
    lambda: [2, 3],
    lambda: [2, (2, 2)],
    lambda: [2, 2, 2],
    lambda: [tf.keras.layers.Dense(2)],
    lambda: [[0.5]],
    lambda: [["a", "b"]],
    lambda: [(2,), 1],
    lambda: [{"a": matrix()}],
    lambda: ["name", matrix()],
    lambda: ["name", 1.0],
    lambda: ["name", [2]],
    lambda: [True],
    lambda: [True, ["text"]],
    lambda: [lambda: 1.0],
    lambda: [lambda x: x],
    lambda: [3, 2.0, 3.0],
    lambda: [0.1, 100],
    lambda: [0.1, 100, 0.9],
    lambda: [0.5, 0.5],
    lambda: [None],
    lambda: [matrix(), "float32"],
]

INSTANCES: Dict[str, Callable[[], Any]] = {
    "tf.Tensor": matrix,
    "tf.Variable": variable,
    "tf.RaggedTensor": ragged,
    "tf.SparseTensor": sparse,
    "tf.Graph": lambda: tf.Graph(),
    "tf.GradientTape": lambda: _open_tape(),
    "tf.data.Dataset": dataset,
    "tf.Module": lambda: tf.Module(name="module"),
    "tf.TensorArray": lambda: tf.TensorArray(tf.float32, 2, clear_after_read=False).write(0, 1.0).write(1, 2.0),
    "tf.CriticalSection": lambda: tf.CriticalSection(),
    "tf.TensorShape": lambda: tf.TensorShape([2, 2]),
    "tf.compat.v1.Session": lambda: tf.compat.v1.Session(graph=tf.Graph()),
    "tf.compat.v1.train.Optimizer": lambda: tf.compat.v1.train.GradientDescentOptimizer(0.1),
    "tf.train.Checkpoint": lambda: tf.train.Checkpoint(v=variable()),
    "tf.distribute.Strategy": lambda: tf.distribute.get_strategy(),
    "tf.test.TestCase": lambda: _test_case(),
    "tf.random.Generator": lambda: getattr(tf.random, "Generator", tf.random.experimental.Generator).from_seed(1),
    "tf.queue.QueueBase": lambda: tf.queue.FIFOQueue(3, tf.float32, [[]]),
    "tf.lookup.StaticHashTable": lambda: _table(),
    "tf.summary.SummaryWriter": lambda: tf.summary.create_file_writer(directory()),
    "keras.layers.Layer": lambda: _keras("keras").layers.Layer(),
    "keras.Layer": lambda: _keras("keras").layers.Layer(),
    "keras.metrics.Metric": lambda: _keras("keras").metrics.Mean(),
    "keras.optimizers.Optimizer": lambda: _keras("keras").optimizers.SGD(),
    "keras.Model": lambda: _model("keras"),
    "keras.initializers.Initializer": lambda: _keras("keras").initializers.Zeros(),
    "tf_keras.layers.Layer": lambda: _keras("tf_keras").layers.Layer(),
    "tf_keras.metrics.Metric": lambda: _keras("tf_keras").metrics.Mean(),
    "tf_keras.optimizers.Optimizer": lambda: _keras("tf_keras").optimizers.SGD(),
    "tf_keras.Model": lambda: _model("tf_keras"),
}

#: Arguments of names that the generic ones do not fit, or fit wrongly.
OWN: Dict[str, Callable[[], List[Any]]] = {
    "tf.compat.v1.placeholder": lambda: [tf.float32],
    "tf.autograph.set_verbosity": lambda: [0],
    "tf.autograph.trace": lambda: ["text"],
    "tf_keras.mixed_precision.LossScaleOptimizer": lambda: [_keras("tf_keras").optimizers.SGD()],
    "tf.compat.v1.mixed_precision.DynamicLossScale": lambda: [],
    "tf.contrib.seq2seq.BahdanauAttention": lambda: [4, tf.ones([2, 3, 4])],
    "tf.contrib.seq2seq.LuongAttention": lambda: [4, tf.ones([2, 3, 4])],
    "tf.contrib.rnn.HighwayWrapper": lambda: [tf.compat.v1.nn.rnn_cell.BasicRNNCell(2)],
    "tf_keras.mixed_precision.set_global_policy": lambda: ["float32"],
    "keras.mixed_precision.set_global_policy": lambda: ["float32"],
    "keras.config.set_dtype_policy": lambda: ["float32"],
    "tf_keras.backend.set_learning_phase": lambda: [0],
    "tf.distribute.experimental_set_strategy": lambda: [None],
    "tf.register_tensor_conversion_function": lambda: [bytearray, lambda *_, **__: None],
    "tf.compat.v1.sparse_placeholder": lambda: [tf.float32],
    "tf.compat.v1.ragged.placeholder": lambda: [tf.float32, 1],
    "tf.gradients": lambda: [matrix(), matrix()],
    "tf.hessians": lambda: [matrix(), matrix()],
    "tf.compat.v1.metrics.mean": lambda: [vector()],
    "tf.compat.v1.metrics.mean_tensor": lambda: [vector()],
    "tf.compat.v1.metrics.percentage_below": lambda: [vector(), 1.0],
    "tf.compat.v1.metrics.mean_cosine_distance": lambda: [matrix(), matrix(), 1],
    "tf.compat.v1.metrics.mean_relative_error": lambda: [vector(), vector(), vector()],
    "tf.compat.v1.metrics.mean_iou": lambda: [integers(), integers(), 2],
    "tf.compat.v1.metrics.mean_per_class_accuracy": lambda: [integers(), integers(), 2],
    "tf.compat.v1.train.batch": lambda: [[vector()], 2],
    "tf.compat.v1.train.batch_join": lambda: [[[vector()]], 2],
    "tf.compat.v1.train.maybe_batch": lambda: [[vector()], True, 2],
    "tf.compat.v1.train.maybe_batch_join": lambda: [[[vector()]], True, 2],
    "tf.compat.v1.train.shuffle_batch": lambda: [[vector()], 2, 8, 2],
    "tf.compat.v1.train.shuffle_batch_join": lambda: [[[vector()]], 2, 8, 2],
    "tf.compat.v1.train.maybe_shuffle_batch": lambda: [[vector()], 2, 8, 2, True],
    "tf.compat.v1.train.maybe_shuffle_batch_join": lambda: [[[vector()]], 2, 8, 2, True],
    "tf.compat.v1.train.range_input_producer": lambda: [3],
    "tf.compat.v1.train.slice_input_producer": lambda: [[vector()]],
    "tf.compat.v1.train.string_input_producer": lambda: [["a", "b"]],
    "tf.compat.v1.train.input_producer": lambda: [vector()],
    "tf.compat.v1.train.QueueRunner": lambda: [],
    "tf.compat.v1.train.start_queue_runners": lambda: [],
    "tf.compat.v1.train.Supervisor": lambda: [],
    "tf.compat.v1.FixedLengthRecordReader": lambda: [3],
    "tf.compat.v1.summary.FileWriter": lambda: [directory()],
    "tf.summary.write": lambda: [vector()],
    "tf.compat.v1.summary.merge": lambda: [[tf.constant("a")]],
    "tf.compat.v1.train.import_meta_graph": lambda: ["absent"],
    "tf.compat.v1.train.export_meta_graph": lambda: [],
    "tf.compat.v1.train.Saver": lambda: [],
    "tf.compat.v1.train.Optimizer.minimize": lambda: [vector()],
    "tf.compat.v1.train.Optimizer.compute_gradients": lambda: [vector()],
    "tf.compat.v1.test.compute_gradient": lambda: [vector(), [2], vector(), [2]],
    "tf.compat.v1.test.compute_gradient_error": lambda: [vector(), [2], vector(), [2]],
    "tf.parallel_stack": lambda: [[vector(), vector()]],
    "tf.compat.v1.saved_model.build_tensor_info": lambda: [vector()],
    "tf.compat.v1.saved_model.predict_signature_def": lambda: [{"x": vector()}, {"y": vector()}],
    "tf.compat.v1.saved_model.regression_signature_def": lambda: [tf.constant(["a"]), vector()],
    "tf.compat.v1.saved_model.classification_signature_def": lambda: [tf.constant(["a"]), None, vector()],
    "tf.compat.v1.data.make_initializable_iterator": lambda: [tf.compat.v1.data.Dataset.range(3)],
    "tf.compat.v1.data.make_one_shot_iterator": lambda: [tf.compat.v1.data.Dataset.range(3)],
    "tf.stack": lambda: [[matrix(), matrix()]],
    "tf.identity_n": lambda: [[matrix(), matrix()]],
    "tf.lookup.StaticHashTable": lambda: [_initializer(), -1],
    "tf.contrib.lookup.HashTable": lambda: [tf.contrib.lookup.KeyValueTensorInitializer(["a"], [1]), -1],
    "tf.contrib.lookup.MutableHashTable": lambda: [tf.string, tf.int64, -1],
    "tf.lookup.experimental.MutableHashTable": lambda: [tf.string, tf.int64, -1],
    "tf.lookup.experimental.DenseHashTable": lambda: [tf.int64, tf.int64, -1, 0, -2],
    "tf.lookup.StaticVocabularyTable": lambda: [_vocabulary(), 1],
    "tf.queue.FIFOQueue": lambda: [3, tf.float32],
    "tf.queue.PaddingFIFOQueue": lambda: [3, [tf.float32], [[None]]],
    "tf.queue.RandomShuffleQueue": lambda: [3, 1, tf.float32],
    "tf.queue.PriorityQueue": lambda: [3, [tf.float32], [[]]],
    "tf.compat.v1.ConditionalAccumulator": lambda: [tf.float32],
    "tf.compat.v1.SparseConditionalAccumulator": lambda: [tf.float32],
    "tf.summary.create_file_writer": lambda: [directory()],
    "tf.contrib.summary.create_file_writer": lambda: [directory()],
    "tf.train.CheckpointManager": lambda: [tf.train.Checkpoint(), directory(), 3],
    "tf.TensorArray": lambda: [tf.float32, 2],
    "tf.Variable": lambda: [2.0],
    "tf.compat.v1.Variable": lambda: [2.0],
    "tf.contrib.eager.Variable": lambda: [2.0],
    "tf.python.ops.resource_variable_ops.ResourceVariable": lambda: [2.0],
    "keras.Variable": lambda: [2.0],
    "tf_keras.backend.variable": lambda: [2.0],
    "tf.compat.v1.get_variable": lambda: ["name", [2]],
    "keras.layers.Layer.add_weight": lambda: [],
    "keras.metrics.Metric.add_weight": lambda: [[2]],
    "keras.metrics.Metric.add_variable": lambda: [[2], "zeros"],
    "keras.optimizers.Optimizer.add_variable": lambda: [[2]],
    "tf_keras.layers.Layer.add_weight": lambda: ["name", [2]],
    "tf_keras.metrics.Metric.add_weight": lambda: ["name"],
    "tf.saved_model.save": lambda: [tf.Module(), directory()],
    "tf.train.Checkpoint.save": lambda: [directory() + "/ckpt"],
    "tf.device": lambda: ["/CPU:0"],
    "keras.layers.Activation": lambda: ["relu"],
    "keras.layers.Lambda": lambda: [lambda x: x],
    "keras.layers.AlphaDropout": lambda: [0.5],
    "keras.random.dropout": lambda: [matrix(), 0.5],
    "tf_keras.layers.Activation": lambda: ["relu"],
    "tf_keras.layers.Lambda": lambda: [lambda x: x],
    "tf_keras.backend.dropout": lambda: [matrix(), 0.5],
    "tf.contrib.slim.variable": lambda: ["name", [2]],
    "tf.contrib.slim.model_variable": lambda: ["name", [2]],
    "tf.contrib.framework.variable": lambda: ["name", [2]],
    "tf.contrib.framework.model_variable": lambda: ["name", [2]],
    "tf.contrib.eager.Sequential": lambda: [[tf.keras.layers.Dense(2)]],
    "tf.contrib.summary.record_summaries_every_n_global_steps": lambda: [2],
    "tf.meshgrid": lambda: [vector(), vector()],
}

#: These are measured in a process of their own: they finalize the default graph, or create what is there only once.
ALONE = (
    "tf.compat.v1.train.MonitoredSession",
    "tf.compat.v1.train.SingularMonitoredSession",
    "tf.compat.v1.train.MonitoredTrainingSession",
    "tf.compat.v1.train.get_or_create_global_step",
    "tf.compat.v1.train.create_global_step",
    "tf.contrib.framework.create_global_step",
    "tf.contrib.framework.get_or_create_global_step",
    "tf.contrib.summary.record_summaries_every_n_global_steps",
)
ATTRIBUTE_ARGUMENTS: Dict[str, Tuple[Any, ...]] = {"tf.Tensor.set_shape": ([2, 2],)}
MODE_ARGUMENTS: Dict[str, Tuple[Any, ...]] = {
    "tf.config.run_functions_eagerly": (True,),
    "tf.config.experimental_run_functions_eagerly": (True,),
}


def is_own(name: str) -> bool:
    return name in OWN


def calls(name: str) -> Iterator[Call]:
    """Arguments to try, the ones that are meant for the name first."""
    if name in OWN:
        yield OWN[name], {}
        return
    if name.rpartition(".")[0] in INSTANCES:
        yield lambda: [], {}
    for arguments in GENERIC:
        yield arguments, {}


def on_tensor(name: str) -> bool:
    return name.rpartition(".")[0] == "tf.Tensor"


def bound(name: str, resolve: Callable[[str], Any]) -> Any:
    """The object with a name; a method is that of an instance."""
    owner, _, attribute = name.rpartition(".")
    if owner in INSTANCES:
        value = resolve(name) if hasattr(resolve(owner), attribute) else None
        owner_dict = getattr(resolve(owner), "__dict__", {})
        if isinstance(owner_dict.get(attribute), (staticmethod, classmethod)):
            return value
        return getattr(INSTANCES[owner](), attribute)
    if name == "tf.summary.write":
        return _writing(resolve)
    return resolve(name)


def _writing(resolve: Callable[[str], Any]) -> Callable[[Any], Any]:
    """``tf.summary.write`` of a tensor, with a writer: without one it does nothing."""
    writer = _file_writer(resolve)

    def write(tensor: Any) -> Any:
        with writer.as_default():
            return resolve("tf.summary.write")("name", tensor, step=0)

    return write


def _file_writer(resolve: Callable[[str], Any]) -> Any:
    return resolve("tf.summary.create_file_writer")(directory())


def uses(name: str, made: Any) -> Iterator[Callable[[], Any]]:
    """What counts as the first call of an object, to be tried one after the other."""
    family = name.split(".")
    if "optimizers" in family or "Optimizer" in family[-1]:
        weight = _keras("keras").Variable([1.0, 2.0]) if name.startswith("keras.") else variable()
        yield lambda: made.apply_gradients([(vector(), weight)])
        return
    if "metrics" in family:
        yield lambda: made.update_state([1.0, 0.0], [1.0, 1.0])
        yield lambda: made.update_state([[1.0, 0.0]], [[0.5, 0.5]])
        yield lambda: made.update_state([1.0])
        yield lambda: made.update_state([0, 1], [0, 1])
        return
    if "losses" in family:
        yield lambda: made([[1.0, 0.0]], [[0.5, 0.5]])
        yield lambda: made([1], [[0.5, 0.5]])
        return
    if "initializers" in family:
        yield lambda: made([2, 2])
        return
    for shape in ([2, 4], [2, 4, 4], [1, 8, 8, 3], [1, 4, 8, 8, 3], [2, 4, 4, 4, 4, 3]):
        yield lambda shape=shape: made(tf.ones(shape))
    yield lambda: made([tf.ones([2, 4]), tf.ones([2, 4])])
    yield lambda: made([tf.ones([2, 4, 4]), tf.ones([2, 4, 4])])
    yield lambda: made(tf.ones([2, 4, 4]), tf.ones([2, 4, 4]))
    yield lambda: made(tf.constant([[0, 1], [1, 0]]))
    yield lambda: made(tf.constant(["a", "b"]))
    yield lambda: made(tf.ones([2, 4]), [tf.ones([2, 2])])
    yield lambda: made(tf.ones([2, 4]), [tf.ones([2, 2]), tf.ones([2, 2])])
    yield lambda: made()


def manager(name: str, resolve: Callable[[str], Any]) -> Callable[[], Any] | None:
    """How to make the context manager."""
    own: Dict[str, Callable[[], Any]] = {
        "tf.init_scope": lambda: tf.init_scope(),
        "tf.Graph.as_default": lambda: tf.Graph().as_default(),
        "tf.control_dependencies": lambda: tf.control_dependencies([]),
        "tf.python.ops.control_flow_util_v2.clear_control_inputs": lambda: resolve(name)(),
        "tf.GradientTape": lambda: tf.GradientTape(),
        "tf.name_scope": lambda: tf.name_scope("name"),
        "tf.compat.v1.name_scope": lambda: tf.compat.v1.name_scope("name"),
        "tf.compat.v1.variable_scope": lambda: tf.compat.v1.variable_scope("name"),
        "tf.compat.v1.variable_op_scope": lambda: tf.compat.v1.variable_op_scope([], "name"),
        "tf.compat.v1.op_scope": lambda: tf.compat.v1.op_scope([], "name"),
        "tf.summary.experimental.summary_scope": lambda: resolve(name)("name"),
        "tf.device": lambda: tf.device("/CPU:0"),
        "tf.compat.v1.device": lambda: tf.compat.v1.device("/CPU:0"),
        "tf.python.eager.context.device": lambda: resolve(name)("/CPU:0"),
        "tf.compat.v1.colocate_with": lambda: tf.compat.v1.colocate_with(None, True),
        "tf.variable_creator_scope": lambda: resolve(name)(lambda following, **keywords: following(**keywords)),
        "tf.compat.v1.Session": lambda: tf.compat.v1.Session(graph=tf.Graph()),
        "tf.compat.v1.Session.as_default": lambda: tf.compat.v1.Session(graph=tf.Graph()).as_default(),
        "tf.python.eager.context.eager_mode": lambda: resolve(name)(),
        "tf.python.eager.context.graph_mode": lambda: resolve(name)(),
        "tf.python.eager.record.stop_recording": lambda: resolve(name)(),
        "tf.distribute.Strategy.scope": lambda: tf.distribute.OneDeviceStrategy("/CPU:0").scope(),
        "tf.summary.record_if": lambda: resolve(name)(True),
        "tf.summary.SummaryWriter.as_default": lambda: _file_writer(resolve).as_default(),
        "tf.compat.forward_compatibility_horizon": lambda: resolve(name)(2100, 1, 1),
        "tf.python.eager.context.execution_mode": lambda: resolve(name)(None),
        "tf.compat.v1.container": lambda: resolve(name)("name"),
        "tf.python.framework.ops.NullContextmanager": lambda: resolve(name)(),
        "tf.python.tpu.tpu_function.tpu_shard_context": lambda: resolve(name)(2),
        "tf.autodiff.ForwardAccumulator": lambda: resolve(name)(vector(), vector()),
        "tf.experimental.async_scope": lambda: resolve(name)(),
        "tf.profiler.experimental.Trace": lambda: resolve(name)("name"),
        "tf.profiler.experimental.Profile": lambda: resolve(name)(directory()),
        "tf.compat.v1.tpu.bfloat16_scope": lambda: resolve(name)(),
        "keras.name_scope": lambda: resolve(name)("name"),
        "keras.StatelessScope": lambda: resolve(name)(),
        "keras.SymbolicScope": lambda: resolve(name)(),
        "keras.RematScope": lambda: resolve(name)(),
        "keras.utils.CustomObjectScope": lambda: resolve(name)({}),
        "keras.device": lambda: resolve(name)("cpu:0"),
        "tf_keras.backend.name_scope": lambda: resolve(name)("name"),
        "tf_keras.backend.learning_phase_scope": lambda: resolve(name)(1),
        "tf_keras.utils.CustomObjectScope": lambda: resolve(name)({}),
        "tf_keras.utils.custom_object_scope": lambda: resolve(name)({}),
        "tf.Module.name_scope": lambda: tf.Module(name="module").name_scope,
        "tf.test.TestCase.session": lambda: _test_case().session(),
        "tf.test.TestCase.cached_session": lambda: _test_case().cached_session(),
        "tf.test.TestCase.test_session": lambda: _test_case().test_session(),
        "tf.Graph.control_dependencies": lambda: tf.compat.v1.get_default_graph().control_dependencies([]),
        "tf.Graph.name_scope": lambda: tf.compat.v1.get_default_graph().name_scope("name"),
        "tf.Graph.device": lambda: tf.compat.v1.get_default_graph().device("/CPU:0"),
        "tf.Graph.container": lambda: tf.compat.v1.get_default_graph().container("name"),
        "tf.Graph.gradient_override_map": lambda: tf.compat.v1.get_default_graph().gradient_override_map({}),
        "tf.compat.v1.train.MonitoredSession": lambda: _monitored("MonitoredSession"),
        "tf.compat.v1.train.SingularMonitoredSession": lambda: _monitored("SingularMonitoredSession"),
        "tf.compat.v1.train.MonitoredTrainingSession": lambda: _monitored("MonitoredTrainingSession"),
    }
    return own.get(name)


def _monitored(kind: str) -> Any:
    return getattr(tf.compat.v1.train, kind)()


Note = Callable[[Any], Any]


def higher_order(name: str, resolve: Callable[[str], Any]) -> Iterator[Tuple[str, Callable[[Note], Any]]]:
    """For each callable parameter, a call that hands over `note`, or something that calls it."""

    def f(*arguments: Any, **keywords: Any) -> Any:
        return resolve(name)(*arguments, **keywords)

    def elements() -> Any:
        return tf.constant([1.0, 2.0])

    def drain(made: Any) -> Any:
        """A dataset calls its functions when it is made, or when it is read."""
        if tf.executing_eagerly():
            for _ in made.take(3):
                pass
        return made

    method = name.rpartition(".")[2]
    from_dataset = {
        "map": ("map_func", lambda note: [note]),
        "flat_map": ("map_func", lambda note: [lambda x: tf.data.Dataset.from_tensors(note(x))]),
        "interleave": ("map_func", lambda note: [lambda x: tf.data.Dataset.from_tensors(note(x)), 2]),
        "filter": ("predicate", lambda note: [lambda x: note(x) > 0.0]),
        "take_while": ("predicate", lambda note: [lambda x: note(x) > 0.0]),
        "map_with_legacy_function": ("map_func", lambda note: [note]),
        "filter_with_legacy_function": ("predicate", lambda note: [lambda x: note(x) > 0.0]),
        "apply": ("transformation_func", lambda note: [note]),
        "scan": ("scan_func", lambda note: [0.0, lambda state, x: (note(state), x)]),
        "reduce": ("reduce_func", lambda note: [0.0, lambda state, x: note(state) + x]),
    }
    if name.startswith("tf.data.Dataset.") and method in from_dataset:
        parameter, arguments = from_dataset[method]
        if method == "reduce":
            yield parameter, lambda note: getattr(dataset(), method)(*arguments(note))
        elif "legacy" in method:
            v1 = tf.compat.v1.data.Dataset
            yield parameter, lambda note: drain(getattr(v1.from_tensor_slices([1.0]), method)(*arguments(note)))
        else:
            yield parameter, lambda note: drain(getattr(dataset(), method)(*arguments(note)))
    keyed = lambda note: lambda x: note(tf.cast(x > 0.0, tf.int64))  # noqa: E731
    window = lambda note: lambda key, part: note(part.batch(2))  # noqa: E731
    if method == "group_by_window" and name.startswith("tf.data."):
        call = (
            (lambda *a: dataset().apply(f(*a)))
            if "experimental" in name
            else (lambda *a: dataset().group_by_window(*a))
        )
        yield "key_func", lambda note: drain(call(keyed(note), window(lambda x: x), 2))
        yield "reduce_func", lambda note: drain(call(keyed(lambda x: x), window(note), 2))
    if method == "bucket_by_sequence_length":
        one = lambda x: tf.cast(x, tf.int32)  # noqa: E731
        call = (
            (lambda g: dataset().apply(f(g, [2], [1, 1], no_padding=True)))
            if "experimental" in name
            else (lambda g: dataset().bucket_by_sequence_length(g, [2], [1, 1], no_padding=True))
        )
        yield "element_length_func", lambda note: drain(call(lambda x: note(one(x))))
    if method == "rejection_resample":
        call = (
            (lambda g: dataset().apply(f(g, [0.5, 0.5])))
            if "experimental" in name
            else (lambda g: dataset().rejection_resample(g, [0.5, 0.5]))
        )
        yield "class_func", lambda note: drain(call(lambda x: note(tf.cast(x > 1.0, tf.int32))))
    single: Dict[str, List[Tuple[str, Callable[[Note], Any]]]] = {
        "tf.cond": [
            ("true_fn", lambda note: f(tf.constant(True), lambda: note(1.0), lambda: 2.0)),
            ("false_fn", lambda note: f(tf.constant(False), lambda: 1.0, lambda: note(2.0))),
        ],
        "keras.ops.cond": [
            ("true_fn", lambda note: f(tf.constant(True), lambda: note(1.0), lambda: 2.0)),
            ("false_fn", lambda note: f(tf.constant(False), lambda: 1.0, lambda: note(2.0))),
        ],
        "tf.python.framework.smart_cond.smart_cond": [
            ("true_fn", lambda note: f(tf.constant(True), lambda: note(1.0), lambda: 2.0)),
        ],
        "tf.case": [
            ("pred_fn_pairs", lambda note: f([(tf.constant(True), lambda: note(1.0))], default=lambda: 2.0)),
            ("default", lambda note: f([(tf.constant(False), lambda: 1.0)], default=lambda: note(2.0))),
        ],
        "tf.switch_case": [("branch_fns", lambda note: f(tf.constant(0), [lambda: note(1.0), lambda: 2.0]))],
        "tf.while_loop": [
            ("cond", lambda note: f(lambda i: note(i) < 2, lambda i: [i + 1], [tf.constant(0)])),
            ("body", lambda note: f(lambda i: i < 2, lambda i: [note(i) + 1], [tf.constant(0)])),
        ],
        "keras.ops.while_loop": [
            ("cond", lambda note: f(lambda i: note(i) < 2, lambda i: (i + 1,), (tf.constant(0),))),
            ("body", lambda note: f(lambda i: i < 2, lambda i: (note(i) + 1,), (tf.constant(0),))),
        ],
        "keras.ops.fori_loop": [("body_fun", lambda note: f(0, 2, lambda i, x: note(x), tf.constant(1.0)))],
        "keras.ops.switch": [("branches", lambda note: f(tf.constant(0), [lambda: note(1.0), lambda: 2.0]))],
        "keras.ops.associative_scan": [("f", lambda note: f(lambda a, b: note(a) + b, elements()))],
        "keras.tree.map_structure": [("func", lambda note: f(note, [1.0]))],
        "tf.compat.v1.data.experimental.map_and_batch_with_legacy_function": [
            (
                "map_func",
                lambda note: drain(tf.compat.v1.data.Dataset.from_tensor_slices([1.0, 2.0]).apply(f(note, 2))),
            ),
        ],
        "tf.python.ops.parallel_for.control_flow_ops.pfor": [
            ("loop_fn", lambda note: f(lambda i: note(tf.cast(i, tf.float32)), 3)),
        ],
        "tf.python.ops.parallel_for.control_flow_ops.for_loop": [
            ("loop_fn", lambda note: f(lambda i: note(tf.cast(i, tf.float32)), tf.float32, 3)),
        ],
        "tf.distribute.Strategy.experimental_distribute_datasets_from_function": [
            ("dataset_fn", lambda note: _distribute(lambda c: note(tf.data.Dataset.range(4).batch(2)))),
        ],
        "tf.map_fn": [("fn", lambda note: f(note, elements()))],
        "tf_keras.backend.map_fn": [("fn", lambda note: f(note, elements()))],
        "keras.ops.map": [("f", lambda note: f(note, elements()))],
        "keras.ops.vectorized_map": [("function", lambda note: f(note, elements()))],
        "keras.ops.scan": [("f", lambda note: f(lambda c, x: (note(c), x), tf.constant(0.0), elements()))],
        "tf.scan": [("fn", lambda note: f(lambda a, x: note(a) + x, elements()))],
        "tf.foldl": [("fn", lambda note: f(lambda a, x: note(a) + x, elements()))],
        "tf.foldr": [("fn", lambda note: f(lambda a, x: note(a) + x, elements()))],
        "tf.vectorized_map": [("fn", lambda note: f(note, elements()))],
        "tf.nest.map_structure": [("func", lambda note: f(note, [1.0]))],
        "tf.CriticalSection.execute": [
            ("fn", lambda note: tf.CriticalSection().execute(lambda: note(tf.constant(1.0))))
        ],
        "tf.data.Dataset.from_generator": [
            ("generator", lambda note: drain(f(lambda: iter([note(1.0)]), output_types=tf.float32))),
        ],
        "tf.data.experimental.map_and_batch": [("map_func", lambda note: drain(dataset().apply(f(note, 2))))],
        "tf.data.experimental.parallel_interleave": [
            (
                "map_func",
                lambda note: drain(dataset().apply(f(lambda x: tf.data.Dataset.from_tensors(note(x)), 2))),
            ),
        ],
        "tf.data.experimental.scan": [
            ("scan_func", lambda note: drain(dataset().apply(f(0.0, lambda state, x: (note(state), x))))),
        ],
        "tf.data.experimental.take_while": [
            ("predicate", lambda note: drain(dataset().apply(f(lambda x: note(x) > 0.0)))),
        ],
        "tf.compat.v1.app.run": [],
        "tf.distribute.Strategy.run": [
            ("fn", lambda note: tf.distribute.OneDeviceStrategy("/CPU:0").run(lambda: note(1.0))),
        ],
        "tf.distribute.ReplicaContext.merge_call": [
            ("merge_fn", lambda note: tf.distribute.get_replica_context().merge_call(lambda strategy: note(1.0))),
        ],
        "tf.xla.experimental.compile": [("computation", lambda note: f(lambda: note(tf.constant(1.0))))],
        "tf.compat.v1.nn.dynamic_rnn": [],
    }
    for parameter, call in single.get(name, []):
        yield parameter, call


def decorated(name: str, resolve: Callable[[str], Any], body: Callable[[Any], Any]) -> Callable[[], Any] | None:
    """A call of `body` as the decorator makes it."""
    x = vector
    own: Dict[str, Callable[[], Any]] = {
        "tf.function": lambda: tf.function(body)(x()),
        "tf.contrib.eager.defun": lambda: resolve(name)(body)(x()),
        "tf.python.eager.function.defun": lambda: resolve(name)(body)(x()),
        "tf.python.framework.function.Defun": lambda: resolve(name)(tf.float32, func_name="made")(body)(x()),
        "tf.compat.v1.wrap_function": lambda: resolve(name)(body, [tf.TensorSpec([2], tf.float32)])(x()),
        "tf.py_function": lambda: tf.py_function(body, [x()], tf.float32),
        "tf.numpy_function": lambda: tf.numpy_function(lambda v: _returns(v, body(1.0)), [x()], tf.float32),
        "tf.compat.v1.py_func": lambda: resolve(name)(lambda v: _returns(v, body(1.0)), [x()], tf.float32),
        "tf.custom_gradient": lambda: tf.custom_gradient(lambda v: (body(v), lambda dy: dy))(x()),
        "tf.recompute_grad": lambda: tf.recompute_grad(body)(x()),
        "tf.grad_pass_through": lambda: tf.grad_pass_through(body)(x()),
        "tf.contrib.layers.recompute_grad": lambda: resolve(name)(body)(x()),
        "keras.remat": lambda: resolve(name)(body)(x()),
        "keras.ops.custom_gradient": lambda: resolve(name)(lambda v: (body(v), lambda *_, upstream: upstream))(x()),
        "tf.compat.v1.make_template": lambda: resolve(name)("name", body)(x()),
        "tf.autograph.experimental.do_not_convert": lambda: resolve(name)(body)(x()),
        "tf.autograph.to_graph": lambda: resolve(name)(body)(x()),
    }
    return own.get(name)


def _distribute(function: Callable[[Any], Any]) -> Any:
    return tf.distribute.OneDeviceStrategy("/CPU:0").experimental_distribute_datasets_from_function(function)


def _returns(value: Any, _: Any) -> Any:
    return value


def modes() -> Dict[str, Any]:
    """What a switch of modes changes, asked without changing it."""
    import tensorflow.python.tf2 as tf2

    facts: Dict[str, Any] = {"eager": tf.executing_eagerly(), "v2": tf2.enabled()}
    for key, ask in (
        ("control_flow_v2", getattr(tf.compat.v1, "control_flow_v2_enabled", None)),
        ("resource_variables", getattr(tf.compat.v1, "resource_variables_enabled", None)),
        ("functions_eager", getattr(tf.config, "functions_run_eagerly", None)),
    ):
        if ask is not None:
            facts[key] = bool(ask())
    return facts


def _keras(root: str) -> Any:
    if root == "tf_keras":
        if tf.__version__.startswith("1."):
            return tf.keras
        import tf_keras

        return tf_keras
    import keras

    return keras


def _model(root: str) -> Any:
    keras = _keras(root)
    return keras.Sequential([keras.layers.Dense(1)])


def _initializer() -> Any:
    return tf.lookup.KeyValueTensorInitializer(["a"], [1])


def _vocabulary() -> Any:
    return tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([0], tf.int64))


def _table() -> Any:
    return tf.lookup.StaticHashTable(_initializer(), -1)


def _open_tape() -> Any:
    tape = tf.GradientTape(persistent=True)
    tape.__enter__()
    return tape


def _test_case() -> Any:
    class Case(tf.test.TestCase):  # type: ignore[misc]
        def runTest(self) -> None:
            pass

    return Case()
