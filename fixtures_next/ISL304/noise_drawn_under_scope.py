# runtime: ok
# target-tensorflow: 1.15, 2
"""Noise drawn under the scope is drawn once, and is the same in every call."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def noise(shape):
    with tf.init_scope():
        return tf.random.normal(shape)  # ISL304


@tf.function
def augment(x):
    return x + noise([2])


first, second = augment(tf.zeros([2])), augment(tf.zeros([2]))
assert (first.numpy() == second.numpy()).all()
