"""The language server, as a real client sees it."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest_lsp = pytest.importorskip("pytest_lsp")
lsp = pytest.importorskip("lsprotocol.types")

pytestmark = pytest.mark.asyncio

TEXT = """\
import tensorflow as tf

größe = "🙂"; kept = {}


@tf.function
def f(x):
    if "w" not in kept:
        with tf.init_scope():
            kept["w"] = tf.Variable(1.0)
    return x * kept["w"]


f(tf.ones([2]))
"""
BROKEN = TEXT.replace("init_scope()", "init_scope")
UNGUARDED = TEXT.replace('        with tf.init_scope():\n            kept["w"]', "        v").replace(
    'if "w" not in kept', "if True"
)
CONFIG = pytest_lsp.ClientServerConfig(
    server_command=[sys.executable, "-m", "initscope_lint", "server", "--isolated", "--target-tensorflow", "2"]
)


@pytest_lsp.fixture(config=CONFIG)  # type: ignore[untyped-decorator]
async def client(lsp_client: pytest_lsp.LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    """A client whose workspace has a file with a mistake, which is not open."""
    (tmp_path / "elsewhere.py").write_text(BROKEN, "utf-8")
    folder = lsp.WorkspaceFolder(tmp_path.as_uri(), "w")
    capabilities = pytest_lsp.client_capabilities("visual-studio-code")
    parameters = lsp.InitializeParams(capabilities, root_uri=tmp_path.as_uri(), workspace_folders=[folder])
    await lsp_client.initialize_session(parameters)
    yield
    await lsp_client.shutdown_session()


class Buffer:
    """A text in the client, as an editor has it."""

    def __init__(self, client: pytest_lsp.LanguageClient, path: Path, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, path.as_uri(), text, 1
        document = lsp.TextDocumentItem(self.uri, "python", 1, text)
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))

    def change(self, text: str) -> None:
        """Write another text."""
        self.text, self.version = text, self.version + 1
        document = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        changes = [lsp.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, changes))

    async def codes(self) -> list[str]:
        """What is found in the newest text."""
        while True:
            told = await self.client.wait_for_notification("textDocument/publishDiagnostics")
            if told.uri == self.uri and told.version == self.version:
                return [each.code for each in told.diagnostics]

    async def actions(self, line: int, *only: str) -> list[lsp.CodeAction]:
        """What can be done about a line (from 0)."""
        where = lsp.Range(lsp.Position(line, 0), lsp.Position(line, 0))
        context = lsp.CodeActionContext([], only=[*only] or None)
        document = lsp.TextDocumentIdentifier(self.uri)
        parameters = lsp.CodeActionParams(document, where, context)
        return [*(await self.client.text_document_code_action_async(parameters) or [])]

    def applied(self, action: lsp.CodeAction) -> str:
        """The text after an action, whose edits are applied in the units of the protocol."""
        lines = self.text.split("\n")
        for edit in reversed(action.edit.changes[self.uri]):
            begin, end = edit.range.start, edit.range.end
            before = lines[begin.line].encode("utf-16-le")[: 2 * begin.character].decode("utf-16-le")
            after = lines[end.line].encode("utf-16-le")[2 * end.character :].decode("utf-16-le")
            lines[begin.line : end.line + 1] = (before + edit.new_text + after).split("\n")
        return "\n".join(lines)


async def test_diagnostics_of_what_is_not_saved(client: pytest_lsp.LanguageClient, tmp_path: Path) -> None:
    """What is typed is not linted, or what is mended stays."""
    buffer = Buffer(client, tmp_path / "a.py", TEXT)
    assert [] == await buffer.codes()
    buffer.change(BROKEN)
    assert ["ISL401"] == await buffer.codes()
    buffer.change("def f(:\n")
    assert ["ISL901"] == await buffer.codes()
    buffer.change(TEXT)
    assert [] == await buffer.codes()


async def test_fix_ignore_explain(client: pytest_lsp.LanguageClient, tmp_path: Path) -> None:
    """An action is missing, does something else, or is applied at the wrong place behind wide characters."""
    broken = BROKEN.replace("with tf.init_scope", "with tf.name_scope(größe + '🙂'), tf.init_scope")
    buffer = Buffer(client, tmp_path / "a.py", broken)
    assert ["ISL401"] == await buffer.codes()
    fix, ignore, explain = await buffer.actions(8)
    assert "ISL401: explain init-scope-not-called" == explain.title
    assert ("ISL401: call `init_scope`", True) == (fix.title, fix.is_preferred)
    assert broken.replace("tf.init_scope:", "tf.init_scope():") == buffer.applied(fix)
    assert "tf.init_scope:  # initscope-lint: ignore[ISL401]\n" in buffer.applied(ignore)
    (everything,) = await buffer.actions(0, lsp.CodeActionKind.SourceFixAll)
    assert buffer.applied(fix) == buffer.applied(everything)
    assert [] == await buffer.actions(0)
    await client.workspace_execute_command_async(lsp.ExecuteCommandParams("initscope-lint.explain", ["ISL401"]))
    (shown,) = client.shown_documents
    assert shown.uri.endswith("initscope-lint-ISL401.md")


async def test_hover_and_hints(client: pytest_lsp.LanguageClient, tmp_path: Path) -> None:
    """The context at the cursor, or in a `with` block, is not shown."""
    buffer = Buffer(client, tmp_path / "a.py", TEXT)
    document = lsp.TextDocumentIdentifier(buffer.uri)
    shown = await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(9, 14)))
    assert "**eager** (lifted past function f)" in shown.contents.value
    assert "function f" in shown.contents.value
    assert await client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(1, 0))) is None
    where = lsp.Range(lsp.Position(0, 0), lsp.Position(20, 0))
    (hint,) = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document, where))
    assert ("eager, lifted past function f", 8, 29) == (hint.label, hint.position.line, hint.position.character)


async def test_the_rest_of_the_workspace(client: pytest_lsp.LanguageClient, tmp_path: Path) -> None:
    """What is found in files that are not open is not told."""
    uri = (tmp_path / "elsewhere.py").as_uri()
    while uri not in client.diagnostics:
        await client.wait_for_notification("textDocument/publishDiagnostics")
    assert ["ISL401"] == [each.code for each in client.diagnostics[uri]]


async def test_hammered_with_edits(client: pytest_lsp.LanguageClient, tmp_path: Path) -> None:
    """Edits that overtake each other crash the server, or leave it with the findings of an old text."""
    chance = random.Random(7)
    buffer = Buffer(client, tmp_path / "a.py", TEXT)
    for turn in range(300):
        at = chance.randrange(len(buffer.text) + 1)
        cut = chance.choice([0, 0, 1, 7])
        new = chance.choice(["", "\n", "(", "    ", "tf.init_scope", '"""', "🙂", "with x:\n"])
        buffer.change(buffer.text[:at] + new + buffer.text[at + cut :])
        if turn % 10 == 0:
            await asyncio.sleep(0)
    buffer.change(BROKEN)
    assert ["ISL401"] == await buffer.codes()
    assert [] == [each.message for each in client.messages]
