# runtime: ok
# target-tensorflow: 1.15, 2
"""`dataset_iterated_in_graph.py` mended: in a function AutoGraph converts the loop."""

import tensorflow as tf


@tf.function
def total(dataset):
    result = 0.0
    for value in dataset:
        result += value
    return result


with tf.Graph().as_default():
    total(tf.data.Dataset.from_tensor_slices([1.0, 2.0]))
