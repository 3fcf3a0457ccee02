"""PostgreSQL's large objects, which live outside of every table."""

import hashlib

import pytest

from test_any_pair_crashes import Move, numbers

COUNT = 40
HELD = """
    SELECT m.oid, pg_get_userbyid(m.lomowner), m.lomacl::text,
        obj_description(m.oid, 'pg_largeobject')
    FROM pg_largeobject_metadata m ORDER BY m.oid
"""


@pytest.fixture
def clerk(postgresql, target):
    """An account that is not the one who moves."""
    name = f"clerk_{postgresql.name}"
    postgresql.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    for database in (target, postgresql):
        database.execute(f"DROP OWNED BY {name}")
    postgresql.execute(f"DROP ROLE {name}")


@pytest.fixture
def target(make):
    return make("postgresql")


def filled(database, clerk=None):
    """Small ones, several parts, none, a hole; one of another owner; one that is spoken of."""
    database.script(f"""
        CREATE EXTENSION lo;
        CREATE TABLE pictures (id int PRIMARY KEY, raster oid, thumb lo);
        INSERT INTO pictures SELECT i, lo_from_bytea(0, convert_to(repeat(md5(i::text), i * 90),
            'UTF8')), lo_create(0) FROM generate_series(1, {COUNT}) i;
        INSERT INTO pictures VALUES (100, lo_from_bytea(0,
            decode(repeat('00ff5c275c', 200000), 'hex')), lo_from_bytea(0, 'x'));
        INSERT INTO pictures VALUES (101, lo_create(0), lo_create(0));
        BEGIN; SELECT lo_truncate(lo_open(raster, 131072), 700000) FROM pictures WHERE id = 101;
        COMMIT;
        SELECT lo_put(raster, 600000, 'end of a hole') FROM pictures WHERE id = 101;
        DO $$ BEGIN EXECUTE (SELECT format('COMMENT ON LARGE OBJECT %s IS ''it''''s'';', raster)
            FROM pictures WHERE id = 1); END $$;
    """)
    for number in [n for (n,) in database.query("SELECT raster FROM pictures WHERE id < 3")]:
        if clerk:
            database.execute(f"ALTER LARGE OBJECT {number} OWNER TO {clerk};"
                             f"GRANT SELECT ON LARGE OBJECT {number} TO PUBLIC")
    return database


def contents(database):
    """Each object's number, length and bytes, as libpq's own client functions say."""
    connection = database.connect(database.name)
    connection.autocommit = False
    found = {}
    with connection.cursor() as c:
        c.execute("SELECT oid FROM pg_largeobject_metadata")
        for (number,) in c.fetchall():
            data = connection.lobject(number, "rb").read()
            found[number] = len(data), hashlib.sha256(data).hexdigest()
    connection.close()
    return found


def assert_same(source, target):
    held = contents(source)
    assert len(held) == 2 * COUNT + 4 and (1000000 in {n for n, _ in held.values()})
    assert contents(target) == held
    assert target.query("SELECT * FROM pictures ORDER BY 1") == source.query(
        "SELECT * FROM pictures ORDER BY 1")


def test_case_37_large_objects(postgresql, target, move, clerk):
    done = move(filled(postgresql, clerk), target)
    assert_same(postgresql, target)
    assert target.query(HELD) == postgresql.query(HELD)
    assert clerk in {owner for _, owner, _, _ in target.query(HELD)}
    (table,) = [t for t in done.json["tables"] if t["source"] == "pg_catalog.pg_largeobject"]
    assert table["rows_written"] == 2 * COUNT + 4 + 3 + 2 and table["state"] == "verified"
    assert not target.query("SELECT 1 FROM pg_class WHERE relname LIKE 'whimbrel%'")


