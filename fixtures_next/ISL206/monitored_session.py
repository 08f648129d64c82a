# runtime: raises RuntimeError "Graph is finalized and cannot be modified"
# target-tensorflow: 1.15, 2
"""A `MonitoredSession` finalizes its graph."""

import tensorflow as tf


def evaluate(session, outputs):
    best = tf.argmax(outputs)  # ISL206
    return session.run(best)


with tf.Graph().as_default():
    outputs = tf.constant([0.1, 0.9])
    with tf.compat.v1.train.MonitoredSession() as session:
        evaluate(session, outputs)
