"""A changed text back to the file that it came from: wholly or not at all, and only if nobody else has changed it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from initscope_lint.source.decode import SourceText


class NotWritten(Exception):
    """A file that was left as it is; the text says why."""


def rewrite(path: Path, read: SourceText, text: str) -> None:
    """Replace what was ``read`` from a file by a text, in its encoding and with its mode.

    Where the path is a link, what it leads to is replaced.

    Raises NotWritten if the file is not any more what was read, or cannot be written.
    """
    target = os.path.realpath(path)
    temporary = None
    try:
        before, after = read.text.encode(read.encoding), text.encode(read.encoding)
        if Path(target).read_bytes() != before:
            raise NotWritten("it has changed since it was read")
        handle, temporary = tempfile.mkstemp(prefix=".initscope-lint-", dir=os.path.dirname(target))
        with open(handle, "wb") as file:
            file.write(after)
        shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from error
    except UnicodeError as error:
        raise NotWritten(f"cannot encode it as {read.encoding}") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):  # it has the name of the file by now
                os.unlink(temporary)
