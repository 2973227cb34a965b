"""What the brief promises, as far as a candidate is shown."""

from fastapi.testclient import TestClient

from app.main import app


def test_health_tells_the_version() -> None:
    """The version is a text."""
    assert TestClient(app).get("/health").json()["version"]
