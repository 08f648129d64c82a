"""initscope-lint: a linter that runs TensorFlow programs symbolically, on a model of TensorFlow's context stack."""

__version__ = "0.1.0"
