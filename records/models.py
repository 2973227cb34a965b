"""The tables. Plain tables rather than mapped classes: importing the mapper would double the time until a quiz begins.

Times are seconds since 1970, durations seconds. `candidate` is a name as `records.names.cleaned` leaves it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # NUL is refused by PostgreSQL, half a character by SQLite


class AnyText(TypeDecorator[str]):
    """Text from outside; what a database would refuse becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """Return the text as it can be kept."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Return text as every database takes it."""
    return UNSTORABLE.sub("�", text)


def identifier() -> String:
    """Return the type of an id; some databases want to know how long a key can be."""
    return String(64)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)


def interview_key() -> ForeignKey:
    """Return a reference to an interview; what belongs to one goes with it."""
    return ForeignKey("interviews.id", ondelete="CASCADE")


interviews = Table(
    "interviews",
    metadata,
    Column("id", identifier(), primary_key=True),
    Column("candidate", AnyText, nullable=False),
    Column("plan", JSON, nullable=False),  # {"items": [id…], "level", "minutes", "left_out": [id…]}
    Column("started", Double, nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Column("ended", Double),
)

sheets = Table(
    "sheets",
    metadata,
    Column("interview", identifier(), interview_key(), primary_key=True),
    Column("item", identifier(), primary_key=True),
    Column("marks", JSON, nullable=False),  # {point id: mark}
    Column("note", AnyText, nullable=False),
    Column("said", AnyText, nullable=False),
    Column("red_flags", JSON, nullable=False),  # [position…]
    Column("flagged", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
    Column("skipped", Boolean, nullable=False),
    Column("seconds", Double, nullable=False),
)

conclusions = Table(
    "conclusions",
    metadata,
    Column("interview", identifier(), interview_key(), primary_key=True),
    Column("recommendation", String(16)),
    Column("level", String(16)),
    Column("reason", AnyText, nullable=False),
    Column("note", AnyText, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("candidate", AnyText),  # None: whoever uses this computer
    Column("kata", identifier(), nullable=False),
    Column("at", Double, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("score", Integer),
    Column("requirements", JSON, nullable=False),  # [{"id", "title", "status", "weight", "stretch"}…]
    Column("cause", AnyText),
    Column("hints_taken", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("source", AnyText),  # the folder or the repository
    Column("commit", String(64)),
    Column("tree", String(64)),
    Column("stack", String(16), nullable=False),
    Column("workbench", String(32), nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", String(128), primary_key=True),  # the item, or `item/cluster`
    Column("item", identifier(), nullable=False),
    Column("due", Double, nullable=False),
    Column("state", JSON, nullable=False),  # the scheduler's own
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", identifier(), nullable=False),
    Column("at", Double, nullable=False),
    Column("marks", JSON, nullable=False),  # {point id: mark}
    Column("ratings", JSON, nullable=False),  # {card id: rating}
    Column("answer", AnyText, nullable=False),
    Column("seconds", Double, nullable=False),
    Index(None, "at"),
)
