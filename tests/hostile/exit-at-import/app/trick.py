import os


def spring(app):
    os._exit(0)
