"""Measure what TensorFlow does with the mended fixtures, and write the page about it.

python -m tests.fixes --record PYTHON    record, with the TensorFlow of that Python
python -m tests.fixes --page             write docs/fixes.md
"""

from __future__ import annotations

import argparse
import json

from tests.fixes.measure import measured
from tests.fixes.page import PAGE, RECORDED_IN, page
from tests.oracle.fixture_files import OUTCOMES


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", metavar="PYTHON", help="an interpreter that has TensorFlow 2.21 or 1.15")
    parser.add_argument("--page", action="store_true", help="write the page")
    options = parser.parse_args()
    if options.record:
        target, record = measured(options.record)
        document = json.dumps(record, indent=1, sort_keys=True) + "\n"
        (OUTCOMES / RECORDED_IN[target]).write_text(document, encoding="utf-8")
    if options.page:
        PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
