"""Agreement with recorded programs: what the linter says of each, beside what TensorFlow did."""
