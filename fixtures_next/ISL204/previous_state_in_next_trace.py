# runtime: raises TypeError "is out of scope"
# runtime 1.15: raises TypeError "An op outside of the function building code"
# target-tensorflow: 1.15, 2
"""A recurrent state kept on the object from one trace to the next."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Cell(object):
    def __init__(self):
        self.state = tf.zeros([2])

    @tf.function
    def __call__(self, x):
        state = tf.tanh(self.state + tf.reduce_sum(x))  # ISL204
        self.state = state
        return state


cell = Cell()
cell(tf.ones([2]))
cell(tf.ones([3]))  # raises here