def test_case_37_large_objects_by_an_ordinary_user(postgresql, target, move, clerk):
    filled(postgresql)
    postgresql.execute(f"GRANT SELECT ON pictures TO {clerk}")
    target.script(f"CREATE EXTENSION lo; GRANT CREATE ON SCHEMA public TO {clerk}")
    postgresql.url, target.url = postgresql.address(clerk), target.address(clerk)
    refused = move(postgresql, target, expect=5)
    assert "permission denied for large object" in refused.err
    postgresql.execute(f"""DO $$ DECLARE n oid; BEGIN
        FOR n IN SELECT oid FROM pg_largeobject_metadata LOOP
        EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO {clerk}', n); END LOOP; END $$""")
    move(postgresql, target)
    assert_same(postgresql, target)


def test_case_37_large_objects_after_a_kill(postgresql, make, target, whimbrel):
    filled(postgresql)
    names = Move(whimbrel, postgresql, make("postgresql")).steps(make("postgresql"))
    move = Move(whimbrel, postgresql, target)
    move.kill_at(numbers(names, "after commit")[1])
    assert 0 < target.one("SELECT count(*) FROM pg_largeobject_metadata") < 2 * COUNT + 4
    postgresql.execute("SELECT lo_put(raster, 1, 'changed meanwhile') FROM pictures")
    move.run()
    assert_same(postgresql, target)


def test_case_37_large_objects_that_differ_are_found_and_mended(postgresql, target, whimbrel):
    whimbrel.move(filled(postgresql), target)
    target.script("SELECT lo_put(raster, 300000, 'damaged'), lo_put(raster, 1200000, 'longer')"
                  "  FROM pictures WHERE id = 100;"
                  "SELECT lo_unlink(raster) FROM pictures WHERE id = 7;"
                  "SELECT lo_put(thumb, 0, 'not empty') FROM pictures WHERE id = 8")
    done = whimbrel.run("verify", "--both", "--workdir", "move", "--json", expect=4)
    assert {d["table"] for d in done.json["differences"]} == {"pg_catalog.pg_largeobject"}
    whimbrel.run("verify", "--both", "--repair", "--workdir", "move", expect={0, 4})
    whimbrel.run("verify", "--both", "--workdir", "move")
    assert_same(postgresql, target)


def test_case_37_a_large_object_that_is_there_is_left_alone(postgresql, target, move):
    filled(postgresql)
    number = postgresql.one("SELECT raster FROM pictures WHERE id = 1")
    target.execute("SELECT lo_from_bytea(%s, 'mine')", number)
    move(postgresql, target, expect=3)
    done = move(postgresql, target, expect=9, name="appended", policies={"if_exists": "append"})
    assert done.json["totals"]["rows_quarantined"] == 1
    assert target.one("SELECT lo_get(%s)", number).tobytes() == b"mine"
    move(postgresql, target, name="dropped", policies={"if_exists": "drop"})
    assert_same(postgresql, target)


def test_case_37_large_objects_that_come_later(postgresql, target, move, whimbrel, clerk):
    """One of another owner changes the plan, unless rights are not carried."""
    filled(postgresql)
    for name, policies, code in (("carried", {}, 3), ("reported", {"grants": "report"}, 4)):
        move(postgresql, target, name=name, policies={"if_exists": "drop", **policies})
        number = postgresql.one("SELECT lo_create(0)")
        postgresql.execute(f"ALTER LARGE OBJECT {number} OWNER TO {clerk}")
        whimbrel.run("verify", "--both", name, expect=code)
        postgresql.execute(f"SELECT lo_unlink({number})")


@pytest.mark.parametrize("engine", ["mysql", "sqlite"])
def test_case_37_large_objects_elsewhere_are_rows(postgresql, make, move, engine):
    target = make(engine)
    done = move(filled(postgresql), target)
    parts = {}
    for number, part, data in sorted(target.rows("pg_catalog_pg_largeobject",
                                                 ["loid", "part", "data"])):
        assert len(parts.setdefault(number, b"")) == part * 262144
        parts[number] += bytes(data)
    assert {n: (len(d), hashlib.sha256(d).hexdigest()) for n, d in parts.items()} == contents(
        postgresql)
    assert [f for f in done.json["findings"] if f["rule"] == "large-objects"]
    assert {int(row[0]) for row in target.rows("pictures", ["raster"])} <= set(parts)
