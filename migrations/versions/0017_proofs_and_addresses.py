"""what stops a sender and how it is tried again, numbers of Messaging Services, WhatsApp usernames"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pool_numbers",
        sa.Column("number", sa.String(length=160), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pool_numbers")),
    )
    op.create_table(
        "known_users",
        sa.Column("user", sa.String(length=160), nullable=False),
        sa.Column("contact_key", sa.String(length=32), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_known_users")),
    )
    op.add_column("senders", sa.Column("recent", sa.String(length=25), server_default="", nullable=False))
    op.add_column("senders", sa.Column("stop_share", ID, nullable=True))
    op.add_column(
        "senders", sa.Column("stop_by_receipt", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("senders", sa.Column("probe_id", ID, nullable=True))


def downgrade() -> None:
    for column in ("probe_id", "stop_by_receipt", "stop_share", "recent"):
        op.drop_column("senders", column)
    op.drop_table("known_users")
    op.drop_table("pool_numbers")
