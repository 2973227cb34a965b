import secrets

from sqlalchemy.orm import Session

from app.core import security
from app.models import User
from app.repositories.users import UserRepository


class NameTaken(Exception):
    """Somebody else has it."""


class BadCredentials(Exception):
    """Wrong name or password."""


class UserService:
    def __init__(self, db: Session):
        self.db = db
        self.users = UserRepository(db)

    def register(self, username: str, password: str) -> User:
        self.users.lock_name(username)
        if self.users.by_name(username):
            raise NameTaken
        user = User(id=f"usr_{secrets.token_hex(10)}", username=username)
        self.users.add(user, *security.new_credentials(password))
        self.db.commit()
        return user

    def log_in(self, username: str, password: str) -> str:
        user = self.users.by_name(username)
        if user is None:
            security.new_credentials(password)
            raise BadCredentials
        known = self.users.credentials(user)
        if not security.verify(password, known.rounds, known.salt, known.derived):
            raise BadCredentials
        return security.issue(user.id)
