# runtime: ok
# target-tensorflow: 1.15, 2
"""A value computed under `init_scope` is not recorded: the gradient is None."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

weight = tf.Variable(3.0)


def penalty():
    with tf.init_scope():
        return tf.square(weight)


@tf.function
def gradient():
    with tf.GradientTape() as tape:
        loss = penalty()
    found = tape.gradient(loss, weight)  # ISL301
    assert found is None
    return loss


gradient()
