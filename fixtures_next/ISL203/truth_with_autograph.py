# runtime: ok
# target-tensorflow: 1.15, 2
"""`truth_without_autograph.py` mended: AutoGraph converts the condition."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Clipper(object):
    def __init__(self, limit):
        self.limit = limit

    @tf.function
    def clip(self, x):
        if tf.norm(x) > self.limit:
            x = x / tf.norm(x)
        return x


Clipped = Clipper(1.0)
Clipped.clip(tf.constant([3.0, 4.0]))
