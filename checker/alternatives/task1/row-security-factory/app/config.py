"""Settings of the service, read from the environment."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the service needs to know; a variable that is missing or malformed stops it at start.

    boto3 reads its own variables (`AWS_ENDPOINT_URL`, `AWS_DEFAULT_REGION`, the keys), so they are not listed here.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str
    sqs_queue_url: str
    redis_url: str = "redis://localhost:6379/0"
    jwt_secret: str
    jwt_expire_minutes: float = 30
    log_level: str = "INFO"


@lru_cache
def get_settings() -> Settings:
    """Return the settings, read once per process."""
    return Settings()  # type: ignore[call-arg]  # the fields come from the environment
