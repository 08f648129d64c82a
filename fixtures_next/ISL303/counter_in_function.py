# runtime: ok
# target-tensorflow: 1.15, 2
"""`counter_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

steps = tf.Variable(0)


@tf.function
def train_step(x):
    steps.assign_add(1)
    return 2.0 * x


for _ in range(5):
    train_step(tf.constant(1.0))
assert int(steps.numpy()) == 5
