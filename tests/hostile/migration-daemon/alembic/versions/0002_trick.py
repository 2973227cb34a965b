from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    import os
    import time

    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(300)
        os._exit(0)
