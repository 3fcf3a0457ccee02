"""SQLite to PostgreSQL, MySQL and MariaDB."""

import datetime
import os
import threading

import pytest
import yaml

from support.databases import Sqlite
from support.program import fields

SERVERS = pytest.mark.parametrize("engine", ["postgresql", "mysql"])
AT = datetime.datetime
UTC = datetime.timezone.utc
SOURCE = 5

MIXED = """
    CREATE TABLE mixed (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, d DATE, note TEXT);
    INSERT INTO mixed VALUES (1, 1, 'a', '2024-01-01', 'good'), (2, 'two', 'b', '2024-01-02', ''),
        (3, 3, x'6162', '2024-01-03', ''), (4, 4, 'd', 45000.5, ''), (5, 5, 'e', '2024-01-05', ''),
        (6, 6, 'f', '2024-02-30', ''), (7, 7, 'g', '2024-01-07', '');
"""


def quarantine(whimbrel, name="case"):
    done = whimbrel.run("quarantine", "list", name, "--json")
    return {(str(fields(r["key"])), r["column"]): r for r in done.json["rows"]}


def findings(done, rule, on=""):
    return [f for f in done.json["findings"] if f["rule"] == rule and on in f["object"]]


def zoned(database, value):
    """MariaDB has no type for an instant: it is kept as UTC."""
    return value.replace(tzinfo=None if database.engine == "mysql" else UTC)


@SERVERS
def test_case_28_values_of_other_types(sqlite, make, move, whimbrel, engine):
    target = make(engine)
    sqlite.script(MIXED)
    done = move(sqlite, target, expect=9)
    assert [r[0] for r in target.query("SELECT id FROM mixed ORDER BY id")] == [1, 5, 7]
    held = quarantine(whimbrel)
    assert sorted((fields(r["key"])["id"], r["column"]) for r in held.values()) == [
        ("2", "n"), ("3", "s"), ("4", "d"), ("6", "d")]
    assert all(r["reason"] and r["table"] == "mixed" for r in held.values())
    assert findings(done, "value-not-of-type", "mixed.n")


@SERVERS
def test_case_28_no_type_takes_a_word(sqlite, make, move, whimbrel, engine):
    types = ["BOOLEAN", "SMALLINT", "INTEGER", "BIGINT UNSIGNED", "REAL", "DECIMAL(9,2)", "DATE",
             "DATETIME"]
    columns = [f"c{i}" for i in range(len(types))]
    declared = ", ".join(map(" ".join, zip(columns, types)))
    good = ", ".join("'2024-01-01'" if kind.startswith("DATE") else "1" for kind in types)
    sqlite.script(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {declared});"
                  + "".join(f"INSERT INTO t VALUES ({i}, {good});" for i in range(10, 20))
                  + "".join(f"INSERT INTO t (id, {c}) VALUES ({i}, 'word');"
                            for i, c in enumerate(columns)))
    move(sqlite, make(engine), expect=9)
    assert sorted(r["column"] for r in quarantine(whimbrel).values()) == columns


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_case_28_numbers_as_the_texts_that_they_show(sqlite, make, move, engine):
    """1 and 1.0 are two values of a column without a type."""
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v);"
                  "INSERT INTO t VALUES (1, 1), (2, 1.0), (3, '1'), (4, 0.1), (5, -2.0)")
    target = make(engine)
    move(sqlite, target)
    wanted = sqlite.query("SELECT id, CAST(v AS text) FROM t ORDER BY id")
    assert target.query("SELECT id, v FROM t ORDER BY id") == wanted


