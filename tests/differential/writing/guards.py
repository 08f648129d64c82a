"""Creation that happens once, or as often as its guard lets it."""

from __future__ import annotations

from tests.differential.writing.draft import Scope
from tests.differential.writing.simple import Simple


class Guards(Simple):
    """Creation that happens once, or as often as its guard lets it."""

    def guarded(self, scope: Scope) -> None:
        """Create state once (or as often as the guard lets it), and use it."""
        kind = self.pick(["none", "hasattr", "key", "flag", "try", "count", "get", "isinstance", "shape", "list",
                          "dict", "sentinel", "any", "set", "default", "else", "loop", "counter", "class",
                          "weak", "expression", "argument", "subscript", "method", "length", "names",
                          "setdefault"])  # fmt: skip
        target = getattr(self, f"_{kind}_guard")(scope)
        own = scope.own()
        if self.chance(50) and own and not scope.graph:
            use = self.pick(
                [f"tf.cast(tf.reduce_sum({target}), tf.float32)", f"tf.reduce_sum(tf.convert_to_tensor({target}))"]
            )
            self.line(f"{own[0]} = {own[0]} * {use}")

    def make(self, scope: Scope, target: str) -> None:
        """Create, under an ``init_scope`` perhaps."""
        if self.chance(35):
            with self.block("with tf.init_scope():"):
                self.line(f"{target} = {self.creation(scope.inside(keep=False))}")
        else:
            value = self.creation(scope.inside())
            self.line(f"{target} = {value}")

    def once(self, scope: Scope, header: str, target: str, after: str | None = None) -> str:
        """Create under a condition; gives what was created."""
        with self.block(header):
            self.make(scope, target)
            if after is not None:
                self.line(after)
        return target

    def _none_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        return self.once(scope, f"if getattr({holder}, '{name}', None) is None:", f"{holder}.{name}")

    def _hasattr_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        return self.once(scope, f"if not hasattr({holder}, '{name}'):", f"{holder}.{name}")

    def _key_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        return self.once(scope, f'if "{name}" not in CACHE:', f'CACHE["{name}"]')

    def _flag_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        test = f"if not getattr({holder}, '{name}_built', False):"
        return self.once(scope, test, f"{holder}.{name}", f"{holder}.{name}_built = True")

    def _try_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        by_key = self.chance(50)
        target = f'CACHE["{name}"]' if by_key else f"{holder}.{name}"
        self.line("try:")
        self.line(f"    found = {target}" if by_key else f"    {target}")
        self.once(scope, f"except {'KeyError' if by_key else 'AttributeError'}:", target)
        if self.chance(25):
            with self.block("else:"):
                self.python_state(scope)
        return target

    def _count_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        with self.block(f'if CACHE.get("{name}_made", 0) < 1:'):
            self.line(f'CACHE["{name}_made"] = CACHE.get("{name}_made", 0) + 1')
            self.make(scope, f"{holder}.{name}")
        return f"{holder}.{name}"

    def _get_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        return self.once(scope, f'if CACHE.get("{name}") is None:', f'CACHE["{name}"]')

    def _isinstance_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        test = f"if not isinstance(getattr({holder}, '{name}', None), tf.Variable):"
        return self.once(scope, test, f"{holder}.{name}")

    def _shape_guard(self, scope: Scope) -> str:
        if not (scope.tensors and self.risk()):
            return self._none_guard(scope)
        tensor, name = self.tensor(scope), self.fresh("v")
        key = self.pick(
            [f"tuple({tensor}.shape.as_list())", f"int({tensor}.shape.num_elements())", f"str({tensor}.shape)"]
        )
        self.line(f"key = ('{name}', {key})")
        return self.once(scope, "if key not in CACHE:", "CACHE[key]")

    def _argument_guard(self, scope: Scope) -> str:
        if scope.key is None:
            return self._key_guard(scope)
        name = self.fresh("v")
        key = self.pick([f"('{name}', {scope.key})", f"'{name}' + str({scope.key})"])
        return self.once(scope, f"if {key} not in CACHE:", f"CACHE[{key}]")

    def _list_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        self.line(f'CACHE.setdefault("{name}", [])')
        with self.block(f'if len(CACHE["{name}"]) == 0:'):
            self.line(f'CACHE["{name}"].append({self.creation(scope.inside())})')
        return f'CACHE["{name}"][0]'

    def _dict_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        found = self.pick([f"{holder}.__dict__", f"vars({holder})", f"dir({holder})"])
        return self.once(scope, f"if '{name}' not in {found}:", f"{holder}.{name}")

    def _sentinel_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        return self.once(scope, f"if getattr({holder}, '{name}', MISSING) is MISSING:", f"{holder}.{name}")

    def _any_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        test = self.pick([f'any(key == "{name}" for key in CACHE)', f'"{name}" in list(CACHE.keys())',
                          f'[key for key in CACHE if key == "{name}"]'])  # fmt: skip
        return self.once(scope, f"if not {test}:", f'CACHE["{name}"]')

    def _set_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        return self.once(scope, f'if "{name}" not in SEEN:', f"{holder}.{name}", f'SEEN.add("{name}")')

    def _default_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        if self.chance(50):
            return f'FACTORY["{name}"]'
        with self.block(f"def {name}_of(cache=CACHE):"):
            self.once(Scope([], []), f'if "{name}" not in cache:', f'cache["{name}"]')
            self.line(f'return cache["{name}"]')
        return f"{name}_of()"

    def _else_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        self.line("for key in list(CACHE):")
        self.line(f'    if key == "{name}":')
        self.line("        break")
        return self.once(scope, "else:", f'CACHE["{name}"]')

    def _loop_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        count = self.number(1, 2)
        self.line(f'CACHE.setdefault("{name}", [])')
        with self.block(f'while len(CACHE["{name}"]) < {count}:'):
            self.line(f'CACHE["{name}"].append({self.creation(scope.inside())})')
        return f'CACHE["{name}"][-1]'

    def _counter_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        self.line(f'CACHE.setdefault("{name}", itertools.count())')
        return self.once(scope, f'if next(CACHE["{name}"]) == 0:', f"{holder}.{name}")

    def _class_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        holder = "type(self)" if scope.method else "State"
        return self.once(scope, f"if not hasattr({holder}, '{name}'):", f"{holder}.{name}")

    def _weak_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        self.line(f"WEAK.setdefault({holder}, {{}})")
        return self.once(scope, f"if '{name}' not in WEAK[{holder}]:", f"WEAK[{holder}]['{name}']")

    def _expression_guard(self, scope: Scope) -> str:
        holder, name = self.holder(scope)
        value = self.creation(scope.inside())
        self.line(f"{holder}.{name} = {holder}.{name} if hasattr({holder}, '{name}') else {value}")
        return f"{holder}.{name}"

    def _subscript_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        self.line(f'entry = CACHE.setdefault("{name}", {{"value": None, "made": False}})')
        return self.once(scope, "if not entry['made']:", "entry['value']", "entry['made'] = True")

    def _method_guard(self, scope: Scope) -> str:
        """A function that leaves early if there is nothing to do."""
        holder, name = self.holder(scope)
        with self.block(f"def {name}_build():"):
            test = self.pick([f"getattr({holder}, '{name}', None) is not None", f"hasattr({holder}, '{name}')"])
            with self.block(f"if {test}:"):
                self.line("return")
            self.make(Scope([], []), f"{holder}.{name}")
        self.line(f"{name}_build()")
        return f"{holder}.{name}"

    def _length_guard(self, scope: Scope) -> str:
        name = self.fresh("v")
        test = self.pick(['not CACHE["{0}"]', 'CACHE["{0}"] == []', 'len(CACHE["{0}"]) < 1']).format(name)
        self.line(f'CACHE["{name}"] = CACHE.get("{name}") or []')
        with self.block(f"if {test}:"):
            self.line(f'CACHE["{name}"] += [{self.creation(scope.inside())}]')
        return f'CACHE["{name}"][0]'

    def _names_guard(self, scope: Scope) -> str:
        """Several at once, in a loop over their names."""
        holder, name = self.holder(scope)
        loop, test = f"for part in ('{name}_a', '{name}_b'):", f"if not hasattr({holder}, part):"
        with self.block(loop), self.block(test):
            self.line(f"setattr({holder}, part, {self.creation(scope.inside())})")
        return f"{holder}.{name}_b"

    def _setdefault_guard(self, scope: Scope) -> str:
        if not self.risk():
            return self._get_guard(scope)
        name = self.fresh("v")
        self.line(f'CACHE.setdefault("{name}", {self.creation(scope.inside())})')
        return f'CACHE["{name}"]'

    def guarded_object(self, scope: Scope) -> None:
        """Create once, under an ``init_scope`` perhaps, a stateful object that is not a variable, and use it."""
        own = scope.own()
        if not own or scope.graph or scope.tensor_loop or self.graph_program:
            self.guarded(scope)
            return
        kind = self.pick(
            ["module", "table", "iterator", "generator", "dense", "optimizer", "metric", "normalization"]
            if self.target == "2"
            else ["module", "table", "dense"]
        )
        made, used = {
            "module": ("Holder()", "tf.cast(tf.reduce_sum({0}.value), tf.float32)"),
            "table": (
                "tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(['a'], [1.0]), 0.0)",
                "tf.reduce_sum({0}.lookup(tf.constant(['a'])))",
            ),
            "iterator": ("iter(tf.data.Dataset.range(9))", "tf.cast(next({0}), tf.float32)"),
            "generator": ("tf.random.Generator.from_seed(1)", "{0}.normal([])"),
            "dense": ("tf.keras.layers.Dense(1)", "tf.reduce_sum({0}(tf.ones([1, 2])))"),
            "normalization": ("tf.keras.layers.BatchNormalization()", "tf.reduce_sum({0}(tf.ones([1, 2])))"),
            "optimizer": ("tf.keras.optimizers.SGD(0.1)", "tf.cast({0}.learning_rate, tf.float32)"),
            "metric": ("tf.keras.metrics.Mean()", "{0}.result()"),
        }[kind]
        holder, name = self.holder(scope)
        test = self.pick([f"getattr({holder}, '{name}', None) is None", f"not hasattr({holder}, '{name}')"])
        with self.block(f"if {test}:"):
            if (kind in ("table", "iterator") and not self.risk()) or self.chance(40):
                with self.block("with tf.init_scope():"):
                    self.line(f"{holder}.{name} = {made}")
            else:
                self.line(f"{holder}.{name} = {made}")
        self.line(f"{own[0]} = {own[0]} * {used.format(f'{holder}.{name}')}")
