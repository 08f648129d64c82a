# runtime: raises AttributeError "numpy"
# target-tensorflow: 1.15, 2
"""`Dataset.map` traces its function, also in an eager program."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def decode(name):
    path = name.numpy().decode()  # ISL203
    return len(path)


dataset = tf.data.Dataset.from_tensor_slices(["a.png", "b.png"]).map(decode)
