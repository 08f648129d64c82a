"""What a list of projects names, and how it is brought to where it is linted. Nothing of it is executed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

_RELEASE = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.!+-]+")
_REPOSITORY = re.compile(r"git\+(?P<url>.+?)(?:@(?P<revision>[^@/:]+))?")


class CannotFetch(Exception):
    """A project that is not there, or that cannot be had now."""


def read_list(path: Path) -> list[str]:
    """The projects that a file lists, each once: a line each, without comments, directories as absolute paths."""
    found: dict[str, None] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if text:
            named = _RELEASE.fullmatch(text) or _REPOSITORY.fullmatch(text)
            found[text if named else os.path.abspath(path.parent / text)] = None
    return list(found)


def fetch(source: str, directory: Path) -> Path:
    """Bring a project to an empty directory, or say where it lies.

    ``name==version`` is the wheel of a release, as pip finds it; ``git+URL`` or ``git+URL@REVISION`` a repository;
    anything else a directory. Raises CannotFetch.
    """
    if _RELEASE.fullmatch(source):
        return _release(source, directory)
    repository = _REPOSITORY.fullmatch(source)
    if repository is not None:
        return _repository(repository["url"], repository["revision"] or "HEAD", directory)
    if not Path(source).is_dir():
        raise CannotFetch("there is no such directory")
    return Path(source)


def _release(requirement: str, directory: Path) -> Path:
    # A wheel is only unpacked; to ask anything of a source distribution is to run it.
    pip = [sys.executable, "-m", "pip", "--isolated", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--only-binary=:all:", f"--dest={directory}", requirement], directory)
    (wheel,) = directory.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory)
    wheel.unlink()
    return directory


def _repository(url: str, revision: str, directory: Path) -> Path:
    git = ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false"]
    _run([*git, "init", "--quiet", "."], directory)
    _run([*git, "fetch", "--quiet", "--depth=1", "--no-tags", "--", url, revision], directory)
    _run([*git, "checkout", "--quiet", "--detach", "FETCH_HEAD"], directory)
    return directory


def _run(command: list[str], directory: Path) -> None:
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
    try:
        subprocess.run(
            command, cwd=directory, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except OSError as error:
        raise CannotFetch(f"{command[0]}: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.strip()]
        raise CannotFetch(said[-1] if said else f"{command[0]} ended with status {error.returncode}") from error
