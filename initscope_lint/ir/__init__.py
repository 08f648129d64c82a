"""What the interpreter reads: a compact form of one module, lowered from libcst in one pass."""
