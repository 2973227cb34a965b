"""A module a revision, named for it."""
