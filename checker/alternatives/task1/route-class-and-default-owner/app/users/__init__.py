"""Users: registration, login, and the route class that guards others' endpoints."""
