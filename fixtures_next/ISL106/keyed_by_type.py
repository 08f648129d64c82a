# runtime: ok
# target-tensorflow: 1.15, 2
"""`keyed_by_shape.py` mended: the key does not change from trace to trace."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

buffers = {}


def buffer_for(x):
    key = x.dtype
    if key not in buffers:
        with tf.init_scope():
            buffers[key] = tf.Variable(tf.zeros([], key))
    return buffers[key]


@tf.function
def accumulate(x):
    return buffer_for(x).assign_add(tf.reduce_sum(x))


accumulate(tf.ones([2]))
accumulate(tf.ones([3]))
