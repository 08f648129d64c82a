# runtime: ok
# target-tensorflow: 1.15, 2
"""The time under the scope is the time of the trace."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


@tf.function
def stamp(x):
    with tf.init_scope():
        now = tf.timestamp()  # ISL304
    return now


assert float(stamp(tf.zeros([])).numpy()) == float(stamp(tf.zeros([])).numpy())
