# runtime: ok
# target-tensorflow: 1.15, 2
"""A reset at the start of an epoch, lifted by a manager of the program's own, happens in the first epoch only."""

import contextlib

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


@contextlib.contextmanager
def outside():
    with tf.init_scope():
        yield


total = tf.Variable(0.0)


@tf.function
def epoch(x):
    with outside():
        total.assign(0.0)  # ISL303
    return total.assign_add(x)


for _ in range(3):
    last = epoch(tf.constant(1.0))
assert float(last.numpy()) == 3.0
