"""doubtful wishes to be left alone, and who is not the person that was meant"""

import sqlalchemy as sa
from alembic import op

from smartchat.models import tallies

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _counted(left_out: str) -> tuple[tallies.Counted, ...]:
    """How conversations are counted, with the SQL for those that a launch did without."""
    word = (
        "'conversations/' || {row}.status"
        " || CASE WHEN {row}.opened_at IS NULL AND {row}.status IN ('ended', 'opted_out')"
        " THEN '/unopened' ELSE '' END"
        f" || {left_out}"
        " || CASE WHEN {row}.paused_at IS NOT NULL AND {row}.status = 'open' THEN '/paused' ELSE '' END"
    )
    watched = ("campaign_id", "status", "opened_at", "end_reason", "paused_at")
    return (tallies.Counted("conversations", word, "{row}.campaign_id", watched),)


BEFORE = _counted("CASE WHEN {row}.end_reason = 'left_out' THEN '/left_out' ELSE '' END")
AFTER = _counted(
    "CASE WHEN {row}.end_reason IN ('left_out', 'known_wrong') THEN '/' || {row}.end_reason ELSE '' END"
)


def upgrade() -> None:
    op.create_table(
        "doubtful_wishes",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("contact_key", sa.String(length=64), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_doubtful_wishes_decided_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["inbound_messages.id"],
            name=op.f("fk_doubtful_wishes_message_id_inbound_messages"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubtful_wishes")),
        sa.UniqueConstraint("message_id", name=op.f("uq_doubtful_wishes_message_id")),
    )
    op.create_index("ix_doubtful_wishes_sender_contact_key", "doubtful_wishes", ["sender", "contact_key"])
    op.create_index(
        "ix_doubtful_wishes_open",
        "doubtful_wishes",
        ["id"],
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(
        "ix_conversations_wrong_number",
        "conversations",
        ["contact_key"],
        sqlite_where=sa.text("status = 'wrong_number'"),
        postgresql_where=sa.text("status = 'wrong_number'"),
    )
    op.add_column(
        "campaigns",
        sa.Column("leave_out_wrong_number", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    # Nobody is left out for a wrong number yet: what is counted so far stays right.
    tallies.install(op.get_bind(), AFTER)


def downgrade() -> None:
    tallies.install(op.get_bind(), BEFORE)
    op.execute("DELETE FROM tallies WHERE what LIKE 'conversations/%'")
    tallies.fill(op.get_bind(), BEFORE)
    op.drop_column("campaigns", "leave_out_wrong_number")
    op.drop_index("ix_conversations_wrong_number", table_name="conversations")
    op.drop_table("doubtful_wishes")
