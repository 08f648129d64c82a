"""The JSON document of ``stack``, version 1: every point of each file with the contexts in which it can run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from initscope_lint.report.diagnostic import Context, Point
from initscope_lint.report.display import path_text
from initscope_lint.report.json import VERSION, dump, frame


def render(files: Mapping[str, Sequence[Point]]) -> str:
    """Return the whole document, with a final line end. Files and points keep their order."""
    return dump(
        {
            "version": VERSION,
            "files": [
                {
                    "path": path_text(path),
                    "points": [
                        {
                            "line": point.line,
                            "column": point.column,
                            "contexts": [context_object(context) for context in point.contexts],
                        }
                        for point in points
                    ],
                }
                for path, points in files.items()
            ],
        }
    )


def context_object(value: Context) -> dict[str, Any]:
    """Return a context as the contract has it."""
    return {
        "resolved": value.resolved,
        "executing_eagerly": value.executing_eagerly,
        "building_function": value.building_function,
        "branch": value.branch,
        "lifted": value.lifted,
        "tape": value.tape,
        "control_dependencies": value.control_dependencies,
        "stack": [frame(entry) for entry in value.stack],
        "via": [{"path": path_text(path), "line": line} for path, line in value.via],
    }
