"""What an expression can be worth.

Values are immutable or live on the abstract heap: the mutable part of a heap object is its ``cells``, a dict that only
``heap.Store`` writes, so that every change can be undone and merged. ``ABSENT`` in a cell means "not there".
An ``Ite`` is a value that depends on an unknown condition; it is resolved where the condition is known.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from initscope_lint.interpreter.events import Failure
    from initscope_lint.interpreter.machine import Machine
    from initscope_lint.ir import nodes
    from initscope_lint.semantics.context import Graph, Stack

_ids = itertools.count(1)
_owner = 0


@contextlib.contextmanager
def owned_by(owner: int) -> Iterator[None]:
    """What comes to be meanwhile belongs to the run with this number."""
    global _owner
    before, _owner = _owner, owner
    try:
        yield
    finally:
        _owner = before


class Value:
    """Base of all values; compared by identity unless a class says otherwise."""

    __slots__ = ()


class Cells(dict[Hashable, Value]):
    """The mutable part of something; ``owner`` is the run of a module in which it came to be."""

    __slots__ = ("owner",)

    def __init__(self) -> None:
        self.owner = _owner


class Locals(Cells):
    """The names of a call. ``dead``: the call has ended, and nothing can read them any more."""

    __slots__ = ("dead",)

    def __init__(self) -> None:
        super().__init__()
        self.dead = False


class Fields(Cells):
    """The mutable part of an object that came to be at ``born``, in the order of identities."""

    __slots__ = ("born",)

    def __init__(self, born: int) -> None:
        super().__init__()
        self.born = born


class Absent(Value):
    """The content of a cell that holds nothing."""

    __slots__ = ()


ABSENT = Absent()


class Const(Value):
    """A Python constant: None, bool, int, float, str, bytes or Ellipsis."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: Final = value

    def same(self, other: Value) -> bool:
        """Equal in type and value (1, 1.0 and True are three constants)."""
        return isinstance(other, Const) and type(self.value) is type(other.value) and self.value == other.value


NONE = Const(None)
TRUE = Const(True)
FALSE = Const(False)


class Unknown(Value):
    """Something outside the program decides. The same Unknown is the same thing wherever it turns up.

    ``stable``: it can only change with the arguments of an entry point; an unstable one may be a guard in disguise.
    ``tensor_of``: if an operation consumes it, it is a tensor of this graph (an argument of a traced entry point).
    ``mark`` is one bit of 64: a set of marks says quickly what is certainly not in it.
    """

    __slots__ = ("cells", "mark", "stable", "tensor_of", "uid", "why")

    def __init__(
        self, uid: int, why: str, stable: bool, cells: dict[Hashable, Value], tensor_of: Graph | None = None
    ) -> None:
        self.uid: Final = uid
        self.why: Final = why
        self.stable: Final = stable
        self.cells: Final = cells
        self.tensor_of: Final = tensor_of
        self.mark: Final = 1 << (uid & 63)


class Ite(Value):
    """``then`` where the truth of ``cond`` is true, else ``other``.

    ``leaves`` is how many alternatives there are; ``lacks``: one of them is ABSENT; ``conditions`` are the marks of
    the conditions in it.
    """

    __slots__ = ("cond", "conditions", "lacks", "leaves", "other", "then")

    def __init__(self, cond: Unknown, then: Value, other: Value) -> None:
        self.cond: Final = cond
        self.then: Final = then
        self.other: Final = other
        count, lacks, conditions = 0, False, cond.mark
        for arm in (then, other):
            if isinstance(arm, Ite):
                count += arm.leaves
                lacks = lacks or arm.lacks
                conditions |= arm.conditions
            else:
                count += 1
                lacks = lacks or arm is ABSENT
        self.leaves: Final[int] = count
        self.lacks: Final[bool] = lacks
        self.conditions: Final[int] = conditions


def leaves(value: Value) -> int:
    """How many alternatives a value has."""
    return value.leaves if isinstance(value, Ite) else 1


