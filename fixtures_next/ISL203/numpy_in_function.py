# runtime: raises AttributeError "numpy"
# target-tensorflow: 1.15, 2
"""A helper reads the value of a tensor that has none yet."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

history = []


def log(loss):
    history.append(loss.numpy())  # ISL203


@tf.function
def train_step(x):
    loss = tf.reduce_mean(tf.square(x))
    log(loss)
    return loss


train_step(tf.constant([1.0, 2.0]))
