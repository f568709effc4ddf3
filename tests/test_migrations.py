"""The migrations make exactly the models, and keep what is stored on the way up and down, on both databases."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import event

from smartchat.db import Base, db
from smartchat.services.campaign.recounting import Difference

from .stored_databases import (
    BASE,
    MIGRATIONS,
    REVISIONS,
    ROWS,
    Rows,
    StoredDatabase,
    lost,
    postgresql_database,
    sqlite_database,
)

HEAD = REVISIONS[-1]
# A migration that changes stored values on purpose names the columns here: revision → {"table.column"}.
CHANGED_ON_THE_WAY_UP: dict[str, set[str]] = {}
# Since this one failed messages are counted by reason (outbound/failed/30003), before it all in one (outbound/failed).
FAILED_BY_REASON = "0017"


@dataclass
class Walk:
    """One database that went up through all revisions, gaining rows of each; and what it was at each of them."""

    database: StoredDatabase
    arrived: dict[str, Rows]
    filled: dict[str, Rows]
    schemas: dict[str, dict[str, object]]

    def take(self, revision: str) -> StoredDatabase:
        self.database.take(f"up_{revision}")
        return self.database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    if request.param == "sqlite":
        database = sqlite_database(tmp_path_factory.mktemp("stored"))
    else:
        server = request.getfixturevalue("postgresql_server")
        database = postgresql_database(server, request.getfixturevalue("postgresql_module_url"))
    walk = Walk(database, {}, {}, {})
    for revision in REVISIONS:
        database.up(revision)
        walk.arrived[revision] = database.rows()
        database.fill(revision)
        walk.filled[revision] = database.rows()
        walk.schemas[revision] = database.schema()
        database.put_aside(f"up_{revision}")
    yield walk
    database.release()


@dataclass
class Descent:
    """One migration undone, done again, and undone: what the downgrade named, and the rows at each point."""

    gone: set[str]
    before: Rows
    below: Rows
    again: Rows
    schema_below: dict[str, object]
    schema_again: dict[str, object]
    wrong_tallies: list[Difference]


@pytest.fixture(scope="module")
def descents(walk: Walk) -> dict[str, Descent]:
    """From the newest revision, with all rows, down to nothing."""
    database, found = walk.take(HEAD), {}
    for revision, below in pairwise([*REVISIONS[::-1], BASE]):
        before = database.rows()
        gone = database.down(below)
        rows, schema = database.rows(), database.schema()
        database.up(revision)
        again = Descent(gone, before, rows, database.rows(), schema, database.schema(), [])
        if "tallies" in again.schema_again["tables"]:
            again.wrong_tallies = list(database.wrong_tallies())
        found[revision] = again
        database.down(below)
    return found


@pytest.fixture
def more_migrations(tmp_path: Path) -> Path:
    """A copy of the migrations, to add one to."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


def test_the_migrations_make_exactly_the_models(walk: Walk) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with walk.take(HEAD).app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_of_the_first_release_has_stored_rows(walk: Walk) -> None:
    assert ROWS.is_dir()
    assert [name for name, rows in walk.filled["0009"].items() if not rows] == []


def test_each_migration_keeps_what_was_stored_before_it(walk: Walk) -> None:
    for before, after in pairwise(REVISIONS):
        changed = lost(walk.filled[before], walk.arrived[after])
        assert changed == CHANGED_ON_THE_WAY_UP.get(after, set()), after


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_stored_database_of_any_revision_comes_up_to_date_at_once(walk: Walk, revision: str) -> None:
    database = walk.take(revision)
    database.up()
    newer = REVISIONS[REVISIONS.index(revision) + 1 :]
    allowed = set().union(*(CHANGED_ON_THE_WAY_UP.get(one, set()) for one in newer))
    assert lost(walk.filled[revision], database.rows()) <= allowed
    assert database.schema() == walk.schemas[HEAD]
    assert database.wrong_tallies() == []


def test_a_few_values_are_what_they_were_in_the_first_revision(walk: Walk) -> None:
    database = walk.take("0001")
    database.up()
    rows = database.rows()
    assert rows["contacts"][(1,)]["custom_data"] == {"NOMBRE": "Carlos Núñez"}
    assert rows["contacts"][(1,)]["ending"] == "5678"
    assert rows["inbound_messages"][(3,)]["body"] == "luego le digo 🙏"
    assert rows["campaigns"][(1,)]["receipt"] == {"conversations": 1, "messages": 1}
    assert rows["opt_outs"][(1,)]["contact_key"] == "+525512345679"
    assert (
        rows["chatbot_versions"][(2,)]["script"]["steps"][1]["text"]
        == "{{NOMBRE}}, ¿podrá pagar a tiempo? 👍"
    )


def test_triggers_go_on_counting_after_the_way_up(walk: Walk) -> None:
    database = walk.take("0001")
    database.up()
    database.run(
        "UPDATE outbound_messages SET status = 'failed' WHERE status = 'waiting'",
        "UPDATE conversations SET status = 'ended' WHERE status = 'open'",
        "DELETE FROM inbound_messages WHERE campaign_id IS NULL",
    )
    assert database.wrong_tallies() == []


def test_a_downgrade_keeps_all_that_it_does_not_name(walk: Walk, descents: dict[str, Descent]) -> None:
    for revision, below in pairwise(REVISIONS[::-1]):
        down = descents[revision]
        assert lost(down.before, down.below) <= down.gone, revision
        assert down.schema_below == walk.schemas[below], revision