class TupleValue(Value):
    """A tuple."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Value, ...]) -> None:
        self.items: Final = items


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class SliceValue(Value):
    parts: tuple[Value, Value, Value]


class Ref(Value):
    """Something imported, by its qualified name: a module, class, function or object outside the program."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: Final = name


class BoundRef(Value):
    """``self_value.name`` where the attribute is defined outside the program; ``name`` is ``Class.attribute``."""

    __slots__ = ("name", "self_value")

    def __init__(self, self_value: Value, name: str) -> None:
        self.self_value: Final = self_value
        self.name: Final = name


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Tensor(Value):
    """A tensor. ``graph`` None is an eager tensor.

    ``depends``: the function-building graphs on whose placeholders (arguments, captures) it depends.
    ``shape``: static shape where known, dimensions are ints or None.
    """

    uid: int
    graph: Graph | None
    site: Any
    what: str = "tensor"
    depends: frozenset[Graph] = frozenset()
    shape: tuple[int | None, ...] | None = None
    constant: Any = None
    flow: bool = False
    """Made inside a control-flow context of version 1."""
    dtype: Value | None = None
    """``tensor.dtype`` where it is known."""
    live: frozenset[int] | None = None
    """The variables and tensors to which a gradient would find its way back; None where that is not known."""
    lost: frozenset[int] = frozenset()
    """Those from which it was computed where no tape records."""
    like: int | None = None
    """For a placeholder: the tensor that was given for it, whose static properties it has."""


class HeapObject(Value):
    """An object with identity and mutable cells."""

    __slots__ = ("cells", "uid")

    def __init__(self) -> None:
        self.uid = next(_ids)
        self.cells: dict[Hashable, Value] = Cells()


class ListObject(HeapObject):
    """A list, set, deque or a bytearray: cell ``items`` holds a TupleValue or an Unknown."""

    __slots__ = ("kind",)

    def __init__(self, items: Value, kind: str = "list") -> None:
        super().__init__()
        self.cells = Fields(self.uid)
        self.kind = kind
        self.cells["items"] = items


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class NameList(Value):
    """``dir(owner)``."""

    owner: Value


OPEN = "\0open"


class DictObject(HeapObject):
    """A dict: one cell a key; the cell ``OPEN`` is true where unknown keys may be present."""

    __slots__ = ("factory", "keys", "kind")

    def __init__(self, kind: str = "dict") -> None:
        super().__init__()
        self.cells = Fields(self.uid)
        self.kind = kind
        self.keys: dict[Hashable, Value] = {}
        """The key values by their hashable form; never shrinks."""
        self.factory: Value | None = None
        """What makes the value of a missing key (``defaultdict``)."""

    def slot(self, key: Hashable) -> Hashable:
        """The cell that holds the value at a key, given in its hashable form."""
        return ("key", key)

    @property
    def open(self) -> Value:
        """Whether keys that the interpreter has not seen may be present."""
        return self.cells.get(OPEN, FALSE)


def open_slot(key: Hashable) -> str:
    """The cell of an attribute whose name the program does not say, by the hashable form of the name."""
    return f"\0open {key}"


class AttributeDict(DictObject):
    """``instance.__dict__``: a view on the instance's own cells."""

    __slots__ = ()

    def __init__(self, cells: dict[Hashable, Value]) -> None:
        super().__init__("attributes")
        self.cells = cells
        for name in cells:
            if not isinstance(name, str) or not name.startswith("\0"):
                self.keys[("c", str, name)] = Const(name)

    def slot(self, key: Hashable) -> Hashable:
        """Attribute names are the keys."""
        return key[2] if isinstance(key, tuple) and len(key) == 3 and key[0] == "c" else open_slot(key)


