# runtime: raises RuntimeError "Graph is finalized and cannot be modified"
# target-tensorflow: 1.15, 2
"""`init_scope` stays in the graph that it finds, finalized or not."""

import tensorflow as tf


class Monitor(object):
    def __init__(self):
        self.best = None

    def update(self):
        if self.best is None:
            with tf.init_scope():
                self.best = tf.constant(0.0)  # ISL206
        return self.best


monitor = Monitor()
with tf.Graph().as_default() as graph:
    loss = tf.constant(1.0)
    graph.finalize()
    monitor.update()
