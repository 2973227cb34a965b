import json
import os
from datetime import datetime
from typing import Any

import redis
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.retry import Retry

FIELDS = {"id": int, "title": str, "description": (str, type(None)), "status": str}
TIMES = ("created_at", "updated_at")
lookups = {name: Counter(f"task_cache_{name}", name) for name in ("hits", "misses")}


class Store:
    def __init__(self) -> None:
        self.client = redis.Redis.from_url(
            os.environ["REDIS_URL"], socket_timeout=0.25, socket_connect_timeout=0.25, retry=Retry(NoBackoff(), 1)
        )

    def get(self, task_id: int) -> dict[str, Any] | None:
        try:
            task = json.loads(self.client.get(self.key(task_id)) or b"null")
            fine = all(isinstance(task[name], kind) for name, kind in FIELDS.items())
            fine = fine and all(datetime.fromisoformat(task[name]) for name in TIMES)
        except Exception:
            fine = False
        lookups["hits" if fine else "misses"].inc()
        return task if fine else None

    def put(self, task: dict[str, Any]) -> None:
        try:
            self.client.setex(self.key(task["id"]), 300, json.dumps(task))
        except redis.RedisError:
            pass

    def drop(self, task_id: int) -> None:
        try:
            self.client.delete(self.key(task_id))
        except redis.RedisError:
            pass

    @staticmethod
    def key(task_id: int) -> str:
        return f"svc:v1:task:{task_id}:json"


store = Store()
