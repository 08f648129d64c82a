"""``python -m initscope_lint``, which is also what the installed script runs."""

from __future__ import annotations

import sys

__all__ = ["run"]


def run() -> None:
    """Run the command line and exit, also if it is interrupted while its code is still being imported."""
    try:
        from initscope_lint.cli import main

        status = main()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    run()
