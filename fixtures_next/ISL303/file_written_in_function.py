# runtime: ok
"""`file_written_under_scope.py` mended."""

import tempfile

import tensorflow as tf

path = tempfile.mkdtemp() + "/log"


def write(line):
    tf.io.write_file(path, line)


@tf.function
def step(x):
    write("step")
    return x


step(tf.constant(1))
tf.io.gfile.remove(path)
step(tf.constant(2))
assert tf.io.gfile.exists(path)