class Module(HeapObject):
    """A module of the program; ``cells`` are its globals.

    ``path`` is how reports name its file, ``ir`` its code: None for a namespace package, which has none.
    """

    __slots__ = ("ir", "loading", "name", "open", "path", "stars", "vm")

    def __init__(self, name: str, path: str, ir: nodes.Module | None) -> None:
        super().__init__()
        self.name = name
        self.path = path
        self.ir = ir
        self.loading = False
        self.open = False
        """Names may be bound that the interpreter has not seen: a star import, a statement that raised."""
        self.stars: list[str] = []
        """The modules outside of the program that are star-imported, in order."""
        self.vm: Machine | None = None
        """What ran the body."""


class FunctionObject(HeapObject):
    """A function or lambda of the program, with its closure."""

    __slots__ = ("converted", "defaults", "frame", "module", "node", "owner")

    def __init__(
        self,
        node: nodes.FunctionDef,
        frame: Any,
        module: Any,
        defaults: dict[str, Value],
        owner: Any,
        converted: bool = False,
    ) -> None:
        super().__init__()
        self.node = node
        self.converted = converted
        """Whether AutoGraph converted it with the function that it is written in, whatever its decorators say."""
        self.frame = frame
        self.module = module
        self.defaults = defaults
        self.owner = owner
        """The class whose body defines it, for ``super()``."""


class BoundMethod(Value):
    """A method of an object of the program."""

    __slots__ = ("function", "self_value")

    def __init__(self, function: Value, self_value: Value) -> None:
        self.function: Final = function
        self.self_value: Final = self_value


class ClassObject(HeapObject):
    """A class of the program. ``mro`` holds classes of the program, Refs and Unknowns, itself first."""

    __slots__ = ("bases", "module", "mro", "name", "node")

    def __init__(self, name: str, node: nodes.ClassDef, module: Any, bases: tuple[Value, ...]) -> None:
        super().__init__()
        self.name = name
        self.node = node
        self.module = module
        self.bases = bases
        self.mro: tuple[Value, ...] = (self,)


class Instance(HeapObject):
    """An instance of a class of the program, or of a class outside it (then ``cls`` is a Ref)."""

    __slots__ = ("cls", "site")

    def __init__(self, cls: ClassObject | Ref, site: Any) -> None:
        super().__init__()
        self.cells = Fields(self.uid)
        self.cls = cls
        self.site = site


class Descriptor(HeapObject):
    """``property``, ``staticmethod``, ``classmethod`` or ``cached_property`` around a function."""

    __slots__ = ("function", "kind", "setter")

    def __init__(self, kind: str, function: Value, setter: Value | None = None) -> None:
        super().__init__()
        self.kind = kind
        self.function = function
        self.setter = setter


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Partial(Value):
    """``functools.partial``."""

    function: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]


class Memoized(HeapObject):
    """``functools.lru_cache`` / ``cache``: a function and its results by their arguments."""

    __slots__ = ("function", "results")

    def __init__(self, function: Value) -> None:
        super().__init__()
        self.function = function
        self.results = DictObject()


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Wrapped(Value):
    """A function under a decorator from outside the program: presumably the function, in a context not known."""

    function: Value
    by: str


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class SuperValue(Value):
    owner: ClassObject
    self_value: Value


class Generator(HeapObject):
    """A generator object; cell ``at`` holds a Position (where it is suspended), FALSE (not begun) or NONE (done)."""

    __slots__ = ("frame", "function")

    def __init__(self, function: FunctionObject, frame: Any) -> None:
        super().__init__()
        self.function = function
        self.frame = frame
        self.cells["at"] = FALSE


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Position(Value):
    """Where a generator is suspended: a path of block indices and the state of enclosing statements."""

    path: tuple[Any, ...]


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Rounds(Value):
    """The rounds of a loop that are left where a generator is suspended in it: this item, and an iterable or None."""

    item: Value
    rest: Value


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class GeneratorFactory(Value):
    """A function under ``contextlib.contextmanager``."""

    function: Value


