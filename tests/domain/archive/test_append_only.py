"""What is recorded stays: no statement on another connection changes, removes, replaces or displaces it."""

import sqlite3

import pytest

from domain.archive import Conflict, Log
from tests.support.rows import STREAM, placed, raw, rows

NEW = f"('{STREAM}', 4, 'honour-recorded/1', x'7b7d')"
TAKEN = f"('{STREAM}', 2, 'honour-recorded/1', x'7b7d')"
COLUMNS = "(rowid, originator_id, originator_version, topic, state)"

ATTEMPTS = {
    "update": "UPDATE stored_events SET state = x'7b7d' WHERE rowid = 2",
    "update to the same": "UPDATE stored_events SET state = state",
    "update or replace": "UPDATE OR REPLACE stored_events SET rowid = 1 WHERE rowid = 2",
    "update or ignore": "UPDATE OR IGNORE stored_events SET topic = 'x/1'",
    "delete one": "DELETE FROM stored_events WHERE rowid = 3",
    "delete all": "DELETE FROM stored_events",
    "delete returning": "DELETE FROM stored_events WHERE rowid = 1 RETURNING *",
    "insert the same again": f"INSERT INTO stored_events VALUES {TAKEN}",
    "insert or replace": f"INSERT OR REPLACE INTO stored_events VALUES {TAKEN}",
    "replace": f"REPLACE INTO stored_events VALUES {TAKEN}",
    "insert or ignore": f"INSERT OR IGNORE INTO stored_events VALUES {TAKEN}",
    "upsert": f"INSERT INTO stored_events VALUES {TAKEN} ON CONFLICT DO UPDATE SET state = excluded.state",
    "upsert of nothing": f"INSERT INTO stored_events VALUES {TAKEN} ON CONFLICT DO NOTHING",
    "replace a position": f"REPLACE INTO stored_events {COLUMNS} VALUES (2, '{STREAM}', 4, 'x/1', x'7b7d')",
    "insert at a position": f"INSERT INTO stored_events {COLUMNS} VALUES (3, '{STREAM}', 4, 'x/1', x'7b7d')",
    "leave a gap": f"INSERT INTO stored_events {COLUMNS} VALUES (9, '{STREAM}', 4, 'x/1', x'7b7d')",
    "before the first": f"INSERT INTO stored_events {COLUMNS} VALUES (0, '{STREAM}', 4, 'x/1', x'7b7d')",
    "below the first": f"REPLACE INTO stored_events {COLUMNS} VALUES (-1, '{STREAM}', 4, 'x/1', x'7b7d')",
    "the last of several": f"INSERT INTO stored_events VALUES {NEW}, {TAKEN}",
}


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("statement", ATTEMPTS.values(), ids=ATTEMPTS)
def test_no_statement_changes_what_is_recorded(log: Log, statement: str, recursive: bool) -> None:
    before = rows(log.path)
    with raw(log.path) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {recursive}")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement).fetchall()
    assert rows(log.path) == before


def test_an_append_is_still_possible_and_takes_the_next_position(log: Log) -> None:
    with raw(log.path) as connection:
        connection.execute(f"INSERT INTO stored_events VALUES {NEW}")
    assert log.head() == 4


def test_what_was_tried_in_a_transaction_takes_nothing_with_it(log: Log) -> None:
    with raw(log.path) as connection:
        connection.execute("BEGIN")
        connection.execute(f"INSERT INTO stored_events VALUES {NEW}")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM stored_events")
        connection.execute("ROLLBACK")
    assert [recorded.position for recorded in log.scan()] == [1, 2, 3]


def test_the_library_itself_cannot_record_a_place_twice(log: Log) -> None:
    before = rows(log.path)
    with pytest.raises(Conflict):
        log.append([placed(4, version=2)])
    assert rows(log.path) == before


def test_opening_the_archive_again_puts_missing_triggers_back(log: Log) -> None:
    with raw(log.path) as connection:
        connection.execute("DROP TRIGGER no_delete")
    Log(log.path).close()
    with raw(log.path) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("DELETE FROM stored_events")
