"""Fuzzing: inputs that nobody would write, through the whole linter. ``python -m tests.fuzz.run`` is the long run."""
