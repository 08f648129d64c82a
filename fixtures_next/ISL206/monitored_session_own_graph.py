# runtime: ok
# target-tensorflow: 1.15, 2
"""`monitored_session.py` mended: what is needed later is made earlier, or in a graph of its own."""

import tensorflow as tf


def double(value):
    with tf.Graph().as_default():
        doubled = 2.0 * tf.constant(value)
        with tf.compat.v1.Session() as session:
            return session.run(doubled)


with tf.Graph().as_default():
    outputs = tf.constant([0.1, 0.9])
    best = tf.argmax(outputs)
    with tf.compat.v1.train.MonitoredSession() as session:
        double(session.run(outputs))
        session.run(best)
