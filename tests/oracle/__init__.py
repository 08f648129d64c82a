"""What real TensorFlow does with the fixtures: measuring it, and holding the fixtures to it."""
