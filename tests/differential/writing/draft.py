"""What every part of the generator uses: drawing, writing lines, names of tensors, and what a place may refer to."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


@dataclasses.dataclass
class Scope:
    """What the code at hand may refer to."""

    tensors: list[str]
    """Names that can be computed with here."""
    others: list[str]
    """Names that are bound, but to tensors of another context."""
    method: bool = False
    loop: bool = False
    tape: str | None = None
    depth: int = 0
    tensor_loop: bool = False
    """In a body that AutoGraph may trace once: names keep their kind and shape."""
    graph: bool = False
    """In a graph of its own, where nothing made outside can be used."""
    function: bool = False
    """In a function, whose names are not the module's."""
    key: str | None = None
    """A Python value that callers choose."""
    outer: tuple[str, ...] = ()
    """Names of an enclosing function, which cannot be rebound here."""

    def own(self) -> list[str]:
        """Names that can be computed with and rebound here, the latest first."""
        return [name for name in self.tensors[::-1] if name not in self.outer]

    def inside(self, keep: bool = True) -> Scope:
        """The scope of a nested block; ``keep`` is false where the tensors of this one cannot be computed with."""
        if keep:
            return dataclasses.replace(self, tensors=list(self.tensors), others=list(self.others), depth=self.depth + 1)
        return dataclasses.replace(self, tensors=[], others=self.tensors + self.others, depth=self.depth + 1)


class Draft:
    """A program that is being written, drawing every choice."""

    def __init__(self, number: Callable[[int, int], int], target: str) -> None:
        self.number = number
        """Draws a number between two; shrinks towards the lower."""
        self.target = target
        self.lines: list[str] = []
        self.indent = 0
        self.count = 0
        self.risks = 0
        self.size = 0
        self.most = 20
        self.helpers: list[str] = []
        """Functions of one tensor that code may call."""
        self.scopes: list[str] = []
        """Context managers that the program defines."""
        self.generators: list[str] = []
        """Functions to iterate over."""
        self.lifted_generators: list[str] = []
        """Those that are suspended in an ``init_scope``."""
        self.decorators: list[str] = []
        self.makers: list[str] = []
        """Functions of no argument that make state whose value converts to a tensor."""
        self.graph_program = False
        self.inner = 0

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices; shrinks towards the first."""
        return choices[self.number(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """True in about ``percent`` of all cases; shrinks towards false."""
        return self.number(0, 99) >= 100 - percent

    def risk(self) -> bool:
        """Whether something that raises may be written here; uses the ration up."""
        if self.risks and self.chance(35):
            self.risks -= 1
            return True
        return False

    def line(self, text: str) -> None:
        """Write one line."""
        self.lines.append("    " * self.indent + text)

    @contextlib.contextmanager
    def block(self, header: str) -> Iterator[None]:
        """An indented block that begins with a probe."""
        self.line(header)
        self.indent += 1
        self.line("probe()")
        yield
        self.indent -= 1

    def gap(self) -> None:
        """The lines between definitions."""
        self.line("")
        self.line("")

    def fresh(self, prefix: str) -> str:
        """A name that is not in use."""
        self.count += 1
        return f"{prefix}{self.count}"

    def text(self) -> str:
        """The program; each probe is called by its line."""
        lines = "\n".join(self.lines).split("\n")
        return "\n".join(line.replace("probe()", f'probe("{number}")') for number, line in enumerate(lines, 1)) + "\n"

    def tensor(self, scope: Scope) -> str:
        """A name of a tensor that can be computed with here."""
        if not scope.tensors:
            name = self.fresh("c")
            self.line(f"{name} = tf.ones([2])")
            scope.tensors.append(name)
        return self.pick(scope.tensors[::-1])

    def scalar(self, scope: Scope) -> str:
        """A scalar tensor computed from one that can be computed with here."""
        return f"tf.reduce_sum({self.tensor(scope)})"

    def operation(self, scope: Scope) -> str:
        """An expression whose value has the shape of its main operand."""
        name = self.tensor(scope)
        return self.pick(
            [
                f"{name} * 2.0",
                f"tf.nn.relu({name})",
                f"{name} + {self.scalar(scope)}",
                f"tf.identity({name})",
                f"tf.stop_gradient({name})",
            ]
        )

    def result(self, scope: Scope) -> str:
        """What a function returns."""
        return self.pick([self.tensor(scope), self.scalar(scope)])

    def statements(self, scope: Scope, most: int = 4) -> None:
        """A few statements."""
        for _ in range(self.number(1, most)):
            self.statement(scope)

    def statement(self, scope: Scope) -> None:
        """One statement of any kind."""
        raise NotImplementedError

    def probe(self, scope: Scope) -> None:
        """A probe."""
        self.line("probe()")
