# runtime: ok
# target-tensorflow: 1.15, 2
"""`eager_tensor_in_graph.py` mended: a function captures it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

mean = tf.constant([0.5, 0.5])


@tf.function
def centre(x):
    return x - mean


centre(tf.constant([1.0, 2.0]))
