# runtime: ok
# target-tensorflow: 1.15, 2
"""A helper that prints under the scope prints per trace."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

rate = tf.Variable(0.1)


def show():
    with tf.init_scope():
        tf.print("rate", rate)  # ISL303


@tf.function
def train_step(x):
    show()
    return rate * x


train_step(tf.constant(1.0))
