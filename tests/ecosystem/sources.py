"""The pinned list, and how what is on it comes into the cache."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from initscope_lint.source import requirements

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

LIST = Path(__file__).with_name("sources.toml")
_PLATFORMS = ("manylinux_2_31_x86_64", "manylinux2014_x86_64")


class Package(msgspec.Struct, frozen=True):
    """A release of a package, as a wheel."""

    name: str
    version: str
    tensorflow: bool = True
    """Whether it uses TensorFlow. Nothing may be reported where it does not."""

    @property
    def folder(self) -> str:
        """Where it lies in the cache."""
        return f"{self.name}-{self.version}"

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.name} {self.version}"

    def fetch(self, cache: Path) -> str:
        """Download and unpack it unless that has been done; gives the SHA-256 of the wheel."""
        archives = cache / "archives"
        archives.mkdir(parents=True, exist_ok=True)
        if self._archive(archives) is None:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
            command += ["--python-version=3.10", *(f"--platform={each}" for each in _PLATFORMS)]
            subprocess.run([*command, f"--dest={archives}", f"{self.name}=={self.version}"], check=True)
        archive = self._archive(archives)
        assert archive is not None
        if not (cache / self.folder).exists():
            with zipfile.ZipFile(archive) as file:
                file.extractall(cache / self.folder)
        return hashlib.sha256(archive.read_bytes()).hexdigest()

    def _archive(self, archives: Path) -> Path | None:
        wanted = re.sub(r"[-_.]+", "-", self.name).lower(), self.version
        for path in archives.glob("*.whl"):
            name, version, *_ = path.name.split("-")
            if (re.sub(r"[-_.]+", "-", name).lower(), version) == wanted:
                return path
        return None


class Repository(msgspec.Struct, frozen=True):
    """A commit of a public repository on GitHub."""

    name: str
    commit: str
    tensorflow: bool = True

    @property
    def folder(self) -> str:
        """Where it lies in the cache."""
        return f"{self.name.replace('/', '+')}-{self.version}"

    @property
    def version(self) -> str:
        """As much of the commit as tells it from others."""
        return self.commit[:10]

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.name} {self.version}"

    def fetch(self, cache: Path) -> str:
        """Get it unless that has been done; gives the commit. Only what the linter reads is kept."""
        folder = cache / self.folder
        if not folder.exists():
            bare = cache / f"{self.folder}.git"
            git = ["git", f"--git-dir={bare}"]
            subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
            url = f"https://github.com/{self.name}"
            subprocess.run([*git, "fetch", "--quiet", "--depth=1", url, self.commit], check=True)
            archive = bare.with_suffix(".tar")
            subprocess.run([*git, "archive", f"--output={archive}", self.commit], check=True)
            with tarfile.open(archive) as file:
                wanted = [each for each in file if each.isfile() and _is_read(each.name)]
                file.extractall(folder, wanted)
            archive.unlink()
            shutil.rmtree(bare)
        return self.commit


def _is_read(path: str) -> bool:
    """Whether the linter reads a file: Python, notebooks, and what a project says that it requires."""
    *_, above, name = ("", *path.split("/"))
    listed = above == requirements.DIRECTORY and name.endswith(".txt")
    return name.endswith((".py", ".ipynb")) or requirements.is_metadata(name) or listed


class _List(msgspec.Struct):
    package: list[Package]
    repository: list[Repository]


def read_list() -> Sequence[Package | Repository]:
    """What ``sources.toml`` pins."""
    document: dict[str, Any] = tomllib.loads(LIST.read_text(encoding="utf-8"))
    found = msgspec.convert(document, _List)
    return [*found.package, *found.repository]
