"""What the interpreter reads: a compact form of one module, lowered from a syntax tree in one pass."""
