"""Reads a page and the total in one statement."""

from sqlalchemy import text

SQL = """
SELECT c.total, p.*
FROM (SELECT count(*) AS total FROM tasks {filter}) AS c
LEFT JOIN LATERAL (
    SELECT * FROM tasks {page} ORDER BY created_at {way}, id {way} LIMIT :n
) AS p ON true
ORDER BY p.created_at DESC, p.id DESC
"""


def fetch(db, status, limit, where):
    conditions = [] if status is None else ["status = :status"]
    values = {"n": limit + 1, **({} if status is None else {"status": status.value})}
    back = where is not None and where["d"] == "newer"
    page = list(conditions)
    if where is not None:
        page.append(f"(created_at, id) {'>' if back else '<'} (:t, :i)")
        values |= {"t": where["t"], "i": where["i"]}
    statement = SQL.format(
        filter="WHERE " + " AND ".join(conditions) if conditions else "",
        page="WHERE " + " AND ".join(page) if page else "",
        way="ASC" if back else "DESC",
    )
    rows = db.execute(text(statement), values).mappings().all()
    items = [row for row in rows if row["id"] is not None]
    more = len(items) > limit
    if more:
        items = items[1:] if back else items[:-1]
    return {
        "items": items,
        "total": rows[0]["total"],
        "older": back or more,
        "newer": more if back else where is not None,
    }