@SERVERS
def test_case_28_columns_are_widened(sqlite, make, move, whimbrel, engine):
    """What was of another type arrives as it stands, under a key too."""
    target = make(engine)
    sqlite.script(MIXED + """
        CREATE TABLE keyed (code INT PRIMARY KEY, at DATETIME);
        INSERT INTO keyed VALUES (1, '2024-01-01T00:00:00'), ('A7', 'soon'), (-5, '2024-01-02');
        CREATE TABLE bound (id INTEGER PRIMARY KEY, p INT REFERENCES mixed(id));
        INSERT INTO bound VALUES (1, 1);
    """)
    done = move(sqlite, target, policies={"mixed_types": "widen"})
    rows = [tuple(bytes(v) if isinstance(v, (bytes, memoryview)) else v for v in row)
            for row in sorted(target.rows("mixed", ["id", "n", "s", "d"]))]
    assert rows == [
        (1, "1", b"a", "2024-01-01"), (2, "two", b"b", "2024-01-02"), (3, "3", b"ab", "2024-01-03"),
        (4, "4", b"d", "45000.5"), (5, "5", b"e", "2024-01-05"), (6, "6", b"f", "2024-02-30"),
        (7, "7", b"g", "2024-01-07")]
    assert sorted(tuple(r) for r in target.rows("keyed", ["code", "at"])) == [
        ("-5", "2024-01-02"), ("1", "2024-01-01T00:00:00"), ("A7", "soon")]
    assert {f["object"] for f in findings(done, "mixed-types-widened")} == {
        "mixed.n", "mixed.s", "mixed.d", "keyed.code", "keyed.at"}
    plan = whimbrel.run("plan", "case", "--json").json["plan"]
    assert plan["policies"]["mixed_types"] == "widen"


@SERVERS
def test_case_29_bytes_that_are_not_utf8(sqlite, make, move, whimbrel, engine):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
                  "INSERT INTO t VALUES (1, 'a'), (2, CAST(x'629662' AS TEXT))")
    target = make(engine)
    move(sqlite, target, expect=9)
    assert [tuple(r) for r in target.query("SELECT id, v FROM t")] == [(1, "a")]
    (row,) = quarantine(whimbrel).values()
    assert (fields(row["key"])["id"], row["column"]) == ("2", "v")
    assert "UTF-8" in row["reason"]


@pytest.mark.parametrize("policy, arrives", [("replace", "b\ufffdb"), ("cp1252", "b\u2013b")])
def test_case_29_bytes_that_are_not_utf8_are_mended(sqlite, postgresql, move, policy, arrives):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
                  "INSERT INTO t VALUES (2, CAST(x'629662' AS TEXT))")
    move(sqlite, postgresql, policies={"invalid_utf8": policy})
    assert postgresql.query("SELECT id, v FROM t") == [(2, arrives)]


@pytest.mark.parametrize("nul, code, arrives", [("strip", 0, "b\u2013b"), ("quarantine", 9, None),
                                                ("replace", 0, "b\u2013\ufffdb")])
def test_case_29_a_text_with_two_faults_needs_two_policies(sqlite, postgresql, move, nul, code,
                                                           arrives):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
                  "INSERT INTO t VALUES (2, CAST(x'62960062' AS TEXT))")
    move(sqlite, postgresql, expect=code, policies={"invalid_utf8": "cp1252", "nul_byte": nul})
    assert postgresql.query("SELECT v FROM t") == ([(arrives,)] if arrives else [])


