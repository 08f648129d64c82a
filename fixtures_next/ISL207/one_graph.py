# runtime: ok
# target-tensorflow: 1.15, 2
"""`two_graphs.py` mended: the helper makes its tensors in the graph of its caller."""

import tensorflow as tf


def inputs():
    return tf.constant([[1.0, 2.0]])


class Model(object):
    def __init__(self):
        self.kernel = tf.constant([[1.0], [1.0]])

    def __call__(self, x):
        return tf.matmul(x, self.kernel)


with tf.Graph().as_default():
    model = Model()
    model(inputs())
