# runtime: ok
"""`inner_function_leaks.py` mended."""

import tensorflow as tf


class Attention:
    @tf.function
    def attend(self, x):
        scores = tf.nn.softmax(x)
        return scores * x, scores


attention = Attention()


@tf.function
def loss(x):
    y, scores = attention.attend(x)
    entropy = -tf.reduce_sum(scores * tf.math.log(scores))
    return tf.reduce_sum(y) + entropy


loss(tf.constant([1.0, 2.0]))
