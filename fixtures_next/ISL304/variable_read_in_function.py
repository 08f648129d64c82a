# runtime: ok
# target-tensorflow: 1.15, 2
"""`variable_read_under_scope.py` mended: the variable is part of the function."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Schedule(object):
    def __init__(self):
        self.step = tf.Variable(0.0)

    def rate(self):
        return 1.0 / (1.0 + self.step)

    @tf.function
    def apply(self, x):
        self.step.assign_add(1.0)
        return x * self.rate()


schedule = Schedule()
rates = [float(schedule.apply(tf.constant(1.0)).numpy()) for _ in range(3)]
assert rates == [0.5, float(tf.constant(1.0 / 3.0).numpy()), 0.25]
