# runtime: ok
# target-tensorflow: 1.15, 2
"""A decorated method is a function of its own for each instance."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Counter(object):
    def __init__(self):
        self.count = None

    @tf.function
    def increment(self, by):
        if self.count is None:
            self.count = tf.Variable(0)
        return self.count.assign_add(by)


first, second = Counter(), Counter()
first.increment(tf.constant(1))
second.increment(tf.constant(1))
