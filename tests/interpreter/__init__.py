"""The interpreter: Python as CPython runs it, and what is unknown stays unknown."""
