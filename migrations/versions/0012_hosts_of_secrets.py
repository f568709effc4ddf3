"""the hosts that a secret may be given to; those that were kept before belong to none until they are entered again"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("secrets", sa.Column("hosts", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("secrets", "hosts")
