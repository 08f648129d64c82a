"""Paths as a person gives them, to the Python files to lint, in one order for everybody.

Directories are searched as git would see them: ``.gitignore`` files count from the root of the repository down, and
directories that never hold one's own sources (environments, caches, build results) are left out. Symbolic links to
directories are not followed, so there are no loops. Nothing but directories and ``.gitignore`` files is opened.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from initscope_lint.source.error import SourceError
from initscope_lint.source.patterns import Patterns, base

SKIPPED_NAMES = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
    }
)
"""What is not searched by default, unless named."""

SUFFIXES = (".py", ".ipynb")
"""The files of a directory that are linted."""

_BUILD_NAMES = frozenset({"build", "dist"})
_PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})


class Discovery(msgspec.Struct, frozen=True):
    """``files`` sorted by their path, each once; ``errors`` for what could not be looked at. Paths begin as given."""

    files: tuple[Path, ...]
    errors: tuple[SourceError, ...]


Excluded = Callable[[str], bool]
"""Says whether a path, absolute and with a slash at the end of a directory, is left out of a search."""


def by_name(absolute: str) -> bool:
    """Say whether a path is left out by default."""
    name = absolute.rstrip("/").rpartition("/")[2]
    return name in SKIPPED_NAMES or name.endswith((".egg-info", ".dist-info", ".egg"))


def discover(
    paths: Iterable[str | Path], *, excluded: Callable[[Path], Excluded] = lambda _: by_name, force: bool = False
) -> Discovery:
    """The files that ``paths`` stand for: a file for itself, whatever its name; a directory for its Python files
    and notebooks.

    ``excluded`` gives what is left out of a directory (by its real path). That and all other rules are for what is
    searched: a file that is named is linted, unless ``force`` has ``excluded`` hold for it too.
    """
    search = _Search(excluded, force)
    for given in paths:
        search.add(Path(given))
    return search.result()


def is_excluded(file: Path, excluded: Callable[[Path], Excluded]) -> bool:
    """Say whether a search of the working directory, or of the disk for what is not in it, leaves a file out."""
    real, here = Path(os.path.realpath(file)), Path(os.path.realpath("."))
    above = [parent for parent in real.parents if here in parent.parents or here not in real.parents]
    steps = [real.as_posix(), *(base(str(parent)) for parent in above)]
    return any(excluded(Path(step).parent)(step) for step in steps)


class _Search:
    def __init__(self, excluded: Callable[[Path], Excluded], force: bool) -> None:
        self.found: dict[str, Path] = {}
        self.errors: dict[str, SourceError] = {}
        self.excluded = excluded
        self.force = force

    def result(self) -> Discovery:
        files = sorted(self.found.values(), key=lambda path: path.parts)
        return Discovery(tuple(files), tuple(error for _, error in sorted(self.errors.items())))

    def fail(self, path: Path, reason: str) -> None:
        shown = path.as_posix()
        self.errors[shown] = SourceError("unreadable", shown, 1, 1, f"cannot read: {reason}")

    def add(self, path: Path) -> None:
        """One path as given."""
        try:
            if path.is_dir():
                real = os.path.realpath(path)
                self.directory(path, real, _inherited(real))
            elif path.is_file():
                real = os.path.realpath(path)
                if not (self.force and is_excluded(path, self.excluded)):
                    self.found[real] = path
            elif path.exists():
                self.fail(path, "it is neither a file nor a directory")
            else:
                self.fail(path, "it does not exist")
        except (OSError, ValueError) as error:
            self.fail(path, _reason(error))

    def directory(self, path: Path, real: str, rules: tuple[Patterns, ...]) -> None:
        """Search a directory and those below; ``real`` is its real path, ``rules`` those of the directories above."""
        pending = [(path, real, rules)]
        while pending:
            path, real, rules = pending.pop()
            try:
                with os.scandir(path) as listing:
                    entries = {entry.name: entry for entry in listing}
            except OSError as error:
                self.fail(path, _reason(error))
                continue
            if ".gitignore" in entries:
                own = _read_rules(entries[".gitignore"], real)
                rules = rules if own is None else (*rules, own)
            excluded = self.excluded(Path(real))
            inside = base(real)
            for name, entry in entries.items():
                try:
                    if entry.is_dir(follow_symlinks=False):
                        below = f"{real.rstrip(os.sep)}{os.sep}{name}"
                        absolute = f"{inside}{name}/"
                        if not (excluded(absolute) or _skipped(entry, entries) or _ignored(absolute, rules)):
                            pending.append((path / name, below, rules))
                    elif name.endswith(SUFFIXES) and entry.is_file():
                        absolute = f"{inside}{name}"
                        if not (excluded(absolute) or _ignored(absolute, rules)):
                            self.file(path / name, entry, real)
                except OSError as error:
                    self.fail(path / name, _reason(error))

    def file(self, path: Path, entry: os.DirEntry[str], directory: str) -> None:
        """Keep a file under its real path, so that links and overlapping paths count once, the file before its link."""
        if entry.is_symlink():
            self.found.setdefault(os.path.realpath(path), path)
            return
        real = os.path.join(directory, entry.name)
        known = self.found.get(real)
        if known is None or known.is_symlink() or path.parts < known.parts:
            self.found[real] = path


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _ignored(absolute: str, rules: Sequence[Patterns]) -> bool:
    """Whether the nearest file that says something about the path says that it is ignored."""
    for rule in reversed(rules):
        verdict = rule.verdict(absolute)
        if verdict is not None:
            return verdict
    return False


def _skipped(entry: os.DirEntry[str], siblings: dict[str, os.DirEntry[str]]) -> bool:
    """Whether a directory holds no sources of one's own, by what lies in it and beside it."""
    if any(os.path.lexists(os.path.join(entry.path, mark)) for mark in _ENVIRONMENT_MARKS):
        return True
    # "build" may be somebody's package; beside a pyproject.toml it is where setuptools puts copies.
    return (
        entry.name in _BUILD_NAMES
        and not _PROJECT_FILES.isdisjoint(siblings)
        and not os.path.lexists(os.path.join(entry.path, "__init__.py"))
    )


