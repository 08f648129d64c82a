# runtime: ok
# target-tensorflow: 1.15, 2
"""Behind a create-once guard, an assignment under the scope is part of the creation."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Table(object):
    def __init__(self):
        self.rows = None

    @tf.function
    def __call__(self, ids):
        if self.rows is None:
            with tf.init_scope():
                self.rows = tf.Variable(tf.zeros([4]))
                self.rows.assign([1.0, 2.0, 3.0, 4.0])
        return tf.gather(self.rows, ids)


table = Table()
table(tf.constant([1, 2]))
table(tf.constant([1, 2, 3]))
