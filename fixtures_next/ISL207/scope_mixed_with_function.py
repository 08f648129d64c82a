# runtime: raises ValueError "must be from the same graph"
# target-tensorflow: 1.15, 2
"""The scope leads to the graph; there the function's tensor meets a tensor of the graph."""

import tensorflow as tf


def normalise(x):
    with tf.init_scope():
        scale = tf.constant([1.0, 2.0])
        return x * scale  # ISL207


with tf.Graph().as_default():

    @tf.function
    def forward(x):
        return normalise(x)

    forward(tf.constant([1.0, 2.0]))
