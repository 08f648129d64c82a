# runtime: ok
# target-tensorflow: 1.15, 2
"""A random initial value is drawn once because it is meant to be drawn once."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Dense(tf.Module):
    def __init__(self):
        super(Dense, self).__init__()
        self.kernel = None

    @tf.function
    def __call__(self, x):
        if self.kernel is None:
            with tf.init_scope():
                self.kernel = tf.Variable(tf.random.normal([3, 2]))
        return tf.matmul(x, self.kernel)


dense = Dense()
dense(tf.ones([1, 3]))
dense(tf.ones([2, 3]))