def test_case_30_declarations(sqlite, postgresql, move):
    sqlite.script("""
        CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v VARCHAR(20) NOT NULL
            DEFAULT 'it''s', b BOOLEAN, n NUMERIC(10,2), at DATETIME);
        INSERT INTO counted (n, b, at) VALUES (1.5, 1, '2024-07-01 12:00:00');
        UPDATE sqlite_sequence SET seq = 41;
        CREATE TABLE empty (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
        CREATE TABLE alias (v TEXT, "Id" INTEGER PRIMARY KEY); INSERT INTO alias VALUES ('x', 7);
        CREATE TABLE keyed (a TEXT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID;
        INSERT INTO keyed VALUES ('a', 1), ('b', 1);
        CREATE TABLE strict (id INT PRIMARY KEY NOT NULL, r REAL, any ANY) STRICT;
        INSERT INTO strict VALUES (1, 0.5, 'text');
        CREATE TABLE untyped (a, b); INSERT INTO untyped VALUES (1, 'x'), (2, 'y');
    """)
    move(sqlite, postgresql)
    assert postgresql.query("SELECT id, v, b, n, at FROM counted") == [
        (1, "it's", True, 1.5, AT(2024, 7, 1, 12))]
    assert postgresql.required("counted") == {"id", "v"}
    types = dict(postgresql.query(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = 'counted'::regclass AND attnum > 0"))
    assert types == {"id": "bigint", "v": "character varying(20)", "b": "boolean",
                     "n": "numeric(10,2)", "at": "timestamp(6) without time zone"}
    assert postgresql.one("INSERT INTO counted DEFAULT VALUES RETURNING id") == 42
    assert postgresql.one("INSERT INTO empty DEFAULT VALUES RETURNING id") == 1
    assert postgresql.one('INSERT INTO alias DEFAULT VALUES RETURNING "Id"') == 8
    assert postgresql.key("keyed") == ("b", "a")
    assert postgresql.query("SELECT id, r, \"any\" FROM strict") == [(1, 0.5, "text")]
    assert postgresql.query("SELECT a, b FROM untyped ORDER BY a") == [(1, "x"), (2, "y")]


def test_case_30_a_counter_that_is_ahead_of_its_rows(sqlite, make, move):
    """Only the file's own list knows that a number was given, and its row deleted."""
    target = make("sqlite")
    sqlite.script("""
        CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
        INSERT INTO t VALUES (1, 'a'), (41, 'gone'); DELETE FROM t WHERE id = 41;
        CREATE TABLE emptied (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
        INSERT INTO emptied VALUES (6, 'gone'); DELETE FROM emptied;
        CREATE TABLE plain (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO plain VALUES (3, 'c');
    """)
    move(sqlite, target)
    for table, number in (("t", 42), ("emptied", 7), ("plain", 4)):
        target.execute(f"INSERT INTO {table} (v) VALUES ('new')")
        assert target.one(f"SELECT id FROM {table} WHERE v = 'new'") == number


@pytest.mark.parametrize("declared", [
    "id INTEGER NOT NULL PRIMARY KEY ASC AUTOINCREMENT", "id INTEGER PRIMARY KEY AUTOINCREMENT "
    "CHECK (id > 0)", "'id' INTEGER CONSTRAINT k PRIMARY KEY ON CONFLICT ABORT AUTOINCREMENT",
    "v2 TEXT DEFAULT 'AUTOINCREMENT', id integer /* c */ primary key -- x\n autoincrement"])
def test_case_30_autoincrement_in_odd_places(sqlite, postgresql, move, declared):
    sqlite.script(f"CREATE TABLE t ({declared}, v TEXT);"
                  "INSERT INTO t (v) VALUES ('a'), ('b'); DELETE FROM t WHERE id = 2")
    move(sqlite, postgresql)
    assert postgresql.query("SELECT id, v FROM t") == [(1, "a")]
    assert postgresql.one("INSERT INTO t (v) VALUES ('c') RETURNING id") == 3


@SERVERS
def test_case_31_moments_in_every_form(sqlite, make, move, engine):
    target = make(engine)
    sqlite.script("""
        CREATE TABLE iso (id INTEGER PRIMARY KEY, v DATETIME);
        INSERT INTO iso VALUES (1, '2024-07-01 12:00:00'), (2, '2024-07-01T12:00:00.123456');
        CREATE TABLE julian (id INTEGER PRIMARY KEY, v DATETIME);
        INSERT INTO julian VALUES (1, 2460493.0), (2, 2460493.25);
        CREATE TABLE seconds (id INTEGER PRIMARY KEY, v TIMESTAMP);
        INSERT INTO seconds VALUES (1, 1719835200), (2, 0);
        CREATE TABLE thousandths (id INTEGER PRIMARY KEY, v TIMESTAMP);
        INSERT INTO thousandths VALUES (1, 1719835200123);
        CREATE TABLE day (id INTEGER PRIMARY KEY, v DATE); INSERT INTO day VALUES (1, '2024-02-29');
        CREATE TABLE number (id INTEGER PRIMARY KEY, v INTEGER);
        INSERT INTO number VALUES (1, 1719835200);
    """)
    done = move(sqlite, target)
    noon = AT(2024, 7, 1, 12)
    expected = {"iso": [noon, noon.replace(microsecond=123456)],
                "julian": [noon, noon.replace(hour=18)],
                "seconds": [zoned(target, noon), zoned(target, AT(1970, 1, 1))],
                "thousandths": [zoned(target, noon.replace(microsecond=123000))],
                "day": [datetime.date(2024, 2, 29)], "number": [1719835200]}
    for table, values in expected.items():
        assert [r[0] for r in target.query(f"SELECT v FROM {table} ORDER BY id")] == values
    for table, form in (("julian", "julian days"), ("seconds", "unix seconds"),
                        ("thousandths", "unix milliseconds")):
        (said,) = findings(done, "type-from-data", f"{table}.v")
        assert form in said["text"]


@SERVERS
def test_case_32_defaults(sqlite, make, move, engine):
    """What the target fills in by itself, asked of the target."""
    target = make(engine)
    sqlite.script("""
        CREATE TABLE t (id INTEGER PRIMARY KEY, epoch INTEGER DEFAULT (strftime('%s','now')),
            now TEXT DEFAULT CURRENT_TIMESTAMP, word VARCHAR(9) DEFAULT 'null',
            two INTEGER DEFAULT (1+1), quote VARCHAR(9) DEFAULT 'it''s', none TEXT DEFAULT NULL,
            blob BLOB DEFAULT x'00ff', flag BOOLEAN DEFAULT TRUE, minus REAL DEFAULT -1.5,
            luck TEXT DEFAULT (random()));
    """)
    done = move(sqlite, target)
    target.execute("INSERT INTO t (id) VALUES (1)")
    (row,) = target.rows("t", ["word", "two", "quote", "none", "blob", "flag", "minus", "luck"])
    assert (*row[:4], bytes(row[4]), *row[5:]) == (
        "null", 2, "it's", None, b"\0\xff", True, -1.5, None)
    assert abs(target.one("SELECT epoch FROM t") - AT.now(UTC).timestamp()) < 120
    stamp = AT.strptime(target.one("SELECT now FROM t")[:19], "%Y-%m-%d %H:%M:%S")
    assert abs((AT.now(UTC).replace(tzinfo=None) - stamp).total_seconds()) < 120
    assert [f["object"] for f in findings(done, "default-not-carried")] == ["t.luck"]


def test_case_33_one_snapshot_of_a_busy_file(sqlite, postgresql, move):
    """Another program moves one from the first row to the last all the time."""
    sqlite.execute("PRAGMA journal_mode = WAL")
    sqlite.script("CREATE TABLE a (id INTEGER PRIMARY KEY, n INT); CREATE TABLE z (id, n INT);"
                  "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i LIMIT 100000)"
                  "INSERT INTO a SELECT i, 0 FROM i; INSERT INTO z SELECT * FROM a")
    ended = threading.Event()

    def write():
        writer = sqlite.connect()
        writer.execute("PRAGMA synchronous = OFF")
        while not ended.is_set():
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE a SET n = n - 1 WHERE id = 1")
            writer.execute("UPDATE z SET n = n + 1 WHERE rowid = 100000")
            writer.execute("COMMIT")
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        move(sqlite, postgresql)
    finally:
        ended.set()
        thread.join()
    taken, given = (postgresql.one(f"SELECT sum(n) FROM {table}") for table in "az")
    assert given > 0 and taken + given == 0


@SERVERS
def test_case_34_names_keys_and_indexes(sqlite, make, move, engine):
    target = make(engine)
    sqlite.script("""
        CREATE TABLE parent (id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1);
        CREATE TABLE child (Id INTEGER PRIMARY KEY, p INT REFERENCES PARENT(ID),
            "a ""name" TEXT COLLATE NOCASE UNIQUE,
            trimmed TEXT COLLATE RTRIM UNIQUE, twice INT GENERATED ALWAYS AS (p * 2) STORED);
        INSERT INTO child (Id, p, "a ""name") VALUES (1, 1, 'X'), (2, 77, 'Y');
        CREATE INDEX partly ON child (p) WHERE p > 3;
        CREATE INDEX lowered ON child (lower("a ""name"));
        CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('hello');
        CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);
    """)
    done = move(sqlite, target, expect=4)
    assert sorted(target.tables()) == ["child", "parent"]
    assert [tuple(r) for r in target.rows("child", ["Id", "p"])] == [(1, 1), (2, 77)]
    assert [r[0] for r in target.query("SELECT twice FROM child ORDER BY p")] == [2, 154]
    assert "a \"name" in target.columns("child")
    assert target.foreign_keys("child") == {(("p",), "parent", ("id",))}
    (orphans,) = findings(done, "constraint-weakened")
    assert orphans["severity"] == "error"
    for name in ("words", "boxes"):
        assert findings(done, "object-not-carried", name)
    for name in ("partly", "lowered"):
        carried = engine == "postgresql" and target.one(
            "SELECT count(*) FROM pg_indexes WHERE indexname = %s", name)
        assert carried or findings(done, "index-not-carried", name)
    assert findings(done, "unique-by-case", "child"), "'x' and 'X' are two on the target"
    assert findings(done, "unique-by-blanks", "child"), "'x' and 'x ' are two on the target"


def test_case_34_the_log_beside_a_file(sqlite, postgresql, move):
    keep = sqlite.connect()
    keep.execute("PRAGMA journal_mode = WAL")
    keep.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    keep.execute("INSERT INTO t VALUES (5)")
    assert sqlite.path.with_name(sqlite.path.name + "-wal").stat().st_size
    move(sqlite, postgresql)
    assert postgresql.query("SELECT id FROM t") == [(5,)]
    keep.close()


@pytest.mark.parametrize("damage, says", [
    (lambda raw: os.urandom(len(raw)), ["no SQLite database", "encrypted"]),
    (lambda raw: raw[:5000], ["truncated", "8192"]),
    (lambda raw: raw[:60], ["no SQLite database"]),
    (lambda raw: b"", ["empty"]),
    (lambda raw: b"this is a letter\n" * 600, ["no SQLite database"]),
], ids=["encrypted", "cut", "stump", "empty", "letter"])
def test_case_34_files_that_are_no_database(tmp_path, postgresql, move, damage, says):
    source = Sqlite(tmp_path / "bad.db")
    source.script("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    source.path.write_bytes(damage(source.path.read_bytes()))
    before = source.path.read_bytes()
    done = move(source, postgresql, expect=SOURCE)
    assert "bad.db" in done.err and all(word in done.err for word in says), done
    assert len([line for line in done.err.splitlines() if "source:" in line]) == 1
    assert source.path.read_bytes() == before and postgresql.tables() == []


@pytest.mark.parametrize("engine, table, column, why, given", [
    ("mysql", "a😀b", "id", "beyond U+FFFF", "a_b_2"),
    ("mysql", "t", "a😀", "beyond U+FFFF", "a__2"),
    ("mysql", "t", "a ", "ends in a blank", "a_2"),
    ("mysql", "t", "", "is empty", "_2"),
    ("postgresql", "t", "", "is empty", "_2")])
def test_case_34_names_that_no_server_takes(make, move, engine, table, column, why, given):
    """Refused in the plan, with a rename to paste that does."""
    source, target = make("sqlite"), make(engine)
    source.script(f'CREATE TABLE "{table}" ("{column}" integer, v text);'
                  f'CREATE INDEX "of😀" ON "{table}" (v);'
                  f'INSERT INTO "{table}" VALUES (1, \'x\')')
    done = move(source, target, expect=2)
    text = done.json["error"]["text"]
    assert why in text and target.tables() == [], done
    move(source, target, map=yaml.safe_load(text.split(" map: ")[1]))
    landed, named = (given, "id") if column == "id" else ("t", given)
    assert target.query(f"SELECT {named}, v FROM {landed}") == [(1, "x")]


def test_case_34_a_table_without_a_name(make, move):
    source, target = make("sqlite"), make("postgresql")
    source.execute('CREATE TABLE "" (id integer)')
    done = move(source, target, expect=2)
    assert "rename it in the source" in done.json["error"]["text"]
