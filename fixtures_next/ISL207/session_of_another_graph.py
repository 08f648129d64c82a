# runtime: raises RuntimeError "The Session graph is empty"
# target-tensorflow: 1.15, 2
"""The session is opened outside of the graph that was built."""

import tensorflow as tf

tf.compat.v1.disable_eager_execution()


def build():
    with tf.Graph().as_default():
        return tf.constant(1.0) + 1.0


result = build()
with tf.compat.v1.Session() as session:
    session.run(result)  # ISL207
