"""Damage done behind whimbrel's back is found, located to key and column, and mended."""

import pytest

from support import sample
from support.compare import assert_equal
from support.program import fields

PAIRS = [pytest.param("mysql", "postgresql", id="mysql-postgresql", marks=pytest.mark.part),
         pytest.param("postgresql", "mysql", id="postgresql-mysql"),
         pytest.param("postgresql", "sqlite", id="postgresql-sqlite"),
         pytest.param("sqlite", "postgresql", id="sqlite-postgresql")]
ONE_BYTE = {"postgresql": "set_byte(data, 0, (get_byte(data, 0) + 1) % 256)",
            "mysql": "concat(char((ord(substr(data, 1, 1)) + 1) % 256), substr(data, 2))",
            "sqlite": "CAST(x'00' || substr(data, 2) AS BLOB)"}
LOCATED = [  # damage, then the difference that it must give: table, kind, key, column
    ("UPDATE orders SET name = concat(name, '.') WHERE id = 17", "orders", "changed", "17", "name"),
    ("UPDATE orders SET amount = amount + 0.01 WHERE id = 18", "orders", "changed", "18", "amount"),
    ("UPDATE orders SET placed = NULL WHERE id = (SELECT i FROM (SELECT min(id) AS i FROM orders"
     " WHERE placed IS NOT NULL) AS x)", "orders", "changed", None, "placed"),
    ("DELETE FROM orders WHERE id = 23", "orders", "missing", "23", None),
    ("INSERT INTO orders (id, name) VALUES (100001, 'nobody')", "orders", "extra", "100001", None),
    ("UPDATE orders SET id = 100002 WHERE id = 30", "orders", "missing", "30", None),
    ("INSERT INTO empty (id) VALUES (1)", "empty", "extra", "1", None),
    ("INSERT INTO loose SELECT * FROM loose WHERE id = 20", "loose", "extra", None, None),
    ("DELETE FROM loose WHERE id = 21", "loose", "missing", None, None),
    ("DELETE FROM labels WHERE id = 50", "labels", "missing", None, None),
]


@pytest.fixture
def moved(make, whimbrel):
    def move(from_engine, to_engine):
        source, target = sample.fill(make(from_engine)), make(to_engine)
        whimbrel.move(source, target)
        assert_equal(source, target)
        return source, target
    return move


def damage(target, sql):
    if target.engine == "sqlite":
        sql = sql.replace("concat(name, '.')", "name || '.'")
    target.execute(sql)


def found(document, table, kind):
    return [d for d in document["differences"]
            if d["table"].split(".")[-1] == table and d["kind"] == kind]


def verify(whimbrel, *words, expect):
    return whimbrel.run("verify", "--workdir", "move", "--json", *words, expect=expect).json


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_every_damage_at_once(moved, whimbrel, from_engine, to_engine):
    source, target = moved(from_engine, to_engine)
    for sql, *_ in LOCATED:
        damage(target, sql)
    document = verify(whimbrel, expect=4)
    assert document["exit"] == 4 and document["differences_total"] == len(LOCATED) + 1
    for sql, table, kind, key, column in LOCATED:
        matching = [d for d in found(document, table, kind)
                    if key is None or str(fields(d["key"]).get("id")) == key]
        assert matching, f"not located: {sql}\n{document['differences']}"
        if column:
            assert column in [d["column"] for d in matching], sql
    differing = {t["source"].split(".")[-1]: t for t in document["tables"]}
    assert differing["orders"]["state"] == "differs"
    assert sum(t["rows_differing"] for t in document["tables"]) == document["differences_total"]
    whimbrel.run("verify", "--workdir", "move", "--repair")
    assert_equal(source, target)
    verify(whimbrel, expect=0)


@pytest.mark.parametrize("to_engine", ["postgresql", "mysql", "sqlite"])
def test_one_changed_byte_of_a_blob(moved, whimbrel, to_engine):
    source, target = moved("sqlite", to_engine)
    row = target.one("SELECT min(id) FROM orders WHERE length(data) > 0")
    before = bytes(target.one(f"SELECT data FROM orders WHERE id = {row}"))
    target.execute(f"UPDATE orders SET data = {ONE_BYTE[to_engine]} WHERE id = {row}")
    after = bytes(target.one(f"SELECT data FROM orders WHERE id = {row}"))
    assert len(before) == len(after) and before != after
    (difference,) = verify(whimbrel, expect=4)["differences"]
    assert (difference["kind"], difference["column"]) == ("changed", "data")
    assert before.hex() in difference["source"].lower()
    assert after.hex() in difference["target"].lower()
    whimbrel.run("verify", "--workdir", "move", "--repair")
    assert_equal(source, target)


