"""How long diagnostics take after an edit, as a client of the language server sees it.

    python -m benchmarks.server [EDITS]

The file that is edited has 1,000 lines and lies in a project of 50 files: it imports five of them, and five others
import it. Each edit changes a number in one function of it; the next one waits for the diagnostics of the one before.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

FILES, LINES, NEIGHBOURS = 50, 1000, 5

_FUNCTION = '''

class Layer{n}(tf.Module):
    """One of many."""

    def __init__(self, units):
        super().__init__()
        self.units = units
        self.kernel = None

    def build(self, x):
        if self.kernel is None:
            with tf.init_scope():
                self.kernel = tf.Variable(tf.zeros([self.units]))

    @tf.function
    def __call__(self, x):
        self.build(x)
        return tf.reduce_sum(x) * self.kernel * {n}.0
'''


def write(project: Path) -> Path:
    """Write the project, and give the file to edit."""
    edited = project / "lib" / "edited.py"
    edited.parent.mkdir()
    (edited.parent / "__init__.py").write_text("")
    (project / "pyproject.toml").write_text("")
    names = [f"part{number}" for number in range(FILES - 2)]
    for number, name in enumerate(names):
        imports = "from lib import edited\n" if NEIGHBOURS <= number < 2 * NEIGHBOURS else ""
        use = "\n\ndef use(x):\n    return edited.Layer0(3)(x)\n" if imports else ""
        body = "".join(_FUNCTION.format(n=each) for each in range(5))
        (edited.parent / f"{name}.py").write_text(f"import tensorflow as tf\n{imports}{body}{use}")
    text = "import tensorflow as tf\n\n" + "".join(f"from lib import {name}\n" for name in names[:NEIGHBOURS])
    number = 0
    while text.count("\n") < LINES - 20:
        text += _FUNCTION.format(n=number)
        number += 1
    edited.write_text(text + "\n\n" + "".join(f"{name}.Layer0(3)(tf.ones([3]))\n" for name in names[:NEIGHBOURS]))
    return edited


async def measure(edits: int) -> list[float]:
    """The seconds from each edit to its diagnostics."""
    client = LanguageClient("benchmark", "1")
    told: asyncio.Queue[int | None] = asyncio.Queue()

    @client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def publish(params: lsp.PublishDiagnosticsParams) -> None:
        told.put_nowait(params.version)

    taken: list[float] = []
    with tempfile.TemporaryDirectory() as directory:
        path = write(Path(directory))
        uri, text = path.as_uri(), path.read_text()
        await client.start_io(sys.executable, "-m", "initscope_lint", "server", "--isolated")
        await client.initialize_async(lsp.InitializeParams(lsp.ClientCapabilities(), root_uri=Path(directory).as_uri()))
        document = lsp.TextDocumentItem(uri, "python", 0, text)
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
        while await told.get() != 0:
            pass
        for version in range(1, edits + 1):
            changed = text.replace("* 7.0", f"* 7.{version}")
            changes = [lsp.TextDocumentContentChangeWholeDocument(changed)]
            identifier = lsp.VersionedTextDocumentIdentifier(version, uri)
            started = time.perf_counter()
            client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, changes))
            while await told.get() != version:
                pass
            taken.append(time.perf_counter() - started)
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()
    return taken


def main() -> int:
    """The command."""
    taken = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
    nine_of_ten = quantiles(taken, n=10)[-1]
    print(f"{len(taken)} edits: median {median(taken) * 1000:.0f} ms, nine of ten within {nine_of_ten * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
