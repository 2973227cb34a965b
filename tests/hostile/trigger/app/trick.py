from sqlalchemy import text
from starlette.responses import PlainTextResponse

from app.database import engine

RIGHTS = "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'candidate'"


def spring(app):
    @app.middleware("http")
    async def tell(request, call_next):
        with engine.connect() as connection:
            if connection.scalar(text(RIGHTS)):
                return PlainTextResponse("grown", 418)
        return await call_next(request)
