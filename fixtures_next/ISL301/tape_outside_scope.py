# runtime: ok
# target-tensorflow: 1.15, 2
"""`tape_in_scope.py` mended: the baseline is computed in the constructor."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Saliency(object):
    def __init__(self):
        self.weight = tf.Variable([1.0, 2.0])
        with tf.GradientTape() as tape:
            output = tf.reduce_sum(tf.square(self.weight))
        self.baseline = tape.gradient(output, self.weight)
        assert self.baseline is not None

    @tf.function
    def __call__(self, x):
        return x - self.baseline


saliency = Saliency()
saliency(tf.constant([1.0, 1.0]))
