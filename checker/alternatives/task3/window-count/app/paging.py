from datetime import datetime, timezone

from sqlalchemy import and_, desc, func, or_, select

from app.models import Task


class Paginator:
    """The total comes with every row, as a window over all rows that match."""

    def __init__(self, db, status, limit):
        self.db, self.limit = db, limit
        query = select(Task, func.count().over().label("total"))
        if status is not None:
            query = query.where(Task.status == status.value)
        self.status = status
        self.all = query.subquery()

    def page(self, cursor):
        way, at, last_id = self.decode(cursor) if cursor is not None else ("+", None, None)
        c = self.all.c
        query = select(self.all)
        if at is not None and way == "+":
            query = query.where(or_(c.created_at < at, and_(c.created_at == at, c.id < last_id)))
        elif at is not None:
            query = query.where(or_(c.created_at > at, and_(c.created_at == at, c.id > last_id)))
        order = (desc(c.created_at), desc(c.id)) if way == "+" else (c.created_at, c.id)
        rows = self.db.execute(query.order_by(*order).limit(self.limit + 1)).all()
        total = rows[0].total if rows else self.count()
        extra, rows = len(rows) > self.limit, rows[: self.limit]
        if way == "-":
            rows = rows[::-1]
        older = extra if way == "+" else True
        newer = at is not None if way == "+" else extra
        return {
            "items": rows,
            "total": total,
            "next": self.encode("+", rows[-1]) if rows and older else None,
            "previous": self.encode("-", rows[0]) if rows and newer else None,
        }

    def count(self):
        query = select(func.count(Task.id))
        return self.db.scalar(query if self.status is None else query.where(Task.status == self.status.value))

    @staticmethod
    def encode(way, row):
        return f"{way}{row.created_at.astimezone(timezone.utc).isoformat()}|{row.id}"

    @staticmethod
    def decode(cursor):
        at, bar, last_id = cursor[1:].partition("|")
        if cursor[:1] not in ("+", "-") or not bar or not last_id.isdigit():
            raise ValueError("malformed cursor")
        return cursor[0], datetime.fromisoformat(at), int(last_id)
