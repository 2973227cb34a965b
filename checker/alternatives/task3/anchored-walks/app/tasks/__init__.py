"""Everything about tasks: cursors, storage, service, endpoints."""
