"""What a fixture says about itself: its header, its annotated lines, its probes.

Also imported by `run.py` under TensorFlow 1.15, hence by Python 3.7.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
OUTCOMES = FIXTURES / "outcomes"
TARGETS = ("1.15", "2")

_CODE = re.compile(r"#(?: ISL\d{3},?)+$")
_RAISES_HERE = re.compile(r"# raises here$")
_RUNTIME = re.compile(r'# runtime(?: (1\.15|2))?: (?:ok|raises (\w+) "(.+)")$')
_TARGET = re.compile(r"# target-tensorflow: (.+)$")
_HEADER_LINES = 4
_MAIN = "main.py"


class FixtureError(Exception):
    """A fixture whose header or annotations do not follow the form of docs/oracle.md."""


class Fixture:
    """One fixture: the text of its program, and what it claims.

    ``path`` is the file that is run. If that is a ``main.py``, the other files below its folder belong to the program.
    """

    def __init__(self, path: Path, root: Path = FIXTURES) -> None:
        self.path = path
        self.name = path.relative_to(root).as_posix()
        files = sorted(path.parent.rglob("*.py")) if path.name == _MAIN else [path]
        # The names of its files (relative to the folder of all fixtures) and their texts.
        self.files = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
        self.text = self.files[self.name]
        header = self.text.splitlines()[:_HEADER_LINES]
        # By version ("" for every other one): the exception and a fragment of its message, or None twice.
        self._runtimes = {
            match.group(1) or "": (match.group(2), match.group(3)) for match in map(_RUNTIME.match, header) if match
        }
        if "" not in self._runtimes:
            raise FixtureError(f"{self.name}: expected a '# runtime:' line")
        targets = [match.group(1) for match in map(_TARGET.match, header) if match]
        self.targets = tuple(targets[0].split(", ")) if targets else ("2",)
        if not set(self.targets) <= set(TARGETS):
            raise FixtureError(f"{self.name}: unknown target-tensorflow {self.targets}")
        lines = [
            (name, number, line)
            for name, text in self.files.items()
            for number, line in enumerate(text.splitlines(), 1)
        ]
        # The lines to report, as {(code, file, line)}.
        self.annotations = {
            (code, name, number)
            for name, number, line in lines
            for match in [_CODE.search(line)]
            if match
            for code in re.findall(r"ISL\d{3}", match.group())
        }
        self._raises_here = [(name, number) for name, number, line in lines if _RAISES_HERE.search(line)]

    def __repr__(self) -> str:
        return f"Fixture({self.name})"

    @property
    def sha256(self) -> str:
        text = self.text
        if len(self.files) > 1:
            text = "".join(f"{name}\n{text}" for name, text in self.files.items())
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def expected(self, target: str) -> tuple[str | None, str | None]:
        """The exception under a version of TensorFlow and a fragment of its message, `None` twice if it ends well."""
        return self._runtimes.get(target, self._runtimes[""])

    def raising_place(self, target: str) -> tuple[str, int] | None:
        """The file and line in which the program's traceback ends, `None` for a program that ends well.

        This is the annotated line, where the failing operation is written, except for the errors that TensorFlow
        raises later than the operation (at the end of the trace, in a session): those lines say `# raises here`.
        """
        if self.expected(target)[0] is None:
            return None
        candidates = self._raises_here or sorted({(name, line) for _, name, line in self.annotations})
        if len(candidates) != 1:
            raise FixtureError(f"{self.name}: expected one raising line, found {candidates}")
        return candidates[0]

    def place(self, outcome: Mapping[str, Any]) -> tuple[str, int]:
        """The file and line in which a measured traceback ended."""
        name = self.name
        if "file" in outcome:
            name = f"{name.rpartition('/')[0]}/{outcome['file']}"
        return name, outcome["line"]

    @property
    def has_probes(self) -> bool:
        return self.name.split("/")[0] == "nested"

    def probes(self) -> dict[str, int]:
        """The line of each `probe("name")`."""
        found: dict[str, int] = {}
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "probe":
                name = ast.literal_eval(node.args[0])
                if name in found:
                    raise FixtureError(f"{self.name}: two probes are called {name!r}")
                found[name] = node.lineno
        return found


def fixtures(root: Path = FIXTURES) -> list[Fixture]:
    """Every fixture, in the order of their names; `nested/probe.py` is the probe, not a program."""
    paths = [path for path in root.glob("*/*.py") if path.name != "probe.py"]
    return [Fixture(path, root) for path in sorted([*paths, *root.glob(f"*/*/{_MAIN}")])]
