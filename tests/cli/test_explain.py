"""``explain`` and ``rules``."""

from __future__ import annotations

import pytest

from initscope_lint import cli
from initscope_lint.rules import all_rules


@pytest.mark.parametrize("spelling", ["ISL102", "isl102", "unguarded-init-scope"])
def test_explain(spelling: str, capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a rule named in a report cannot be looked up."""
    assert cli.main(["explain", spelling]) == 0
    output = capsys.readouterr().out
    assert output.startswith("# ISL102 unguarded-init-scope\n\n")
    assert "## When it stays silent" in output


def test_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """If this fails, a rule is missing from the list."""
    assert cli.main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [rule.code for rule in all_rules()] == [line.split()[0] for line in lines]
    assert [rule.name for rule in all_rules()] == [line.split()[2] for line in lines]
