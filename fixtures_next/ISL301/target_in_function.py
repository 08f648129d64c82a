# runtime: ok
# target-tensorflow: 1.15, 2
"""`target_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

weight = tf.Variable(3.0)


def penalty():
    return tf.square(weight)


@tf.function
def gradient():
    with tf.GradientTape() as tape:
        loss = penalty()
    found = tape.gradient(loss, weight)
    assert found is not None
    return loss


gradient()
