# runtime: ok
# target-tensorflow: 1.15, 2
"""`hook_makes_operations.py` mended."""

import tensorflow as tf


class Logger(tf.compat.v1.train.SessionRunHook):
    def __init__(self, loss):
        self.loss = loss

    def begin(self):
        self.log = tf.math.log(self.loss)

    def before_run(self, run_context):
        return tf.compat.v1.train.SessionRunArgs(self.log)


with tf.Graph().as_default():
    loss = tf.constant(2.0)
    with tf.compat.v1.train.MonitoredSession(hooks=[Logger(loss)]) as session:
        session.run(loss)
