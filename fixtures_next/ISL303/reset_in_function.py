# runtime: ok
# target-tensorflow: 1.15, 2
"""`reset_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

total = tf.Variable(0.0)


@tf.function
def epoch(x):
    total.assign(0.0)
    return total.assign_add(x)


for _ in range(3):
    last = epoch(tf.constant(1.0))
assert float(last.numpy()) == 1.0
