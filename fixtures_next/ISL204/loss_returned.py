# runtime: ok
# target-tensorflow: 1.15, 2
"""`loss_kept_on_object.py` mended: what the function returns is eager outside of it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Trainer(object):
    def __init__(self):
        self.weight = tf.Variable(1.0)
        self.last_loss = None

    @tf.function
    def step(self, x):
        loss = tf.square(self.weight * x)
        self.weight.assign_sub(0.1 * loss)
        return loss

    def report(self):
        return tf.sqrt(self.last_loss)


trainer = Trainer()
trainer.last_loss = trainer.step(tf.constant(2.0))
trainer.report()
