# runtime: raises RuntimeError "Graph is finalized and cannot be modified"
# target-tensorflow: 1.15, 2
"""A summary operation made in the training loop, after the graph was finalized."""

import tensorflow as tf


def report(session, loss):
    scaled = 100.0 * loss  # ISL206
    return session.run(scaled)


with tf.Graph().as_default() as graph:
    loss = tf.reduce_mean(tf.constant([1.0, 2.0]))
    graph.finalize()
    with tf.compat.v1.Session() as session:
        for _ in range(2):
            report(session, loss)
