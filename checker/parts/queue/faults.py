"""The faults that a lane can inject, as they stand in a plan: `{"kind": "server-error", "status": 503}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

ServerErrorBody = Literal["empty", "html", "json"]
ThrottleCode = Literal["RequestThrottled", "ThrottlingException"]
MalformedCode = Literal["InvalidParameterValue", "MalformedInput"]
SERVER_ERRORS = range(500, 600)


def _require(*, allowed: bool, what: str) -> None:
    if not allowed:
        raise ValueError(what)


@dataclass(frozen=True, slots=True)
class Reset:
    """The request is read, then the connection is reset; nothing is answered."""

    kind: ClassVar[str] = "reset"


@dataclass(frozen=True, slots=True)
class Hang:
    """The answer is held for `seconds`, then the connection is reset."""

    kind: ClassVar[str] = "hang"
    seconds: float

    def __post_init__(self) -> None:
        _require(allowed=self.seconds > 0, what="a hang's seconds are above 0")


@dataclass(frozen=True, slots=True)
class ServerError:
    """A 5xx answer with an empty body, a gateway's HTML page, or a JSON object (XML in the query protocol)."""

    kind: ClassVar[str] = "server-error"
    status: int = 503
    body: ServerErrorBody = "json"

    def __post_init__(self) -> None:
        _require(allowed=self.status in SERVER_ERRORS, what="a server error's status is 500 to 599")
        _require(allowed=self.body in get_args(ServerErrorBody), what="a server error's body is empty, html or json")


@dataclass(frozen=True, slots=True)
class Throttle:
    """An answer that boto3 shows as `code`, with any error status."""

    kind: ClassVar[str] = "throttle"
    code: ThrottleCode = "RequestThrottled"
    status: int = 400

    def __post_init__(self) -> None:
        _require(allowed=self.code in get_args(ThrottleCode), what=f"a throttle's code is one of {ThrottleCode}")
        _require(allowed=400 <= self.status <= 599, what="a throttle's status is 400 to 599")  # noqa: PLR2004 - HTTP's errors


@dataclass(frozen=True, slots=True)
class Deny:
    """`AccessDenied`, 403."""

    kind: ClassVar[str] = "deny"


@dataclass(frozen=True, slots=True)
class UnknownQueue:
    """`AWS.SimpleQueueService.NonExistentQueue`, 400."""

    kind: ClassVar[str] = "unknown-queue"


@dataclass(frozen=True, slots=True)
class Malformed:
    """The request is called malformed, 400."""

    kind: ClassVar[str] = "malformed"
    code: MalformedCode = "InvalidParameterValue"

    def __post_init__(self) -> None:
        _require(allowed=self.code in get_args(MalformedCode), what=f"a malformed's code is one of {MalformedCode}")


Fault = Reset | Hang | ServerError | Throttle | Deny | UnknownQueue | Malformed
KINDS: dict[str, type[Fault]] = {kind.kind: kind for kind in get_args(Fault)}


def read_fault(data: Mapping[str, Any]) -> Fault:
    """Make a fault of its JSON; `ValueError` where the kind, a field or a value is not one of these."""
    fields = dict(data)
    kind = fields.pop("kind", None)
    if kind not in KINDS:
        raise ValueError(f"the kind of a fault is one of {sorted(KINDS)}, not {kind!r}")
    try:
        return KINDS[kind](**fields)
    except TypeError as error:
        raise ValueError(f"fault {kind!r}: {error}") from error
