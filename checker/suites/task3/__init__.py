"""task3: pagination."""
