# runtime: ok
# target-tensorflow: 1.15, 2
"""`session_of_another_graph.py` mended."""

import tensorflow as tf

tf.compat.v1.disable_eager_execution()


def build():
    with tf.Graph().as_default():
        return tf.constant(1.0) + 1.0


result = build()
with tf.compat.v1.Session(graph=result.graph) as session:
    session.run(result)
