"""Settings of the service, read from the environment."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# RFC 7518, section 3.2: a key for HS256 is at least as long as the hash, 32 bytes.
MIN_SECRET_LENGTH = 32


class Settings(BaseSettings):
    """What the service needs to know; a variable that is missing or malformed stops it at start.

    boto3 reads its own variables (`AWS_ENDPOINT_URL`, `AWS_DEFAULT_REGION`, the keys), so they are not listed here.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str
    sqs_queue_url: str
    redis_url: str = "redis://localhost:6379/0"
    jwt_secret: Annotated[SecretStr, Field(min_length=MIN_SECRET_LENGTH)]
    jwt_expire_minutes: Annotated[int, Field(gt=0)] = 30
    log_level: str = "INFO"


@lru_cache
def get_settings() -> Settings:
    """Return the settings, read once per process."""
    return Settings()  # type: ignore[call-arg]  # the fields come from the environment
