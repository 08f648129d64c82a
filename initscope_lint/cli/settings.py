"""What holds for each file: the command line, then the nearest configuration file, then the defaults."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from initscope_lint import config
from initscope_lint.rules import UnknownRuleError, select
from initscope_lint.runner import Settings
from initscope_lint.semantics import catalogue


class SettingsFor:
    """The settings of a source file.

    An option beats the key of the same name in the configuration file, and ``--select`` also its ``ignore``: who names
    a rule on the command line wants to see it.
    """

    def __init__(
        self,
        selected: Iterable[str] = (),
        ignored: Iterable[str] = (),
        target: str | None = None,
        *,
        isolated: bool = False,
    ) -> None:
        self._selected = _split(selected)
        self._ignored = _split(ignored)
        self._target = target
        self._isolated = isolated
        self._known: dict[Path | None, Settings] = {}
        try:
            select(self._selected, self._ignored)
        except UnknownRuleError as error:
            raise click.UsageError(str(error)) from error

    def __call__(self, file: Path) -> Settings:
        """Return the settings of one file.

        Raises click.ClickException where its configuration, or a catalogue file that this names, is not valid.
        """
        try:
            found = config.Config() if self._isolated else config.nearest(file)
            if found.path not in self._known:
                self._known[found.path] = self._settings(found)
        except (config.ConfigError, catalogue.CatalogueError) as error:
            raise _ConfigurationError(str(error)) from error
        return self._known[found.path]

    def _settings(self, found: config.Config) -> Settings:
        for path in found.catalogues:
            catalogue.read_file(path)
        for key, values in (("select", found.select), ("ignore", found.ignore)):
            for index, selector in enumerate(values):
                try:
                    select([selector])
                except UnknownRuleError as error:
                    raise found.error(f"{key}[{index}]", str(error)) from error
        selected = self._selected or found.select
        ignored = self._ignored or (() if self._selected else found.ignore)
        return Settings(select(selected, ignored), self._target or found.target, found.catalogues)


class _ConfigurationError(click.ClickException):
    exit_code = 2


def _split(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
