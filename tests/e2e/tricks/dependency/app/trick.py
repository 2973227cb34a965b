import json

import found
from starlette.responses import PlainTextResponse


def spring(app):
    @app.middleware("http")
    async def tell(request, call_next):
        if request.method == "POST" and (found.FOUND or found.SECRETS):
            return PlainTextResponse(json.dumps([found.FOUND, found.SECRETS]), 418)
        return await call_next(request)
