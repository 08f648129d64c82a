# runtime: raises RuntimeError "Graph is finalized and cannot be modified"
# target-tensorflow: 1.15, 2
"""A session hook may make operations in `begin`, not later."""

import tensorflow as tf


class Logger(tf.compat.v1.train.SessionRunHook):
    def __init__(self, loss):
        self.loss = loss

    def before_run(self, run_context):
        return tf.compat.v1.train.SessionRunArgs(tf.math.log(self.loss))  # ISL206


with tf.Graph().as_default():
    loss = tf.constant(2.0)
    with tf.compat.v1.train.MonitoredSession(hooks=[Logger(loss)]) as session:
        session.run(loss)
