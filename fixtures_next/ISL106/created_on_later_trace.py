# runtime: raises ValueError "non-first call"
# target-tensorflow: 1.15, 2
"""Nothing is made on the first trace; the training trace then makes its variable too late."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Noise(object):
    def __init__(self):
        self.scale = None

    @tf.function
    def __call__(self, x, training=False):
        if training:
            if self.scale is None:
                self.scale = tf.Variable(0.1)  # ISL106
            x += self.scale * tf.random.normal([2])
        return x


noise = Noise()
noise(tf.ones([2]))
noise(tf.ones([2]), training=True)  # raises here
