"""What a file may import, learnt from its bytes without parsing it.

More than it imports may be found (an import in a docstring), never less of what import statements say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = rb"[\w.\x80-\xff]+"
_SPACE = rb"[ \t\\\r\n]"
_LINE = rb"(?:[^\n\r;\\]|\\\r?\n?)*"
_STATEMENT = re.compile(
    rb"(?:^|[;:\r])[ \t\f]*(?:"
    rb"from" + _SPACE + rb"*(?P<source>[.\w\x80-\xff \t]+?)" + _SPACE + rb"+import\b" + _SPACE + rb"*"
    rb"(?P<names>\([^)]*\)|" + _LINE + rb")"
    rb"|import" + _SPACE + rb"+(?P<modules>" + _LINE + rb")"
    rb")",
    re.MULTILINE,
)
_CALL = re.compile(rb"(?:import_module|__import__|LazyLoader)\s*\(([^)]*)\)")
_TEXT = re.compile(rb"[\"'](\.*" + _NAME + rb")[\"']")
_COMMENT = re.compile(rb"#[^\n\r]*")
_LEADING = re.compile(rb"[(\s\\]*(\*|" + _NAME + rb")")


class Import(NamedTuple):
    """``from <level dots><module> import <names>``; ``import a.b`` has no names."""

    level: int
    module: str
    names: tuple[str, ...] = ()


def scan_imports(data: bytes) -> list[Import]:
    """What the bytes of a file seem to import, in order, each once."""
    return list(dict.fromkeys(_imports(data)))


def _imports(data: bytes) -> Iterator[Import]:
    if b"import" not in data and b"LazyLoader" not in data:
        return
    for match in _STATEMENT.finditer(data):
        source = match["source"]
        if source is None:
            for name in _listed(match["modules"]):
                yield Import(0, name)
            continue
        dotted = re.sub(rb"\s", b"", source).decode("utf-8", "replace")
        module = dotted.lstrip(".")
        yield Import(len(dotted) - len(module), module, tuple(_listed(match["names"])))
    for match in _CALL.finditer(data):
        for text in _TEXT.finditer(match[1]):
            dotted = text[1].decode("utf-8", "replace")
            module = dotted.lstrip(".")
            yield Import(len(dotted) - len(module), module)


def _listed(names: bytes) -> Iterator[str]:
    for item in _COMMENT.sub(b"", names).split(b","):
        found = _LEADING.match(item)
        if found is not None:
            yield found[1].decode("utf-8", "replace")
