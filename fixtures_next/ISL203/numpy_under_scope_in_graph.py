# runtime: raises AttributeError "numpy"
# target-tensorflow: 1.15, 2
"""`init_scope` leads to a graph here, and there is no value to read in it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Schedule(object):
    def start(self):
        with tf.init_scope():
            return tf.constant(0.1).numpy()  # ISL203

    @tf.function
    def rate(self, step):
        return self.start() / (1.0 + step)


schedule = Schedule()
with tf.Graph().as_default():
    schedule.rate(tf.constant(1.0))
