# runtime: ok
# target-tensorflow: 1.15, 2
"""`python_random_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Dropout(object):
    def mask(self, size):
        return tf.random.uniform([size])

    @tf.function
    def __call__(self, x):
        return x * self.mask(2)


dropout = Dropout()
first, second = dropout(tf.ones([2])), dropout(tf.ones([2]))
assert (first.numpy() != second.numpy()).any()
