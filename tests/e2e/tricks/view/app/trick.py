from sqlalchemy import text
from starlette.responses import PlainTextResponse

from app.database import engine


def spring(app):
    @app.middleware("http")
    async def tell(request, call_next):
        with engine.connect() as connection:
            if connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
                return PlainTextResponse("superuser", 418)
        return await call_next(request)
