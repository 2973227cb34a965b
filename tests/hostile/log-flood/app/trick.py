import sys


def spring(app):
    sys.stdout.write("x" * 20_000_000 + "\n")
    for number in range(100_000):
        sys.stderr.write(f"{number}\n")
