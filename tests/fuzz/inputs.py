"""Inputs by kind; each is made by its kind and number alone, so that one that fails can be made again."""

from __future__ import annotations

import ast
import codecs
import copy
import functools
import io
import json
import random
import tokenize
import warnings
from collections.abc import Callable
from typing import NamedTuple

from tests.oracle.fixture_files import Fixture, fixtures
from tests.source.hostile import TEXTS


class Input(NamedTuple):
    """What a file holds; ``findings`` are the lines and codes that must be reported in it, None if nobody knows."""

    data: bytes
    suffix: str = ".py"
    findings: frozenset[tuple[str, int]] | None = None


@functools.cache
def seeds() -> list[Fixture]:
    """The programs that inputs are made of: the fixtures of one file, for TensorFlow 2."""
    return [each for each in fixtures() if len(each.files) == 1 and each.targets == ("2",)]


_WORDS = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\x0c", b"\t", b"\x1b[2J", b"\\", b"'''", b'"""', b"(", b")", b"]", b"{",
    b":", b"lambda:", b"yield ", b"await ", b"async ", b"global f\n", b"nonlocal f\n", b"return ", b"del ", b"*", b"**",
    b":=", b"match x:\n", b"case _:\n", b"f'{", b"}'", b"# coding: utf-16\n", b"# noqa", b"# initscope-lint: ignore\n",
    b"print 1\n", b"exec 'x'\n", b"\xe2\x80\xa8", b"\xf0\x9f\x92\xa3", b"0" * 50, b"if 1:\n", b"@", b"...",
    b"tf.function", b"tf.init_scope()", b"tf.Variable(1.0)", b"self", b"None", b"__class__", b"super()",
)  # fmt: skip


def _bytes(rng: random.Random) -> Input:
    """A fixture in which bytes are changed, dropped, doubled, moved, or replaced by what means something."""
    data = bytearray(rng.choice(seeds()).text.encode())
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + int(rng.expovariate(1 / 12)))
        change = rng.randrange(5)
        if change == 0:
            data[start:end] = rng.choice(_WORDS)
        elif change == 1:
            del data[start:end]
        elif change == 2:
            data[start:start] = data[start:end] * rng.choice((1, 2, 50))
        elif change == 3:
            data[start:end] = bytes(rng.randrange(256) for _ in range(end - start))
        else:
            other = rng.choice(seeds()).text.encode()
            data[start:] = other[rng.randrange(len(other)) :]
    return Input(bytes(data))


def _tokens(rng: random.Random) -> Input:
    """A fixture in which tokens are swapped, doubled, dropped, or replaced by others of its own."""
    text = rng.choice(seeds()).text
    found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    kinds = (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        places = [place for place, token in enumerate(found) if token.type in kinds]
        place = rng.choice(places)
        token = found[place]
        alike = [each.string for each in found if each.type == token.type]
        found[place] = token._replace(
            string=rng.choice((rng.choice(alike), rng.choice(alike), f"{token.string} {token.string}", ""))
        )
    lines = text.splitlines(keepends=True)
    for old, new in sorted(zip(tokenize.generate_tokens(io.StringIO(text).readline), found, strict=True), reverse=True):
        if old.string != new.string and old.start[0] == old.end[0]:
            row = old.start[0] - 1
            lines[row] = lines[row][: old.start[1]] + new.string + lines[row][old.end[1] :]
    return Input("".join(lines).encode())


def _trees(rng: random.Random) -> Input:
    """A fixture in which statements and expressions stand in each other's places: it nearly always parses."""
    tree = ast.parse(rng.choice(seeds()).text)
    for _ in range(rng.choice((1, 2, 4))):
        donor = tree if rng.random() < 0.7 else ast.parse(rng.choice(seeds()).text)
        change = rng.choice((_swap_statement, _swap_expression, _wrap_statement))
        change(rng, tree, donor)
    return Input(_written(tree).encode("utf-8", "replace"))


def _written(tree: ast.AST) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.unparse(ast.fix_missing_locations(tree))
        except (ValueError, RecursionError):  # some trees cannot be written down
            return "pass\n"


def _bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    found = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                found.append(body)
    return found


def _swap_statement(rng: random.Random, tree: ast.AST, donor: ast.AST) -> None:
    body = rng.choice(_bodies(tree))
    given = copy.deepcopy(rng.choice(rng.choice(_bodies(donor))))
    place = rng.randrange(len(body))
    body[place : place + rng.randrange(2)] = [given]


def _swap_expression(rng: random.Random, tree: ast.AST, donor: ast.AST) -> None:
    def expressions(root: ast.AST) -> list[tuple[ast.AST, str, ast.expr]]:
        return [
            (node, name, value)
            for node in ast.walk(root)
            for name, value in ast.iter_fields(node)
            if isinstance(value, ast.expr) and isinstance(getattr(value, "ctx", ast.Load()), ast.Load)
        ]

    there = expressions(tree)
    given = expressions(donor)
    if there and given:
        node, name, _ = rng.choice(there)
        setattr(node, name, copy.deepcopy(rng.choice(given)[2]))


_WRAPPERS = (
    "while True:\n    pass",
    "for self in self:\n    pass",
    "with tf.init_scope():\n    pass",
    "try:\n    pass\nfinally:\n    f = f",
    "@tf.function\ndef f(*a, **k):\n    return f(f, *a, **k)",
    "class f(f):\n    pass",
    "async def f():\n    pass",
    "if f():\n    pass",
    "with tf.Graph().as_default(), tf.GradientTape() as f:\n    pass",
)


def _wrap_statement(rng: random.Random, tree: ast.AST, donor: ast.AST) -> None:
    body = rng.choice(_bodies(tree))
    start = rng.randrange(len(body))
    end = rng.randrange(start, len(body)) + 1
    (wrapper,) = ast.parse(rng.choice(_WRAPPERS)).body
    inner = getattr(wrapper, "body")  # noqa: B009 - every wrapper has one
    inner[:0] = body[start:end]
    body[start:end] = [wrapper]


def _spelling(rng: random.Random) -> Input:
    """A fixture written in another way, in which the same lines must be reported."""
    fixture = rng.choice(seeds())
    text = fixture.text
    findings = frozenset((code, line) for code, _, line in fixture.annotations)
    if rng.random() < 0.3:
        text = text.removesuffix("\n") + "\n" + "\f\n" * rng.randrange(3) + rng.choice(("", "\t", "# \x1b[31m"))
    if rng.random() < 0.2:
        tabs = [line if line[:1] != " " else _tabs(line) for line in text.split("\n")]
        text = text if '"""' in text else "\n".join(tabs)
    end = rng.choice(("\n", "\r\n", "\r"))
    encoding = rng.choice(("utf-8", "utf-8-sig", "latin-1", "cp1252"))
    if encoding not in ("utf-8", "utf-8-sig"):
        head, _, rest = text.partition("\n")
        try:
            return Input(
                f"{head} -*- coding: {encoding} -*-\n{rest}".replace("\n", end).encode(encoding), ".py", findings
            )
        except UnicodeEncodeError:
            encoding = "utf-8"
    if rng.random() < 0.2:
        return Input(_notebook([text]), ".ipynb", findings)
    return Input(text.replace("\n", end).encode(encoding), ".py", findings)


def _tabs(line: str) -> str:
    rest = line.lstrip(" ")
    width = len(line) - len(rest)
    return "\t" * (width // 4) + " " * (width % 4) + rest


def _notebook(cells: list[str]) -> bytes:
    document = {"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    return json.dumps(document).encode()


def _notebooks(rng: random.Random) -> Input:
    """A fixture as a notebook of torn cells and magics; its JSON is broken now and then."""
    lines = rng.choice(seeds()).text.splitlines(keepends=True)
    cells = []
    while lines:
        count = rng.randrange(1, 12)
        cells.append("".join(lines[:count]))
        del lines[:count]
    for _ in range(rng.randrange(3)):
        magic = rng.choice(("%%bash\n(", "!ls {x}", "%time x = [", "?tf", "x = !cat 'a", "%%capture\n", "\ud800", "\0"))
        cells.insert(rng.randrange(len(cells) + 1), magic)
    data = bytearray(_notebook(cells))
    for _ in range(rng.choice((0, 0, 0, 1, 3))):
        start = rng.randrange(len(data))
        data[start : start + rng.randrange(4)] = rng.choice(
            (b"", b'"', b"\0", b"[", b"}", b"\\u0000", b"1e999", b"\xff")
        )
    return Input(bytes(data), ".ipynb")


def _binary(rng: random.Random) -> Input:
    """Bytes that are no text, or text in an encoding that nobody names; as a notebook now and then."""
    size = rng.choice((0, 1, 2, 3, 10, 100, 5_000))
    data = bytes(rng.randrange(256) for _ in range(size))
    if rng.random() < 0.5:
        marks = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE)
        names = (
            "utf-16",
            "utf-7",
            "rot13",
            "hex",
            "zip",
            "idna",
            "punycode",
            "undefined",
            "raw_unicode_escape",
            "\xff",
        )
        cookie = f"# coding: {rng.choice(names)}\n".encode("latin-1")
        data = rng.choice((*marks, cookie)) + rng.choice((data, "x = 'é'\n".encode("utf-16"), b"import tensorflow\n"))
    return Input(data, rng.choice((".py", ".py", ".py", ".ipynb")))


def _deep(rng: random.Random) -> Input:
    """Nesting, chains and long lines, around a program that uses TensorFlow."""
    text = TEXTS[rng.choice(sorted(TEXTS))](int(rng.expovariate(1 / 60)) + 1)
    head = "import tensorflow as tf\nf = tf.function(lambda *a: tf.Variable(1.0))\na = b = c = f\n"
    return Input((head + text + "\n").encode())


@functools.cache
def _generated(number: int) -> list[str]:
    """Some of what the grammar of Python allows, by hypothesmith; every second time made of libcst's nodes."""
    import hypothesmith
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: list[str] = []
    strategy = hypothesmith.from_grammar() if number % 2 else hypothesmith.from_node()

    @seeded(number)
    @settings(
        max_examples=_AT_ONCE,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(strategy)
    def collect(text: str) -> None:
        found.append(text)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collect()
    return found


_AT_ONCE = 20
"""How many programs hypothesmith makes at a time; to begin takes it longer than to go on."""


def _grammar(number: int) -> Input:
    found = _generated(number // _AT_ONCE)
    text = found[number % _AT_ONCE % len(found)]
    return Input(f"import tensorflow as tf\n{text}\n".encode("utf-8", "surrogatepass"))


KINDS: dict[str, tuple[Callable[[random.Random], Input], int]] = {
    "bytes": (_bytes, 55),
    "tokens": (_tokens, 45),
    "trees": (_trees, 28),
    "spelling": (_spelling, 20),
    "notebooks": (_notebooks, 24),
    "binary": (_binary, 20),
    "deep": (_deep, 7),
}
"""How an input of a kind is made, and how many of two hundred inputs are of it."""

GRAMMAR, GRAMMAR_SHARE = "grammar", 1
"""The kind that hypothesmith makes, which takes long, and its share."""


def make(kind: str, number: int) -> Input:
    """The input of a kind with a number."""
    if kind == GRAMMAR:
        return _grammar(number)
    return KINDS[kind][0](random.Random(f"{kind} {number}"))
