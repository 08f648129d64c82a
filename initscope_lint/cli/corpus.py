"""``initscope-lint corpus``."""

from __future__ import annotations

from pathlib import Path

import click

from initscope_lint.cli.output import COULD_NOT_WORK, Unable, shown


@click.command(short_help="Lint many projects, on many machines.")
@click.argument("listing", type=click.Path(path_type=Path), metavar="LIST")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS]...")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The scheduler of a Dask cluster, such as tcp://host:8786. Without it the cores of this machine do the work.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("corpus.jsonl"),
    show_default=True,
    metavar="FILE",
    help="The results, a line of JSON for each project. What is in it already is not linted again.",
)
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    metavar="N",
    help="How often to try again what cannot be fetched.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=3600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the linter may take for a project.",
)
def corpus(
    listing: Path, options: tuple[str, ...], scheduler: str | None, output: Path, retries: int, timeout: float
) -> int:
    """Lint the projects that LIST names, a line each, as tasks of Dask distributed (extra `cluster`).

    A line is a release (`name==version`), a repository (`git+URL@REVISION`) or a directory. What follows `--` are
    options of `check`. Exit status: 0 all were linted, 2 something could not be.
    """
    from initscope_lint.corpus.cluster import NoCluster, lint_all
    from initscope_lint.corpus.sources import read_list
    from initscope_lint.corpus.store import OtherRun, Store

    try:
        sources = read_list(listing)
        store = Store(output, options)
    except (OSError, UnicodeDecodeError) as error:
        raise Unable(f"cannot read {listing} or write {output}: {error}") from error
    except OtherRun as error:
        raise Unable(str(error)) from error
    waiting = [source for source in sources if source not in store.done]
    failed = 0
    try:
        records = lint_all(waiting, options, scheduler=scheduler, retries=retries, time_limit=timeout)
        for number, record in enumerate(records, len(sources) - len(waiting) + 1):
            store.add(record)
            said = record.error or f"{len((record.report or {})['diagnostics'])} reported"
            click.echo(shown(f"{number}/{len(sources)} {record.source}: {said}"), err=True)
            failed += record.error is not None
    except NoCluster as error:
        raise Unable(str(error)) from error
    finally:
        store.close()
    return COULD_NOT_WORK if failed else 0
