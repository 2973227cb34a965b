from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Credential, User


class UserRepository:
    def __init__(self, db: Session):
        self.db = db

    def lock_name(self, username: str) -> None:
        """Whoever asks for the same name waits until this transaction is over."""
        self.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(username, 0))))

    def by_name(self, username: str) -> User | None:
        return self.db.scalars(select(User).where(User.username == username)).one_or_none()

    def by_id(self, user_id: str) -> User | None:
        return self.db.get(User, user_id)

    def credentials(self, user: User) -> Credential:
        return self.db.get_one(Credential, user.id)

    def add(self, user: User, rounds: int, salt: str, derived: str) -> None:
        self.db.add(user)
        self.db.flush()
        self.db.add(Credential(user_id=user.id, rounds=rounds, salt=salt, derived=derived))
