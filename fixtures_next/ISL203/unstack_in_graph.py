# runtime: ok
# target-tensorflow: 1.15, 2
"""`iteration_in_graph.py` mended."""

import tensorflow as tf


def split(pair):
    left, right = tf.unstack(pair)
    return left - right


with tf.Graph().as_default():
    split(tf.constant([[1.0, 2.0], [3.0, 4.0]]))
