# runtime: ok
# target-tensorflow: 1.15, 2
"""A regulariser whose value is computed once, under the scope, weighs nothing in the gradient."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Model(object):
    def __init__(self):
        self.kernel = tf.Variable([1.0, 2.0])

    def regulariser(self):
        with tf.init_scope():
            return 0.5 * tf.reduce_sum(tf.square(self.kernel))

    @tf.function
    def train_step(self):
        with tf.GradientTape() as tape:
            loss = self.regulariser()
        gradient = tape.gradient(loss, self.kernel)  # ISL301
        assert gradient is None
        return loss


model = Model()
model.train_step()
