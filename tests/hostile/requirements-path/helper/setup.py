import os

open("@ROOT@/forged", "w").close()
os._exit(0)
