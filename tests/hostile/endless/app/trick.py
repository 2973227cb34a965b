from starlette.responses import Response


def spring(app):
    @app.middleware("http")
    async def answer(request, call_next):
        if request.method != "GET" or not request.url.path.startswith("/tasks/"):
            return await call_next(request)
        from starlette.responses import StreamingResponse

        return StreamingResponse(iter(lambda: b" " * 65536, None), media_type="application/json")
