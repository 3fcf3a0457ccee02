"""MySQL and MariaDB to PostgreSQL: what stands around the rows."""

import psycopg2
import pytest

from support.compare import assert_equal, differences


def test_case_14_generated_columns(mysql, postgresql, move):
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, a int, b int, total int AS (a + b) STORED,
            twice int AS (a * 2) VIRTUAL, odd varchar(64) AS (sha2(a, 256)) STORED);
        INSERT INTO t (id, a, b) VALUES (1, 2, 3), (2, NULL, 1)""")
    done = move(mysql, postgresql)
    assert_equal(mysql, postgresql)
    made = dict(postgresql.query("SELECT attname, attgenerated::text FROM pg_attribute WHERE"
                                 " attrelid = 't'::regclass AND attnum > 0"))
    assert made["total"] == made["twice"] == "s" and made["odd"] == ""
    assert done.findings("generated-becomes-plain", "t.odd")
    assert len(done.findings("generated-becomes-plain")) == 1


def test_case_15_on_update_is_a_trigger_that_waits(mysql, postgresql, move):
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, v text, doc json,
            `at it` timestamp(3) NOT NULL DEFAULT current_timestamp(3)
                ON UPDATE current_timestamp(3), dt datetime NULL ON UPDATE current_timestamp);
        INSERT INTO t VALUES (1, 'a', '{}', '2001-02-03 04:05:06.789', '2001-02-03'),
            (2, 'b', '[]', '2001-02-03 04:05:06.789', NULL)""")
    done = move(mysql, postgresql)
    assert not done.findings("on-update-not-carried")
    assert not differences(mysql, postgresql, "t", columns=["id", "at it", "dt"])
    old = postgresql.query('SELECT "at it", dt FROM t WHERE id = 1')
    postgresql.execute("UPDATE t SET v = 'a', doc = '{}' WHERE id = 1")
    assert postgresql.query('SELECT "at it", dt FROM t WHERE id = 1') == old, "nothing changed"
    postgresql.execute("UPDATE t SET v = 'c' WHERE id = 2")
    assert postgresql.one('SELECT now() - "at it" < \'1 minute\' AND localtimestamp - dt <'
                          " '1 minute' FROM t WHERE id = 2")
    postgresql.execute("""UPDATE t SET v = 'd', "at it" = '1999-01-01 00:00+00' WHERE id = 2""")
    assert postgresql.one("""SELECT "at it" = '1999-01-01 00:00+00' FROM t WHERE id = 2""")


def test_case_16_counters(mysql, postgresql, move):
    mysql.script("""
        SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
        CREATE TABLE far (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, v text);
        INSERT INTO far VALUES (0, 'zero'), (3, 'three'); ALTER TABLE far AUTO_INCREMENT = 500;
        CREATE TABLE none (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, v text);
        CREATE TABLE big (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, v text);
        INSERT INTO big VALUES (7, 'seven');
        CREATE TABLE huge (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, v text);
        INSERT INTO huge VALUES (9223372036854775900, 'beyond');
        CREATE TABLE odd (id double NOT NULL AUTO_INCREMENT PRIMARY KEY, v text);
        INSERT INTO odd VALUES (41, 'float')""")
    move(mysql, postgresql)
    assert_equal(mysql, postgresql)
    for table, following in (("far", 500), ("none", 1), ("big", 8), ("odd", 42),
                             ("huge", 9223372036854775901), ("huge", 9223372036854775902)):
        assert postgresql.one(f"INSERT INTO {table} (v) VALUES ('x') RETURNING id") == following


def test_case_16_counters_at_their_ends(mysql, postgresql, move):
    ends = {"smallint": 2**15 - 1, "int": 2**31 - 1, "bigint": 2**63 - 1,
            "bigint unsigned": 2**64 - 2}
    for n, (width, most) in enumerate(ends.items()):
        mysql.execute(f"CREATE TABLE t{n} (id {width} AUTO_INCREMENT PRIMARY KEY, v int)")
        mysql.execute(f"INSERT INTO t{n} VALUES ({most}, 1)")
    move(mysql, postgresql)
    for n in range(len(ends)):
        with pytest.raises(psycopg2.Error, match="reached maximum value"):
            postgresql.execute(f"INSERT INTO t{n} (v) VALUES (2)")


