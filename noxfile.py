"""What a change has to pass, a session each. `.ci/run` does the same without nox, in one go."""

from __future__ import annotations

import nox

PYTHONS = ["3.10", "3.11", "3.12", "3.13"]

nox.options.sessions = ["lint", "types", "tests"]
# A session that is asked for and cannot run has not passed.
nox.options.error_on_missing_interpreters = True


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests that need no TensorFlow."""
    session.install("-e", ".[dev]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def matrix(session: nox.Session) -> None:
    """Run these tests under every Python there is support for."""
    session.install("-e", ".[dev]")
    session.run("pytest", *session.posargs)


@nox.session(python=PYTHONS)
def findings(session: nox.Session) -> None:
    """Lint the fixtures under each of these Pythons: the reports have to be the same, byte for byte."""
    session.install("-e", ".")
    report, first = (session.cache_dir / f"findings-{python}.json" for python in (session.python, PYTHONS[0]))
    options = ["--isolated", "--no-cache", "--pedantic", "--output-format", "json", "--output-file", str(report)]
    session.run("python", "-m", "initscope_lint", "check", *options, "fixtures", success_codes=[1])
    if report.read_bytes() != first.read_bytes():
        session.error(f"{report} is not what {first} is")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install("ruff")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".[dev]")
    session.run("mypy")


@nox.session
def install(session: nox.Session) -> None:
    """Run the pre-commit hooks and the steps of the action, which install the linter from here."""
    session.install("-e", ".[dev]")
    session.run("pytest", "-m", "installs", *session.posargs)


@nox.session
def cluster(session: nox.Session) -> None:
    """Lint a corpus on a Dask cluster of which a worker is killed."""
    session.install("-e", ".[dev,cluster]")
    session.run("pytest", "-m", "cluster", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in what the linter needs to run."""
    session.install("pip-audit")
    session.run("pip-audit", ".", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Try inputs that nobody would write, as many as `--count` says."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "tests.fuzz.run", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site; a warning is an error."""
    session.install("-e", ".[docs]")
    session.run("mkdocs", "build", "--site-dir", session.create_tmp())


@nox.session
def oracle(session: nox.Session) -> None:
    """Hold fixtures, catalogue and random programs to TensorFlow 2.21."""
    session.install("-e", ".[dev]", "tensorflow-cpu==2.21.0", "tf_keras==2.21.0")
    session.run("python", "tests/oracle/run.py")
    session.run("python", "-m", "tests.semantics.measure", "--check", "python")
    session.run("pytest", "-m", "tensorflow", "-k", "not measured_afresh", *session.posargs)


@nox.session
def ecosystem(session: nox.Session) -> None:
    """Lint other people's packages and repositories, and show what has changed since it was recorded."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "tests.ecosystem", str(session.cache_dir / "ecosystem"), *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure the linter beside libcst and other linters, and write docs/performance.md."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "benchmarks", str(session.cache_dir / "benchmarks"), *session.posargs)


@nox.session(name="oracle-1.15", python="3.7", venv_backend="venv")
def oracle_1_15(session: nox.Session) -> None:
    """Hold the fixtures to TensorFlow 1.15, the last of which ran on Python 3.7."""
    session.install("tensorflow==1.15.5", "protobuf<3.21", "numpy<1.19")
    session.run("python", "tests/oracle/run.py", *session.posargs)
