"""The program that a notebook makes."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint.source.notebook import NotebookError, cell_and_line, program


def notebook(*cells: str, **metadata: object) -> bytes:
    """A notebook with these code cells, between cells of text."""
    text = {"cell_type": "markdown", "source": ["# text"]}
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": [text, *code, text], "metadata": metadata}).encode()


def python(cell: str) -> str:
    """What becomes of a cell."""
    return program(notebook(cell)).text.removesuffix("\n")


def test_cells_in_order() -> None:
    """A name that one cell binds is not known in the next, or a line is found in the wrong cell."""
    found = program(notebook("import a\nx = 1", "", "y = x\n"))
    assert ("import a\nx = 1\n\ny = x\n\n", (1, 3, 4)) == (found.text, found.starts)
    assert [(1, 1), (1, 2), (2, 1), (3, 1), (3, 2)] == [cell_and_line(found.starts, line) for line in range(1, 6)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline", "pass"),
        ("if x:\n    !ls\n    y", "if x:\n    pass\n    y"),
        ("files = !ls *.py", "files = input()"),
        ("t = %timeit -o f(x)", "t = input()"),
        ("?tf.function", "pass"),
        ("tf.function??", "pass"),
        ("!pip install \\\n  tensorflow\nx", "pass\n\nx"),
        ("%%bash\nls (\n", "\n\n"),
        ("\n%%time\nx = 1", "\npass\nx = 1"),
        ("x = (a\n  % b)\n% c", "x = (a\n  % b)\npass"),
        ("x = a \\\n% b", "x = a \\\n% b"),
        ("x = '''\n% b\n!ls\n'''\n%who", "x = '''\n% b\n!ls\n'''\npass"),
        ("x = '(' # (\n%who", "x = '(' # (\npass"),
        ("x = y == !z", "x = y == !z"),
        ("# what?\nx = 'why?'", "# what?\nx = 'why?'"),
        ("ls ./data/", "pass"),
        ("pip install tensorflow", "pass"),
        ("cd ..\nls\nls -la", "pass\npass\npass"),
        ("ls = 1\nrm.x = 2\ncp [0]\nmv in x\nls * 2\ncatch", "ls = 1\nrm.x = 2\ncp [0]\nmv in x\nls * 2\ncatch"),
        ("  def f():\n    x\n  y\n\nz", "def f():\n  x\ny\n\nz"),
        ("x = 5 % 3\nassert x != 2", "x = 5 % 3\nassert x != 2"),
    ],
)
def test_what_only_ipython_understands(cell: str, expected: str) -> None:
    """A notebook with a magic is a syntax error, or an expression is taken for one."""
    assert expected == python(cell)


@pytest.mark.parametrize("line", [" " * 200_000 + "]", "x" + " " * 200_000 + ")", "a? " * 70_000 + "]", "'" * 200_001])
def test_long_lines(line: str) -> None:
    """A line that somebody made takes hours: twice the length must not take four times as long."""
    assert f"x\n{line}" == python(f"x\n{line}")


def test_source_as_one_text() -> None:
    """The other form that the format allows is not read."""
    data = {"nbformat": 4, "cells": [{"cell_type": "code", "source": "a\r\nb"}]}
    assert "a\nb\n" == program(json.dumps(data).encode()).text


@pytest.mark.parametrize("metadata", [{"language_info": {"name": "julia"}}, {"kernelspec": {"language": "R"}}])
def test_other_languages_are_empty(metadata: dict[str, object]) -> None:
    """A notebook in another language is full of syntax errors."""
    assert "" == program(notebook("x <- 1", **metadata)).text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a notebook: Input data was truncated"),
        (b"[]", "not a notebook: Expected `object`, got `array`"),
        (
            b'{"nbformat": 4, "cells": [{}]}',
            "not a notebook: Object missing required field `cell_type` - at `$.cells[0]`",
        ),
        (b'{"nbformat": 3, "worksheets": []}', "a notebook of format 3, and only 4 is known"),
    ],
)
def test_what_is_no_notebook(data: bytes, message: str) -> None:
    """A file that is not read passes, or its reader cannot tell why not."""
    with pytest.raises(NotebookError) as caught:
        program(data)
    assert message == str(caught.value)


@given(st.lists(st.text(alphabet="ab =%!?()[]'\"\\\n#:", max_size=40), min_size=1, max_size=4))
def test_lines_keep_their_places(cells: list[str]) -> None:
    """Positions in some notebook are wrong."""
    found = program(notebook(*cells))
    assert found.text.count("\n") == sum(len(cell.split("\n")) for cell in cells)
    assert len(cells) == len(found.starts)


@given(
    st.sampled_from(["x = [1,\n2]\n", "def f():\n    return '''\n%d'''\n", "y = a % b\n", "z = {  # ?\n}\n"]),
    st.integers(1, 3),
)
def test_python_stays_as_it_is(cell: str, times: int) -> None:
    """A cell without magics is changed."""
    assert ast.dump(ast.parse(cell * times)) == ast.dump(ast.parse(python(cell * times)))
