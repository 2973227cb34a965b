"""Cache-aside in Redis."""
