"""A corpus on real clusters: of this process, and of a scheduler and two workers, one of which is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

pytestmark = pytest.mark.cluster

ROOT = Path(__file__).parents[2]
MISTAKE = "import tensorflow as tf\n\n@tf.function\ndef f():\n    return tf.Variable(1.0)\n\nf()\n"
PROJECTS = 16


def start(stack: ExitStack, module: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """A process that ends with the test."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], env=environment, stderr=subprocess.PIPE, text=True, **options
    )  # type: ignore[call-overload]
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def progress(lines: Iterable[str]) -> Iterator[str]:
    """How far a run says that it is, among what Dask may have to say (a result that died with its worker)."""
    for line in lines:
        word = line.partition(" ")[0]
        if word.endswith(f"/{PROJECTS}"):
            yield word


def counted(first: int) -> list[str]:
    return [f"{number}/{PROJECTS}" for number in range(first, PROJECTS + 1)]


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    for number in range(PROJECTS):
        (tmp_path / f"project{number}").mkdir()
        (tmp_path / f"project{number}" / "m.py").write_text(MISTAKE)
    path = tmp_path / "list.txt"
    path.write_text("".join(f"project{number}\n" for number in range(PROJECTS)))
    return path


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def found(results: Path) -> list[tuple[str, list[str]]]:
    records = [json.loads(line) for line in results.read_text().splitlines()]
    return sorted(
        (Path(each["source"]).name, [one["code"] for one in each["report"]["diagnostics"]]) for each in records
    )


EXPECTED = sorted((f"project{number}", ["ISL101"]) for number in range(PROJECTS))


def test_nothing_is_lost_or_doubled_when_a_worker_is_killed(listing: Path, processes: ExitStack) -> None:
    """Its projects would have no line in the results, or two."""
    from distributed import Client

    scheduler = start(processes, "distributed.cli.dask_scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard")
    address = next(word for line in scheduler.stderr or () for word in line.split() if word.startswith("tcp://"))
    options = ["--host=127.0.0.1", "--nthreads=1", "--no-nanny", "--no-dashboard"]
    workers = {
        name: start(processes, "distributed.cli.dask_worker", address, f"--name={name}", *options)
        for name in ("one", "two")
    }
    with Client(address) as client:
        client.wait_for_workers(2)
        names = {worker: each["name"] for worker, each in client.scheduler_info(n_workers=-1)["workers"].items()}
        results = listing.with_name("results.jsonl")
        corpus = start(
            processes, "initscope_lint", "corpus", str(listing), "--scheduler", address, "--output", str(results)
        )
        assert corpus.stderr is not None
        said = progress(corpus.stderr)
        assert counted(1)[0] == next(said)
        busy = {worker: keys for worker, keys in client.processing().items() if keys}
        victim = next(iter(busy))
        workers[names[victim]].kill()
        assert counted(2) == list(said)
        assert 0 == corpus.wait()
        assert victim not in client.scheduler_info(n_workers=-1)["workers"]
    assert EXPECTED == found(results)


def test_a_run_that_was_killed_goes_on(listing: Path, processes: ExitStack) -> None:
    """On the cores of this machine."""
    results = listing.with_name("results.jsonl")
    arguments = ["corpus", str(listing), "--output", str(results)]
    first = start(processes, "initscope_lint", *arguments)
    assert first.stderr is not None and counted(1)[0] == next(progress(first.stderr))
    first.kill()
    first.wait()
    done = len(results.read_bytes().split(b"\n")) - 1
    assert 0 < done < PROJECTS
    second = start(processes, "initscope_lint", *arguments)
    assert second.stderr is not None
    assert counted(done + 1) == list(progress(second.stderr))
    assert EXPECTED == found(results)


def test_a_project_that_fails_does_not_stop_the_others(listing: Path, processes: ExitStack) -> None:
    listing.write_text("missing\nproject0\n")
    results = listing.with_name("results.jsonl")
    run = start(processes, "initscope_lint", "corpus", str(listing), "--output", str(results), "--retries=1")
    assert run.stderr is not None and "there is no such directory" in run.stderr.read()
    assert 2 == run.wait()
    errors = {Path(each["source"]).name: each["error"] for each in map(json.loads, results.read_text().splitlines())}
    assert {"missing": "there is no such directory", "project0": None} == errors


def test_a_scheduler_that_is_not_there(
    listing: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from initscope_lint import cli
    from initscope_lint.corpus import cluster

    monkeypatch.setattr(cluster, "CONNECTING", 0.5)
    arguments = ["corpus", str(listing), "--output", str(listing.with_name("r")), "--scheduler", "tcp://127.0.0.1:9"]
    assert 2 == cli.main(arguments)
    assert "Error: cannot connect to the scheduler tcp://127.0.0.1:9: " in capfd.readouterr().err
