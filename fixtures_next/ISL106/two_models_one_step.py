# runtime: raises ValueError "singleton tf.Variables"
"""One traced step for two models: the second one's weights are made on a later trace."""

import tensorflow as tf


class Linear(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = None

    def __call__(self, x):
        if self.weight is None:
            self.weight = tf.Variable(tf.ones([x.shape[-1], 1]))  # ISL106
        return x @ self.weight


@tf.function
def predict(model, x):
    return model(x)


for model in (Linear(), Linear()):
    predict(model, tf.ones([2, 3]))
