# runtime: ok
# target-tensorflow: 1.15, 2
"""`tf.gradients` reads the graph and no tape: the scope takes nothing away."""

import tensorflow as tf


def squared(weight):
    with tf.init_scope():
        return tf.square(weight)


with tf.Graph().as_default():
    weight = tf.compat.v1.get_variable("weight", [], use_resource=True)

    @tf.function
    def forward():
        return 2.0 * squared(weight)

    (gradient,) = tf.gradients(forward(), [weight])
    assert gradient is not None
