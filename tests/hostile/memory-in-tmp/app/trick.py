import os


def spring(app):
    for folder in ("/tmp", "/dev/shm", "/driver", "/run", "/var/tmp", "/dev"):
        try:
            with open(f"{folder}/taken", "wb") as file:
                for _ in range(400):
                    file.write(b"x" * 10**6)
        except OSError:
            pass
        try:
            os.unlink(f"{folder}/taken")
        except OSError:
            pass