def test_case_17_indexes_of_every_kind(mysql, postgresql, move):
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, body text, name varchar(90), n int,
            p point NOT NULL, KEY prefixed (body(10)), UNIQUE KEY short (name(5)),
            FULLTEXT KEY words (body), SPATIAL KEY places (p), KEY down (n DESC, id),
            KEY ignored_one (n) IGNORED);
        INSERT INTO t VALUES (1, 'a body of text', 'abcdef', 1, POINT(1, 2))""")
    done = move(mysql, postgresql)
    made = dict(postgresql.query("SELECT indexname, indexdef FROM pg_indexes WHERE tablename='t'"))
    assert "substr(body, 1, 10)" in made["prefixed"]
    assert "UNIQUE" in made["short"] and "substr((name)::text, 1, 5)" in made["short"]
    assert "(n DESC, id)" in made["down"]
    with pytest.raises(Exception, match="duplicate key"):
        postgresql.execute("INSERT INTO t VALUES (2, '', 'abcdeX', 1, '')")
    for name in ("words", "places"):
        assert name not in made
        assert done.findings("index-not-carried", name)
    assert done.findings("ignored_one"), "an ignored index acts on the target, unsaid"


def test_case_18_names_that_are_too_long(mysql, postgresql, move):
    long = "ü" * 40  # 40 characters, 80 bytes
    mysql.execute(f"CREATE TABLE `{long}` (id int PRIMARY KEY)")
    mysql.execute(f"INSERT INTO `{long}` VALUES (1)")
    done = move(mysql, postgresql, expect=2)
    assert postgresql.tables() == []
    paste = {"table": long, "to": "ü" * 30 + "_2"}
    assert f'{{ table: "{long}", to: "{paste["to"]}" }}' in done.json["error"]["text"]
    move(mysql, postgresql, map=[paste])
    assert postgresql.query(f'SELECT * FROM "{paste["to"]}"') == [(1,)]


def test_case_18_columns_that_collide_when_they_are_cut(mysql, postgresql, move):
    ends = ["x" * 63 + "a", "x" * 63 + "b"]
    mysql.execute(f"CREATE TABLE t (id int PRIMARY KEY, {ends[0]} int, {ends[1]} int)")
    done = move(mysql, postgresql, expect=2)
    assert postgresql.tables() == []
    assert f'"{ends[0]}": {{ to: "' in done.json["error"]["text"].replace(ends[1], ends[0])


def test_case_18_a_name_of_64_characters_on_mysql(mysql, make, move):
    """MySQL counts characters, not bytes."""
    long = "ü" * 64
    mysql.execute(f"CREATE TABLE `{long}` (`{long}` int PRIMARY KEY, v int, KEY `{long}` (v))")
    mysql.execute(f"INSERT INTO `{long}` VALUES (1, 2)")
    target, sqlite = make("mysql"), make("sqlite")
    move(mysql, sqlite)
    move(sqlite, target, name="back")
    assert target.query(f"SELECT * FROM `{long}`") == [(1, 2)]
    assert target.indexes(long) == {("v",)}


def test_case_19_names_survive(make, postgresql, move):
    mysql = make("mysql", name="a-b c.d")
    names = ["a", "A", "select", "with space", 'quo"te', "apo'strophe", "ünï", "semi;colon",
             "per%cent", "sch.tab", "x" * 63]
    for name in names:
        mysql.query(f"CREATE TABLE {mysql.quote(name)} (id int PRIMARY KEY, `order` int,"
                    f" `Ünï code.d` int, KEY `the index` (`order`))")
        mysql.query(f"INSERT INTO {mysql.quote(name)} VALUES (1, 2, 3)")
    mysql.url = mysql.url.replace("a-b c.d", "a-b%20c.d")
    move(mysql, postgresql)
    assert sorted(postgresql.tables()) == sorted(names)
    for name in names:
        quoted = '"' + name.replace('"', '""') + '"'
        assert postgresql.query(f"SELECT * FROM {quoted}") == [(1, 2, 3)]
        assert [r[0] for r in postgresql.query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " ORDER BY attnum", quoted)] == ["id", "order", "Ünï code.d"]


def test_case_21_orphans(mysql, postgresql, move):
    mysql.script("""
        SET foreign_key_checks = 0;
        CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1);
        CREATE TABLE child (id int PRIMARY KEY, parent int, CONSTRAINT owned FOREIGN KEY (parent)
            REFERENCES parent (id)); INSERT INTO child VALUES (1, 1), (2, 77), (3, NULL)""")
    done = move(mysql, postgresql, expect=4)
    assert_equal(mysql, postgresql)
    assert done.findings("owned", "77"), done.json["findings"]
    assert postgresql.query("SELECT convalidated FROM pg_constraint WHERE contype = 'f'") == [
        (False,)]
    with pytest.raises(Exception, match="owned"):
        postgresql.execute("INSERT INTO child VALUES (4, 78)")


def test_case_23_foreign_keys_of_every_form(mysql, make, move):
    mysql.script("""
        CREATE TABLE tree (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES tree (id));
        CREATE TABLE left_one (id int PRIMARY KEY, other int);
        CREATE TABLE right_one (id int PRIMARY KEY, other int,
            FOREIGN KEY (other) REFERENCES left_one (id) ON DELETE CASCADE);
        ALTER TABLE left_one ADD FOREIGN KEY (other) REFERENCES right_one (id) ON DELETE SET NULL;
        CREATE TABLE coded (a int, b int, code bigint unsigned NOT NULL UNIQUE,
            PRIMARY KEY (a, b));
        CREATE TABLE pair (id int PRIMARY KEY, a int, b int, code bigint unsigned,
            FOREIGN KEY (a, b) REFERENCES coded (a, b) ON UPDATE CASCADE,
            FOREIGN KEY (code) REFERENCES coded (code));
        INSERT INTO tree VALUES (1, NULL), (2, 1); INSERT INTO coded VALUES (1, 2, 3);
        INSERT INTO left_one VALUES (1, NULL); INSERT INTO right_one VALUES (1, 1);
        UPDATE left_one SET other = 1; INSERT INTO pair VALUES (1, 1, 2, 3)""")
    for engine in ("postgresql", "sqlite", "mysql"):
        target = make(engine)
        move(mysql, target, name=engine)
        assert_equal(mysql, target)
        for table in mysql.tables():
            assert target.foreign_keys(table) == mysql.foreign_keys(table), engine
        if engine != "sqlite":  # which acts on keys only where a connection asks for it
            target.execute("UPDATE coded SET a = 9")
            assert target.query("SELECT a, b FROM pair") == [(9, 2)], engine


def test_case_23_no_key_no_rows_and_500_columns(mysql, postgresql, move):
    wide = ", ".join(f"c{i} int DEFAULT {i}" for i in range(500))
    mysql.script(f"CREATE TABLE wide ({wide}); INSERT INTO wide VALUES (), ();"
                 "CREATE TABLE bare (a int, b text); CREATE TABLE blank (id int PRIMARY KEY);"
                 "INSERT INTO bare VALUES (1, 'x'), (1, 'x'), (NULL, NULL)")
    move(mysql, postgresql)
    assert_equal(mysql, postgresql)
    assert [postgresql.count(t) for t in ("bare", "blank", "wide")] == [3, 0, 2]


def test_case_24_types_defaults_checks_and_comments(mysql, postgresql, move):
    mysql.script(r"""
        CREATE TABLE t (id int PRIMARY KEY COMMENT 'the ''key''\nof "it"',
            u uuid DEFAULT (uuid()), s varchar(36) DEFAULT (uuid()), n4 inet4 DEFAULT '192.0.2.1',
            n6 inet6, at datetime DEFAULT now(), at6 timestamp(6) DEFAULT current_timestamp(6),
            q varchar(20) DEFAULT 'it''s "so" \\ \n', hid int INVISIBLE DEFAULT 3,
            d decimal(5,2) DEFAULT 1.50, CHECK (d < 100), CONSTRAINT no_x CHECK (q <> 'x'))
            COMMENT 'a "table"\nit''s';
        INSERT INTO t (id, u, n6, hid) VALUES
            (1, '123e4567-e89b-12d3-a456-426655440000', '2001:db8::ff00:42:8329', 9)""")
    done = move(mysql, postgresql)
    assert_equal(mysql, postgresql)
    assert postgresql.type_of("t", "u") == "uuid"
    assert done.findings("column-not-hidden", "t.hid")
    postgresql.execute("INSERT INTO t (id) VALUES (2)")
    assert postgresql.query("SELECT u IS NOT NULL, length(s), n4::text, now() - at6 < '1 minute',"
                            " at IS NOT NULL, q, hid, d::text FROM t WHERE id = 2") == [
        (True, 36, "192.0.2.1", True, True, 'it\'s "so" \\ \n', 3, "1.50")]
    for wrong in ("d) VALUES (3, 100", "q) VALUES (3, 'x'"):
        with pytest.raises(Exception, match="check constraint"):
            postgresql.execute(f"INSERT INTO t (id, {wrong})")
    assert postgresql.one("SELECT obj_description('t'::regclass)") == 'a "table"\nit\'s'
    assert postgresql.one("SELECT col_description('t'::regclass, 1)") == "the 'key'\nof \"it\""


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_case_24_defaults_that_are_bytes(mysql, make, move, engine):
    """The server's catalog shows a question mark for each byte that is no text."""
    mysql.script("CREATE TABLE t (id int PRIMARY KEY, a varbinary(9) DEFAULT 0x00ff,"
                 " b binary(2) NOT NULL DEFAULT 0xe427, c varbinary(9) DEFAULT '?');"
                 "INSERT INTO t (id) VALUES (1)")
    target = make(engine)
    move(mysql, target)
    target.execute("INSERT INTO t (id) VALUES (2)")
    assert [[bytes(v) for v in row] for row in target.query("SELECT a, b, c FROM t")] == [
        [b"\x00\xff", b"\xe4'", b"?"]] * 2


