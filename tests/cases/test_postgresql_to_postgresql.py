"""PostgreSQL to PostgreSQL."""

import pathlib

import pytest


def findings(done, rule, on=""):
    return [f for f in done.json["findings"] if f["rule"] == rule and on in f["object"]]


EXTREMES = {
    "double precision": ["'NaN'", "'Infinity'", "'-Infinity'", "'-0'"],
    "numeric": ["'NaN'", "'Infinity'", "'-Infinity'"],
    "timestamp": ["'infinity'", "'-infinity'", "'4713-01-01 BC'", "'294276-12-31 23:59:59.999999'"],
    "timestamptz": ["'infinity'", "'0044-03-15 12:00+00 BC'", "'294276-12-31 23:59:59.999999+00'"],
    "date": ["'-infinity'", "'4713-01-01 BC'", "'294276-12-31'", "'5874897-12-31'"],
}


def test_case_35_the_ends_of_every_range(postgresql, make, move):
    target = make("postgresql")
    for n, (declared, values) in enumerate(EXTREMES.items()):
        rows = ", ".join(f"({i}, {v})" for i, v in enumerate(values))
        postgresql.script(f"CREATE TABLE t{n} (id int PRIMARY KEY, v {declared});"
                          f"INSERT INTO t{n} VALUES {rows}")
    move(postgresql, target)
    for n, values in enumerate(EXTREMES.values()):
        query = f"SELECT id, v::text FROM t{n} ORDER BY id"
        assert target.query(query) == postgresql.query(query)
        assert len(target.query(query)) == len(values)


def test_case_36_counters_go_on(postgresql, make, move):
    target = make("postgresql")
    postgresql.script("""
        CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5), v text);
        INSERT INTO always (v) VALUES ('a'), ('b'); DELETE FROM always WHERE v = 'b';
        CREATE TABLE serials (id serial PRIMARY KEY, v text);
        INSERT INTO serials (v) VALUES ('a'), ('b'); DELETE FROM serials WHERE v = 'b';
        CREATE SEQUENCE owned START 50; CREATE TABLE keeper (id int DEFAULT nextval('owned'));
        ALTER SEQUENCE owned OWNED BY keeper.id; INSERT INTO keeper DEFAULT VALUES;
        CREATE SEQUENCE free START 42 INCREMENT 2; SELECT nextval('free');
        CREATE SEQUENCE untouched START 7; CREATE SEQUENCE down INCREMENT -1;
        SELECT nextval('down');
    """)
    move(postgresql, target)
    assert target.query("SELECT id, v FROM always") == [(100, "a")]
    assert target.one("INSERT INTO always (v) VALUES ('c') RETURNING id") == 110
    assert target.one("INSERT INTO serials (v) VALUES ('c') RETURNING id") == 3
    assert target.one("INSERT INTO keeper DEFAULT VALUES RETURNING id") == 51
    assert [target.one(f"SELECT nextval('{s}')") for s in ("free", "untouched", "down")] == [
        44, 7, -2]
    target.execute("DROP TABLE keeper")
    assert not target.query("SELECT 1 FROM pg_class WHERE relname = 'owned'"), "still owned"


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_case_38_names(postgresql, make, move, engine):
    target = make(engine)
    odd, long, column = 'Foo"".Bar', "t" * 63, "é" * 31 + "x"
    postgresql.execute(f'CREATE TABLE {postgresql.quote("long")} (id int PRIMARY KEY)')
    postgresql.execute(f'ALTER TABLE long RENAME TO "{long}"')
    name = '"' + odd.replace('"', '""') + '"'
    postgresql.execute(f'CREATE TABLE {name} ("a""b.c" int PRIMARY KEY, "new\nline" text,'
                       f' "{column}" text)')
    postgresql.execute(f"INSERT INTO {name} VALUES (1, 'x', 'y')")
    postgresql.execute(f'CREATE INDEX "odd "" index" ON {name} ("new\nline")')
    move(postgresql, target)
    assert sorted(target.tables()) == sorted([odd, long])
    quoted = name if engine != "mysql" else f"`{odd}`"
    assert [tuple(r) for r in target.query(f"SELECT * FROM {quoted}")] == [(1, "x", "y")]
    assert described(target, quoted) == ['a"b.c', "new\nline", column]


def described(database, table):
    """The names of its columns as the driver has them."""
    connection = database.connect(getattr(database, "name", None))
    cursor = connection.cursor()
    cursor.execute(f"SELECT * FROM {table}")
    names = [c[0] for c in cursor.description]
    connection.close()
    return names


def encoded(make, encoding, *texts):
    database = make("postgresql", options=f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
                                          " TEMPLATE template0")
    database.connection.set_client_encoding(encoding)
    database.execute("CREATE TABLE t (id int PRIMARY KEY, v text)")
    for n, octal in enumerate(texts, 1):
        database.execute(f"INSERT INTO t VALUES ({n}, E'{octal}')")
    return database


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_case_39_latin1_is_transcoded(make, move, engine):
    source, target = encoded(make, "LATIN1", "plain", "caf\\351"), make(engine)
    done = move(source, target)
    assert [tuple(r) for r in target.query("SELECT id, v FROM t ORDER BY id")] == [
        (1, "plain"), (2, "café")]
    (said,) = findings(done, "encoding-transcoded")
    assert "LATIN1" in said["text"]


