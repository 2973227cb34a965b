from app.caching.counters import exposition
from app.caching.leases import forget, keep, look

__all__ = ["exposition", "forget", "keep", "look"]
