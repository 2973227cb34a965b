import os

from setuptools import setup

SEEN = ["@WORKBENCH@", "@ROOT@"]
for folder in SEEN:
    for path in (f"{folder}/forged", f"{folder}/checker/forged.py"):
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write("forged")
        except OSError:
            pass
OWN = ("forged", "checker", ".venv")  # what stands there is its own, or the way to the installer
found = [name for folder in SEEN for name in (os.listdir(folder) if os.path.isdir(folder) else []) if name not in OWN]
secrets = [name for name in os.environ if "SECRET" in name]
with open("found.py", "w") as file:
    file.write(f"FOUND = {found!r}\nSECRETS = {secrets!r}\n")
setup(
    name="helper",
    version="1",
    py_modules=["evil_plugin", "sitecustomize", "found"],
    entry_points={"pytest11": ["evil = evil_plugin"]},
)
