"""what stops a sender and how it is tried again, numbers of Messaging Services, WhatsApp usernames, failures by reason"""

import sqlalchemy as sa
from alembic import op

from smartchat.models import tallies

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What was counted before this was written, and since.
BEFORE = tallies.Counted(
    "outbound_messages", "'outbound/' || {row}.status", "{row}.campaign_id", ("campaign_id", "status")
)
SINCE = tallies.Counted(
    "outbound_messages",
    "'outbound/' || {row}.status"
    " || CASE WHEN {row}.status = 'failed' THEN '/' || coalesce({row}.error_code, 0) ELSE '' END",
    "{row}.campaign_id",
    ("campaign_id", "status", "error_code"),
)


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
    count(SINCE)


def downgrade() -> None:
    count(BEFORE)
    for column in ("probe_id", "stop_by_receipt", "stop_share", "recent"):
        op.drop_column("senders", column)
    op.drop_table("known_users")
    op.drop_table("pool_numbers")


def count(what: tallies.Counted) -> None:
    """Counts outbound messages so from here on, and those that are there anew."""
    connection = op.get_bind()
    tallies.install(connection, [what])
    connection.exec_driver_sql("DELETE FROM tallies WHERE substr(what, 1, 9) = 'outbound/'")
    tallies.fill(connection, [what])
