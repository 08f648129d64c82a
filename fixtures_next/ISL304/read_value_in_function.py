# runtime: ok
# target-tensorflow: 1.15, 2
"""`read_value_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

threshold = tf.Variable(1.0)


def current_threshold():
    return threshold.read_value()


@tf.function
def above(x):
    return x > current_threshold()


assert bool(above(tf.constant(2.0)).numpy())
threshold.assign(3.0)
assert not bool(above(tf.constant(2.0)).numpy())
