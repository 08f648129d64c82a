"""What the parts of units say together, whether they are as the interpreter made them or as a record has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from typing import Protocol, TypeVar

from initscope_lint.interpreter.results import Site

_NOBODY: frozenset[str] = frozenset()


class Late(Protocol):
    """A scope that was made, or entered without effect: it is worth a word only if no part says otherwise."""

    @property
    def site(self) -> Site: ...

    @property
    def at_module_level(self) -> bool: ...


_Late = TypeVar("_Late", bound=Late, covariant=True)


class Said(Protocol[_Late]):
    """What joining takes of a part; see `Part`."""

    @property
    def entry(self) -> Site | None: ...

    @property
    def made(self) -> Sequence[_Late]: ...

    @property
    def scopes(self) -> Mapping[Site, Sequence[_Late | None]]: ...

    @property
    def entered(self) -> Set[Site]: ...

    @property
    def idle_tape(self) -> bool: ...


def callers(executed: Iterable[tuple[str, Set[Site]]]) -> dict[Site, set[str]]:
    """The units that call each function, by the function's definition, from the functions that each unit executes."""
    found: dict[Site, set[str]] = {}
    for path, functions in executed:
        for function in functions:
            found.setdefault(function, set()).add(path)
    return found


def holds(entry: Site | None, path: str, calling: Mapping[Site, Set[str]]) -> bool:
    """Whether a part of the unit at ``path`` says something: an entry point that another unit calls is none."""
    return entry is None or calling.get(entry, _NOBODY) <= {path}


def late(parts: Collection[Said[_Late]]) -> Iterator[_Late]:
    """What holds only if no part says otherwise: scopes that are never entered, or have no effect at any entry."""
    entered = {site for part in parts for site in part.entered}
    for part in parts:
        yield from (scope for scope in part.made if scope.site not in entered)
    if any(part.idle_tape for part in parts):
        return  # a tape that is opened under a scope records nothing
    uncalled = any(part.entry is not None for part in parts)
    scopes: dict[Site, list[_Late | None]] = {}
    for part in parts:
        for site, entries in part.scopes.items():
            scopes.setdefault(site, []).extend(entries)
    for found in scopes.values():
        first = found[0]
        if first is not None and all(found) and (first.at_module_level or not uncalled):
            yield first
