"""How fast the linter is, beside the parser that it is compared with and other linters, on pinned PyPI sources."""
