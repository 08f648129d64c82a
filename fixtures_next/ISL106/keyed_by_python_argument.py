# runtime: raises ValueError "first call"
# target-tensorflow: 1.15, 2
"""A Python argument chooses the head; each new value is a trace that makes a new head."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class MultiTask(object):
    def __init__(self):
        self.heads = {}

    def head(self, task):
        if task not in self.heads:
            self.heads[task] = tf.Variable(1.0, name=task)  # ISL106
        return self.heads[task]

    @tf.function
    def __call__(self, x, task):
        return self.head(task) * x


model = MultiTask()
model(tf.ones([2]), "segment")
model(tf.ones([2]), "classify")
