from app.trick import spring

revision = "0002"
down_revision = "0001"


def upgrade():
    spring(None)
