# runtime: ok
"""`eager_variable_in_graph.py` mended: the module is made in the graph."""

import tensorflow as tf


class Scale(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(2.0)

    def __call__(self, x):
        return x * self.factor


def export(make_module):
    with tf.Graph().as_default():
        make_module()(tf.compat.v1.placeholder(tf.float32, []))


export(Scale)
