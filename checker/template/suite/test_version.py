"""version-told: GET /health tells the version."""

from checker.kit.expect import expect, proves
from checker.kit.fixtures import Service


@proves("version-told")
def test_health_tells_the_version(service: Service) -> None:
    """The version is a text that is not empty."""
    reply = service.client().client.request("GET", "/health").expect_status(200)
    body = reply.json()
    version = body.get("version") if isinstance(body, dict) else None
    expect(
        isinstance(version, str) and version,
        expected="`version`, a text that is not empty, in GET /health",
        seen=reply,
        repeat=reply.request,
    )
