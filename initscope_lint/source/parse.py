"""Guarded parsing: a decoded file to a syntax tree, or the reason why there is none. No input takes the process down.

CPython's own parser (``syntax_tree``) reads nine times as fast as libcst's (``parse``), and is as hard to crash as
CPython. libcst knows newer grammar than an older CPython, and speaks for what CPython refuses.

``guard`` refuses what would overflow the native parser's stack. A text that passes but is suspicious (large, or made
of long chains, on which the parser takes quadratic time) is parsed once in a child process under a time limit, and
here only if the child came back; everything else parses in time linear in its size.
"""

from __future__ import annotations

import contextlib
import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from initscope_lint.source.decode import SourceText, decode
from initscope_lint.source.deep import run_deep
from initscope_lint.source.error import SourceError

if TYPE_CHECKING:
    import ast

    import libcst

LARGE_TEXT = 256 * 1024
"""Characters above which nobody should count on a parser, whatever the text holds."""

MAX_BYTES = 4 * 1024 * 1024
"""Default limit on the size of a file, in bytes."""

TIME_LIMIT = 20.0
"""Default limit on the time that a suspicious file may take to parse, in seconds."""


def read(path: Path, *, max_bytes: int = MAX_BYTES) -> SourceText | SourceError:
    """Read and decode a file of at most ``max_bytes``."""
    data = load(path, max_bytes=max_bytes)
    return data if isinstance(data, SourceError) else text_of(data, path.as_posix(), max_bytes=max_bytes)


