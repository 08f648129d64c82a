# runtime: ok
# target-tensorflow: 1.15, 2
"""`nonlocal_best.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def search(candidates):
    @tf.function
    def score(x):
        return tf.reduce_mean(x), tf.reduce_max(x)

    _, best = score(candidates)
    return best + 1.0


search(tf.constant([1.0, 5.0]))