@pytest.mark.parametrize("policy, code, second", [
    ("quarantine", 9, None), ("cp1252", 0, "café"), ("replace", 0, "caf\ufffd")])
def test_case_39_sql_ascii_goes_by_the_policy(make, move, policy, code, second):
    source = encoded(make, "SQL_ASCII", "plain", "caf\\351", "caf\\303\\251")
    target = make("postgresql")
    done = move(source, target, expect=code, policies={"invalid_utf8": policy})
    assert target.query("SELECT id, v FROM t ORDER BY id") == [
        row for row in ((1, "plain"), (2, second), (3, "café")) if row[1]]
    (said,) = findings(done, "encoding-not-known")
    assert "invalid_utf8" in said["text"]


def test_case_39_a_target_that_cannot_hold_a_character(make, move):
    source, target = encoded(make, "UTF8", "caf\\303\\251", "\\346\\227\\245"), encoded(
        make, "LATIN1")
    target.execute("DROP TABLE t")
    move(source, target, expect=9)
    assert target.query("SELECT encode(convert_to(v, 'LATIN1'), 'hex') FROM t") == [("636166e9",)]


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_case_40_a_target_that_is_not_empty(postgresql, make, move, engine):
    target = make(engine)
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY, v varchar(9));"
                      "INSERT INTO t VALUES (1, 'a'); CREATE TABLE u (id int PRIMARY KEY)")
    target.script("CREATE TABLE t (id int PRIMARY KEY, v varchar(9));"
                  "INSERT INTO t VALUES (7, 'kept')")
    rows = "SELECT id, v FROM t ORDER BY id"
    done = move(postgresql, target, expect=3)
    assert "t" in done.err and all(w in done.err for w in ("truncate", "append", "drop"))
    assert [tuple(r) for r in target.query(rows)] == [(7, "kept")] and target.tables() == ["t"]
    for how, left in (("append", [(1, "a"), (7, "kept")]), ("truncate", [(1, "a")]),
                      ("drop", [(1, "a")])):
        move(postgresql, target, name=how, policies={"if_exists": how})
        assert [tuple(r) for r in target.query(rows)] == left
        target.script("DROP TABLE u; DELETE FROM t; INSERT INTO t VALUES (7, 'kept')")


def test_case_40_what_falls_with_a_dropped_table(postgresql, make, move):
    """The target drops views and references of others along with a table: each is named."""
    target = make("postgresql")
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)")
    target.script("""
        CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY REFERENCES t);
        CREATE VIEW near AS SELECT id FROM t; CREATE SCHEMA z;
        CREATE MATERIALIZED VIEW z.far AS SELECT id FROM near;
        CREATE TABLE other (t int CONSTRAINT to_t REFERENCES t);
        CREATE VIEW apart AS SELECT 1 AS one;
    """)
    done = move(postgresql, target, policies={"if_exists": "drop"})
    said = {f["object"]: f for f in findings(done, "dropped-with-table")}
    assert sorted(said) == ["foreign key to_t on public.other", "materialized view z.far",
                            "view public.near"]
    assert not target.query("SELECT 1 FROM pg_class WHERE relname IN ('near', 'far')")
    target.script("".join(said[view]["definition"]
                          for view in ("view public.near", "materialized view z.far")))
    assert target.query("SELECT id FROM z.far") == []
    assert target.one("SELECT one FROM apart") == 1


OBJECTS = pathlib.Path(__file__).parent.parent / "e2e" / "objects_postgresql.sql"
ROWS = ("people", "serials", "parted", "parted_old", "parted_new_rest_1", "ancestor",
        "ONLY ancestor", "heir", "nothing", "filled")


def test_case_37_rows_of_every_kind_of_table(postgresql, make, move):
    """That the objects are the same on both sides is e2e/test_objects.py's to say, by pg_dump."""
    target = make("postgresql")
    postgresql.script(OBJECTS.read_text())
    move(postgresql, target)
    for table in ROWS:
        query = f"SELECT row_to_json(t)::text FROM {table} t ORDER BY 1"
        assert target.query(query) == postgresql.query(query) != [], table
    populated = "SELECT relname, relispopulated FROM pg_class WHERE relkind = 'm' ORDER BY 1"
    assert target.query(populated) == [("filled", True), ("unfilled", False)]


def test_case_37_large_objects_are_an_error(postgresql, make, move):
    target = make("postgresql")
    postgresql.script("CREATE TABLE t (id int PRIMARY KEY, picture oid);"
                      "INSERT INTO t VALUES (1, lo_from_bytea(0, 'abc'))")
    done = move(postgresql, target, expect=4)
    (told,) = findings(done, "large-objects-not-carried")
    assert told["severity"] == "error" and told["object"] == "1 large objects"


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_case_37_a_partition_without_its_parent(postgresql, make, move, engine):
    target = make(engine)
    postgresql.script("""
        CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE old PARTITION OF p FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
        CREATE TABLE rest PARTITION OF p DEFAULT;
        INSERT INTO p VALUES (1, '2019-01-01'), (2, '2024-01-01');
    """)
    move(postgresql, target, select={"include": ["old"]})
    assert target.tables() == ["old"] and [r[0] for r in target.rows("old", ["id"])] == [1]
    target.execute("INSERT INTO old VALUES (3, '2024-01-01')")  # a table of its own
