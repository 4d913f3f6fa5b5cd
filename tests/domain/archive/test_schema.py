"""The schema of the log is what the product makes, and what is written is what was decided."""

import sqlite3
from pathlib import Path

import pytest

from domain.archive import Log, Receipt, StoredLog
from domain.archive.schema import AlteredSchema
from domain.archive.sqlite import AlteredRecording, schema_differences
from tests.support.rows import placed, raw, rows

OTHER = "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), '教学能手', '学科带头人') AS BLOB)"
GUTTED = "CREATE TRIGGER no_update BEFORE UPDATE ON stored_events BEGIN SELECT 1; END"

PLANTED = {
    "a trigger": (f"CREATE TRIGGER helper AFTER INSERT ON stored_events BEGIN {OTHER}; END", "trigger helper"),
    "a view": ("CREATE VIEW events AS SELECT * FROM stored_events", "view events"),
    "a table": ("CREATE TABLE notes (text)", "table notes"),
    "an index": ("CREATE INDEX by_topic ON stored_events (topic)", "index by_topic"),
    "a gutted guard": (f"DROP TRIGGER no_update; {GUTTED}", "trigger no_update is not the product's"),
    "a column": ("ALTER TABLE stored_events ADD COLUMN note TEXT", "table stored_events is not the product's"),
}


def plant(path: Path, script: str) -> None:
    with raw(path) as connection:
        connection.executescript(script)


@pytest.mark.parametrize(("script", "told"), PLANTED.values(), ids=PLANTED)
def test_what_the_product_did_not_make_is_refused_at_opening_and_named(log: Log, script: str, told: str) -> None:
    plant(log.path, script)
    with pytest.raises(AlteredSchema, match=f"{told}.*restore this file from a backup"):
        Log(log.path)
    (difference,) = schema_differences(log.path)
    assert told in difference.en


def test_a_missing_guard_is_named_and_put_back_at_opening(log: Log) -> None:
    plant(log.path, "DROP TRIGGER no_delete")
    assert [one.en for one in schema_differences(log.path)] == ["the trigger no_delete is missing"]
    Log(log.path).close()
    assert schema_differences(log.path) == []


def test_what_the_product_made_is_opened_as_ever(log: Log) -> None:
    Log(log.path).close()
    assert schema_differences(log.path) == []


def test_a_gutted_guard_is_not_taken_for_the_guard(log: Log) -> None:
    """`CREATE TRIGGER IF NOT EXISTS` would keep it."""
    plant(log.path, f"DROP TRIGGER no_update; {GUTTED}")
    with pytest.raises(AlteredSchema):
        Log(log.path)
    assert StoredLog(log.path).head() == 3, "it can still be read by who verifies it"


BESIDE = {
    "alters what is written": f"{OTHER} WHERE rowid = NEW.rowid",
    "alters what was written before": f"{OTHER} WHERE rowid = 1",
    "writes something besides": "INSERT INTO receipts VALUES (hex(randomblob(8)), '', '')",
    "takes it away": "DELETE FROM stored_events WHERE rowid = NEW.rowid",
    "adds an event": "INSERT INTO stored_events SELECT 'p-zzzzzzzz', NEW.rowid, topic, state FROM stored_events "
    "WHERE rowid = 1 AND NEW.originator_id <> 'p-zzzzzzzz'",
}


@pytest.mark.parametrize("statement", BESIDE.values(), ids=BESIDE)
def test_a_trigger_planted_in_an_open_log_records_nothing_else_than_was_decided(log: Log, statement: str) -> None:
    before = rows(log.path)
    plant(log.path, "DROP TRIGGER no_update; DROP TRIGGER no_delete")
    plant(log.path, f"CREATE TRIGGER helper AFTER INSERT ON stored_events BEGIN {statement}; END")
    with pytest.raises(AlteredRecording, match="Nothing was recorded"):
        log.append([placed(4)])
    assert rows(log.path) == before


def test_a_trigger_that_swallows_what_is_written_is_noticed(log: Log) -> None:
    plant(log.path, "CREATE TRIGGER helper BEFORE INSERT ON stored_events BEGIN SELECT RAISE(IGNORE); END")
    with pytest.raises(AlteredRecording):
        log.append([placed(4)])
    assert log.head() == 3


def test_a_receipt_that_was_altered_is_noticed(log: Log) -> None:
    plant(log.path, "CREATE TRIGGER helper AFTER INSERT ON receipts BEGIN UPDATE receipts SET reply = 'no'; END")
    with pytest.raises(AlteredRecording):
        log.append([placed(4)], [Receipt("key", "f", "yes")])
    assert (log.head(), log.receipt("key")) == (3, None)


def test_events_are_recorded_as_ever(log: Log) -> None:
    log.append([placed(4), placed(5)])
    assert log.head() == 5
    with raw(log.path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM stored_events")
