# runtime: raises TypeError "is out of scope"
# runtime 1.15: raises TypeError "An op outside of the function building code"
# target-tensorflow: 1.15, 2
"""A helper collects activations in a global list; the statistics are computed after the function."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()

activations = []


def relu(x):
    y = tf.nn.relu(x)
    activations.append(y)
    return y


@tf.function
def network(x):
    return relu(relu(x) - 1.0)


network(tf.constant([1.0, 2.0]))
total = tf.add_n(activations)  # ISL204
