# runtime: raises ValueError "singleton tf.Variables"
"""The same with Keras: the second model is built in the function."""

import tensorflow as tf


def new_model(units):
    return tf.keras.Sequential([tf.keras.layers.Dense(units), tf.keras.layers.Dense(1)])


@tf.function
def forward(model, x):
    return model(x)  # ISL106


small, large = new_model(4), new_model(16)
forward(small, tf.ones([2, 3]))
forward(large, tf.ones([2, 3]))
