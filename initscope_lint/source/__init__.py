"""Paths to source files: discovery, decoding, safe parsing."""
