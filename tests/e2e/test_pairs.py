"""A real database through all nine pairs, compared by drivers that know nothing of whimbrel."""

import re

import pytest

from support.compare import assert_equal

ENGINES = ("sqlite", "mysql", "postgresql")
PAIRS = [pytest.param(a, b, id=f"{a}-{b}") for a in ENGINES for b in ENGINES]


def same_structure(source, target):
    for table in source.tables():
        assert target.columns(table) == source.columns(table), table
        assert target.key(table) == source.key(table), table
        assert target.foreign_keys(table) == source.foreign_keys(table), table
        lost = source.indexes(table) - target.indexes(table)
        assert not lost, f"{table}: no index on {lost}"
        assert source.required(table) <= target.required(table), table


def right_document(document, source, target):
    assert document["error"] is None and document["exit"] == 0
    assert document["state"] == "LIVE"
    assert re.fullmatch("[0-9a-f]{64}", document["plan_id"])
    assert document["differences"] == [] and document["differences_total"] == 0
    for end, database in (("source", source), ("target", target)):
        assert document[end].split(":")[0] == database.engine
    tables = {t["source"].split(".")[-1]: t for t in document["tables"]}
    assert sorted(tables) == sorted(source.tables())
    for name, table in tables.items():
        rows = source.count(name)
        assert table["rows_read"] == table["rows_written"] == rows, table
        assert table["rows_quarantined"] == table["rows_filtered"] == 0, table
        assert table["rows_differing"] == 0 and table["state"] == "verified", table
        assert table["proof"] in ("exact", "mapped"), table
        assert table["target"].split(".")[-1] == name
        assert table["digest"].startswith(f"{rows}:") or re.search("[0-9a-f]{32}", table["digest"])
    assert set(document["seconds"]) >= {"assess", "copy", "build", "verify", "total"}
    assert not [f for f in document["findings"] if f["severity"] == "error"]


def nothing_left_behind(target):
    assert not [t for t in target.tables() if t.startswith("whimbrel")]


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_chinook(chinook, make, whimbrel, from_engine, to_engine):
    source, target = chinook(from_engine), make(to_engine)
    done = whimbrel.move(source, target)
    assert_equal(source, target)
    same_structure(source, target)
    right_document(done.json, source, target)
    nothing_left_behind(target)
    if to_engine == "sqlite":
        assert target.query("PRAGMA integrity_check") == [("ok",)]
        assert target.query("PRAGMA foreign_key_check") == []


@pytest.mark.part
def test_the_same_command_again_verifies_again(chinook, make, whimbrel):
    source, target = chinook("sqlite"), make("postgresql")
    first = whimbrel.move(source, target).json
    again = whimbrel.move(source, target).json
    assert again["plan_id"] == first["plan_id"]
    assert [t["digest"] for t in again["tables"]] == [t["digest"] for t in first["tables"]]
    assert_equal(source, target)


@pytest.mark.part
def test_many_units_and_workers(chinook, make, whimbrel):
    """Units so small that every table is cut, and more workers than cores."""
    source, target = chinook("mysql"), make("postgresql")
    (whimbrel.folder / "migration.yaml").write_text(
        "whimbrel: 1\nname: small\n"
        f'source: {{ url: "{source.url}" }}\ntarget: {{ url: "{target.url}" }}\n'
        "limits: { workers: 5, unit_bytes: 16KiB }\n")
    whimbrel.run("copy", "migration.yaml")
    assert_equal(source, target)
    whimbrel.run("verify", "migration.yaml")
    damaged = target.quote("Track")
    target.execute(f"UPDATE {damaged} SET {target.quote('Composer')} = 'nobody'"
                   f" WHERE {target.quote('TrackId')} = 3000")
    whimbrel.run("verify", "migration.yaml", expect=4)


def test_the_plan_is_the_same_byte_for_byte(chinook, make, whimbrel):
    source, target = chinook("mysql"), make("postgresql")
    words = ("run", source.url, target.url, "--dry-run", "--json")
    first = whimbrel.run(*words, "--workdir", "one").out
    assert whimbrel.run(*words, "--workdir", "two").out == first
    assert target.tables() == []


def test_selection_and_map(chinook, make, whimbrel):
    source, target = chinook("postgresql"), make("sqlite")
    (whimbrel.folder / "migration.yaml").write_text(
        "whimbrel: 1\nname: some\n"
        f'source: {{ url: "{source.url}" }}\ntarget: {{ url: "{target.url}" }}\n'
        'select: { include: ["a*", "genre"], exclude: ["album"] }\n'
        "map:\n  - table: genre\n    to: kind\n    columns:\n      name: { to: label }\n")
    whimbrel.run("run", "migration.yaml")
    assert target.tables() == ["artist", "kind"]
    assert target.columns("kind") == ["genre_id", "label"]
    assert dict(target.query("SELECT genre_id, label FROM kind")) == dict(
        source.query("SELECT genre_id, name FROM genre"))
    assert_equal(source, target, tables=["artist"])
