# runtime: ok
# target-tensorflow: 1.15, 2
"""`numpy_in_dataset_map.py` mended: a `py_function` runs eagerly."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


def decode(name):
    path = name.numpy().decode()
    return len(path)


def decode_eagerly(name):
    return tf.py_function(decode, [name], tf.int32)


dataset = tf.data.Dataset.from_tensor_slices(["a.png", "b.png"]).map(decode_eagerly)
for length in dataset:
    print(length)
