# runtime: raises TypeError "is out of scope"
# runtime 1.15: raises TypeError "An op outside of the function building code"
# target-tensorflow: 1.15, 2
"""The last loss, kept by the step for whoever asks after it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Trainer(object):
    def __init__(self):
        self.weight = tf.Variable(1.0)
        self.last_loss = None

    @tf.function
    def step(self, x):
        loss = tf.square(self.weight * x)
        self.last_loss = loss
        self.weight.assign_sub(0.1 * loss)

    def report(self):
        return tf.sqrt(self.last_loss)  # ISL204


trainer = Trainer()
trainer.step(tf.constant(2.0))
trainer.report()
