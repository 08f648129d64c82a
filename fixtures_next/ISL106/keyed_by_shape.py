# runtime: raises ValueError "first call"
# target-tensorflow: 1.15, 2
"""A cache keyed by the shape: another shape is another trace, and makes another variable."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

buffers = {}


def buffer_for(x):
    key = tuple(x.shape.as_list())
    if key not in buffers:
        with tf.init_scope():
            buffers[key] = tf.Variable(tf.zeros(key))  # ISL106
    return buffers[key]


@tf.function
def accumulate(x):
    return buffer_for(x).assign_add(x)


accumulate(tf.ones([2]))
accumulate(tf.ones([3]))
