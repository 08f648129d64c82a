# runtime: raises OperatorNotAllowedInGraphError "terating over"
# target-tensorflow: 1.15, 2
"""Unpacking the rows of a tensor in a graph."""

import tensorflow as tf


def split(pair):
    left, right = pair  # ISL203
    return left - right


with tf.Graph().as_default():
    split(tf.constant([[1.0, 2.0], [3.0, 4.0]]))