def test_case_24_characters_beyond_the_bmp(mysql, postgresql, move):
    """MariaDB's catalog shows a question mark for each."""
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, e enum('🦤','b🦤','?') NOT NULL DEFAULT 'b🦤',
            s set('x','🦤','y🦤') DEFAULT '🦤,y🦤', v varchar(20) DEFAULT '🦤?', b text DEFAULT '🦤',
            g varchar(20) AS (concat(v, '🦤')) STORED, CONSTRAINT c CHECK (v <> '🦤🦤'));
        INSERT INTO t (id, e) VALUES (1, '🦤'), (2, 'b🦤'), (3, '?')""")
    done = move(mysql, postgresql)
    postgresql.execute("INSERT INTO t (id) VALUES (4)")
    assert postgresql.query("SELECT e, s, v, b, g FROM t WHERE id IN (1, 4) ORDER BY id") == [
        (first, ["🦤", "y🦤"], "🦤?", "🦤", "🦤?🦤") for first in ("🦤", "b🦤")]
    assert not done.findings("label-not-readable")
    for wrong in ("v) VALUES (5, '🦤🦤'", "e) VALUES (5, 'b?'", "s) VALUES (5, '{?}'"):
        with pytest.raises(Exception, match="check constraint"):
            postgresql.execute(f"INSERT INTO t (id, {wrong})")
    mysql.execute("DELETE FROM t WHERE id = 1")
    mysql.execute("CREATE TABLE u (e enum('🦤'), s set('x') DEFAULT '')")
    done = move(mysql, postgresql, name="again", policies={"if_exists": "drop"})
    assert len(done.findings("label-not-readable")) == 2


def test_case_24_long_labels_sequences_history_partitions(mysql, postgresql, move):
    label = "ü" * 80
    mysql.script(f"""
        CREATE TABLE t (id int PRIMARY KEY, e enum('{label}', 'x')); INSERT INTO t VALUES (1, 1);
        CREATE SEQUENCE numbers START WITH 7 INCREMENT BY 5 NOCACHE; SELECT nextval(numbers);
        CREATE TABLE hist (id int PRIMARY KEY, v int) WITH SYSTEM VERSIONING;
        INSERT INTO hist VALUES (1, 1), (2, 1); UPDATE hist SET v = 2;
        DELETE FROM hist WHERE id = 2;
        CREATE TABLE parts (id int PRIMARY KEY, v int) PARTITION BY RANGE (id)
            (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN MAXVALUE);
        INSERT INTO parts VALUES (1, 1), (20, 2)""")
    done = move(mysql, postgresql)
    assert postgresql.query("SELECT * FROM t") == [(1, label)]
    assert postgresql.one("SELECT nextval('numbers')") == 12
    assert postgresql.query("SELECT * FROM hist") == [(1, 2)]
    assert postgresql.query("SELECT * FROM parts ORDER BY id") == [(1, 1), (20, 2)]
    assert done.findings("history-not-carried", "hist")
    assert done.findings("partitioning-not-carried", "parts")


def test_case_24_unique_keys_without_regard_to_case(mysql, postgresql, move):
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, email varchar(90), UNIQUE KEY one_each (email))
            COLLATE utf8mb4_general_ci;
        CREATE TABLE u (k varchar(9) PRIMARY KEY) COLLATE utf8mb4_unicode_ci;
        CREATE TABLE w (k varchar(9) COLLATE utf8mb4_bin UNIQUE)""")
    done = move(mysql, postgresql)
    told = {f["object"] for f in done.findings("unique-by-case")}
    assert told == {"unique key one_each on t", "unique key PRIMARY on u"}


