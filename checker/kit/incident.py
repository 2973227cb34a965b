"""The incident note of a debugging scenario, `incident.yaml` at the submission's root (the contract, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from checker.kit.expect import Refuted

if TYPE_CHECKING:
    from checker.kit.fixtures import Service

NAME: Final = "incident.yaml"
MOST_BYTES: Final = 64 * 1024
SHAPE: Final = (
    f"{NAME} with `causes`, a list of ids from the README, and `evidence` and `fix`, texts that are not empty"
)


@dataclass(frozen=True)
class Incident:
    """What a candidate says was wrong."""

    causes: frozenset[str]
    evidence: str
    fix: str


def read_incident(service: Service) -> Incident:
    """Read the note; `Refuted` where there is none, or none of the promised shape."""
    channel = service.desk.open()
    text = channel.call("read_file", name=NAME, most=MOST_BYTES + 1)
    channel.close()
    if text is None:
        raise Refuted(SHAPE, f"the submission has no {NAME}")
    if len(text) > MOST_BYTES:
        raise Refuted(SHAPE, f"{NAME} has more than {MOST_BYTES // 1024} kB")
    return incident_of(parsed(text))


def parsed(text: str) -> Any:
    """Return what the YAML holds; aliases are refused, since a few of them can stand for gigabytes."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise Refuted(SHAPE, "YAML with aliases")
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refuted(SHAPE, f"it cannot be read as YAML: {str(error)[:300]}") from None


def incident_of(data: Any) -> Incident:
    """Return the note that parsed YAML holds."""
    if not isinstance(data, dict):
        raise Refuted(SHAPE, f"a {type(data).__name__} at the top of it, not a mapping")
    causes = data.get("causes")
    if not isinstance(causes, list) or not causes or not all(isinstance(cause, str) for cause in causes):
        raise Refuted(SHAPE, f"causes: {causes!r}")
    for key in ("evidence", "fix"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise Refuted(SHAPE, f"{key}: {data.get(key)!r}")
    return Incident(frozenset(cause.strip() for cause in causes), data["evidence"], data["fix"])


def expect_diagnosis(incident: Incident, causes: frozenset[str], vocabulary: frozenset[str]) -> None:
    """Refute unless the note names exactly `causes`; it is not told which of them are wrong or how many are missing."""
    expected = "exactly the causes that are at work, each by its id from the README, and no other"
    if unknown := sorted(incident.causes - vocabulary):
        raise Refuted(expected, f"ids that the README does not list: {', '.join(unknown)[:200]}")
    if incident.causes - causes:
        raise Refuted(expected, "a cause that is not at work here is named")
    if causes - incident.causes:
        raise Refuted(expected, "a cause that is at work is not named")
