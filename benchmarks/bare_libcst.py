"""The yardstick: ``libcst.parse_module`` over all Python files below a directory, and nothing else."""

import sys
from pathlib import Path

import libcst

for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    try:
        libcst.parse_module(path.read_bytes())
    except (libcst.ParserSyntaxError, UnicodeDecodeError):
        continue