class Manager(HeapObject):
    """A context manager that the interpreter understands.

    ``kind`` is a catalogue ``context`` word, or ``generator``, ``exit_stack``, ``suppress``, ``neutral``.
    Cells: ``state`` is FALSE before entering, a Saved while entered, NONE after leaving.
    """

    __slots__ = ("detail", "kind", "site")

    def __init__(self, kind: str, site: Any, detail: Any = None) -> None:
        super().__init__()
        self.cells = Fields(self.uid)
        self.kind = kind
        self.site = site
        self.detail = detail
        self.cells["state"] = FALSE


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Saved(Value):
    """The context stack as it was before a manager was entered."""

    stack: Stack


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class ContextValue(Value):
    """The context stack as the content of a cell."""

    stack: Stack


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class ExceptionValue(Value):
    """A raised exception: class (Ref or ClassObject), arguments, and the failure it reports, if TensorFlow raised."""

    cls: Value
    args: tuple[Value, ...] = ()
    failure: Failure | None = None
    instance: Instance | None = None
    """What holds the attributes of an exception of a class of the program."""


class Variable(HeapObject):
    """A ``tf.Variable``. ``graph`` None: its handle is eager."""

    __slots__ = ("graph", "lifted", "reference", "shape", "site", "what")

    def __init__(self, graph: Graph | None, site: Any, what: str, lifted: bool) -> None:
        super().__init__()
        self.graph = graph
        self.site = site
        self.what = what
        self.lifted = lifted
        self.shape: tuple[int | None, ...] | None = None
        self.reference = False
        """Whether it is a ``RefVariable`` of version 1."""


class Resource(HeapObject):
    """Stateful non-variable: lookup table, dataset iterator, queue, writer, TensorArray ..."""

    __slots__ = ("api", "graph", "kind", "site")

    def __init__(self, kind: str, api: str, graph: Graph | None, site: Any) -> None:
        super().__init__()
        self.kind = kind
        self.api = api
        self.graph = graph
        self.site = site


class GraphObject(HeapObject):
    """A ``tf.Graph``; cell ``finalized``."""

    __slots__ = ("graph",)

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.cells["finalized"] = FALSE


class Dataset(HeapObject):
    """A ``tf.data.Dataset``; ``graph`` None: made eagerly."""

    __slots__ = ("element", "graph", "site")

    def __init__(self, graph: Graph | None, site: Any, element: Value | None) -> None:
        super().__init__()
        self.graph = graph
        self.site = site
        self.element = element


class Traced(HeapObject):
    """A ``tf.function``, ``defun`` or the like around a Python callable.

    Cells: ``created`` (did the first call create variables: ABSENT before it), ``traces`` (TupleValue of keys).
    ``instances`` maps instances to their own Traced, as TensorFlow's descriptor does.
    """

    __slots__ = ("api", "function", "instances", "options", "site")

    def __init__(self, api: str, function: Value, options: dict[str, Value], site: Any) -> None:
        super().__init__()
        self.api = api
        self.function = function
        self.options = options
        self.site = site
        self.instances: dict[int, Traced] = {}


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Native(Value):
    """A callable that the interpreter implements; ``call(machine, args, kwargs, node)``.

    ``function`` is the function that it wraps as a decorator; such a wrapper binds to instances as a function does.
    """

    name: str
    call: Any
    function: Value | None = None


def fresh_id() -> int:
    """A new identity."""
    return next(_ids)


def same(left: Value, right: Value) -> bool:
    """Whether two values are certainly interchangeable."""
    if left is right:
        return True
    if left.__class__ is not right.__class__:
        return False
    if isinstance(left, Const):
        return left.same(right)
    if isinstance(left, TupleValue) and isinstance(right, TupleValue):
        return len(left.items) == len(right.items) and all(map(same, left.items, right.items))
    if isinstance(left, Ref) and isinstance(right, Ref):
        return left.name == right.name
    if isinstance(left, BoundMethod) and isinstance(right, BoundMethod):
        return left.function is right.function and left.self_value is right.self_value
    if isinstance(left, Ite) and isinstance(right, Ite):
        return left.cond is right.cond and same(left.then, right.then) and same(left.other, right.other)
    if isinstance(left, ContextValue) and isinstance(right, ContextValue):
        return left.stack == right.stack
    return False
