# runtime: raises ValueError "must be from the same graph"
# target-tensorflow: 1.15, 2
"""A model in one graph, its inputs in another."""

import tensorflow as tf


def inputs():
    with tf.Graph().as_default():
        return tf.constant([[1.0, 2.0]])


class Model(object):
    def __init__(self):
        self.kernel = tf.constant([[1.0], [1.0]])

    def __call__(self, x):
        return tf.matmul(x, self.kernel)  # ISL207


with tf.Graph().as_default():
    model = Model()
    model(inputs())
