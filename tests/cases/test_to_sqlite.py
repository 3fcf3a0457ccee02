"""PostgreSQL and MySQL to SQLite."""

import sqlite3

import pytest

from support.program import fields

DIGITS = "12345678901234567890.0123456789"
VALUES = f"""
    CREATE TYPE mood AS ENUM ('sad', 'it''s fine'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TABLE v (id int PRIMARY KEY, n numeric(30,10), free numeric, short numeric(10,2),
        f double precision, r real, d date, ts timestamp, tz timestamptz, u uuid, b bytea, a int[],
        j jsonb, flag boolean, m mood, p positive);
    INSERT INTO v VALUES (1, {DIGITS}, 'NaN', 1.10, 'NaN', 0.1, '2024-02-29',
        '2024-01-01 00:00:00.000001', '2024-01-01 00:00+02', '123e4567-e89b-12d3-a456-426655440000',
        '\\x00ff', '{{1,NULL,3}}', '{{"a": 1.10}}', true, 'it''s fine', 5);
    INSERT INTO v (id, f) VALUES (2, '-0'), (3, 'Infinity'), (4, '-Infinity'), (5, 5e-324);
    INSERT INTO v (id, free, d, ts) VALUES (6, 1e30, '0044-03-15 BC', 'infinity');
"""


def findings(done, rule, on=""):
    return [f for f in done.json["findings"] if f["rule"] == rule and on in f["object"]]


def checked(database):
    assert database.query("PRAGMA integrity_check") == [("ok",)]
    assert database.query("PRAGMA foreign_key_check") == []
    assert not list(database.path.parent.glob(database.path.name + "-*")), "no log beside the file"


def test_case_46_exact_values(postgresql, sqlite, move):
    postgresql.script(VALUES)
    done = move(postgresql, sqlite)
    (row,) = sqlite.query("SELECT n, free, short, f, d, ts, tz, u, b, a, j, flag, m, p FROM v"
                          " WHERE id = 1")
    assert row == (DIGITS, "NaN", 1.1, "NaN", "2024-02-29", "2024-01-01 00:00:00.000001",
                   "2023-12-31 22:00:00+00", "123e4567-e89b-12d3-a456-426655440000", b"\0\xff",
                   "[1,null,3]", '{"a": 1.10}', 1, "it's fine", 5)
    assert sqlite.query("SELECT f FROM v WHERE id > 1 ORDER BY id") == [
        (b"-0.0",), (float("inf"),), (float("-inf"),), (5e-324,), (None,)]
    assert sqlite.query("SELECT free, d, ts FROM v WHERE id = 6") == [
        ("1" + "0" * 30, "0044-03-15 BC", "infinity")]
    assert sqlite.query("SELECT DISTINCT typeof(n), typeof(free) FROM v WHERE id IN (1)") == [
        ("text", "text")]
    said = {f["object"].rsplit(".", 1)[1]: f["text"] for f in findings(done, "type-mapped")}
    for column, word in {"n": "text", "free": "text", "f": "-0.0", "m": "labels",
                         "a": "JSON"}.items():
        assert word in said[column], column
    for name in ("mood", "positive"):
        assert [f for f in done.json["findings"] if name in f["object"] + f["text"]], name
    checked(sqlite)


def test_case_46_values_of_mariadb(mysql, sqlite, move):
    mysql.script("CREATE TABLE v (id bigint unsigned PRIMARY KEY, d decimal(65,30), b bit(10),"
                 " s set('x','y'), t time, at datetime(6), f float);"
                 "INSERT INTO v VALUES (18446744073709551615,"
                 " 12345678901234567890123456789012345.123456789012345678901234567890, b'101',"
                 " 'x,y', '-838:59:59', '2024-01-01 00:00:00.000001', 16777217),"
                 " (7, 0, 0, '', 0, NULL, 0)")
    move(mysql, sqlite)
    assert sqlite.query("SELECT * FROM v ORDER BY length(id) DESC LIMIT 1") == [(
        "18446744073709551615",
        "12345678901234567890123456789012345.123456789012345678901234567890",
        "0000000101", "x,y", "PT-838H-59M-59S", "2024-01-01 00:00:00.000001", 16777216.0)]
    assert sqlite.query("SELECT typeof(id), typeof(f) FROM v WHERE id = 7") == [("integer", "real")]
    checked(sqlite)


