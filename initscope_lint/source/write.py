"""Files written wholly or not at all; a changed text back to the file that it came from only if it is what was read."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from initscope_lint.source.decode import SourceText

_BESIDE = ".initscope-lint-"


def put(path: Path, data: bytes) -> None:
    """Make ``data`` all that a file holds; what is no file, such as a device, just gets it.

    Raises OSError if that cannot be done; then the file is what it was.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    target = os.path.realpath(path)
    beside = os.path.join(os.path.dirname(target), f"{_BESIDE}{os.getpid()}-{secrets.token_hex(8)}")
    try:
        with open(beside, "xb") as file:
            file.write(data)
        if os.path.exists(target):
            shutil.copymode(target, beside)
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


class NotWritten(Exception):
    """A file that was left as it is; the text says why."""


def rewrite(path: Path, read: SourceText, text: str) -> None:
    """Replace what was ``read`` from a file by a text, in its encoding and with its mode.

    Where the path is a link, what it leads to is replaced.

    Raises NotWritten if the file is not any more what was read, or cannot be written.
    """
    target = os.path.realpath(path)
    try:
        before, after = read.text.encode(read.encoding), text.encode(read.encoding)
        now = Path(target).read_bytes()
        if now != before:
            same = now.decode(read.encoding, "replace") == read.text
            raise NotWritten(
                f"{read.encoding} does not give its bytes back" if same else "it has changed since it was read"
            )
        put(Path(target), after)
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from error
    except UnicodeError as error:
        raise NotWritten(f"cannot encode it as {read.encoding}") from error
