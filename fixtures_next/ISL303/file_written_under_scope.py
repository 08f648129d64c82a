# runtime: ok
"""A file that should be written in every call is written in every trace."""

import tempfile

import tensorflow as tf

path = tempfile.mkdtemp() + "/log"


def write(line):
    with tf.init_scope():
        tf.io.write_file(path, line)  # ISL303


@tf.function
def step(x):
    write("step")
    return x


step(tf.constant(1))
tf.io.gfile.remove(path)
step(tf.constant(2))
assert not tf.io.gfile.exists(path)
