"""What the pages show is what a person gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from initscope_lint import config
from initscope_lint.cli.settings import CommandLine, SettingsFor

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(language: str) -> list[tuple[str, str]]:
    """The blocks in a language, each with the name of its page."""
    return [
        (path.name, block)
        for path in PAGES
        for block in re.findall(rf"```{language}\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=page)
        for page, block in blocks("toml")
        if "[[" not in block  # a catalogue
    ],
)
def test_configuration_is_valid(block: str, tmp_path: Path) -> None:
    """A page shows a configuration that is refused."""
    path = tmp_path / ("pyproject.toml" if "[tool." in block else "initscope-lint.toml")
    path.write_text(block)
    for name in config.read(path).options.catalog:
        (tmp_path / name).write_text("")
    SettingsFor(CommandLine(config=path))(tmp_path / "any.py")


def test_every_key_is_explained() -> None:
    """A key is known only to those who read the source."""
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    properties: dict[str, object] = config.schema()["properties"]
    assert [key for key in properties if f"| `{key}` |" not in page] == []
