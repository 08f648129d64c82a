"""The pages in HTML: safe to open, whole without a network, and drawn by a real browser where there is one."""

from __future__ import annotations

import html.parser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from initscope_lint.report import html as check_html
from initscope_lint.report import stack_html
from initscope_lint.report.diagnostic import Context, Diagnostic, Frame, Location, Point, Severity, Span, Summary
from initscope_lint.report.report import Report

SOURCE = """\
import tensorflow as tf
@tf.function
def f(x):
    with tf.init_scope():
        a = tf.constant(
            1.0)
    return x
    never()
f(1)
"""
LINES = SOURCE.splitlines()
EAGER = Frame("eager", "", "a.py", 1)
FUNCTION = Frame("function", "f", "a.py", 3)
LIFTED = Frame("eager", "", "a.py", 4)


def context(resolved: str, *stack: Frame, via: tuple[tuple[str, int], ...] = (), lifted: bool = False) -> Context:
    """A context in which nothing is unknown."""
    eagerly = resolved == "eager"
    tape = "paused" if lifted else "none"
    return Context(resolved, eagerly, not eagerly, False, lifted, tape, "none", stack, via)


MODULE = context("eager", EAGER)
IN_F = context("function", EAGER, FUNCTION, via=(("a.py", 9),))
ELSEWHERE = context("function", EAGER, FUNCTION, via=(("b.py", 2),))
POINTS = [
    Point(1, 1, (MODULE,)),
    Point(3, 1, (MODULE,)),
    Point(4, 5, (IN_F, ELSEWHERE)),
    Point(5, 9, (context("eager", EAGER, FUNCTION, LIFTED, via=(("a.py", 9),), lifted=True),)),
    Point(7, 5, (IN_F, ELSEWHERE)),
    Point(8, 5, ()),
    Point(9, 1, (MODULE,)),
]
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b]0;&\"'"
FOUND = Diagnostic(
    "ISL201",
    "symbolic-tensor-in-init-scope",
    Severity.ERROR,
    "a.py",
    Span(5, 13, 6, 17),
    EVIL,
    help=EVIL,
    raises=EVIL,
    stack=(EAGER, Frame("function", EVIL, EVIL, 3)),
    trace=(Location(EVIL, 9, 1, EVIL),),
)


def stack_page() -> str:
    """A page on a file in which every kind of row is."""
    return "".join(stack_html.render({"a.py": POINTS}, {"a.py": LINES}, [FOUND]))


def check_page() -> str:
    """A page on a run with two findings."""
    note = Diagnostic("ISL303", "n", Severity.NOTE, f"{EVIL}.py", Span(1, 1, 1, 1), "m")
    report = Report([FOUND, note], Summary(2, 2, 0, 0, 0), lambda path: [*LINES, EVIL])
    return "".join(check_html.render(report))


