"""Lint other people's code, and show what has changed since it was recorded.

    python -m tests.ecosystem CACHE                 everything, compared with what is recorded
    python -m tests.ecosystem CACHE NAME...         only these
    python -m tests.ecosystem CACHE --record        record, and write docs/ecosystem.md
    python -m tests.ecosystem --page                write docs/ecosystem.md from what is recorded

What is not in the folder CACHE is downloaded into it. Exit status 1: something has changed, or is not judged.
Judgements are made in `recorded.json`, and stay with a finding as long as it is at the same line.
"""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from tests.ecosystem import page, record
from tests.ecosystem.sources import read_list


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="python -m tests.ecosystem"
    )
    parser.add_argument("cache", nargs="?", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_intermixed_args()
    sources = read_list()
    results = record.read()
    differs = False
    for source in sources if options.cache else ():
        if options.names and source.name not in options.names:
            continue
        found = record.lint(source, options.cache.resolve(), results)
        before = results.get(source.key)
        old = [] if before is None else list(before.as_lines())
        for line in difflib.unified_diff(old, list(found.as_lines()), "recorded", "found", n=0, lineterm=""):
            print(line, flush=True)
            differs = True
        differs = differs or any(finding.judgement is None for finding in found.findings)
        results[source.key] = found
        if options.record:
            record.write(results[each.key] for each in sources if each.key in results)
    if options.record or options.page:
        page.PAGE.write_text(page.page(sources, results), encoding="utf-8")
    return int(differs)


if __name__ == "__main__":
    raise SystemExit(main())
