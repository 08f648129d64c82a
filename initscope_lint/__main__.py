"""``python -m initscope_lint``."""

import sys

from initscope_lint.cli import main

sys.exit(main())
