"""scenario2: slow queries."""
