# runtime: ok
# target-tensorflow: 1.15, 2
"""`created_on_later_trace.py` mended: the first trace makes the variable, whether it needs it or not."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Noise(object):
    def __init__(self):
        self.scale = None

    @tf.function
    def __call__(self, x, training=False):
        if self.scale is None:
            self.scale = tf.Variable(0.1)
        if training:
            x += self.scale * tf.random.normal([2])
        return x


noise = Noise()
noise(tf.ones([2]))
noise(tf.ones([2]), training=True)