def test_what_a_downgrade_takes_away_is_named(descents: dict[str, Descent]) -> None:
    assert descents["0008"].gone == {"conversation_events"}
    assert descents["0002"].gone == {
        *("file_parts", "left_out_rows", "preparations", "rehearsals"),
        *("campaigns.leave_out_live", "campaigns.left_out_count", "conversations.end_reason"),
    }


def test_down_and_up_again_loses_only_what_was_named(walk: Walk, descents: dict[str, Descent]) -> None:
    for revision, down in descents.items():
        assert lost(down.before, down.again) <= down.gone, revision
        assert down.schema_again == walk.schemas[revision], revision
        wrong = down.wrong_tallies
        assert (wrong if revision >= FAILED_BY_REASON else without_reasons(wrong)) == [], revision


def without_reasons(differences: list[Difference]) -> list[Difference]:
    """What still differs if the reasons of failures are not told apart."""
    failed = [one for one in differences if one.what.startswith("outbound/failed")]
    sums: Counter[int] = Counter()
    for one in failed:
        sums[one.campaign_id] += one.tally - one.rows
    return [one for one in differences if one not in failed or sums[one.campaign_id]]


def test_the_migrations_can_be_undone_to_nothing(descents: dict[str, Descent]) -> None:
    assert descents[REVISIONS[0]].schema_below["tables"] == ["alembic_version"]
    assert descents[REVISIONS[0]].gone == set(descents[REVISIONS[0]].before)


def test_an_interrupted_upgrade_leaves_a_whole_revision_and_the_next_one_goes_on(walk: Walk) -> None:
    """The fault comes after ever more statements that change something, until nothing is left to be changed."""
    database, stopped_at = walk.take("0001"), set()
    for patience in (3, 8, 13, 18, 25, 40, 10_000):
        try:
            with FaultAfter(database, patience):
                database.up()
            break
        except PowerCut:
            revision = database.revision()
            stopped_at.add(revision)
            assert database.schema() == walk.schemas[revision]
            assert lost(walk.filled["0001"], database.rows()) <= set().union(*CHANGED_ON_THE_WAY_UP.values())
    assert len(stopped_at) > 1
    assert database.schema() == walk.schemas[HEAD]
    assert database.wrong_tallies() == []


def test_tallies_are_right_after_a_migration_that_makes_a_counted_table_anew(
    walk: Walk, more_migrations: Path
) -> None:
    _add(
        more_migrations,
        "with op.batch_alter_table('conversations', recreate=ANEW) as batch:\n"
        "        batch.add_column(sa.Column('mood', sa.String(10)))\n"
        "    op.execute(\"UPDATE conversations SET status = 'ended', mood = 'good' WHERE status = 'open'\")",
    )
    database = walk.take(HEAD)
    database.up(directory=more_migrations)
    assert database.wrong_tallies() == []
    database.run("UPDATE conversations SET status = 'open' WHERE status = 'ended'")
    assert database.wrong_tallies() == []
    triggers = database.schema()["triggers"]
    assert database.down(HEAD, more_migrations) == {"conversations.mood"}
    assert database.schema() == walk.schemas[HEAD] | {"triggers": triggers}


def test_a_migration_that_breaks_a_reference_is_taken_back(walk: Walk, more_migrations: Path) -> None:
    _add(more_migrations, "op.execute('DELETE FROM campaigns')")
    database = walk.take(HEAD)
    # PostgreSQL refuses by itself (IntegrityError); SQLite is looked through before the commit.
    with pytest.raises(Exception, match=r"Rows point at rows that do not exist|ForeignKeyViolation"):
        database.up(directory=more_migrations)
    assert database.rows() == walk.filled[HEAD]
    assert database.revision() == HEAD


def test_sqlite_refuses_broken_references_again_after_a_migration(walk: Walk) -> None:
    database = walk.take(REVISIONS[0])
    database.up()
    with pytest.raises(Exception, match=r"FOREIGN KEY|ForeignKeyViolation"):
        database.run("DELETE FROM campaigns")


def test_a_database_with_broken_references_is_not_touched(tmp_path: Path) -> None:
    database = sqlite_database(tmp_path)
    database.up("0001")
    database.fill("0001")
    database.run("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN", "DELETE FROM users")
    database.release()
    with pytest.raises(Exception, match=r"sign_in_links \(to users\)\. Nothing was changed"):
        database.up()
    assert database.revision() == "0001"
    database.release()


def _add(migrations: Path, upgrade: str) -> None:
    (migrations / "versions" / "9999_one_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', '{HEAD}', None, None\n"
        f"def upgrade():\n    ANEW = 'always' if op.get_bind().dialect.name == 'sqlite' else 'auto'\n    {upgrade}\n"
        "def downgrade():\n    with op.batch_alter_table('conversations') as it:\n        it.drop_column('mood')\n"
    )


class PowerCut(Exception):
    """The fault of the test."""


class FaultAfter:
    """Raises PowerCut at the statement after so many that change the database."""

    def __init__(self, database: StoredDatabase, statements: int) -> None:
        self.database, self.left = database, statements

    def __enter__(self) -> None:
        with self.database.app.app_context():
            self.engine = db.engine
        event.listen(self.engine, "before_cursor_execute", self.count)

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self.count)

    def count(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left < 0:
                raise PowerCut
