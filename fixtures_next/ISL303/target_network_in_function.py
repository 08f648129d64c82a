# runtime: ok
# target-tensorflow: 1.15, 2
"""`target_network_under_scope.py` mended."""

import tensorflow as tf

tf.compat.v1.enable_v2_behavior()


class Agent(object):
    def __init__(self):
        self.online = tf.Variable(0.0)
        self.target = tf.Variable(0.0)

    def update_target(self):
        self.target.assign(self.online)

    @tf.function
    def step(self, reward):
        self.online.assign_add(reward)
        self.update_target()
        return self.target + 0.0


agent = Agent()
for _ in range(3):
    agent.step(tf.constant(1.0))
assert float(agent.target.numpy()) == 3.0
