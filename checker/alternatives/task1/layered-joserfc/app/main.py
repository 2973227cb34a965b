from fastapi import FastAPI

from app.api import auth, tasks

app = FastAPI(title="Task service")
app.include_router(auth.router)
app.include_router(tasks.router)


@app.get("/health", include_in_schema=False)
async def health() -> dict[str, bool]:
    return {"healthy": True}
