"""Paths as a person gives them, to the Python files to lint, in one order for everybody.

Directories are searched as git would see them: ``.gitignore`` files count from the root of the repository down, and
directories that never hold one's own sources (environments, caches, build results) are left out. Symbolic links to
directories are not followed, so there are no loops. Nothing but directories and ``.gitignore`` files is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pathspec

from initscope_lint.source.error import SourceError

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
"""Directories that are never searched, unless named."""

_BUILD_NAMES = frozenset({"build", "dist"})
_PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})


class Discovery(msgspec.Struct, frozen=True):
    """``files`` sorted by their path, each once; ``errors`` for what could not be looked at. Paths begin as given."""

    files: tuple[Path, ...]
    errors: tuple[SourceError, ...]


def discover(paths: Iterable[str | Path], *, exclude: Sequence[str] = ()) -> Discovery:
    """The files that ``paths`` stand for: a file for itself, whatever its name; a directory for its ``.py`` files.

    ``exclude`` holds further patterns as of a ``.gitignore`` in the working directory. They and all other rules are
    for directories: a file that is named is linted.
    """
    search = _Search(_spec(exclude))
    for given in paths:
        search.add(Path(given))
    return search.result()


class _Rules(msgspec.Struct, frozen=True):
    """The patterns of one ``.gitignore``; ``base`` is its directory, absolute and ending in a slash."""

    base: str
    spec: pathspec.GitIgnoreSpec

    def verdict(self, absolute: str) -> bool | None:
        """True: ignored. False: re-included by ``!``. None: not mentioned. A directory ends in a slash."""
        if not absolute.startswith(self.base):
            return None
        return self.spec.check_file(absolute[len(self.base) :]).include


class _Search:
    def __init__(self, exclude: pathspec.GitIgnoreSpec | None) -> None:
        self.found: dict[str, Path] = {}
        self.errors: dict[str, SourceError] = {}
        self.exclude: tuple[_Rules, ...] = ()
        if exclude is not None:
            self.exclude = (_Rules(_base(os.path.realpath(".")), exclude),)

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
                self.directory(path, real, self.exclude + _inherited(real))
            elif path.is_file():
                self.found[os.path.realpath(path)] = path
            elif path.exists():
                self.fail(path, "it is neither a file nor a directory")
            else:
                self.fail(path, "it does not exist")
        except (OSError, ValueError) as error:
            self.fail(path, _reason(error))

    def directory(self, path: Path, real: str, rules: tuple[_Rules, ...]) -> None:
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
            for name, entry in entries.items():
                try:
                    if entry.is_dir(follow_symlinks=False):
                        below = f"{real.rstrip(os.sep)}{os.sep}{name}"
                        if not _skipped(entry, entries) and not _ignored(f"{_base(real)}{name}/", rules):
                            pending.append((path / name, below, rules))
                    elif name.endswith(".py") and entry.is_file() and not _ignored(f"{_base(real)}{name}", rules):
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


def _base(directory: str) -> str:
    return directory.replace(os.sep, "/").rstrip("/") + "/"


def _ignored(absolute: str, rules: Sequence[_Rules]) -> bool:
    """Whether the nearest file that says something about the path says that it is ignored."""
    for rule in reversed(rules):
        verdict = rule.verdict(absolute)
        if verdict is not None:
            return verdict
    return False


def _skipped(entry: os.DirEntry[str], siblings: dict[str, os.DirEntry[str]]) -> bool:
    """Whether a directory holds no sources of one's own, by its name or by what lies in it and beside it."""
    name = entry.name
    if name in SKIPPED_NAMES or name.endswith((".egg-info", ".dist-info", ".egg")):
        return True
    if any(os.path.lexists(os.path.join(entry.path, mark)) for mark in _ENVIRONMENT_MARKS):
        return True
    # "build" may be somebody's package; beside a pyproject.toml it is where setuptools puts copies.
    return (
        name in _BUILD_NAMES
        and not _PROJECT_FILES.isdisjoint(siblings)
        and not os.path.lexists(os.path.join(entry.path, "__init__.py"))
    )


def _spec(lines: Iterable[str]) -> pathspec.GitIgnoreSpec | None:
    """The compiled patterns; None if there are none. A line that git could not read either counts for nothing."""
    good = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            try:
                pathspec.GitIgnoreSpec.from_lines([line])
            except ValueError:
                continue
            good.append(line)
    return pathspec.GitIgnoreSpec.from_lines(good) if good else None


def _read_rules(path: os.PathLike[str] | str, directory: str) -> _Rules | None:
    """The rules of one ignore file for ``directory``; None if it says nothing or cannot be read."""
    if not os.path.isfile(path):
        return None
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            spec = _spec(file.read().removeprefix("\ufeff").splitlines())
    except OSError:
        return None
    return None if spec is None else _Rules(_base(directory), spec)


def _inherited(directory: str) -> tuple[_Rules, ...]:
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
            ignored = any(_ignored(_base(str(step)), rules) for step in chain)
            return () if ignored else rules
    return ()


def _rules_of(directories: Sequence[Path], *, exclude_own: bool) -> tuple[_Rules, ...]:
    """``.git/info/exclude`` of the first directory, the root, and the ``.gitignore`` of each."""
    root = directories[0]
    rules = [_read_rules(root / ".git" / "info" / "exclude", str(root))]
    if not exclude_own:
        rules.extend(_read_rules(directory / ".gitignore", str(directory)) for directory in directories)
    return tuple(rule for rule in rules if rule is not None)
