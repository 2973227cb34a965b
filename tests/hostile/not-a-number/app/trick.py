from starlette.responses import Response


def spring(app):
    @app.middleware("http")
    async def answer(request, call_next):
        if request.method != "GET" or not request.url.path.startswith("/tasks/"):
            return await call_next(request)
        return Response(b'\xef\xbb\xbf{"id": NaN, "title": "\xff\xfe", "mark": Infinity}', media_type="application/json")
