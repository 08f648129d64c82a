"""What is linted: trees of Python files from pinned releases on PyPI."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.ecosystem.sources import Package

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

LIST = Path(__file__).with_name("trees.toml")


class Pinned(msgspec.Struct, frozen=True):
    """A release, as a wheel of a known content."""

    name: str
    version: str
    sha256: str


class Tree(msgspec.Struct, frozen=True):
    """A tree that the benchmark makes, of the Python files of packages."""

    name: str
    about: str
    packages: list[str]


class Trees(msgspec.Struct, frozen=True):
    """The whole list. ``growing`` names the package that is copied to see how time grows with it."""

    growing: str
    tree: list[Tree]
    package: list[Pinned]

    def pinned(self, name: str) -> Pinned:
        """The release of a package."""
        return next(package for package in self.package if package.name == name)


def read_list(path: Path = LIST) -> Trees:
    """What ``trees.toml`` pins."""
    document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(document, Trees)


def make(packages: Sequence[Pinned], cache: Path, folder: Path) -> Path:
    """A folder with the Python files of packages, each in a folder of its own, downloaded unless they are there."""
    if folder.exists():
        shutil.rmtree(folder)
    for pinned in packages:
        package = Package(pinned.name, pinned.version)
        digest = package.fetch(cache)
        if digest != pinned.sha256:
            raise SystemExit(f"{package.key} is not what is pinned: its SHA-256 is {digest}")
        _copy(cache / package.folder, folder / pinned.name)
    return folder


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*.py"):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


def files(folder: Path) -> list[Path]:
    """The Python files in a folder, in order."""
    return sorted(folder.rglob("*.py"))


def lines(paths: Sequence[Path]) -> int:
    """How many lines the files have together."""
    return sum(path.read_bytes().count(b"\n") for path in paths)


def sample(folder: Path, target: Path, wanted: int) -> Path:
    """A folder with about as many lines, of every n-th file of another."""
    if target.exists():
        shutil.rmtree(target)
    paths = files(folder)
    every = max(1, round(lines(paths) / wanted))
    for path in paths[::every]:
        copied = target / path.relative_to(folder)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
    return target


def repeat(package: Path, target: Path, times: int) -> Path:
    """A folder with renamed copies of what a folder holds, which import nothing of each other."""
    if target.exists():
        shutil.rmtree(target)
    names = [path.stem for path in package.iterdir() if path.is_dir() or path.suffix == ".py"]
    own = re.compile(rb"\b(%s)\b" % b"|".join(re.escape(name.encode()) for name in names))
    for number in range(times):
        for path in files(package):
            first, *rest = path.relative_to(package).parts
            stem, dot, suffix = first.partition(".")
            copied = target.joinpath(f"{stem}_{number}{dot}{suffix}", *rest)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_bytes(own.sub(rb"\1_%d" % number, path.read_bytes()))
    return target


def mark(folder: Path, comment: str) -> None:
    """Append a comment to every file."""
    for path in files(folder):
        path.write_bytes(path.read_bytes().rstrip() + f"\n# {comment}\n".encode())
