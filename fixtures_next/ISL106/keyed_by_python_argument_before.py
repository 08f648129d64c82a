# runtime: ok
# target-tensorflow: 1.15, 2
"""`keyed_by_python_argument.py` mended: the heads are made before the first trace."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class MultiTask(object):
    def __init__(self, tasks):
        self.heads = {}
        for task in tasks:
            self.head(task)

    def head(self, task):
        if task not in self.heads:
            self.heads[task] = tf.Variable(1.0, name=task)
        return self.heads[task]

    @tf.function
    def __call__(self, x, task):
        return self.head(task) * x


model = MultiTask(["segment", "classify"])
model(tf.ones([2]), "segment")
model(tf.ones([2]), "classify")