def _read_rules(path: os.PathLike[str] | str, directory: str) -> Patterns | None:
    """The rules of one ignore file for ``directory``; None if it says nothing or cannot be read.

    A line that git could not read either counts for nothing.
    """
    if not os.path.isfile(path):
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().removeprefix("\ufeff").splitlines()
    except OSError:
        return None
    good = [line for line in lines if line.strip() and not line.startswith("#") and _is_pattern(line)]
    return Patterns.of(good, directory) if good else None


def _is_pattern(line: str) -> bool:
    try:
        Patterns.of([line], "/")
    except ValueError:
        return False
    return True


def _inherited(directory: str) -> tuple[Patterns, ...]:
    """The rules that the repository around a named directory has for it, its own excluded, outermost first.

    None if they ignore the directory itself: it was asked for.
    """
    above = Path(directory)
    if os.path.lexists(above / ".git"):
        return _rules_of((above,), exclude_own=True)
    for root in above.parents:
        if os.path.lexists(root / ".git"):
            between = [parent for parent in reversed(above.parents) if parent == root or root in parent.parents]
            rules = _rules_of(between, exclude_own=False)
            chain = [*between[1:], above]
            ignored = any(_ignored(base(str(step)), rules) for step in chain)
            return () if ignored else rules
    return ()


def _rules_of(directories: Sequence[Path], *, exclude_own: bool) -> tuple[Patterns, ...]:
    """``.git/info/exclude`` of the first directory, the root, and the ``.gitignore`` of each."""
    root = directories[0]
    rules = [_read_rules(root / ".git" / "info" / "exclude", str(root))]
    if not exclude_own:
        rules.extend(_read_rules(directory / ".gitignore", str(directory)) for directory in directories)
    return tuple(rule for rule in rules if rule is not None)
