# runtime: ok
# target-tensorflow: 1.15, 2
"""A dropout mask of NumPy, drawn by a helper under the scope, is the same mask in every step."""

import numpy as np
import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Dropout(object):
    def mask(self, size):
        with tf.init_scope():
            return tf.constant(np.random.uniform(size=size), tf.float32)  # ISL304

    @tf.function
    def __call__(self, x):
        return x * self.mask(2)


dropout = Dropout()
first, second = dropout(tf.ones([2])), dropout(tf.ones([2]))
assert (first.numpy() == second.numpy()).all()
