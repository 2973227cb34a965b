"""Build the image where it is missing, and print its name: `python -m checker.docker`."""

import sys

from checker.docker.image import find_image


def tell(line: str) -> None:
    """Show what is being built."""
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.stdout.write(f"{find_image(tell)}\n")
