# runtime: ok
# target-tensorflow: 1.15, 2
"""A tape opened under the scope is paused from the start."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Saliency(object):
    def __init__(self):
        self.weight = tf.Variable([1.0, 2.0])
        self.baseline = None

    @tf.function
    def __call__(self, x):
        if self.baseline is None:
            with tf.init_scope():
                with tf.GradientTape() as tape:
                    output = tf.reduce_sum(tf.square(self.weight))
                self.baseline = tape.gradient(output, self.weight)  # ISL301
        assert self.baseline is None
        return x


saliency = Saliency()
saliency(tf.constant([1.0, 1.0]))