def load(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes | SourceError:
    """Read a file, of a larger one one byte too much. Only regular files are opened: a FIFO would block for ever."""
    shown = path.as_posix()
    try:
        if not path.is_file():
            what = "is not a regular file" if path.exists() else "does not exist"
            return SourceError("unreadable", shown, 1, 1, f"cannot read: it {what}")
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        return SourceError("unreadable", shown, 1, 1, f"cannot read: {reason or error}")


def text_of(data: bytes, shown: str, *, max_bytes: int = MAX_BYTES) -> SourceText | SourceError:
    """Decode what a file of at most ``max_bytes`` holds, by the end of its name a notebook or Python."""
    if len(data) > max_bytes:
        return SourceError("unreadable", shown, 1, 1, f"larger than {max_bytes} bytes")
    if not shown.endswith(".ipynb"):
        return decode(data, shown)
    from initscope_lint.source.notebook import NotebookError, program

    try:
        notebook = program(data)
    except NotebookError as error:
        return SourceError("unreadable", shown, 1, 1, str(error))
    return SourceText(shown, notebook.text, "utf-8", notebook.starts)


def syntax_tree(source: SourceText) -> ast.Module | None:
    """CPython's own tree of a decoded file, with the lines of the file; None where ``parse`` has to say more.

    That is where CPython refuses the file, for whatever reason, and where it could take long.
    """
    text = source.normalized()
    if _may_take_long(text):
        return None
    try:
        return _compiled(text, source.path)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


_LONG_LINE = 2_000
"""Characters of a line that may hide a chain on which the parser takes quadratic time."""


def is_valid(source: SourceText) -> bool:
    """Whether CPython certainly accepts a decoded file; it takes half of what making the tree takes."""
    if _may_take_long(source.normalized()):
        return False
    import symtable
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(source.normalized(), source.path, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def _may_take_long(text: str) -> bool:
    if len(text) <= LARGE_TEXT and len(max(text.split("\n"), key=len)) <= _LONG_LINE:
        return False
    from initscope_lint.source.guard import inspect

    verdict = inspect(text)
    return verdict.refusal is not None or verdict.suspicious


def _compiled(text: str, path: str) -> ast.Module:
    """What CPython makes of a text. It only parses: nothing of the linted code runs."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, path, "exec", flags=_ONLY_AST, dont_inherit=True)
    return cast("ast.Module", tree)


def parse(source: SourceText, *, time_limit: float = TIME_LIMIT) -> libcst.Module | SourceError:
    """Parse a decoded file. Line ends are ``\\n`` in the module; lines and columns are those of the file.

    ``time_limit``, in seconds, applies to suspicious files, which are parsed twice.
    """
    from initscope_lint.source.guard import inspect

    text = _without_leading_continuations(source.normalized())
    verdict = inspect(text)
    if verdict.refusal is not None:
        line = text.count("\n", 0, verdict.offset) + 1
        column = verdict.offset - text.rfind("\n", 0, verdict.offset)
        return SourceError("unreadable", source.path, line, column, verdict.refusal)
    if verdict.suspicious or len(text) > LARGE_TEXT:
        failure = _try_in_child(text, time_limit)
        if failure is not None:
            return SourceError("unreadable", source.path, 1, 1, failure, passing=True)
    return _parse(text, source.path)


def _parse(text: str, path: str) -> libcst.Module | SourceError:
    import libcst  # a third of a second, which runs that only consult the cache need not spend

    try:
        try:
            return libcst.parse_module(text)
        except RecursionError:  # libcst validates some of its nodes by recursion in Python
            return run_deep(lambda: libcst.parse_module(text))
    except (libcst.ParserSyntaxError, libcst.CSTValidationError) as error:
        return _syntax_error(text, path, str(error.args[0]) if error.args else "")
    except (RecursionError, MemoryError) as error:
        return SourceError("unreadable", path, 1, 1, f"too complex to parse ({type(error).__name__})", passing=True)
    except Exception as error:
        return SourceError("unreadable", path, 1, 1, f"the parser failed: {type(error).__name__}: {error}")


# --- syntax errors ---------------------------------------------------------------------------------

_PLACE = re.compile(r"error at (\d+):(\d+)")


def _syntax_error(text: str, path: str, message: str) -> SourceError:
    """Where and why: from CPython, whose messages are made for people, or else from libcst's message.

    What CPython accepts and libcst does not is no error of the file's author.
    """
    lines = text.split("\n")
    try:
        _compiled(text, path)
    except SyntaxError as error:
        line = min(max(error.lineno or 1, 1), len(lines))
        column = min(max(error.offset or 1, 1), len(lines[line - 1]) + 1)
        return SourceError("syntax", path, line, column, error.msg or "invalid syntax")
    except (ValueError, RecursionError, MemoryError, OverflowError):
        pass
    else:
        line, column = _libcst_place(message, lines)
        return SourceError("unreadable", path, line, column, "valid Python that the parser does not support")
    line, column = _libcst_place(message, lines)
    return SourceError("syntax", path, line, column, "invalid syntax")


_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without importing ast


def _libcst_place(message: str, lines: list[str]) -> tuple[int, int]:
    """libcst's place, 1-based. Its columns count from 0, and ``raw_column`` is always 0, hence the message."""
    match = _PLACE.search(message)
    if match is None:
        return 1, 1
    line = min(max(int(match.group(1)), 1), len(lines))
    return line, min(int(match.group(2)), len(lines[line - 1])) + 1


def _without_leading_continuations(text: str) -> str:
    """Backslashes that continue empty lines at the top of a file are lost to libcst, and all later lines shift."""
    match = re.match(r"(?:\\\n)+", text)
    return text if match is None else "\n" * (match.end() // 2) + text[match.end() :]


# --- the child process -----------------------------------------------------------------------------

_CHILD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from initscope_lint.source.parse import _child
_child(int(sys.argv[2]))
"""


def _try_in_child(text: str, time_limit: float) -> str | None:
    """Parse in a child process; None if it ended in time and alive, whatever the parser said, else what went wrong."""
    import json
    import subprocess

    # Isolated, with our own import path: the linted project, often the working directory, must not be imported.
    command = [sys.executable, "-I", "-c", _CHILD, json.dumps(sys.path), str(2 * math.ceil(time_limit))]
    try:
        child = subprocess.run(
            command,
            input=text.encode("utf-8", "surrogatepass"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"not parsed within {time_limit:g} seconds"
    except OSError as error:
        return f"cannot start a process to parse it in: {error.strerror or error}"
    return None if child.returncode == 0 else "too complex to parse"


def _child(seconds: int) -> None:
    """The child's whole work: what the parent would do with the text, from parsing to positions.

    ``seconds`` of work end it where its parent cannot, because it has been killed.
    """
    with contextlib.suppress(ImportError):  # there is no such module on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    from initscope_lint.ir.libcst_tree import tree_of
    from initscope_lint.ir.lower import lower

    text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
    module = _parse(text, "<stdin>")
    if not isinstance(module, SourceError):
        lower(tree_of(module))
