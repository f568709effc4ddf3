"""the opt-out list by number alone, and by sender, newest first"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_opt_outs_contact_key"), "opt_outs", ["contact_key"])
    op.create_index("ix_opt_outs_sender_id", "opt_outs", ["sender", "id"])


def downgrade() -> None:
    op.drop_index("ix_opt_outs_sender_id", table_name="opt_outs")
    op.drop_index(op.f("ix_opt_outs_contact_key"), table_name="opt_outs")
