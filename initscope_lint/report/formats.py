"""The names of the output formats of ``check``; each is a module of this package."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal["text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "html"]
FORMATS: tuple[str, ...] = get_args(Format)
