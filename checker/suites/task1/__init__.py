"""Users, JWTs, protected endpoints and ownership."""
