"""The linters beside which this one is measured, each in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec


class Peer(msgspec.Struct, frozen=True):
    """A linter: what is installed, and its command without the directory to lint.

    ``sampled``: it is so slow that it is run on a sample of a large tree. ``marker``: a word without which it does not
    parse a file; a comment with it is appended to the files of the sample.
    """

    name: str
    requirement: str
    command: tuple[str, ...]
    sampled: bool = False
    marker: str = ""

    def install(self, environments: Path) -> list[str | Path]:
        """The command that lints a directory, installed unless it is there."""
        folder = environments / self.requirement.replace("==", "-")
        if not folder.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, self.requirement], check=True)
        program, *options = self.command
        return [folder / "bin" / program, *options]


PEERS = (
    Peer("ruff", "ruff==0.17.6", ("ruff", "check", "--isolated", "--no-cache", "--quiet", "--exit-zero")),
    Peer("flake8", "flake8==7.5.0", ("flake8", "--isolated", "--jobs=1", "--exit-zero")),
    Peer("pylint -E", "pylint==4.1.4", ("pylint", "-E", "--jobs=1", "--recursive=y", "--rcfile="), sampled=True),
    Peer("TorchFix", "torchfix==0.7.0", ("torchfix", "--jobs=1"), sampled=True, marker="torch"),
    Peer("Fixit", "fixit==2.2.1", ("fixit", "--quiet", "lint"), sampled=True),
)
