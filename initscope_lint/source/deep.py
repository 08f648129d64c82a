"""Running a deeply recursive function with room for its recursion.

``initscope_lint.source.parse`` bounds how deeply source code nests, but the bound lies above what Python's default
recursion limit allows, and a main thread's stack may be small where Python calls use the C stack.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from initscope_lint.source.interrupts import undisturbed

Result = TypeVar("Result")

RECURSION_LIMIT = 50_000
"""Python frames; ten times what the deepest accepted module needs."""

STACK_BYTES = 256 * 1024 * 1024
"""Bytes of address space for the thread's stack; only what is touched is ever allocated."""

_PATIENCE = 0.1
"""Seconds in which a thread should have heard that it is to end."""

_lock = threading.Lock()
_here = threading.local()


def run_deep(function: Callable[[], Result]) -> Result:
    """``function()``, in a thread of its own with a large stack and a high recursion limit.

    What the function raises is raised here. The recursion limit belongs to the whole process, so calls queue up; a
    call from inside such a thread runs at once, where it is.
    """
    if getattr(_here, "deep", False):
        return function()
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def body() -> None:
        _here.deep = True
        try:
            outcome.append(function())
        except BaseException as error:
            failure.append(error)

    with _lock:
        limit, stack = sys.getrecursionlimit(), threading.stack_size()
        try:
            with contextlib.suppress(ValueError, RuntimeError):  # a platform may not let us choose
                threading.stack_size(STACK_BYTES)
            sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
            thread = threading.Thread(target=body, name="initscope-lint-deep", daemon=True)
            try:
                with undisturbed():
                    thread.start()
                thread.join()
            except KeyboardInterrupt:
                _interrupt(thread)
                raise
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(stack)
    if failure:
        raise failure[0]
    return outcome[0]


def _interrupt(thread: threading.Thread) -> None:
    """End a thread where it is. Without this it would run on, and the process with it."""
    import ctypes

    identity, interrupt = ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt)
    told = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        with undisturbed():
            while thread.is_alive():  # where it is, exceptions may go unheard: in a callback of the import system, say
                ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, interrupt)
                thread.join(_PATIENCE)
    finally:
        sys.unraisablehook = told
