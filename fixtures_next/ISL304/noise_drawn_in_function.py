# runtime: ok
# target-tensorflow: 1.15, 2
"""`noise_drawn_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def noise(shape):
    return tf.random.normal(shape)


@tf.function
def augment(x):
    return x + noise([2])


first, second = augment(tf.zeros([2])), augment(tf.zeros([2]))
assert (first.numpy() != second.numpy()).any()