STRUCTURE = """
    CREATE TABLE p (id int PRIMARY KEY); CREATE SCHEMA sales;
    CREATE TABLE sales.c (id int PRIMARY KEY, p int NOT NULL REFERENCES p ON DELETE CASCADE,
        CHECK (id < 100)); INSERT INTO p VALUES (1); INSERT INTO sales.c VALUES (1, 1);
"""


def test_case_46_constraints_hold_in_the_new_file(postgresql, sqlite, move):
    postgresql.script(STRUCTURE)
    move(postgresql, sqlite)
    assert sqlite.tables() == ["p", "sales_c"]
    checked(sqlite)
    connection = sqlite.connect()
    connection.execute("PRAGMA foreign_keys = ON")
    for row, why in (((2, 77), "FOREIGN KEY"), ((100, 1), "CHECK"), ((3, None), "NOT NULL")):
        with pytest.raises(sqlite3.IntegrityError, match=why):
            connection.execute("INSERT INTO sales_c VALUES (?, ?)", row)
    connection.execute("DELETE FROM p")
    assert connection.execute("SELECT count(*) FROM sales_c").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize("engine, counts", [
    ("mysql", "id int AUTO_INCREMENT PRIMARY KEY, v varchar(9)) AUTO_INCREMENT = 42"),
    ("postgresql", "id int GENERATED ALWAYS AS IDENTITY (START 42) PRIMARY KEY, v varchar(9))")])
def test_case_46_a_counter_ahead_of_its_rows_goes_on(make, sqlite, move, engine, counts):
    source = make(engine)
    source.script(f"CREATE TABLE t ({counts};")
    move(source, sqlite)
    sqlite.execute("INSERT INTO t (v) VALUES ('new')")
    assert sqlite.one("SELECT id FROM t") == 42


def test_case_46_strict_tables(postgresql, sqlite, move, whimbrel):
    postgresql.script(VALUES)
    done = move(postgresql, sqlite, expect=9, policies={"sqlite_tables": "strict"})
    assert sqlite.one("SELECT strict FROM pragma_table_list WHERE name = 'v'") == 1
    assert dict(sqlite.query("SELECT name, type FROM pragma_table_info('v')")) == {
        "id": "INTEGER", "n": "TEXT", "free": "TEXT", "short": "TEXT", "f": "REAL", "r": "REAL",
        "d": "TEXT", "ts": "TEXT", "tz": "TEXT", "u": "TEXT", "b": "BLOB", "a": "TEXT", "j": "TEXT",
        "flag": "INTEGER", "m": "TEXT", "p": "INTEGER"}
    held = whimbrel.run("quarantine", "list", "case", "--json").json["rows"]
    assert {fields(r["key"])["id"] for r in held} == {"1", "2"}, "a NaN and a -0.0"
    said = {f["object"].rsplit(".", 1)[1]: f["text"] for f in findings(done, "type-mapped")}
    assert "quarantine" in said["f"]
    assert sqlite.query("SELECT f FROM v WHERE id IN (3, 5) ORDER BY id") == [
        (float("inf"),), (5e-324,)]
    assert sqlite.query("SELECT free, d FROM v WHERE id = 6") == [("1" + "0" * 30, "0044-03-15 BC")]
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        sqlite.execute("INSERT INTO v (id, p) VALUES (9, 'five')")
    checked(sqlite)


def test_case_46_strict_tables_have_six_types(postgresql, sqlite, move):
    postgresql.script("CREATE TABLE v (id int PRIMARY KEY, d date); INSERT INTO v VALUES (1, NULL)")
    done = move(postgresql, sqlite, expect=2, policies={"sqlite_tables": "strict"},
                map=[{"table": "v", "columns": {"d": {"type": "DATE"}}}])
    assert "STRICT" in done.err and "DATE" in done.err
