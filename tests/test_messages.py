"""Every message about a mistake is in a test, to the letter but for what comes from outside."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import initscope_lint

ROOT = Path(initscope_lint.__file__).parent
SAY = {"say", "echo", "SourceError", "Failure"}
"""What is called to say something, besides what is raised."""

QUIET = {"interpreter", "ir", "rules", "fix"}
"""Rooms that say nothing themselves: what is raised there is caught there, or says of findings what fixtures hold."""


def texts(tree: ast.AST, unknown: str) -> Iterator[str]:
    """The texts in a tree, with what they are made of at run time as one thing; without docstrings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (str(each.value) if isinstance(each, ast.Constant) else unknown for each in node.values)
            yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
            yield from texts(node, unknown)


def messages() -> Iterator[str]:
    """What the linter says, with ``\\0`` for what it is about."""
    for file in sorted(ROOT.rglob("*.py")):
        if file.relative_to(ROOT).parts[0] in QUIET:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else node
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if isinstance(node, ast.Raise) or name in SAY:
                yield from (text for text in texts(call, "\0") if " " in text.replace("\0", "").strip(" :."))


@functools.cache
def tested() -> str:
    """All texts in the tests but for this one, a line each."""
    files = (file for file in Path(__file__).parent.rglob("*.py") if file != Path(__file__))
    return "\n".join(text for file in files for text in texts(ast.parse(file.read_text("utf-8")), "it"))


@pytest.mark.parametrize("message", sorted(set(messages())))
def test_message(message: str) -> None:
    """Nobody has looked at what is said when this goes wrong."""
    assert re.search(".*".join(map(re.escape, message.split("\0"))), tested())


def test_there_are_messages() -> None:
    """The other test has nothing to test."""
    assert "--changed is --diff HEAD; choose one" in set(messages())
