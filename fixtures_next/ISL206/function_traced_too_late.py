# runtime: raises RuntimeError "Graph is finalized and cannot be modified"
# target-tensorflow: 1.15, 2
"""Calling a traced function adds its call to the graph."""

import tensorflow as tf


@tf.function
def square(x):
    return x * x


with tf.Graph().as_default() as graph:
    x = tf.constant(3.0)
    graph.finalize()
    square(x)  # ISL206
