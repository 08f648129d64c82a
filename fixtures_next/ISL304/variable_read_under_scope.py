# runtime: ok
# target-tensorflow: 1.15, 2
"""A schedule that reads the step under the scope: the function keeps what it read when it was traced."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Schedule(object):
    def __init__(self):
        self.step = tf.Variable(0.0)

    def rate(self):
        with tf.init_scope():
            step = self.step.numpy()  # ISL304
        return 1.0 / (1.0 + step)

    @tf.function
    def apply(self, x):
        self.step.assign_add(1.0)
        return x * self.rate()


schedule = Schedule()
rates = [float(schedule.apply(tf.constant(1.0)).numpy()) for _ in range(3)]
assert rates == [1.0, 1.0, 1.0]
