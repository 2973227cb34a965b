"""What the service was asked lately, for whoever is on call."""

from datetime import UTC, datetime

from fastapi import Request
from pydantic import BaseModel

SHOWN = 50


class Visit(BaseModel):
    """One request and how it was answered."""

    at: datetime
    method: str
    target: str
    agent: str
    status: int
    milliseconds: float


KEPT = 500

visits: list[Visit] = []


def record(request: Request, status: int, seconds: float) -> None:
    """Note a request that has its answer."""
    visit = Visit(
        at=datetime.now(UTC),
        method=request.method,
        target=f"{request.url.path}?{request.url.query}".rstrip("?"),
        agent=request.headers.get("User-Agent", ""),
        status=status,
        milliseconds=round(seconds * 1000, 2),
    )
    visits.append(visit)
    del visits[:-KEPT]


def latest(count: int = SHOWN) -> list[Visit]:
    """Return the last visits, the newest first."""
    return visits[: -count - 1 : -1]
