"""Single statements: operations, creations, Python state, and what may raise."""

from __future__ import annotations

from tests.differential.writing.draft import Draft, Scope


class Simple(Draft):
    """Single statements: operations, creations, Python state, and what may raise."""

    def initial(self, scope: Scope) -> str:
        """An initial value that is good wherever the scope's tensors are."""
        name = self.tensor(scope) if scope.tensors else None
        choices = ["1.0", "tf.ones([2])", "tf.random.uniform([2])", "lambda: tf.ones([2])", "[1.0, 2.0]"]
        if name is not None and self.risk():
            choices = [f"tf.reduce_sum({name})", f"tf.zeros_like({name})", f"lambda: tf.reduce_sum({name})", name]
        elif name is not None:
            choices += [f"tf.zeros({name}.shape)"]
        return self.pick(choices)

    def creation(self, scope: Scope) -> str:
        """An expression that creates state whose value converts to a tensor."""
        kind = self.pick(["variable"] * 8 + ["get_variable", "tensor", "trainable", "typed", "reuse", "make", "item"])
        if kind == "typed":
            return f"tf.Variable(initial_value={self.initial(scope)}, dtype=tf.float32, name='typed')"
        if kind == "make" and self.makers:
            return f"{self.pick(self.makers)}()"
        if kind == "item":
            return f"[tf.Variable({self.initial(scope)}) for _ in range({self.number(1, 2)})][0]"
        if kind == "get_variable":
            name = self.fresh("w")
            if self.chance(30):
                return f'tf.compat.v1.get_variable("{name}", shape=[2], use_resource=True)'
            return f'tf.compat.v1.get_variable("{name}", initializer=tf.ones([2]))'
        if kind == "tensor":
            return self.pick(["tf.ones([2])", self.scalar(scope) if scope.tensors else "tf.zeros([2])"])
        if kind == "trainable":
            return f"tf.Variable({self.initial(scope)}, trainable=False, name='w')"
        return f"tf.Variable({self.initial(scope)})"

    def holder(self, scope: Scope) -> tuple[str, str]:
        """An object and an attribute that nothing else uses."""
        name = self.fresh("v")
        return ("self" if scope.method and self.chance(60) else "STATE"), name

    def compute(self, scope: Scope) -> None:
        """An operation."""
        value = self.operation(scope)
        own = scope.own()
        if own and (scope.tensor_loop or self.chance(30)):
            name = self.pick(own)
            self.line(f"{name} = {name} * 1.0")
        else:
            name = self.fresh("t")
            self.line(f"{name} = {value}")
            scope.tensors.append(name)

    def harmless(self, scope: Scope) -> None:
        """Something that is allowed of a tensor wherever it comes from."""
        names = scope.tensors + scope.others
        if not names:
            self.probe(scope)
            return
        name = self.pick(names[::-1])
        self.line(
            self.pick(
                [
                    f"size = {name}.shape.ndims" if self.target == "1.15" else f"size = {name}.shape.rank",
                    f"kind = {name}.dtype",
                    f"assert {name} is not None",
                    f"assert isinstance({name}, object)",
                    f"held = [{name}, {{'a': {name}}}]",
                    f"dims = {name}.shape.as_list()",
                    f"held = dict(value={name}, other=({name}, None))",
                    f"LOG.append({name}.dtype.name)",
                    f"flag = tf.is_tensor({name})",
                    f"flat = tf.nest.flatten([{name}, ({name},)])",
                    f"same = {name} is {names[0]}",
                    f"known = isinstance({name}, (tf.Tensor, tf.Variable))",
                    f"wide = {name}.shape.ndims == 1 and len({name}.shape) > 0",
                ]
            )
        )

    def python_state(self, scope: Scope) -> None:
        """Python state that changes."""
        self.line(
            self.pick(
                [
                    "STATE.count += 1", 'CACHE["calls"] = CACHE.get("calls", 0) + 1', "ITEMS.append(None)",
                    "STATE.flag = not STATE.flag", "ITEMS.extend([None])", 'CACHE.update(calls=len(ITEMS))',
                    "SEEN.add(len(ITEMS))", "setattr(STATE, 'count', STATE.count + 1)", "LOG.append(str(STATE.count))",
                    "STATE.flag = bool(STATE.count)", "ITEMS[:] = ITEMS[-2:]", "CACHE.pop('calls', None)",
                    "STATE.count = max(STATE.count, len(LOG))", "LOG.append('step {}'.format(next(NUMBERS)))",
                ]
            )
        )  # fmt: skip

    def keep(self, scope: Scope) -> None:
        """Keep a tensor beyond this function."""
        if not scope.tensors:
            self.probe(scope)
            return
        name = self.pick(scope.tensors[::-1])
        self.line(self.pick([f"STATE.kept = {name}", f'CACHE["kept"] = {name}', f"ITEMS.append({name})"]))

    def use_kept(self, scope: Scope) -> None:
        """Compute with what was kept, if anything was: that raises where it is another trace's."""
        if not self.risk():
            self.compute(scope)
            return
        name = self.fresh("t")
        here = self.scalar(scope)
        kind = self.pick(["attribute", "dict", "list"])
        self.line(f"{name} = {here}")
        if kind == "attribute":
            with self.block("if STATE.kept is not None:"):
                self.line(f"{name} = {name} + tf.reduce_sum(STATE.kept)")
        elif kind == "dict":
            with self.block('if "kept" in CACHE:'):
                self.line(f'{name} = {name} + tf.reduce_sum(CACHE["kept"])')
        else:
            with self.block("for item in [each for each in ITEMS if each is not None]:"):
                self.line(f"{name} = {name} + tf.reduce_sum(item)")
        if not scope.tensor_loop:
            scope.tensors.append(name)

    def risky(self, scope: Scope) -> None:
        """Something that raises in some contexts."""
        if not self.risk():
            self.guarded(scope)
            return
        self.line("probe()")
        names = scope.others or scope.tensors
        choices: list[str] = []
        if names:
            name = self.pick(names[::-1])
            choices += [f"late = tf.reduce_sum({name})", f"late = {name} * 2.0", f"late = tf.Variable({name})",
                        f"late = tf.zeros_like({name})", f"late = {name}[..., None]", f"late = -{name}",
                        f"late = tf.stack([{name}, {name}])", f"late = tf.add({name}, 1.0, name='late')",
                        f"late = (lambda: tf.identity({name}))()", f"late = [{name} + float(i) for i in range(2)]",
                        f"late = tf.constant({name}.shape.ndims)", f"late = tf.cast({name}, tf.int32)",
                        f"late = tf.constant(1.0) + {name}"]  # fmt: skip
        own = scope.tensors or names
        if own:
            name = self.pick(own[::-1])
            choices += [f"{name}.numpy()", f"bool(tf.reduce_sum({name}))", f"list(tf.reshape({name}, [-1]))",
                        f"late = float(tf.reduce_sum({name}))", f"late = int(tf.reduce_sum({name}))",
                        f"late = 1 if tf.reduce_sum({name}) > 0.0 else 2", f"late = not tf.reduce_sum({name})",
                        f"late = tf.reduce_sum({name}).numpy().item()", f"first, *rest = tf.reshape({name}, [-1])",
                        f"late = [each for each in tf.reshape({name}, [-1])]",
                        f"assert tf.reduce_sum({name}) < 1e9", f"late = len(tf.reshape({name}, [-1]))",
                        f"tf.gradients({name}, {name})" if self.target == "1.15" else
                        f"tf.compat.v1.gradients({name}, {name})"]  # fmt: skip
        choices += [
            "late = tf.Variable(1.0)",
            "late = tf.Variable(lambda: tf.ones([2]))",
            "late = tf.compat.v1.placeholder(tf.float32)",
            "late = tf.compat.v1.get_variable('late', initializer=tf.ones([2]))",
            "late = tf.compat.v1.get_variable('late', shape=[2])",
            "late = [tf.Variable(float(i)) for i in range(2)]",
            "late = Holder()",
            "late = {key: tf.Variable(1.0) for key in 'ab'}",
            "late = tf.Variable(1.0) if STATE.count < 3 else None",
            "tf.compat.v1.global_variables_initializer()",
            "late = tf.compat.v1.placeholder_with_default(1.0, [])",
            "tf.compat.v1.add_to_collection('late', 1)",
            "late = tf.compat.v1.global_variables()",
            "tf.compat.v1.train.GradientDescentOptimizer(0.1)",
            "tf.compat.v1.get_default_graph()",
            "tf.compat.v1.trainable_variables()",
        ]
        self.line(self.pick(choices))
