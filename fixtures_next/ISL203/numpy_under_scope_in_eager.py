# runtime: ok
# target-tensorflow: 1.15, 2
"""The program of `numpy_under_scope_in_graph.py`, where the scope leads to eager."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Schedule(object):
    def start(self):
        with tf.init_scope():
            return tf.constant(0.1).numpy()

    @tf.function
    def rate(self, step):
        return self.start() / (1.0 + step)


schedule = Schedule()
schedule.rate(tf.constant(1.0))
