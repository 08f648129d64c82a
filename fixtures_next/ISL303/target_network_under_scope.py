# runtime: ok
# target-tensorflow: 1.15, 2
"""A target network that is updated under the scope, by a method, is updated once."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Agent(object):
    def __init__(self):
        self.online = tf.Variable(0.0)
        self.target = tf.Variable(0.0)

    def update_target(self):
        with tf.init_scope():
            self.target.assign(self.online)  # ISL303

    @tf.function
    def step(self, reward):
        self.online.assign_add(reward)
        self.update_target()
        return self.target + 0.0


agent = Agent()
for _ in range(3):
    agent.step(tf.constant(1.0))
assert float(agent.target.numpy()) == 0.0
