"""What stands around the rows: names, keys, counters, constraints, and objects that are not
carried. The target's catalog is asked; what is not there must be a finding."""

import pytest

from support.compare import assert_equal


def findings(done, *words):
    """Findings whose object or text holds every word."""
    return [f for f in done.json["findings"]
            if all(w.lower() in (f["object"] + " " + f["text"] + f["rule"]).lower() for w in words)]


# ---- MySQL to PostgreSQL

@pytest.fixture
def mysql(make):
    database = make("mysql")
    database.execute("SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'")
    return database


def test_index_names_that_collide(mysql, make, whimbrel):
    """Index names are per table in MySQL and per schema in PostgreSQL."""
    for table in ("one", "two", "three"):
        mysql.execute(f"CREATE TABLE {table} (id int PRIMARY KEY, v int, KEY by_v (v),"
                      f" UNIQUE KEY one (v, id))")
    target = make("postgresql")
    whimbrel.move(mysql, target)
    for table in ("one", "two", "three"):
        assert target.indexes(table) == {("v",), ("v", "id")}


def test_what_is_not_carried_is_named(mysql, make, whimbrel):
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, body text, at timestamp NOT NULL
            DEFAULT current_timestamp ON UPDATE current_timestamp, n int, p point NOT NULL,
            KEY first_ten (body(10)), FULLTEXT KEY words (body), SPATIAL KEY places (p),
            UNIQUE KEY short (body(5)));
        CREATE VIEW odd AS SELECT group_concat(body ORDER BY id SEPARATOR '|') AS g FROM t;
        CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE n = 4711;
        CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2;
        CREATE TRIGGER marked BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 4712;
        CREATE SEQUENCE numbers START WITH 7""")
    target = make("postgresql")
    done = whimbrel.move(mysql, target, expect={0, 4})
    carried = dict(target.query("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 't'"))
    assert all("body" in carried[n] and "body)" not in carried[n]
               for n in ("first_ten", "short") if n in carried), "a prefix became the whole"
    for name in ("first_ten", "words", "places", "short", "nightly", "twice", "marked", "odd"):
        assert name in carried or findings(done, name), f"{name} is nowhere"
    assert findings(done, "numbers") or not done.code


def test_defaults_checks_comments_generated(mysql, make, whimbrel):
    mysql.script(r"""
        CREATE TABLE t (id int PRIMARY KEY COMMENT 'the ''key''\nof it', a int NOT NULL DEFAULT 5,
            b varchar(20) DEFAULT 'it''s', c decimal(5,2) DEFAULT 1.50, d datetime
            DEFAULT current_timestamp, e varchar(9) DEFAULT NULL, flag tinyint(1) DEFAULT 1,
            twice int GENERATED ALWAYS AS (a * 2) STORED, CHECK (a > 0)) COMMENT 'a table';
        INSERT INTO t (id, a) VALUES (1, 7), (2, 9)""")
    target = make("postgresql")
    done = whimbrel.move(mysql, target)
    assert_equal(mysql, target)
    assert target.one("SELECT obj_description('t'::regclass)") == "a table"
    assert target.one("SELECT col_description('t'::regclass, 1)") == "the 'key'\nof it"
    target.execute("INSERT INTO t (id) VALUES (3)" if target.one(
        "SELECT attgenerated::text FROM pg_attribute WHERE attrelid = 't'::regclass"
        " AND attname = 'twice'") == "s" else "INSERT INTO t (id, twice) VALUES (3, 10)")
    row = target.query("SELECT a, b, c::text, d IS NOT NULL, e, flag::int, twice FROM t"
                       " WHERE id = 3")
    assert row == [(5, "it's", "1.50", True, None, 1, 10)]
    has_check = target.one("SELECT count(*) FROM pg_constraint WHERE contype = 'c'"
                           " AND conrelid = 't'::regclass")
    assert has_check == 1 or findings(done, "check")


def test_five_hundred_columns_and_partitions(mysql, make, whimbrel):
    wide = ", ".join(f"c{i} int DEFAULT {i}" for i in range(500))
    mysql.script(f"CREATE TABLE wide ({wide}); INSERT INTO wide VALUES (), ();"
                 "CREATE TABLE parts (id int PRIMARY KEY, v int) PARTITION BY HASH (id)"
                 " PARTITIONS 4;"
                 "INSERT INTO parts SELECT seq, seq FROM seq_1_to_100")
    for engine in ("postgresql", "mysql", "sqlite"):
        target = make(engine)
        whimbrel.move(mysql, target, workdir=engine)
        assert_equal(mysql, target)


# ---- SQLite to PostgreSQL

def test_sqlite_tables_of_every_form(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script("""
        CREATE TABLE plain (a, b);
        CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL DEFAULT 'x''y');
        CREATE TABLE shelf (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
        CREATE TABLE rigid (id INTEGER PRIMARY KEY, n INT, t TEXT) STRICT;
        CREATE TABLE made (id INTEGER PRIMARY KEY, a INT, b INT AS (a * 2) STORED,
            c INT AS (a + 1));
        CREATE TABLE blind (id INTEGER PRIMARY KEY, v TEXT COLLATE NOCASE UNIQUE);
        CREATE INDEX some ON counted (v) WHERE v <> '';
        CREATE INDEX lowered ON counted (lower(v));
        CREATE VIRTUAL TABLE words USING fts5 (body);
        CREATE VIEW seen AS SELECT id FROM counted;
        CREATE TRIGGER fired AFTER INSERT ON plain BEGIN DELETE FROM shelf; END;
        INSERT INTO plain VALUES (1, 'one'), (NULL, NULL);
        INSERT INTO counted VALUES (41, 'v'); DELETE FROM counted;
        INSERT INTO counted VALUES (7, 'w');
        INSERT INTO shelf VALUES ('k', 'v'); INSERT INTO rigid VALUES (1, 2, 't');
        INSERT INTO made (id, a) VALUES (1, 5); INSERT INTO blind VALUES (1, 'Case');
        INSERT INTO words VALUES ('some words')""")
    done = whimbrel.move(source, target)
    tables = ["plain", "counted", "shelf", "rigid", "made", "blind"]
    assert_equal(source, target, tables=tables)
    assert target.key("shelf") == ("k",)
    assert target.one("INSERT INTO counted (v) VALUES ('n') RETURNING id") == 42
    assert target.one("INSERT INTO counted (id) VALUES (99) RETURNING v") == "x'y"
    for name in ("words", "fired"):
        assert findings(done, name), f"{name} is nowhere"
    views = target.query("SELECT 1 FROM pg_views WHERE viewname = 'seen'")
    assert views or findings(done, "seen")
    carried = {r[0] for r in target.query("SELECT indexname FROM pg_indexes WHERE tablename ="
                                          " 'counted'")}
    for name in ("some", "lowered"):
        assert name in carried or findings(done, name)


def test_sqlite_with_broken_references(make, whimbrel):
    source = make("sqlite")
    source.script("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY,"
                  " p INTEGER REFERENCES p); INSERT INTO c VALUES (1, 5)")
    for engine in ("postgresql", "mysql"):
        target = make(engine)
        done = whimbrel.move(source, target, workdir=engine, expect=4)
        assert_equal(source, target)
        assert findings(done, "c", "5")


def test_sqlite_with_a_log_beside_it(make, whimbrel):
    """Rows that are committed, but stand in the WAL only."""
    source, target = make("sqlite"), make("postgresql")
    keep = source.connect()
    keep.execute("PRAGMA journal_mode = WAL")
    keep.execute("PRAGMA wal_autocheckpoint = 0")
    keep.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
    keep.execute("INSERT INTO t VALUES (1, 'in the log')")
    whimbrel.move(source, target)
    assert target.query("SELECT * FROM t") == [(1, "in the log")]
    keep.close()


# ---- PostgreSQL to PostgreSQL

PG_OBJECTS = """
    CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5), v text);
    INSERT INTO always (v) VALUES ('a'), ('b');
    CREATE TABLE serials (id serial PRIMARY KEY, v text); INSERT INTO serials (v) VALUES ('a');
    CREATE SEQUENCE free START 42 INCREMENT 2; SELECT nextval('free');
    CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at);
    CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
    CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
    INSERT INTO parted VALUES (1, '2019-05-05'), (2, '2024-05-05');
    CREATE TABLE ancestor (id int PRIMARY KEY, v text);
    CREATE TABLE heir (more text) INHERITS (ancestor);
    INSERT INTO ancestor VALUES (1, 'a'); INSERT INTO heir VALUES (2, 'h', 'm');
    CREATE TYPE mood AS ENUM ('sad', 'it''s fine'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TYPE both_of AS (a int, b text);
    CREATE TABLE typed (id positive PRIMARY KEY, m mood, c both_of);
    INSERT INTO typed VALUES (1, 'it''s fine', ROW(1, 'x,"y'));
    CREATE TABLE nothing ();
    INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;
    CREATE TABLE "Foo"".Bar" ("new
line" int PRIMARY KEY); INSERT INTO "Foo"".Bar" VALUES (1);
    CREATE TABLE late (id int PRIMARY KEY, up int REFERENCES late DEFERRABLE INITIALLY DEFERRED,
        during int4range, EXCLUDE USING gist (during WITH &&));
    INSERT INTO late VALUES (1, NULL, '[1,3)'), (2, 1, '[3,5)');
    CREATE VIEW seen AS SELECT v FROM ancestor;
    CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM late;
    CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
    CREATE INDEX by_twice ON serials (twice(id)) WHERE id > 0;
    COMMENT ON TABLE serials IS 'it''s';
    ALTER TABLE typed ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON typed USING (id > 0);
    CREATE SCHEMA other; CREATE TABLE other.t (id int PRIMARY KEY); INSERT INTO other.t VALUES (9);
"""


def test_postgresql_to_itself(make, whimbrel):
    source, target = make("postgresql"), make("postgresql")
    source.script(PG_OBJECTS)
    done = whimbrel.move(source, target)
    plain = ["always", "serials", "parted", "parted_old", "parted_rest", "ancestor", "heir",
             "late", 'Foo"__Bar']
    for table in plain[:-1]:
        query = f"SELECT t::text FROM {table} t ORDER BY 1"
        assert target.query(query) == source.query(query), table
    for query in ("SELECT id, m::text, c::text FROM typed", "SELECT count(*) FROM nothing",
                  'SELECT * FROM "Foo"".Bar"', "SELECT * FROM other.t",
                  "SELECT count(*) FROM ONLY ancestor"):
        assert target.query(query) == source.query(query)
    assert target.one("INSERT INTO always (v) VALUES ('c') RETURNING id") == 110
    assert target.one("INSERT INTO serials (v) VALUES ('c') RETURNING id") == 2
    assert target.one("SELECT nextval('free')") == 44
    there = {
        "seen": "SELECT count(*) FROM pg_views WHERE viewname = 'seen'",
        "kept": "SELECT count(*) FROM pg_matviews WHERE matviewname = 'kept'",
        "twice": "SELECT count(*) FROM pg_proc WHERE proname = 'twice'",
        "by_twice": "SELECT count(*) FROM pg_indexes WHERE indexname = 'by_twice'",
        "mine": "SELECT count(*) FROM pg_policies WHERE policyname = 'mine'",
        "late": "SELECT count(*) FROM pg_constraint WHERE contype = 'x' AND condeferrable = false",
        "serials": "SELECT count(*) FROM pg_description WHERE description = 'it''s'",
    }
    for name, query in there.items():
        assert target.one(query) or findings(done, name), f"{name} is nowhere"


def test_schemas_where_the_target_has_none(make, whimbrel):
    source = make("postgresql")
    source.script("CREATE TABLE t (id int PRIMARY KEY); CREATE SCHEMA sales;"
                  "CREATE TABLE sales.t (id int PRIMARY KEY); INSERT INTO sales.t VALUES (3)")
    for engine in ("sqlite", "mysql"):
        target = make(engine)
        whimbrel.move(source, target, workdir=engine)
        assert target.tables() == ["sales_t", "t"]
        assert [tuple(r) for r in target.query("SELECT id FROM sales_t")] == [(3,)]
    source.execute("CREATE TABLE sales_t (id int PRIMARY KEY)")
    target = make("sqlite")
    done = whimbrel.move(source, target, workdir="again", expect=2)
    assert "sales_t" in done.err and "to:" in done.err


def test_what_mysql_cannot_hold(make, whimbrel):
    source, target = make("postgresql"), make("mysql")
    source.script("CREATE TABLE t (id int PRIMARY KEY, v double precision, tags text[], body text);"
                  "INSERT INTO t VALUES (1, 'NaN', '{a}', 'x'), (2, 1.5, '{}', 'y');"
                  "CREATE INDEX partly ON t (id) WHERE v > 1;"
                  "CREATE INDEX tagged ON t USING gin (tags);"
                  "CREATE INDEX lowered ON t (lower(body)); CREATE SEQUENCE free")
    done = whimbrel.move(source, target, expect={0, 9})
    held = target.query("SELECT id, v FROM t ORDER BY id")
    assert held[-1] == (2, 1.5)
    assert done.code == 9 or str(held[0][1]).lower() == "nan"
    for name in ("partly", "tagged", "lowered", "free"):
        carried = target.query("SELECT 1 FROM information_schema.statistics WHERE table_schema = %s"
                               " AND index_name = %s", target.name, name)
        sequence = target.query("SELECT 1 FROM information_schema.tables WHERE table_schema = %s"
                                " AND table_name = %s AND table_type = 'SEQUENCE'",
                                target.name, name)
        assert carried or sequence or findings(done, name), f"{name} is nowhere"


def test_checks_of_mariadb_stand_before_the_rows(make, whimbrel):
    """A row that breaks one is set aside, as a server would have refused it."""
    source, target = make("mysql"), make("mysql")
    source.script("CREATE TABLE t (id int PRIMARY KEY, v int, CONSTRAINT low CHECK (v < 100));"
                  "SET check_constraint_checks = 0; INSERT INTO t VALUES (1, 1), (2, 200)")
    done = whimbrel.move(source, target, expect=9)
    assert target.query("SELECT id FROM t") == [(1,)]
    assert not findings(done, "low")
    with pytest.raises(Exception, match="low"):
        target.execute("INSERT INTO t VALUES (3, 300)")


def test_rows_that_a_source_lets_break_a_check_go_to_mariadb(make, whimbrel):
    source, target = make("postgresql"), make("mysql")
    source.script("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 200);"
                  "ALTER TABLE t ADD CONSTRAINT low CHECK (v < 100) NOT VALID")
    done = whimbrel.move(source, target, expect=4)
    assert target.query("SELECT id, v FROM t") == [(1, 200)]
    assert findings(done, "low", "statement-failed")


def test_a_new_sqlite_file_is_complete(make, whimbrel):
    source, target = make("postgresql"), make("sqlite")
    source.script("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY,"
                  " p int NOT NULL REFERENCES p ON DELETE CASCADE, CHECK (id < 100));"
                  "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)")
    whimbrel.move(source, target)
    assert target.query("PRAGMA integrity_check") == [("ok",)]
    assert not list(target.path.parent.glob(target.path.name + "-*")), "no log beside the file"
    connection = target.connect()
    connection.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        connection.execute("INSERT INTO c VALUES (2, 77)")
    with pytest.raises(Exception, match="CHECK"):
        connection.execute("INSERT INTO c VALUES (100, 1)")
    connection.close()


def test_a_foreign_key_whose_types_cannot_be_compared(make, whimbrel):
    """SQLite joins a text to a number; PostgreSQL refuses the key, whatever the rows hold."""
    source, target = make("sqlite"), make("postgresql")
    source.script("CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p VALUES (1);"
                  "CREATE TABLE c (id integer PRIMARY KEY, p text REFERENCES p (id));"
                  "INSERT INTO c VALUES (1, '1')")
    done = whimbrel.move(source, target, expect=None)
    [told] = done.findings("foreign-key-refused")
    assert "cannot be compared" in told["text"] and not done.findings("foreign-key-broken"), done
    assert done.code != 0 or told["severity"] == "error"
