"""What holds for each file: the command line, then the nearest configuration file, then the defaults."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from initscope_lint import config
from initscope_lint.cli.command_line import CommandLine
from initscope_lint.cli.output import Unable, shown
from initscope_lint.report.diagnostic import Severity
from initscope_lint.rules import ALWAYS_REPORTED, UnknownRuleError, code_of, codes, named, select
from initscope_lint.runner.settings import Settings
from initscope_lint.source.discovery import SKIPPED_NAMES, Excluded, by_name
from initscope_lint.source.patterns import Patterns


class _Resolved(msgspec.Struct, frozen=True):
    """What one configuration file, or none, comes to together with the command line."""

    found: config.Config
    settings: Settings
    per_file: tuple[tuple[Patterns, frozenset[str]], ...]
    excluded: Excluded


def forget() -> None:
    """Have configuration and catalogue files read anew from now on."""
    from initscope_lint.semantics import catalogue

    config.forget()
    catalogue.forget()


class SettingsFor:
    """The settings of a source file.

    An option beats the key of the same name in the configuration file. ``--select`` also beats its ``ignore`` and
    ``extend-select``: who names rules on the command line wants to see these and no others.
    """

    def __init__(self, given: CommandLine) -> None:
        if given.isolated and given.config_file:
            raise click.UsageError("--isolated ignores configuration files, and --config names one")
        self._given = given
        self._select, self._extend_select, self._ignore = (
            _split(values) for values in (given.select, given.extend_select, given.ignore)
        )
        self._known: dict[Path | None, _Resolved] = {}
        try:
            select([*self._select, *self._extend_select], self._ignore)
        except UnknownRuleError as error:
            raise click.UsageError(str(error)) from error
        for option, values in (("--exclude", given.exclude), ("--extend-exclude", given.extend_exclude)):
            try:
                _patterns(config.Config(), option, values, None)
            except ValueError as error:
                raise click.UsageError(f"{option}: {error}") from error

    def __call__(self, file: Path) -> Settings:
        """Return the settings of one file.

        Raises click.ClickException where its configuration, or a catalogue file that this names, is not valid.
        """
        resolved = self._of(file)
        if not resolved.per_file:
            return resolved.settings
        absolute = file.resolve().as_posix()
        ignored = [codes for patterns, codes in resolved.per_file if patterns.verdict(absolute)]
        return msgspec.structs.replace(resolved.settings, codes=resolved.settings.codes.difference(*ignored))

    def excluded(self, directory: Path) -> Excluded:
        """Return what says whether something in a directory is left out of a search. Raises as a call does."""
        return self._of(directory / "any").excluded

    @property
    def output_format(self) -> str:
        """The output format: it is the working directory's, for there is one report."""
        return self._given.output_format or self._of(Path("any")).found.options.output_format or "text"

    @property
    def cache_directory(self) -> Path:
        """Where the cache is: that is the working directory's, for there is one cache of a run."""
        if self._given.cache_dir is not None:
            return self._given.cache_dir
        found = self._of(Path("any")).found
        if found.options.cache_dir is not None:
            return found.directory / found.options.cache_dir
        import platformdirs

        return platformdirs.user_cache_path("initscope-lint", appauthor=False)

    def shown(self, file: Path) -> Iterator[str]:
        """Yield the lines of a configuration file that says what holds for one file. Raises as a call does."""
        found = self._of(file).found
        settings = self(file)
        yield f"# {shown(file.as_posix())}"
        yield f"# configured by {shown(found.path.as_posix())}" if found.path else "# configured by no file"
        yield f"select = {_toml(sorted(settings.codes))}"
        if settings.target is not None:
            yield f"target-tensorflow = {_toml(settings.target)}"
        yield f"catalog = {_toml([path.absolute().as_posix() for path in settings.catalogues])}"
        given = self._given
        excluded = _split(given.exclude) or found.options.exclude
        yield f"exclude = {_toml(sorted(SKIPPED_NAMES) if excluded is None else excluded)}"
        yield f"extend-exclude = {_toml(_split(given.extend_exclude) or found.options.extend_exclude)}"
        yield f"output-format = {_toml(self.output_format)}"
        yield f"cache-dir = {_toml(self.cache_directory.absolute().as_posix())}"
        if found.options.fixable is not None or found.options.unfixable:
            yield f"fixable = {_toml(sorted(settings.fixable))}"
        if settings.severities:
            yield "[severity]"
            yield from (f"{code} = {_toml(severity.value)}" for code, severity in settings.severities.items())

    def _of(self, file: Path) -> _Resolved:
        try:
            found = self._found(file)
            if found.path not in self._known:
                self._known[found.path] = self._resolve(found)
        except config.ConfigError as error:
            raise Unable(str(error)) from error
        return self._known[found.path]

    def _found(self, file: Path) -> config.Config:
        if self._given.isolated:
            return config.Config()
        return self._named if self._given.config_file else config.nearest(file)

    @functools.cached_property
    def _named(self) -> config.Config:
        assert self._given.config_file is not None
        return config.read(self._given.config_file)

    def _resolve(self, found: config.Config) -> _Resolved:
        if found.catalogues:
            _check_catalogues(found.catalogues)
        options = found.options
        for key, values in (
            ("select", options.select),
            ("extend-select", options.extend_select),
            ("ignore", options.ignore),
            ("fixable", options.fixable or ()),
            ("unfixable", options.unfixable),
        ):
            _check_rules(found, key, values)
        extended = self._extend_select if self._select else (*options.extend_select, *self._extend_select)
        selected = self._select or options.select
        ignored = self._ignore or (() if self._select else options.ignore)
        settings = Settings(
            select([*selected, *extended] if selected else (), ignored),
            self._given.target or options.target_tensorflow,
            found.catalogues,
            dict(_severities(found)),
            _fixable(options),
        )
        return _Resolved(found, settings, tuple(_per_file(found)), self._excluded(found))

    def _excluded(self, found: config.Config) -> Excluded:
        instead = _patterns(found, "exclude", self._given.exclude, found.options.exclude)
        besides = _patterns(found, "extend-exclude", self._given.extend_exclude, found.options.extend_exclude or None)
        if instead is None and besides is None:
            return by_name

        def excluded(absolute: str) -> bool:
            first = by_name(absolute) if instead is None else instead.verdict(absolute)
            return bool(first or (besides is not None and besides.verdict(absolute)))

        return excluded