SHAPES = {"point": "POINT(1.5 -2)", "linestring": "LINESTRING(0 0,1 1)",
          "polygon": "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))", "multipoint":
          "MULTIPOINT(1 1,2 2)", "multilinestring": "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
          "multipolygon": "MULTIPOLYGON(((0 0,1 0,1 1,0 0)))", "geometry": "POINT(0 0)",
          "geometrycollection": "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))"}


def shapes(mysql):
    columns = ", ".join(f"c_{name} {name}" for name in SHAPES)
    mysql.execute(f"CREATE TABLE g (id int PRIMARY KEY, {columns})")
    for row, srid in ((1, 4326), (2, 4326)):
        values = ", ".join(f"ST_GeomFromText('{text}', {srid})" if row == 1 else "NULL"
                           for text in SHAPES.values())
        mysql.execute(f"INSERT INTO g VALUES ({row}, {values})")
    mysql.execute("CREATE TABLE s (id int PRIMARY KEY, p point NOT NULL, SPATIAL KEY places (p))")
    mysql.execute("INSERT INTO s VALUES (1, POINT(1, 2))")


def test_case_26_geometry_without_postgis(mysql, postgresql, move):
    shapes(mysql)
    done = move(mysql, postgresql)
    for name in SHAPES:
        assert postgresql.type_of("g", f"c_{name}") == "bytea"
        wkb = mysql.one(f"SELECT ST_AsWKB(c_{name}) FROM g WHERE id = 1")
        assert bytes(postgresql.one(f"SELECT c_{name} FROM g WHERE id = 1")) == wkb
        assert done.findings("type-mapped", f"g.c_{name}", "postgis")
    assert done.findings("index-not-carried", "places")


