# runtime: ok
# target-tensorflow: 1.15, 2
"""`regulariser_method.py` mended: lifted is what makes the state, not what computes with it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Model(object):
    def __init__(self):
        self.kernel = None

    def regulariser(self):
        if self.kernel is None:
            with tf.init_scope():
                self.kernel = tf.Variable([1.0, 2.0])
        return 0.5 * tf.reduce_sum(tf.square(self.kernel))

    @tf.function
    def train_step(self):
        with tf.GradientTape() as tape:
            loss = self.regulariser()
        gradient = tape.gradient(loss, self.kernel)
        assert gradient is not None
        return loss


model = Model()
model.train_step()
