# runtime: ok
# target-tensorflow: 1.15, 2
"""`print_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

rate = tf.Variable(0.1)


def show():
    tf.print("rate", rate)


@tf.function
def train_step(x):
    show()
    return rate * x


train_step(tf.constant(1.0))