@pytest.mark.parametrize("schema", ["public", "odd gis"])
def test_case_26_geometry_with_postgis(mysql, postgresql, move, whimbrel, schema):
    quoted = '"' + schema.replace('"', '""') + '"'
    postgresql.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted}")
    postgresql.execute(f"CREATE EXTENSION postgis SCHEMA {quoted}")
    shapes(mysql)
    done = move(mysql, postgresql)
    assert not done.findings("type-mapped")
    postgresql.execute(f"SET search_path = public, {quoted}")
    for name, text in SHAPES.items():
        kind = "Geometry" if name == "geometry" else text.partition("(")[0]
        assert postgresql.type_of("g", f"c_{name}").lower() == f"geometry({kind},4326)".lower()
        assert postgresql.one(f"SELECT ST_Equals(c_{name}, ST_GeomFromText('{text}', 4326)) AND"
                              f" ST_SRID(c_{name}) = 4326 FROM g WHERE id = 1"
                              if name != "geometrycollection" else
                              f"SELECT ST_AsText(c_{name}) = '{text}' FROM g WHERE id = 1")
    assert "USING gist (p)" in postgresql.one("SELECT indexdef FROM pg_indexes WHERE indexname ="
                                              " 'places'")
    postgresql.execute("UPDATE s SET p = ST_Point(1, 2.5)")
    whimbrel.run("verify", "case", expect=4)
