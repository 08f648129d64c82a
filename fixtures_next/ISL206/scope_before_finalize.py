# runtime: ok
# target-tensorflow: 1.15, 2
"""`scope_does_not_escape.py` mended: made before the graph is closed, looked up afterwards."""

import tensorflow as tf


class Monitor(object):
    def __init__(self):
        self.best = None

    def update(self):
        if self.best is None:
            self.best = tf.constant(0.0)
        return self.best


monitor = Monitor()
with tf.Graph().as_default() as graph:
    loss = tf.constant(1.0)
    monitor.update()
    graph.finalize()
    monitor.update()
