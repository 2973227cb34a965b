from app.main import Settings, get_settings  # noqa
