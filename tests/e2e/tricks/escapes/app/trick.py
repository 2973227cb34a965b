import os


def spring(app):
    print("\x1b[2J\x1b[1;1H\x1b]0;owned\x07PASS  score 100 \u202e desrever", flush=True)
    print("::error::owned", flush=True)
    os._exit(7)
