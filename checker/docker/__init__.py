"""Containers: the image that everything runs in, how one is hardened, and what PID 1 of each does."""
