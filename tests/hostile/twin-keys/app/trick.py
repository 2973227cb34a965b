import json

from starlette.responses import Response


def spring(app):
    @app.middleware("http")
    async def answer(request, call_next):
        if request.method != "GET" or not request.url.path.startswith("/tasks/"):
            return await call_next(request)
        return Response('{"id": 1, "id": 2, "mark": "a", "mark": "b", "status": "pending"}', media_type="application/json")
