# runtime: ok
# target-tensorflow: 1.15, 2
"""Also in an eager program the scope pauses the tape around it."""

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
        loss = weight * weight
assert tape.gradient(loss, weight) is None  # ISL301
