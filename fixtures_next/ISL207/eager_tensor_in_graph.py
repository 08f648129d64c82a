# runtime: raises RuntimeError "Attempting to capture an EagerTensor without building a function"
# target-tensorflow: 1.15, 2
"""A constant made before the graph is an eager tensor, and a plain graph cannot capture it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

mean = tf.constant([0.5, 0.5])


def centre(x):
    return x - mean  # ISL207


with tf.Graph().as_default():
    centre(tf.compat.v1.placeholder(tf.float32, [2]))
