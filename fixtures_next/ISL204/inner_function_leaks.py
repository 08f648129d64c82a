# runtime: raises InaccessibleTensorError "is out of scope"
"""A tensor of an inner function, taken by way of an attribute, is no tensor of the outer one."""

import tensorflow as tf


class Attention:
    def __init__(self):
        self.scores = None

    @tf.function
    def attend(self, x):
        self.scores = tf.nn.softmax(x)
        return self.scores * x


attention = Attention()


@tf.function
def loss(x):
    y = attention.attend(x)
    entropy = -tf.reduce_sum(attention.scores * tf.math.log(attention.scores))  # ISL204
    return tf.reduce_sum(y) + entropy


loss(tf.constant([1.0, 2.0]))
