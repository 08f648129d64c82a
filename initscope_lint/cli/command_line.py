"""What the options say."""

from __future__ import annotations

from pathlib import Path

import msgspec


class CommandLine(msgspec.Struct, frozen=True):
    """What the options say that a configuration file may say too. Rules and patterns may be joined by commas."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    target: str | None = None
    output_format: str | None = None
    config_file: Path | None = None
    isolated: bool = False
    cache_dir: Path | None = None
