"""room for addresses that are no phone numbers: WhatsApp usernames have up to 128 characters and a prefix"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

WIDE = 160
COLUMNS = {
    "inbound_messages": {"sender": 64, "from_address": 64, "contact_key": 64},
    "conversations": {"last_from": 64},
    "outbound_messages": {"to": 64},
    "opt_outs": {"sender": 64, "contact_key": 32},
    "opt_out_events": {"sender": 64, "contact_key": 32},
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column, narrow in columns.items():
            _alter(table, column, narrow, WIDE)


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for column, narrow in columns.items():
            _alter(table, column, WIDE, narrow)


def _alter(table: str, column: str, before: int, after: int) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.alter_column(table, column, type_=sa.String(after), existing_type=sa.String(before))
        return
    # SQLite holds texts of any length: only the words of the table say so. To make the table anew would take long and
    # lose its triggers; this is the way that SQLite's own manual names for changes that touch no row.
    name = '"to"' if column == "to" else column
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (f"\t{name} VARCHAR({before})", f"\t{name} VARCHAR({after})", table),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
