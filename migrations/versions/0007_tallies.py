"""tallies, and indexes for pages of any size"""

import sqlalchemy as sa
from alembic import op

from smartchat.models import tallies

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What was counted when this was written: later migrations add the columns of what is counted later.
COUNTED = (
    tallies.Counted(
        "conversations",
        "'conversations/' || {row}.status"
        " || CASE WHEN {row}.opened_at IS NULL AND {row}.status IN ('ended', 'opted_out')"
        " THEN '/unopened' ELSE '' END"
        " || CASE WHEN {row}.end_reason = 'left_out' THEN '/left_out' ELSE '' END"
        " || CASE WHEN {row}.paused_at IS NOT NULL AND {row}.status = 'open' THEN '/paused' ELSE '' END",
        "{row}.campaign_id",
        ("campaign_id", "status", "opened_at", "end_reason", "paused_at"),
    ),
    tallies.Counted(
        "outbound_messages", "'outbound/' || {row}.status", "{row}.campaign_id", ("campaign_id", "status")
    ),
    tallies.Counted(
        "inbound_messages",
        "'inbound/' || coalesce({row}.outcome, 'waiting')",
        "coalesce({row}.campaign_id, 0)",
        ("campaign_id", "outcome"),
    ),
)


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("campaign_id", ID, autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("part", ID, autoincrement=False, nullable=False),
        sa.Column("n", ID, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "what", "part", name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )
    _index("ix_tallies_fresh", "tallies", ["part"], "part <> 0")
    for table in ("contacts", "inbound_messages"):
        op.add_column(table, sa.Column("ending", sa.String(length=4), server_default="", nullable=False))
        op.execute(
            f"UPDATE {table} SET ending = CASE WHEN length(contact_key) > 4"  # noqa: S608 - constants only
            " THEN substr(contact_key, length(contact_key) - 3) ELSE contact_key END"  # noqa: S608
        )
    op.create_index(op.f("ix_contacts_campaign_id_ending"), "contacts", ["campaign_id", "ending"])
    op.drop_index("ix_conversations_campaign_id_status", "conversations")
    op.create_index("ix_conversations_campaign_id_status", "conversations", ["campaign_id", "status", "id"])
    op.drop_index("ix_outbound_messages_campaign_id_status", "outbound_messages")
    op.create_index(
        "ix_outbound_messages_campaign_id_status", "outbound_messages", ["campaign_id", "status", "id"]
    )
    _index(
        "ix_outbound_messages_refused",
        "outbound_messages",
        ["campaign_id", "id"],
        "status = 'waiting' AND error_message IS NOT NULL",
    )
    op.drop_index("ix_inbound_messages_campaign_id_outcome", "inbound_messages")
    op.drop_index(op.f("ix_inbound_messages_contact_key"), "inbound_messages")
    op.create_index("ix_inbound_messages_campaign_id_id", "inbound_messages", ["campaign_id", "id"])
    op.create_index("ix_inbound_messages_ending_id", "inbound_messages", ["ending", "id"])
    _index(
        "ix_inbound_messages_outcome_id",
        "inbound_messages",
        ["outcome", "id"],
        "outcome IS NULL OR outcome <> 'answered'",
    )
    _index("ix_inbound_messages_waiting", "inbound_messages", ["campaign_id", "due_at"], "outcome IS NULL")
    tallies.install(op.get_bind(), COUNTED)
    tallies.fill(op.get_bind(), COUNTED)


def downgrade() -> None:
    tallies.remove(op.get_bind(), COUNTED)
    for name in ("waiting", "outcome_id", "ending_id", "campaign_id_id"):
        op.drop_index(f"ix_inbound_messages_{name}", "inbound_messages")
    op.create_index(op.f("ix_inbound_messages_contact_key"), "inbound_messages", ["contact_key"])
    op.create_index("ix_inbound_messages_campaign_id_outcome", "inbound_messages", ["campaign_id", "outcome"])
    op.drop_index("ix_outbound_messages_refused", "outbound_messages")
    op.drop_index("ix_outbound_messages_campaign_id_status", "outbound_messages")
    op.create_index("ix_outbound_messages_campaign_id_status", "outbound_messages", ["campaign_id", "status"])
    op.drop_index("ix_conversations_campaign_id_status", "conversations")
    op.create_index("ix_conversations_campaign_id_status", "conversations", ["campaign_id", "status"])
    op.drop_index(op.f("ix_contacts_campaign_id_ending"), "contacts")
    for table in ("contacts", "inbound_messages"):
        # Not as a batch: SQLite would make the table anew, and others point at it.
        op.execute(f"ALTER TABLE {table} DROP COLUMN ending")
    op.drop_index("ix_tallies_fresh", "tallies")
    op.drop_table("tallies")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
