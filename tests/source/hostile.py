"""Text that kills the native parser, overflows Python's stack or takes for ever; each a function of its size.

Run as a script, ``NAME SIZE`` puts one of them through everything that a file goes through, and prints the outcome.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

TEXTS: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "unclosed": lambda n: "(" * n,
    "walruses": lambda n: "(a:=" * n + "1" + ")" * n,
    "sum": lambda n: "+".join(["a"] * n),
    "powers": lambda n: "**".join(["a"] * n),
    "conjunction": lambda n: " and ".join(["a"] * n),
    "attributes": lambda n: "a" + ".b" * n,
    "subscripts": lambda n: "a" + "[0]" * n,
    "call chain": lambda n: "a" + "()" * n,
    "negations": lambda n: "not " * n + "a",
    "signs": lambda n: "-" * n + "a",
    "conditionals": lambda n: "a if b else " * n + "c",
    "lambdas": lambda n: "lambda: " * n + "c",
    "lambdas with parameters": lambda n: "lambda a, b: " * n + "c",
    "comparisons": lambda n: "<".join(["a"] * n),
    "strings": lambda n: " ".join(['"a"'] * n),
    "elifs": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "indentation": lambda n: "".join(" " * i + "if a:\n" for i in range(n)) + " " * n + "pass\n",
    "comprehension": lambda n: "[a " + "for a in b " * n + "]",
    "import": lambda n: "import a" + ".b" * n,
    "format specifications": lambda n: 'f"' + "{a:" * n + "}" * n + '"',
    "sum in an f-string": lambda n: 'f"{' + "+".join(["a"] * n) + '}"',
    "sum behind a quote in an f-string": lambda n: 'f"{ "" + ' + "+".join(["a"] * n) + '}"',
    "parentheses in a nested f-string": lambda n: "f'{f\"{" + "(" * n + "1" + ")" * n + "}\"}'",
    "sum behind a keyword and a string": lambda n: 'x = 1 if"{" else ' + "+".join(["a"] * n) + ' + "}"',
    "match values": lambda n: "match a:\n case a" + ".b" * n + ": pass",
    "many deep lines": lambda n: ("[" * 190 + "]" * 190 + "\n") * n,
    "lines": lambda n: "a = 1\n" * n,
    "backslashes": lambda n: "\\'" * n,
    "quotes": lambda n: "'\\" * n,
    "braces in an f-string": lambda n: 'f"' + "{" * n,
    "bad characters": lambda n: "?" * n,
    "nested types": lambda n: "def f[" + "T: (" * n + "int" + ")" * n + "](): pass",
    "decorators": lambda n: "@a\n" * n + "def f(): pass",
}


def outcome(name: str, size: int) -> str:
    from initscope_lint.ir.libcst_tree import tree_of
    from initscope_lint.ir.lower import lower
    from initscope_lint.ir.positions import locate
    from initscope_lint.ir.read import module_of, spans_of
    from initscope_lint.source.decode import SourceText
    from initscope_lint.source.error import SourceError
    from initscope_lint.source.parse import parse

    source = SourceText("m.py", TEXTS[name](size), "utf-8")
    module = parse(source, time_limit=1.0)
    read = module_of(source)
    if not isinstance(read, SourceError) and len(spans_of(source, range(read.size))) != read.size:
        return "lost positions"
    if isinstance(module, SourceError):
        return module.kind
    tree = tree_of(module)
    lowered = lower(tree)
    spans = locate(tree, source.text, range(lowered.size), in_strings=True)
    return "parsed" if len(spans) == lowered.size else "lost positions"


if __name__ == "__main__":
    for size in sys.argv[2:]:
        print(outcome(sys.argv[1], int(size)))
