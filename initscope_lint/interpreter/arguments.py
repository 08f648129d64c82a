"""The evaluated arguments of a call."""

from __future__ import annotations

import dataclasses

from initscope_lint.interpreter.values import Value


@dataclasses.dataclass(slots=True)
class Arguments:
    """Evaluated arguments. ``rest``: a ``*`` or ``**`` of unknown content was among them."""

    args: tuple[Value, ...] = ()
    kwargs: dict[str, Value] = dataclasses.field(default_factory=dict)
    rest: bool = False

    def get(self, position: int, name: str) -> Value | None:
        """An argument by position or name."""
        if name in self.kwargs:
            return self.kwargs[name]
        if position < len(self.args):
            return self.args[position]
        return None

    def all(self) -> tuple[Value, ...]:
        """Every argument."""
        return (*self.args, *self.kwargs.values())

    def prepend(self, *values: Value) -> Arguments:
        """The same with values in front."""
        return Arguments((*values, *self.args), self.kwargs, self.rest)
