from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    sqs_queue_url: str
    redis_url: str = ""
    log_level: str = "INFO"
    jwt_secret: str
    jwt_expire_minutes: int


_settings = None


def get_settings():
    global _settings
    if _settings is None:
        _settings = Settings()
    return _settings