def _toml(value: object) -> str:
    """Return a text, or a list of texts, as TOML that is safe to show."""
    import json

    dumped = json.dumps(value, ensure_ascii=False)
    return "".join(each if shown(each) == each else f"\\U{ord(each):08X}" for each in dumped)


def _check_catalogues(paths: Iterable[Path]) -> None:
    from initscope_lint.semantics import catalogue

    try:
        for path in paths:
            catalogue.read_file(path)
    except catalogue.CatalogueError as error:
        raise Unable(str(error)) from error


def _check_rules(found: config.Config, key: str, selectors: Sequence[str]) -> None:
    for index, selector in enumerate(selectors):
        try:
            select([selector])
        except UnknownRuleError as error:
            raise found.error(f"{key}[{index}]", str(error)) from error


def _fixable(options: config.Options) -> frozenset[str]:
    return (codes() if options.fixable is None else named(options.fixable)) - named(options.unfixable)


def _per_file(found: config.Config) -> Iterator[tuple[Patterns, frozenset[str]]]:
    """Yield the patterns of ``per-file-ignores``, each with the codes of the rules that it takes away."""
    for pattern, selectors in found.options.per_file_ignores.items():
        key = f"per-file-ignores.{config.quoted(pattern)}"
        _check_rules(found, key, selectors)
        yield _compiled(found, key, [pattern]), named(selectors) - ALWAYS_REPORTED


def _severities(found: config.Config) -> Iterator[tuple[str, Severity]]:
    for name, severity in found.options.severity.items():
        try:
            yield code_of(name), Severity(severity)
        except UnknownRuleError as error:
            raise found.error(f"severity.{config.quoted(name)}", str(error)) from error


def _patterns(found: config.Config, key: str, given: Iterable[str], written: Sequence[str] | None) -> Patterns | None:
    """Return the patterns of an option, which are for the working directory, or else of the key; None for neither."""
    split = _split(given)
    if split:
        return Patterns.of(split, Path.cwd().resolve())
    return None if written is None else _compiled(found, key, written)


def _compiled(found: config.Config, key: str, lines: Sequence[str]) -> Patterns:
    try:
        return Patterns.of(lines, found.directory)
    except ValueError as error:
        raise found.error(key, str(error)) from error


def _split(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
