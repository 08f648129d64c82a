"""What is recorded of a source: what the linter says of it, and how that was judged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from tests.ecosystem.sources import Package, Repository

RECORD = Path(__file__).with_name("recorded.json")
TIMEOUT = 900
"""A source that takes more seconds than this hangs."""


class Finding(msgspec.Struct, forbid_unknown_fields=True):
    """An error or a warning, and whether it is one."""

    path: str
    line: int
    code: str
    message: str
    judgement: Literal["true", "false"] | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """What a judgement is about, whatever the words."""
        return self.path, self.line, self.code


class Result(msgspec.Struct, forbid_unknown_fields=True):
    """What the linter says of one source. ``hash`` is that of the wheel, or the commit."""

    name: str
    version: str
    hash: str
    files: int
    lines: int
    truncated: int
    findings: list[Finding]

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.name} {self.version}"

    def as_lines(self) -> Iterator[str]:
        """The result as lines that a comparison shows."""
        counts = f"{self.files} files, {self.lines} lines, {self.truncated} entry points cut short"
        yield f"{self.key}: {counts}"
        for each in self.findings:
            yield f"{self.key}: {each.path}:{each.line}: {each.code} {each.message} [{each.judgement or 'not judged'}]"


def read() -> dict[str, Result]:
    """What is recorded, by name and version."""
    if not RECORD.exists():
        return {}
    results = msgspec.json.decode(RECORD.read_bytes(), type=list[Result])
    return {result.key: result for result in results}


def write(results: Iterable[Result]) -> None:
    """Record results."""
    document = [msgspec.to_builtins(result) for result in results]
    RECORD.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def lint(source: Package | Repository, cache: Path, known: Mapping[str, Result]) -> Result:
    """Lint a source in the cache; a finding that is already judged stays so."""
    checksum = source.fetch(cache)
    command = [sys.executable, "-m", "initscope_lint", "check", "--isolated", "--no-cache", "--exit-zero"]
    command += ["--output-format", "json", source.folder]
    outcome = subprocess.run(command, cwd=cache, capture_output=True, timeout=TIMEOUT)
    if not outcome.stdout:
        raise RuntimeError(f"{source.folder}: {outcome.stderr.decode()}")
    document = json.loads(outcome.stdout)
    before = known.get(source.key)
    judged = {} if before is None else {each.key: each for each in before.findings}
    findings = []
    for each in document["diagnostics"]:
        found = Finding(each["path"].partition("/")[2], each["line"], each["code"], each["message"])
        same = judged.get(found.key)
        if same is not None:
            found.judgement, found.reason = same.judgement, same.reason
        findings.append(found)
    lines = sum(path.read_bytes().count(b"\n") for path in (cache / source.folder).rglob("*.py") if path.is_file())
    summary = document["summary"]
    return Result(source.name, source.version, checksum, summary["files"], lines, summary["truncated"], findings)
