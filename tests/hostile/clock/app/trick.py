import time


def spring(app):
    real = time.time
    time.time = lambda: real() + 10**10

    @app.middleware("http")
    async def date(request, call_next):
        answer = await call_next(request)
        answer.headers["Date"] = "Fri, 31 Dec 9999 23:59:59 GMT"
        return answer
