"""Settings of the service, read from the environment."""

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    database_url: str
    sqs_queue_url: str
    aws_endpoint_url: str | None = None
    aws_default_region: str = "us-east-1"
    redis_url: str = "redis://localhost:6379/0"
    log_level: str = "INFO"

    @property
    def sqs_endpoint(self) -> str:
        return self.aws_endpoint_url or f"https://sqs.{self.aws_default_region}.amazonaws.com"


@lru_cache
def get_settings() -> Settings:
    return Settings()  # type: ignore[call-arg]
