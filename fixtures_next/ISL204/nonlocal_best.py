# runtime: raises TypeError "is out of scope"
# runtime 1.15: raises TypeError "An op outside of the function building code"
# target-tensorflow: 1.15, 2
"""A closure writes the tensor to the variable of the function around it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def search(candidates):
    best = None

    @tf.function
    def score(x):
        nonlocal best
        best = tf.reduce_max(x)
        return tf.reduce_mean(x)

    score(candidates)
    return best + 1.0  # ISL204


search(tf.constant([1.0, 5.0]))
