"""Verdicts as JUnit XML: a suite a kata, a case a requirement.

Valid by both schemas in use, Ant's and Jenkins's. Neither knows properties of a case, so a stretch requirement is named
by a property of its suite, and by the type of its failure.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from checker.renderers.plain import inert
from checker.renderers.shown import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from checker.renderers.shown import Outcome, Row, Shown
    from checker.verdict import Verdict

ELEMENTS: Final[dict[Outcome, str]] = {"failed": "failure", "error": "error", "skipped": "skipped"}
NO_XML: Final = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
HOST: Final = "localhost"  # what Ant writes where the host is nobody's business


def render_junit(verdicts: Sequence[Verdict]) -> str:
    """Return an XML document in ASCII; of the same text as the verdicts, and no line of it is a command to a CI log."""
    root = ET.Element("testsuites")
    for number, shown in enumerate(show(verdicts)):
        root.append(suite(shown, number))
    ET.indent(root)
    text = ET.tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii")
    return inert(text, "&#58;", "&#35;") + "\n"


def suite(shown: Shown, number: int) -> ET.Element:
    """Return one verdict's suite."""
    counts = {"tests": len(shown.rows), "failures": shown.count("failed"), "errors": shown.count("error")}
    element = ET.Element("testsuite", name=text_of(shown.name), package=shown.kata, id=str(number))
    for name, count in {**counts, "skipped": shown.count("skipped")}.items():
        element.set(name, str(count))
    element.set("time", f"{shown.seconds:.2f}")
    element.set("timestamp", datetime.fromtimestamp(shown.started, UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    element.set("hostname", HOST)
    properties = ET.SubElement(element, "properties")
    for name, value in properties_of(shown):
        ET.SubElement(properties, "property", name=name, value=text_of(value))
    element.extend([case(shown, row) for row in shown.rows])
    ET.SubElement(element, "system-out").text = text_of(shown.cause)
    ET.SubElement(element, "system-err").text = text_of(shown.log)
    return element


def properties_of(shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield what the schemas have no attribute for."""
    yield "title", shown.title
    yield "verdict", str(shown.result)
    if shown.score is not None:
        yield "score", str(shown.score)
    for name in ("source", "commit", "tree", "stack", "isolation", "workbench"):
        if value := getattr(shown, name):
            yield name, value
    for row in shown.rows:
        if row.stretch:
            yield "stretch", row.id


def case(shown: Shown, row: Row) -> ET.Element:
    """Return one requirement's case."""
    element = ET.Element("testcase", name=row.id, classname=shown.kata, time="0")
    if row.outcome != "passed":
        kind = "stretch" if row.stretch else "requirement"
        found = ET.SubElement(
            element, ELEMENTS[row.outcome], message=text_of(f"{row.title}: {row.headline}"), type=kind
        )
        found.text = text_of(row.message)
    return element


def text_of(text: str) -> str:
    """Return a text with what XML cannot hold replaced."""
    return NO_XML.sub("\ufffd", text)