class _Page(html.parser.HTMLParser):
    """What a page is made of; complains of what is not closed."""

    _VOID = frozenset({"meta", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.island = ""
        self._open: list[str] = []
        self._in_island = False
        self.feed(text)
        assert [] == self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._in_island = ("id", "data") in attrs
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._open.pop()
        self._in_island = False

    def handle_data(self, data: str) -> None:
        if self._in_island:
            self.island += data


@pytest.mark.parametrize(("make", "scripts"), [(stack_page, 2), (check_page, 1)])
def test_nothing_of_a_program_gets_out(make: object, scripts: int) -> None:
    """A path, a name or a message is taken for HTML, runs as a script, or steers the text of the page."""
    assert callable(make)
    text = make()
    page = _Page(text)
    assert (scripts, 0) == (page.tags.count("script"), page.tags.count("img"))
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert "\u202e" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("make", [stack_page, check_page])
def test_nothing_is_fetched(make: object) -> None:
    """A page needs a network, or tells somebody that it was opened."""
    assert callable(make)
    text = make()
    page = _Page(text)
    assert "default-src 'none'" in text
    assert not {"link", "iframe", "object", "embed"} & set(page.tags)
    assert all(name not in ("src", "href") or (value or "").startswith("#") for name, value in page.attributes)
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", text)


def test_what_the_script_knows() -> None:
    """The arrow of a lifted scope leads to the wrong entry, or two contexts of a line are taken for one."""
    data = json.loads(_Page(stack_page()).island)
    lifted = next(each for each in data["contexts"] if each["lifted"])
    assert 0 == lifted["lands"]
    assert "lifted past function f; tape paused" == lifted["remarks"]
    assert ["a.py"] == data["files"]
    paths = [each["path"] for each in data["contexts"] if each["stack"][-1]["kind"] == "function"]
    assert 2 == len(set(paths))


def browser() -> str | None:
    """A Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def drawn(page: str, directory: Path) -> str:
    """What a browser makes of a page, once its script has run."""
    file = directory / "page.html"
    file.write_text(page, "utf-8")
    command = [browser() or "", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={directory}/user"]
    run = subprocess.run(
        [*command, "--virtual-time-budget=2000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return run.stdout


def cells(dom: str, line: int) -> list[str]:
    """The classes of the blocks that are drawn beside a line."""
    row = re.search(rf'<tr [^>]*id="f0L{line}".*?</tr>', dom, re.DOTALL)
    assert row is not None
    return re.findall(r'<span class="((?:frame|none)[^"]*)"', row[0])


needs_browser = pytest.mark.skipif(browser() is None, reason="needs chromium")


@needs_browser
def test_a_browser_draws_the_stack(tmp_path: Path) -> None:
    """The script does not run, or the blocks do not grow and shrink with the stack."""
    dom = drawn(stack_page(), tmp_path)
    assert ["frame eager top", "none", "none"] == cells(dom, 1)
    assert ["frame eager", "frame function top", "none"] == cells(dom, 4)
    assert ["frame eager", "frame function under", "frame eager top"] == cells(dom, 5)
    assert ["frame eager", "frame function", "frame eager"] == cells(dom, 6)
    assert ["frame eager", "frame function", "none"] == [each.replace(" top", "") for each in cells(dom, 7)]
    assert 1 == dom.count("<svg")
    assert "tape paused" in dom
    assert re.search(r'id="f0L4".*?<button[^>]*>1/2</button>', dom, re.DOTALL)
    assert re.search(r"<aside.*?Line 5.*?function f.*?</aside>", dom, re.DOTALL)


@needs_browser
def test_keys_and_call_paths(tmp_path: Path) -> None:
    """The page cannot be used without a mouse, or a call path shows the contexts of another."""
    script = """
    const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    document.getElementById("f0L3").focus(); press("ArrowDown"); press("ArrowRight");
    document.title = document.activeElement.id + " " + document.querySelector("#panel").textContent;
    const path = document.getElementById("path"); path.value = "2"; path.dispatchEvent(new Event("change"));
    const dimmed = [...document.querySelectorAll("tr.elsewhere")];
    document.body.dataset.elsewhere = dimmed.map((row) => row.dataset.line).join();
    """
    dom = drawn(stack_page().replace("</body>", f"<script>{script}</script></body>"), tmp_path)
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title is not None
    assert title[1].startswith("f0L4 Line 4Context 2 of 2")
    assert "b.py:2" in title[1]
    assert 'data-elsewhere="1,2,3,5,6,9"' in dom


@needs_browser
def test_choice_of_findings(tmp_path: Path) -> None:
    """A finding of a severity that is not wanted stays, or one that is wanted goes."""
    script = "const box = document.querySelector('input[value=note]'); box.click();"
    dom = drawn(check_page().replace("</body>", f"<script>{script}</script></body>"), tmp_path)
    hidden = ["hidden" in each for each in re.findall(r"<article[^>]*>", dom)]
    assert [False, True] == hidden
