# runtime: ok
# target-tensorflow: 1.15, 2
"""`activations_in_global_list.py` mended: the list is the function's own, and returned."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def relu(x, activations):
    y = tf.nn.relu(x)
    activations.append(y)
    return y


@tf.function
def network(x):
    activations = []
    y = relu(relu(x, activations) - 1.0, activations)
    return y, activations


_, kept = network(tf.constant([1.0, 2.0]))
total = tf.add_n(kept)
