# runtime: raises RuntimeError "only supports Python-style iteration in eager mode or within tf.function"
# runtime 1.15: raises RuntimeError "__iter__() is only supported inside of tf.function or when eager execution"
# target-tensorflow: 1.15, 2
"""A loop over a dataset, at the top of a graph."""

import tensorflow as tf


def total(dataset):
    result = 0.0
    for value in dataset:  # ISL203
        result += value
    return result


with tf.Graph().as_default():
    total(tf.data.Dataset.from_tensor_slices([1.0, 2.0]))
