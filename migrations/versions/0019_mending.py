"""what is mended in a contact file, and what is done with it at the moment"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "preparations", sa.Column("mending", sa.String(length=120), server_default="", nullable=False)
    )
    op.add_column("preparations", sa.Column("phase", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("preparations", "phase")
    op.drop_column("preparations", "mending")