def test_swapped_values_cancel_out_nowhere(moved, whimbrel):
    """Two rows that exchange a value keep every sum of a column, and are found."""
    _, target = moved("postgresql", "sqlite")
    target.script("UPDATE orders SET id = -1 WHERE id = 5; UPDATE orders SET id = 5 WHERE id = 6;"
                  "UPDATE orders SET id = 6 WHERE id = -1")
    keys = {str(fields(d["key"])["id"]) for d in verify(whimbrel, expect=4)["differences"]}
    assert keys == {"5", "6"}


@pytest.mark.part
def test_a_source_that_moved_on_is_not_damage(moved, whimbrel):
    source, target = moved("postgresql", "sqlite")
    source.execute("UPDATE orders SET name = 'later' WHERE id = 40")
    before = target.query("SELECT * FROM orders")
    verify(whimbrel, expect=0)
    document = verify(whimbrel, "--both", expect=4)
    assert "source_changed" in str(document) or "source-changed" in str(document)
    assert not found(document, "orders", "changed")
    verify(whimbrel, "--both", "--repair", expect=4)
    assert target.query("SELECT * FROM orders") == before, "repair refuses what it cannot judge"


def test_repair_alone_is_refused_on_a_moved_source(moved, whimbrel):
    """Damage in a table whose source has moved too: told apart from plain damage."""
    source, target = moved("mysql", "postgresql")
    source.execute("DELETE FROM orders WHERE id = 41")
    target.execute("DELETE FROM orders WHERE id = 42")
    verify(whimbrel, "--repair", expect=4)
    assert target.one("SELECT count(*) FROM orders WHERE id = 41") == 1


def test_damage_in_two_of_many_units(make, whimbrel):
    """The pages of the target do not add up: its units say where, and rows say what."""
    source, target = sample.fill(make("mysql")), make("postgresql")
    (whimbrel.folder / "migration.yaml").write_text(
        "whimbrel: 1\nname: cut\n"
        f'source: {{ url: "{source.url}" }}\ntarget: {{ url: "{target.url}" }}\n'
        "limits: { unit_bytes: 2KiB }\n")
    whimbrel.run("run", "migration.yaml")
    target.script("UPDATE orders SET name = 'nobody' WHERE id IN (3, 90)")
    document = whimbrel.run("verify", "migration.yaml", "--json", expect=4).json
    changed = found(document, "orders", "changed")
    assert {str(fields(d["key"])["id"]) for d in changed} == {"3", "90"}
    whimbrel.run("verify", "migration.yaml", "--repair")
    assert_equal(source, target)


def test_verify_needs_a_migration(whimbrel):
    done = whimbrel.run("verify", "--workdir", "nowhere", "--json", expect=2)
    assert done.json["error"]["text"] and "nowhere" in done.err


@pytest.mark.parametrize("from_engine", ["mysql", "sqlite"])
def test_a_table_of_many_units_differs_in_one(make, whimbrel, from_engine):
    """The whole is read by pages, what differs by units: two rows far apart, each in its own."""
    source, target = sample.fill(make(from_engine)), make("postgresql")
    (whimbrel.folder / "move.yaml").write_text(
        "whimbrel: 1\nname: units\n"
        f'source: {{ url: "{source.url}" }}\ntarget: {{ url: "{target.url}" }}\n'
        "limits: { workers: 3, unit_bytes: 4KiB }\n")
    whimbrel.run("run", "move.yaml")
    last = target.one("SELECT max(id) FROM orders")
    target.execute(f"UPDATE orders SET name = concat(name, '.') WHERE id IN (17, {last})")
    differing = whimbrel.run("verify", "move.yaml", "--json", expect=4).json
    found_keys = {str(fields(d["key"])["id"]) for d in differing["differences"]}
    assert found_keys == {"17", str(last)}
    whimbrel.run("verify", "move.yaml", "--repair")
    assert_equal(source, target)
    whimbrel.run("verify", "move.yaml")
