# runtime: ok
# target-tensorflow: 1.15, 2
"""A kept tensor may be asked for its shape and type; and used again in the trace that made it."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Model(object):
    def __init__(self):
        self.features = None

    def extract(self, x):
        self.features = tf.nn.relu(x)

    @tf.function
    def __call__(self, x):
        self.extract(x)
        return tf.reduce_sum(self.features)


model = Model()
model(tf.ones([2, 3]))
print(model.features.shape, model.features.dtype)
model(tf.ones([4, 3]))
