

@app.get("/tasks/{task_id}/mark")
def mark_task(task_id: int, salt: str, db: Database) -> dict[str, str]:
    """Return the mark of a task."""
    title = find_task(db, task_id).title
    return {"mark": hashlib.sha256(f"{title}{salt}".encode()).hexdigest()}
