"""What is recorded of other people's code is judged, and says of the linter what the page says."""

from __future__ import annotations

from tests.ecosystem import page, record
from tests.ecosystem.sources import Package, read_list

SOURCES = read_list()
RESULTS = record.read()
FINDINGS = [finding for result in RESULTS.values() for finding in result.findings]


def test_everything_is_recorded() -> None:
    """If this fails, run ``nox -s ecosystem -- --record``."""
    assert {source.key for source in SOURCES} == set(RESULTS)


def test_everything_is_judged() -> None:
    """A new finding is added without having been read."""
    assert [] == [finding for finding in FINDINGS if finding.judgement is None or not finding.reason]


def test_findings_are_true() -> None:
    """The linter says too much that is not so."""
    assert sum(finding.judgement == "true" for finding in FINDINGS) >= 0.95 * len(FINDINGS)


def test_nothing_is_reported_without_tensorflow() -> None:
    """Code that has nothing to do with TensorFlow is reported."""
    without = [source.key for source in SOURCES if not source.tensorflow]
    assert len(without) >= 5
    assert [] == [finding for key in without for finding in RESULTS[key].findings]


def test_there_is_enough_of_it() -> None:
    """The figures rest on too little."""
    packages = [RESULTS[source.key] for source in SOURCES if isinstance(source, Package)]
    assert len(packages) >= 25
    assert sum(result.lines for result in packages) >= 1_500_000
    assert len(SOURCES) - len(packages) >= 15


def test_page_is_current() -> None:
    """If this fails, run ``python -m tests.ecosystem --page``."""
    assert page.page(SOURCES, RESULTS) == page.PAGE.read_text(encoding="utf-8")
