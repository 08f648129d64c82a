# runtime: ok
# target-tensorflow: 1.15, 2
"""`numpy_in_function.py` mended: the value is read where there is one."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

history = []


def log(loss):
    history.append(loss.numpy())


@tf.function
def train_step(x):
    return tf.reduce_mean(tf.square(x))


log(train_step(tf.constant([1.0, 2.0])))
