# runtime: raises OperatorNotAllowedInGraphError "bool"
# target-tensorflow: 1.15, 2
"""AutoGraph is off, so the condition wants a truth value at once."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Clipper(object):
    def __init__(self, limit):
        self.limit = limit

    @tf.function(autograph=False)
    def clip(self, x):
        if tf.norm(x) > self.limit:  # ISL203
            x = x / tf.norm(x)
        return x


Clipped = Clipper(1.0)
Clipped.clip(tf.constant([3.0, 4.0]))
