# runtime: raises RuntimeError "Attempting to capture an EagerTensor without building a function"
"""A module made eagerly, exported through a graph."""

import tensorflow as tf


class Scale(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(2.0)

    def __call__(self, x):
        return x * self.factor  # ISL207


scale = Scale()


def export(module):
    with tf.Graph().as_default():
        module(tf.compat.v1.placeholder(tf.float32, []))


export(scale)
