import asyncio


def spring(app):
    @app.middleware("http")
    async def wait(request, call_next):
        await asyncio.sleep(600)
