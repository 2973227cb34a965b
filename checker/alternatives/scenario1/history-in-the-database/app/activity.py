"""The last requests, in a table that is cut back now and then."""

import json

from sqlalchemy import text

from app.database import visits_engine

SHOWN = 50
CUT_EVERY = 40


def record(visit: dict) -> None:
    """Note a request, and forget old ones."""
    with visits_engine.begin() as connection:
        number = connection.execute(
            text("INSERT INTO visits (visit) VALUES (:visit) RETURNING id"), {"visit": json.dumps(visit)}
        ).scalar_one()
        if number % CUT_EVERY == 0:
            connection.execute(text("DELETE FROM visits WHERE id <= :old"), {"old": number - 4 * SHOWN})


def latest() -> list[dict]:
    """Return the last requests, the newest first."""
    with visits_engine.connect() as connection:
        found = connection.execute(text("SELECT visit FROM visits ORDER BY id DESC LIMIT :shown"), {"shown": SHOWN})
        return [row.visit if isinstance(row.visit, dict) else json.loads(row.visit) for row in found]
