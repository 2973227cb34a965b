from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.config import get_settings

async_engine = create_async_engine(get_settings().database_url, pool_size=10)
AsyncSessions = async_sessionmaker(async_engine, expire_on_commit=False)


async def get_session():
    async with AsyncSessions() as session:
        yield session
