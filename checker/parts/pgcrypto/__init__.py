"""The extension pgcrypto for a PostgreSQL that was built without OpenSSL (docs/decisions/0017).

`functions.py` computes, `server.py` is asked by PostgreSQL, `catalog.sql` asks it, and `pgcrypto--1.4.sql` is the
extension as a submission makes it.
"""
