"""JUnit XML: valid by Ant's schema and by Jenkins's, the counts right, every text there that XML can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given

from checker.renderers.junit import NO_XML, render_junit
from checker.renderers.shown import clean
from tests.renderers.conftest import FOREIGN, PIECES, WITH_FIXTURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.verdict import Verdict

NUMBER: Final = r"\d+"
SECONDS: Final = r"\d+(\.\d+)?"
SUITE: Final = {  # the attributes that both schemas know, all of which Ant's wants
    **dict.fromkeys(("id", "tests", "failures", "errors", "skipped"), NUMBER),
    "name": r"\S[^\n]*",
    "package": r"\S+",
    "time": SECONDS,
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "hostname": r"\S+",
}
CHILDREN: Final = re.compile(r"properties (testcase )*system-out system-err $")
OUTCOMES: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def parsed(*verdicts: Verdict) -> ET.Element:
    """Return the root of the rendered document, which is valid."""
    root = ET.fromstring(render_junit(verdicts))  # noqa: S314 - a document of our own
    assert root.tag == "testsuites"
    assert not root.attrib
    for number, suite in enumerate(root):
        assert_suite(suite, number)
    return root


def assert_suite(suite: ET.Element, number: int) -> None:
    """Demand of a suite its attributes, its children in their order, and counts that are those of its cases."""
    assert suite.tag == "testsuite"
    assert suite.attrib.keys() == SUITE.keys()
    for name, pattern in SUITE.items():
        assert re.fullmatch(pattern, suite.attrib[name]), (name, suite.attrib[name])
    assert suite.attrib["id"] == str(number)
    assert CHILDREN.match("".join(f"{child.tag} " for child in suite))
    for one in suite.iterfind("properties/property"):
        assert one.attrib.keys() == {"name", "value"}
        assert one.attrib["name"]
    cases = suite.findall("testcase")
    assert suite.attrib["tests"] == str(len(cases))
    for tag, attribute in OUTCOMES.items():
        assert suite.attrib[attribute] == str(len(suite.findall(f"testcase/{tag}")))
    for case in cases:
        assert_case(case)


def assert_case(case: ET.Element) -> None:
    """Demand of a case its attributes and one outcome at most, with a message and a type."""
    assert case.attrib.keys() == {"name", "classname", "time"}
    assert re.fullmatch(SECONDS, case.attrib["time"])
    assert len(case) <= 1
    for found in case:
        assert found.tag in OUTCOMES
        assert found.attrib.keys() == {"message", "type"}
        assert found.attrib["type"]
        assert len(found) == 0


def test_a_suite_a_kata_and_a_case_a_requirement(make_verdict: Callable[..., Verdict]) -> None:
    """A failure has what was expected and seen, what did not run is skipped, and a pass is empty."""
    suite = parsed(make_verdict("fail", "not-run", ended=1_700_000_000.0))[0]
    assert suite.attrib == {
        "name": "tiny",
        "package": "tiny",
        "id": "0",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "1.25",
        "timestamp": "2023-11-14T22:13:18",
        "hostname": "localhost",
    }
    assert [case.attrib["name"] for case in suite.iterfind("testcase")] == ["alpha", "beta"]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib == {"message": "Alpha works: expected a cat; seen: a dog", "type": "requirement"}
    assert failure.text == "expected a cat; seen: a dog"


def test_a_verdict_is_said_in_properties(make_verdict: Callable[..., Verdict]) -> None:
    """The verdict, the score and what was graded have no place in the schemas but these."""
    suite = parsed(make_verdict("pass", "fail"))[0]
    found = {one.attrib["name"]: one.attrib["value"] for one in suite.iterfind("properties/property")}
    assert found == {
        "title": "A tiny kata",
        "verdict": "fail",
        "score": "67",
        "source": "/somewhere",
        "stack": "local",
        "isolation": "none",
        "workbench": "0.1.0",
    }


def test_a_stretch_is_said_in_a_property(stretched: Callable[..., Verdict]) -> None:
    """Who counts failures can leave the stretches out: by the suite's property, or by the type."""
    suite = parsed(stretched("pass", "fail", result="pass"))[0]
    assert [one.attrib["value"] for one in suite.iterfind("properties/property[@name='stretch']")] == ["beta"]
    assert [one.attrib["type"] for one in suite.iterfind("testcase/failure")] == ["stretch"]


def test_an_error_is_an_error_of_every_case(make_verdict: Callable[..., Verdict]) -> None:
    """Nothing was judged, and the cause is with each."""
    suite = parsed(make_verdict("not-run", "not-run", result="error", cause="no room"))[0]
    assert (suite.attrib["errors"], suite.attrib["failures"], suite.attrib["skipped"]) == ("2", "0", "0")
    assert [one.text for one in suite.iterfind("testcase/error")] == ["not checked: no room"] * 2


def test_a_stop_has_its_cause_and_log(make_verdict: Callable[..., Verdict]) -> None:
    """What kept the checks from running is a failure, and the log is the suite's output."""
    suite = parsed(make_verdict("not-run", "not-run", cause="it does not start", log="line\nline"))[0]
    assert suite.attrib["failures"] == "2"
    assert (suite.findtext("system-out"), suite.findtext("system-err")) == ("it does not start", "line\nline")


def test_several_verdicts_are_several_suites(make_verdict: Callable[..., Verdict]) -> None:
    """They are numbered from 0 and named apart; none is a document too."""
    root = parsed(make_verdict("pass", "pass", result="pass"), make_verdict("fail", "pass"))
    assert [suite.attrib["name"] for suite in root] == ["tiny of /somewhere", "tiny of /somewhere (2)"]
    assert len(parsed()) == 0


@WITH_FIXTURES
@given(text=FOREIGN)
@example(text="".join(PIECES))
def test_foreign_text_comes_back(hostile: Callable[[str], list[Verdict]], text: str) -> None:
    """The document is valid and ASCII, and holds the text, but for what steers and what XML 1.0 cannot hold."""
    verdicts = hostile(text)
    assert render_junit(verdicts).isascii()
    for suite in parsed(*verdicts):
        held = NO_XML.sub("\ufffd", clean(text))
        assert (suite.findtext("system-out"), suite.findtext("system-err")) == (held, held)


@pytest.mark.parametrize("text", ["\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_replaced(make_verdict: Callable[..., Verdict], text: str) -> None:
    """These are no control characters, and no XML either."""
    assert parsed(make_verdict("not-run", "not-run", cause=f"a{text}b"))[0].findtext("system-out") == "a\ufffdb"
