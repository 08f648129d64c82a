"""ISL101, ISL102, ISL105: what every trace makes is made once: in the constructor, before the function, or guarded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from initscope_lint.fix.draft import Draft, removed, traced_names
from initscope_lint.fix.names import all_names, bound, is_name, loads, locals_of, parameters, shared_names, tensorflow
from initscope_lint.fix.tree import Tree
from initscope_lint.report.diagnostic import Diagnostic

_CONSTRUCTORS = frozenset({"__init__", "__new__", "build", "setup_once"})
_OF_KERAS = frozenset(
    {"optimizer", "metrics", "loss", "name", "dtype", "variables", "weights", "layers", "inputs", "outputs", "built"}
)
"""Attributes that the classes of Keras have themselves."""


@dataclass(frozen=True)
class _Creation:
    """What makes something, the line in which it is, and where its result goes if that is all that the line does."""

    tree: Tree
    node: cst.Call
    line: cst.SimpleStatementLine
    function: cst.FunctionDef

    @property
    def target(self) -> cst.BaseExpression | None:
        (only,) = self.line.body
        if isinstance(only, cst.Assign) and only.value is self.node and len(only.targets) == 1:
            return only.targets[0].target
        return None

    @property
    def method_of(self) -> cst.ClassDef | None:
        return self.tree.class_of(self.function)

    @property
    def me(self) -> str:
        """The first parameter of a method."""
        return self.function.params.params[0].name.value

    @property
    def attribute(self) -> str | None:
        """The attribute of the instance that it is assigned to."""
        target = self.target
        own = isinstance(target, cst.Attribute) and is_name(target.value, self.me)
        return target.attr.value if own and isinstance(target, cst.Attribute) else None

    def called(self) -> str:
        """A name for what it makes, from what is called."""
        func = self.node.func
        last = func.attr.value if isinstance(func, cst.Attribute) else "made"
        last = func.value if isinstance(func, cst.Name) else last
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", last).lower().lstrip("_")


def once(found: Diagnostic, tree: Tree) -> Draft | None:
    """Make it once (unsafe: it is then shared by all calls)."""
    node = _constructor_call(found, tree) or tree.call(found.span)
    line = None if node is None else tree.statement(node)
    function = None if line is None else tree.function(line)
    if node is None or line is None or function is None:
        return None
    creation = _constructed(_Creation(tree, node, line, function))
    if function.name.value in _CONSTRUCTORS or tree.enclosing(creation.line, cst.For, cst.While) is not None:
        return None
    if _calls(creation, "get_variable"):
        return _reused(creation)
    if _runs_often(found, creation):
        return None
    if creation.method_of is not None:
        return _in_class(creation, creation.method_of)
    return _before_function(creation, traced_names(found))


def _constructor_call(found: Diagnostic, tree: Tree) -> cst.Call | None:
    """The call of a constructor of the program in which it is made."""
    step = found.trace[-1] if found.trace else None
    if step is None or step.path != found.path or not step.note.startswith("__init__("):
        return None
    return tree.call_at(step.line, step.column)


def _runs_often(found: Diagnostic, creation: _Creation) -> bool:
    """Whether one trace may run it several times, for several results, because it is in a helper."""
    tree, names = creation.tree, traced_names(found)
    its = creation.function.name.value
    if its in names or (creation.method_of is not None and creation.attribute is not None):
        return False
    calls = [each for each in tree.walk(tree.module) if isinstance(each, cst.Call) and _is_named(each.func, its)]
    within = [step for step in found.trace if step.note.partition("(")[0] not in names and step.path == found.path]
    steps = [call for step in within if (call := tree.call_at(step.line, step.column)) is not None]
    loops = (cst.For, cst.While, cst.ListComp, cst.GeneratorExp)
    return len(calls) > 1 or any(tree.enclosing(call, *loops) for call in steps)


def _constructed(creation: _Creation) -> _Creation:
    """Where what is called was constructed, if that is in the same function: it is made there."""
    func = creation.node.func
    if isinstance(func, cst.Call):
        return _Creation(creation.tree, func, creation.line, creation.function)
    tree = creation.tree
    written = tree.module.code_for_node(func)
    for each in tree.walk(creation.function):
        if isinstance(each, cst.Assign) and isinstance(each.value, cst.Call):
            line = tree.statement(each.value)
            if line is not None and [tree.module.code_for_node(to.target) for to in each.targets] == [written]:
                return _Creation(tree, each.value, line, creation.function)
    return creation


# --- in a class ------------------------------------------------------------------------------------


def _in_class(creation: _Creation, owner: cst.ClassDef) -> Draft | None:
    tree, me = creation.tree, creation.me
    if not isinstance(owner.body, cst.IndentedBlock):
        return None
    if creation.attribute is not None and _calls(creation, "add_weight"):
        return _in_build(creation, owner, creation.attribute)
    if creation.attribute is not None and _is_guarded(creation, creation.attribute):
        return None
    own = locals_of(tree, creation.function) - {me}
    constructor = _method(owner, "__init__")
    if {each.value for each in loads(tree, creation.node)} & own:
        return _guarded(creation, owner, constructor)
    if not _attributes(tree, creation.node, me) <= _set_before(tree, owner, constructor):
        return _guarded(creation, owner, constructor)
    attribute = creation.attribute or _free_attribute(creation, owner)
    changes = _replaced(creation, attribute)
    _append(changes, owner, constructor, _line(creation, f"{_me_of(constructor)}.{attribute}", _me_of(constructor)))
    return Draft("unsafe", "create it once, in `__init__`", changes)


def _guarded(creation: _Creation, owner: cst.ClassDef, constructor: cst.FunctionDef | None) -> Draft | None:
    """Create it where it is, if it is not there yet."""
    tree, me = creation.tree, creation.me
    if creation.target is None:
        return None
    attribute = creation.attribute or _free_attribute(creation, owner)
    place = f"{me}.{attribute}"
    if creation.attribute is None and not isinstance(creation.target, cst.Name):
        return None
    test = f"{place} is None" if constructor is not None else f'not hasattr({me}, "{attribute}")'
    line = _line(creation, place, me).with_changes(leading_lines=[])
    guard = cst.If(cst.parse_expression(test), cst.IndentedBlock([line]), leading_lines=creation.line.leading_lines)
    new: list[cst.CSTNode] = [guard]
    if creation.attribute is None:
        new.append(cst.parse_statement(f"{tree.module.code_for_node(creation.target)} = {place}"))
    changes: dict[cst.CSTNode, list[cst.CSTNode]] = {creation.line: new}
    if constructor is not None and attribute not in _set_before(tree, owner, constructor):
        _append(changes, owner, constructor, cst.parse_statement(f"{_me_of(constructor)}.{attribute} = None"))
    return Draft("unsafe", "create it once, behind a guard", changes)


def _in_build(creation: _Creation, owner: cst.ClassDef, attribute: str) -> Draft | None:
    """Create the weight of a layer in ``build``, from the shape of the input of ``call``."""
    tree = creation.tree
    names = parameters(creation.function)
    own = locals_of(tree, creation.function) - {creation.me}
    shape = "input_shape"
    build = _method(owner, "build")
    if build is not None:
        if len(parameters(build)) < 2:
            return None
        shape = parameters(build)[1]
    changes: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    for name in loads(tree, creation.node):
        above = next(tree.above(name))
        if name.value not in own:
            continue
        if name.value != names[1] or not isinstance(above, cst.Attribute) or above.attr.value != "shape":
            return None
        changes[above] = [cst.Name(shape)]
    if creation.function.name.value != "call":
        return None
    line = creation.line.with_changes(leading_lines=[])
    changes.update({node: [*new] for node, new in removed(tree, creation.line).items()})
    if build is not None:
        if not isinstance(build.body, cst.IndentedBlock):
            return None
        changes[build.body] = [build.body.with_changes(body=[*build.body.body, line])]
    else:
        made = cst.ensure_type(cst.parse_statement(f"def build(self, {shape}):\n    pass\n"), cst.FunctionDef)
        body = cst.IndentedBlock([line])
        blank = [cst.EmptyLine(indent=False)]
        above_call = creation.function.leading_lines
        changes[creation.function] = [
            made.with_changes(body=body, leading_lines=above_call),
            creation.function.with_changes(leading_lines=above_call or blank),
        ]
    return Draft("unsafe", "create it once, in `build`", changes)


# --- before a function -----------------------------------------------------------------------------


def _before_function(creation: _Creation, tracing: set[str]) -> Draft | None:
    tree = creation.tree
    needed = {each.value for each in loads(tree, creation.node)}
    outermost = creation.function
    while True:
        if needed & locals_of(tree, outermost):
            return None
        around = tree.function(outermost)
        if around is None or around.name.value not in tracing:
            break
        outermost = around
    if tree.class_of(outermost) is not None or not tree.siblings(outermost):
        return None
    target = creation.target
    if isinstance(target, cst.Name) and target.value in shared_names(tree, creation.function):
        return None
    name = _free_name(creation, outermost)
    moved = _line(creation, name)
    blank = [each for each in outermost.leading_lines if each.comment is None]
    moved = moved.with_changes(leading_lines=[*blank, *(each for each in moved.leading_lines if each.comment)])
    changes: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    if isinstance(target, cst.Name) and name == target.value:
        changes.update({node: [*new] for node, new in removed(tree, creation.line).items()})
    else:
        changes[creation.node] = [cst.Name(name)]
    changes[outermost] = [moved, outermost]
    return Draft("unsafe", "create it once, outside of the function", changes)


def _free_name(creation: _Creation, outermost: cst.FunctionDef) -> str:
    """A name that means nothing else: that of the local variable, if nothing else assigns it."""
    tree, target = creation.tree, creation.target
    outside = {name for name, _ in bound(tree, tree.function(outermost) or tree.module)}
    if isinstance(target, cst.Name):
        assigned = [name for name, _ in bound(tree, creation.function)].count(target.value)
        if assigned == 1 and target.value not in outside:
            return target.value
    name = f"_{target.value}" if isinstance(target, cst.Name) else creation.called()
    taken = all_names(tree)
    while name in taken:
        name = f"_{name}"
    return name


def _reused(creation: _Creation) -> Draft | None:
    """Have the variable scope around ``get_variable`` find what is there."""
    tree = creation.tree
    scope = tree.enclosing(creation.line, cst.With)
    name = tensorflow(tree)
    for item in () if scope is None or name is None else scope.items:
        call = item.item
        if isinstance(call, cst.Call) and is_name(getattr(call.func, "attr", call.func), "variable_scope"):
            if any(each.keyword is not None and each.keyword.value == "reuse" for each in call.args):
                return None
            value = cst.parse_expression(f"{name}.compat.v1.AUTO_REUSE")
            equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            new = call.with_changes(args=[*call.args, cst.Arg(value, cst.Name("reuse"), equal)])
            return Draft("unsafe", "reuse the variable", {call: [new]})
    return None


# --- parts -----------------------------------------------------------------------------------------


def _line(creation: _Creation, target: str, me: str | None = None) -> cst.SimpleStatementLine:
    """The line that creates, with another target; it keeps its comments if it does nothing else."""
    value: cst.BaseExpression = creation.node.deep_clone()
    if me is not None and me != creation.me:
        value = value.visit(_Renaming(creation.me, me))  # type: ignore[assignment]
    assign = cst.Assign([cst.AssignTarget(_target(target))], value)
    if creation.target is not None:
        return creation.line.with_changes(body=[assign])
    return cst.SimpleStatementLine([assign])


def _target(written: str) -> cst.Name | cst.Attribute:
    found = cst.parse_expression(written)
    assert isinstance(found, cst.Name | cst.Attribute)
    return found


class _Renaming(cst.CSTTransformer):
    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self._new) if updated_node.value == self._old else updated_node


def _replaced(creation: _Creation, attribute: str) -> dict[cst.CSTNode, list[cst.CSTNode]]:
    """What stands in the place of a creation that has moved to an attribute."""
    if creation.attribute == attribute:
        return {node: [*new] for node, new in removed(creation.tree, creation.line).items()}
    kept: cst.CSTNode = cst.parse_expression(f"{creation.me}.{attribute}")
    if creation.target is None:
        return {creation.node: [kept]}
    (only,) = creation.line.body
    blank = [each for each in creation.line.leading_lines if each.comment is None]
    return {creation.line: [cst.SimpleStatementLine([only.with_changes(value=kept)], blank)]}


def _append(
    changes: dict[cst.CSTNode, list[cst.CSTNode]],
    owner: cst.ClassDef,
    constructor: cst.FunctionDef | None,
    line: cst.BaseStatement,
) -> None:
    """Add a line to the constructor of a class, which is made if there is none."""
    line = line.with_changes(leading_lines=[each for each in getattr(line, "leading_lines", ()) if each.comment])
    if constructor is not None and isinstance(constructor.body, cst.IndentedBlock):
        changes[constructor.body] = [constructor.body.with_changes(body=[*constructor.body.body, line])]
        return
    assert isinstance(owner.body, cst.IndentedBlock)
    code = "def __init__(self, *args, **kwargs):\n    super().__init__(*args, **kwargs)\n"
    made = cst.ensure_type(cst.parse_statement(code), cst.FunctionDef)
    made = made.with_changes(body=made.body.with_changes(body=[*made.body.body, line]))
    first, *rest = owner.body.body
    blank = [cst.EmptyLine(indent=False)]
    if isinstance(first, cst.SimpleStatementLine):  # a docstring, say
        changes[owner.body] = [owner.body.with_changes(body=[first, made.with_changes(leading_lines=blank), *rest])]
        return
    spaced = first.with_changes(leading_lines=[*blank, *first.leading_lines])  # type: ignore[attr-defined]
    changes[owner.body] = [owner.body.with_changes(body=[made, spaced, *rest])]


def _me_of(constructor: cst.FunctionDef | None) -> str:
    return "self" if constructor is None else parameters(constructor)[0]


def _calls(creation: _Creation, name: str) -> bool:
    return _is_named(creation.node.func, name)


def _is_named(func: cst.BaseExpression, name: str) -> bool:
    return is_name(func.attr if isinstance(func, cst.Attribute) else func, name)


def _method(owner: cst.ClassDef, name: str) -> cst.FunctionDef | None:
    found = (each for each in owner.body.body if isinstance(each, cst.FunctionDef) and each.name.value == name)
    return next(found, None)


def _attributes(tree: Tree, node: cst.CSTNode, me: str) -> set[str]:
    """The attributes of the instance that code reads; the instance itself counts as one of no name."""
    found = set()
    for name in loads(tree, node):
        if name.value == me:
            above = next(tree.above(name))
            found.add(above.attr.value if isinstance(above, cst.Attribute) else "")
    return found


def _set_before(tree: Tree, owner: cst.ClassDef, constructor: cst.FunctionDef | None) -> set[str]:
    """The attributes that a class has, or its constructor sets."""
    found = {name for name, _ in bound(tree, owner)}
    if constructor is not None:
        found |= set(_assigned(tree, constructor))
    return found


def _assigned(tree: Tree, constructor: cst.FunctionDef) -> Iterator[str]:
    me = _me_of(constructor)
    for each in tree.walk(constructor):
        if isinstance(each, cst.AssignTarget | cst.AnnAssign):
            target = each.target
            if isinstance(target, cst.Attribute) and is_name(target.value, me):
                yield target.attr.value


def _free_attribute(creation: _Creation, owner: cst.ClassDef) -> str:
    target = creation.target
    name = target.value if isinstance(target, cst.Name) else creation.called()
    taken = {each.attr.value for each in creation.tree.walk(owner) if isinstance(each, cst.Attribute)} | _OF_KERAS
    taken |= {name for name, _ in bound(creation.tree, owner)}
    while name in taken:
        name = f"own_{name}"
    return name


def _is_guarded(creation: _Creation, attribute: str) -> bool:
    """Whether a condition around it asks for the attribute already: what it asks is then the mistake."""
    tree = creation.tree
    word = re.compile(rf"\b{re.escape(attribute)}\b")
    for each in tree.above(creation.line):
        if isinstance(each, cst.FunctionDef):
            return False
        if isinstance(each, cst.If) and word.search(tree.module.code_for_node(each.test)):
            return True
    return False
