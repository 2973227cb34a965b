"""scenario3: lost messages."""
