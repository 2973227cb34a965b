"""The table of users."""

import secrets

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class User(Base):
    """An account."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(24), primary_key=True, default=lambda: "usr_" + secrets.token_hex(10))
    username: Mapped[str] = mapped_column(String(32), unique=True)
    secrets: Mapped[dict[str, str]] = mapped_column(JSON)
