# runtime: ok
# target-tensorflow: 1.15, 2
"""`function_traced_too_late.py` mended."""

import tensorflow as tf


@tf.function
def square(x):
    return x * x


with tf.Graph().as_default() as graph:
    x = tf.constant(3.0)
    y = square(x)
    graph.finalize()
    with tf.compat.v1.Session() as session:
        print(session.run(y))
