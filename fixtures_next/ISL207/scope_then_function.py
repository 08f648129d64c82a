# runtime: ok
# target-tensorflow: 1.15, 2
"""`scope_mixed_with_function.py` mended: made in the graph, used in the function, which captures it."""

import tensorflow as tf


def normalise(x):
    with tf.init_scope():
        scale = tf.constant([1.0, 2.0])
    return x * scale


with tf.Graph().as_default():

    @tf.function
    def forward(x):
        return normalise(x)

    forward(tf.constant([1.0, 2.0]))
