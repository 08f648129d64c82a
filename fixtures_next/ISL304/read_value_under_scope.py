# runtime: ok
# target-tensorflow: 1.15, 2
"""`read_value()` under the scope gives an eager tensor, which the function captures as it is."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

threshold = tf.Variable(1.0)


def current_threshold():
    with tf.init_scope():
        return threshold.read_value()  # ISL304


@tf.function
def above(x):
    return x > current_threshold()


assert bool(above(tf.constant(2.0)).numpy())
threshold.assign(3.0)
assert bool(above(tf.constant(2.0)).numpy())
