from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    sqs_queue_url: str
    log_level: str = "INFO"
    secret: str = Field(alias="JWT_SECRET", min_length=32)
    lifetime: int = Field(alias="JWT_EXPIRE_MINUTES", default=30)


@lru_cache
def get_settings() -> Settings:
    return Settings()
