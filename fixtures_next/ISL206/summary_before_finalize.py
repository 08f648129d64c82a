# runtime: ok
# target-tensorflow: 1.15, 2
"""`summary_after_finalize.py` mended: the operation is made before."""

import tensorflow as tf


def report(session, scaled):
    return session.run(scaled)


with tf.Graph().as_default() as graph:
    loss = tf.reduce_mean(tf.constant([1.0, 2.0]))
    percentage = 100.0 * loss
    graph.finalize()
    with tf.compat.v1.Session() as session:
        for _ in range(2):
            report(session, percentage)
