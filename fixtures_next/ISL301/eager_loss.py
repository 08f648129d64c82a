# runtime: ok
# target-tensorflow: 1.15, 2
"""`eager_loss_under_scope.py` mended: what is under the scope does not matter to the loss."""

import contextlib

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


@contextlib.contextmanager
def eagerly():
    with tf.init_scope():
        yield


weight = tf.Variable(2.0)
with tf.GradientTape() as tape:
    with eagerly():
        target = tf.constant(1.0)
    loss = weight * weight - target
assert tape.gradient(loss, weight) is not None
