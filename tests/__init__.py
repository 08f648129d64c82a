"""The tests of initscope-lint."""
