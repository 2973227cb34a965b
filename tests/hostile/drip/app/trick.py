import asyncio

from starlette.responses import Response


def spring(app):
    @app.middleware("http")
    async def answer(request, call_next):
        if not request.url.path.endswith("/mark"):
            return await call_next(request)
        from starlette.responses import StreamingResponse


        async def drip():
            while True:
                yield b" "
                await asyncio.sleep(1)


        return StreamingResponse(drip(), media_type="application/json")
