"""Random programs, run by TensorFlow and by the linter: they say the same."""
