"""The Language Server Protocol, by pygls.

Analyses run in a thread of their own, one after the other. One that has been overtaken by an edit before it began is
left out, and what one says about a text that is not the newest any more is not said.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls import uris
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec

from initscope_lint import __version__, rules
from initscope_lint.report.diagnostic import Diagnostic, Edit, Severity, Span
from initscope_lint.runner import Settings
from initscope_lint.server.analysis import Buffers, all_safe, hover, ignoring, with_blocks

T = TypeVar("T")
SettingsOf = Callable[[], Callable[[Path], Settings]]

EXPLAIN = "initscope-lint.explain"
_FIX_ALL = "source.fixAll.initscope-lint"
_SEVERITY = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_IDLE = 1.0
"""Seconds without a request after which there is time to collect garbage."""
_CONFIGURATIONS = ("pyproject.toml", "initscope-lint.toml")


class Server(LanguageServer):
    """A server with the state of its editor. ``settings`` reads the configuration anew."""

    def __init__(self, settings: SettingsOf) -> None:
        super().__init__("initscope-lint", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental)
        self.fresh = settings
        self.buffers = Buffers(settings())
        self.versions: dict[str, int] = {}
        self.found: dict[str, tuple[int, list[Diagnostic]]] = {}
        self.contexts: dict[str, tuple[int, Any]] = {}
        self.project: asyncio.subprocess.Process | None = None
        self.elsewhere: set[str] = set()
        self.tidying: asyncio.TimerHandle | None = None
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="initscope-lint")

    async def work(self, function: Callable[[], T]) -> T:
        """Run an analysis in the thread for them; what it leaves behind is collected when nothing is asked any more."""

        def analyse() -> T:
            gc.disable()
            try:
                return function()
            finally:
                gc.enable()

        loop = asyncio.get_running_loop()
        if self.tidying is not None:
            self.tidying.cancel()
        found = await loop.run_in_executor(self.worker, analyse)
        self.tidying = loop.call_later(_IDLE, self.worker.submit, gc.collect)
        return found

    def text(self, path: str) -> str:
        """The text of a buffer."""
        return self.buffers.texts.get(path, "")

    def range(self, path: str, span: Span) -> lsp.Range:
        """A span in the units of the client."""
        begin = lsp.Position(span.line - 1, span.column - 1)
        end = lsp.Position(span.end_line - 1, span.end_column - 1)
        lines = self.text(path).split("\n")
        last = lsp.Position(len(lines) - 1, len(lines[-1]))
        codec: PositionCodec = self.workspace.position_codec
        return codec.range_to_client_units(lines, lsp.Range(begin, last if span.end_line > len(lines) else end))

    def edit(self, uri: str, path: str, edits: Sequence[Edit]) -> lsp.WorkspaceEdit:
        """Edits of a buffer in the words of the protocol."""
        changes = [lsp.TextEdit(self.range(path, each.span), each.text) for each in edits]
        return lsp.WorkspaceEdit(changes={uri: changes})

    def publish(self, uri: str, path: str, found: Sequence[Diagnostic], version: int | None) -> None:
        """Tell the client what is found in a file."""
        told = [self._told(path, each) for each in found]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, told, version))

    def _told(self, path: str, each: Diagnostic) -> lsp.Diagnostic:
        message = f"{each.message}\n{each.help}" if each.help else each.message
        steps = [*each.trace, *each.related]
        related = [
            lsp.DiagnosticRelatedInformation(
                lsp.Location(
                    uris.from_fs_path(os.path.abspath(step.path)) or "",
                    lsp.Range(lsp.Position(step.line - 1, 0), lsp.Position(step.line - 1, 0)),
                ),
                step.note or "here",
            )
            for step in steps
        ]
        return lsp.Diagnostic(
            self.range(path, each.span),
            message,
            severity=_SEVERITY[each.severity],
            code=each.code,
            source="initscope-lint",
            related_information=related or None,
        )

    async def check(self, uri: str) -> None:
        """Analyse a buffer as it is now, and say what is found unless it has changed by then."""
        path = uris.to_fs_path(uri) or uri
        version = self.versions.get(uri, 0)

        def analyse() -> list[Diagnostic] | None:
            return self.buffers.diagnostics(path) if self.versions.get(uri) == version else None

        found = await self.work(analyse)
        if found is not None and self.versions.get(uri) == version:
            self.found[uri] = (version, found)
            self.publish(uri, path, found, version)

    async def newest_contexts(self, uri: str) -> Any:
        """The contexts of a buffer as it is now."""
        path = uris.to_fs_path(uri) or uri
        version = self.versions.get(uri, 0)
        known = self.contexts.get(uri)
        if known is None or known[0] != version:
            known = self.contexts[uri] = (version, await self.work(lambda: self.buffers.contexts(path)))
        return known[1]

    async def check_project(self) -> None:
        """Lint the folders of the workspace, as they are on the disk, in a process that the next time ends."""
        folders = [path for each in self.workspace.folders.values() if (path := uris.to_fs_path(each.uri))]
        if self.project is not None and self.project.returncode is None:
            self.project.kill()
        if not folders:
            return
        command = [sys.executable, "-m", "initscope_lint", "check", "--output-format", "json", "--exit-zero", *folders]
        quiet = asyncio.subprocess.DEVNULL
        process = self.project = await asyncio.create_subprocess_exec(
            *command, stdin=quiet, stdout=asyncio.subprocess.PIPE, stderr=quiet
        )
        output, _ = await process.communicate()
        if process is self.project and process.returncode in (0, 2) and output:
            self._publish_project(json.loads(output)["diagnostics"])

    def _publish_project(self, diagnostics: Sequence[dict[str, Any]]) -> None:
        by_path: dict[str, list[Diagnostic]] = {}
        for each in diagnostics:
            span = Span(each["line"], each["column"], each["end_line"], each["end_column"])
            found = Diagnostic(
                each["code"],
                each["name"],
                Severity(each["severity"]),
                each["path"],
                span,
                each["message"],
                each["help"],
            )
            if "cell" not in each:
                by_path.setdefault(os.path.abspath(each["path"]), []).append(found)
        for path in {*by_path, *self.elsewhere} - set(self.buffers.texts):
            self.publish(uris.from_fs_path(path) or "", path, by_path.get(path, []), None)
        self.elsewhere = set(by_path)


def serve(settings: SettingsOf) -> None:
    """Serve the editor at stdin and stdout until it leaves."""
    make(settings).start_io()


def make(settings: SettingsOf) -> Server:
    """A server that has not begun yet."""
    server = Server(settings)

    def take(uri: str, version: int | None) -> None:
        path = uris.to_fs_path(uri) or uri
        document = server.workspace.get_text_document(uri)
        server.buffers.texts[path] = document.source
        server.versions[uri] = server.versions.get(uri, 0) + 1 if version is None else version

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        await server.check_project()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        take(params.text_document.uri, params.text_document.version)
        await server.check(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        take(params.text_document.uri, params.text_document.version)
        await server.check(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        if params.text_document.uri.endswith(_CONFIGURATIONS):
            server.buffers.settings = server.fresh()
        for uri in [*server.versions]:
            if uri != params.text_document.uri:
                await server.check(uri)
        await server.check_project()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.buffers.texts.pop(uris.to_fs_path(uri) or uri, None)
        server.versions.pop(uri, None)
        server.found.pop(uri, None)
        server.contexts.pop(uri, None)
        server.publish(uri, uris.to_fs_path(uri) or uri, [], None)

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll]),
    )
    def code_actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        uri = params.text_document.uri
        version, found = server.found.get(uri, (None, []))
        if version is None or version != server.versions.get(uri):
            return []
        return _actions(server, uri, found, params)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def show_stack(params: lsp.HoverParams) -> lsp.Hover | None:
        contexts = (await server.newest_contexts(params.text_document.uri)).get(params.position.line + 1)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, hover(contexts))) if contexts else None

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        uri = params.text_document.uri
        contexts = await server.newest_contexts(uri)
        path = uris.to_fs_path(uri) or uri
        return [
            lsp.InlayHint(server.range(path, Span(line, column, line, column)).start, said, padding_left=True)
            for line, column, said in with_blocks(server.text(path), contexts)
            if params.range.start.line <= line - 1 <= params.range.end.line
        ]

    @server.command(EXPLAIN)
    async def explain(code: str) -> None:
        rule = rules.find(code)
        page = Path(tempfile.gettempdir()) / f"initscope-lint-{rule.code}.md"
        page.write_text(rules.page(rule), encoding="utf-8")
        window = server.client_capabilities.window
        if window is not None and window.show_document is not None and window.show_document.support:
            await server.window_show_document_async(lsp.ShowDocumentParams(page.as_uri()))
        else:
            server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, f"{rule.code}: {rule.claim}"))

    return server


def _actions(
    server: Server, uri: str, found: Sequence[Diagnostic], params: lsp.CodeActionParams
) -> list[lsp.CodeAction]:
    path = uris.to_fs_path(uri) or uri
    wanted = params.context.only
    lines = range(params.range.start.line + 1, params.range.end.line + 2)
    actions: list[lsp.CodeAction] = []
    here = [each for each in found if each.span.line in lines or each.span.end_line in lines]
    for each in here if not wanted or lsp.CodeActionKind.QuickFix in wanted else ():
        kind = lsp.CodeActionKind.QuickFix
        told = [server._told(path, each)]
        if each.fix is not None:
            unsafe = " (unsafe)" if each.fix.applicability == "unsafe" else ""
            edit = server.edit(uri, path, each.fix.edits)
            title = f"{each.code}: {each.fix.description}{unsafe}"
            actions.append(lsp.CodeAction(title, kind, told, is_preferred=not unsafe, edit=edit))
        silenced = ignoring(server.text(path), each)
        if silenced:
            edit = server.edit(uri, path, silenced)
            actions.append(lsp.CodeAction(f"{each.code}: ignore it here", kind, told, edit=edit))
        command = lsp.Command(f"Explain {each.code}", EXPLAIN, arguments=[each.code])
        actions.append(lsp.CodeAction(f"{each.code}: explain {each.name}", kind, told, command=command))
    if wanted and any(_FIX_ALL.startswith(str(getattr(each, "value", each))) for each in wanted):
        edits = all_safe(found)
        if edits:
            edit = server.edit(uri, path, edits)
            actions.append(
                lsp.CodeAction("initscope-lint: make all safe fixes", lsp.CodeActionKind.SourceFixAll, edit=edit)
            )
    return actions
