# runtime: ok
# target-tensorflow: 1.15, 2
"""A function called under the scope of its caller is not recorded either."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

weight = tf.Variable(2.0)


@tf.function
def loss():
    return tf.square(weight)


def cached_loss():
    with tf.init_scope():
        return loss()


with tf.GradientTape() as tape:
    value = cached_loss()
gradient = tape.gradient(value, weight)  # ISL301
assert gradient is None
