"""MySQL and MariaDB to PostgreSQL: values."""

import datetime
import decimal

import pathlib

import pytest

from support.compare import assert_equal

D = decimal.Decimal
AT = datetime.datetime


def column(mysql, declared, *literals, table="t", mode=""):
    """A table of one column with these values, numbered from 0."""
    mysql.execute(f"SET sql_mode = '{mode}'")
    mysql.execute(f"CREATE TABLE {table} (n int PRIMARY KEY, v {declared})")
    for n, literal in enumerate(literals):
        mysql.execute(f"INSERT INTO {table} VALUES ({n}, {literal})")


def arrived(postgresql, table="t", value="v"):
    return [row[0] for row in postgresql.query(f"SELECT {value} FROM {table} ORDER BY n")]


def test_case_01_unsigned_bigint_and_a_foreign_key_over_it(mysql, postgresql, move):
    mysql.script("""
        CREATE TABLE parent (id bigint unsigned PRIMARY KEY);
        CREATE TABLE child (id int PRIMARY KEY, parent bigint unsigned,
            FOREIGN KEY (parent) REFERENCES parent (id));
        INSERT INTO parent VALUES (18446744073709551615), (0);
        INSERT INTO child VALUES (1, 18446744073709551615), (2, NULL)""")
    move(mysql, postgresql)
    assert postgresql.query("SELECT id FROM parent ORDER BY id") == [(0,), (2**64 - 1,)]
    assert postgresql.query("SELECT * FROM child ORDER BY id") == [(1, 2**64 - 1), (2, None)]
    assert {postgresql.type_of("parent", "id"), postgresql.type_of("child", "parent")} == {
        "numeric(20,0)"}
    assert postgresql.foreign_keys("child") == {(("parent",), "parent", ("id",))}


def test_case_02_smaller_unsigned_integers(mysql, postgresql, move, whimbrel):
    widths = {"tinyint": (255, "smallint"), "smallint": (2**16 - 1, "integer"),
              "mediumint": (2**24 - 1, "integer"), "int": (2**32 - 1, "bigint")}
    for name, (most, _) in widths.items():
        column(mysql, f"{name} unsigned NOT NULL DEFAULT 1", str(most), "0", table=f"a_{name}")
        mysql.execute(f"ALTER TABLE a_{name} ADD z {name}(5) UNSIGNED ZEROFILL DEFAULT 7")
    move(mysql, postgresql)
    for name, (most, wanted) in widths.items():
        assert arrived(postgresql, f"a_{name}") == [most, 0]
        assert postgresql.type_of(f"a_{name}", "v") == wanted
    sql = whimbrel.run("plan", "case", "--sql").out
    assert "create table" in sql.lower() and "unsigned" not in sql.lower()


ZERO = ["'0000-00-00'", "'2024-02-00'", "'2024-02-29'"]


def test_case_03_zero_dates_become_null(mysql, postgresql, move):
    column(mysql, "date NOT NULL DEFAULT '0000-00-00'", *ZERO)
    column(mysql, "datetime(6) NOT NULL", "'0000-00-00 00:00:00'", "'2024-00-10 01:02:03'",
           "'2024-01-01 00:00:01'", table="u")
    column(mysql, "timestamp NOT NULL DEFAULT 0", "0", "'2024-01-01 00:00:01'", table="w")
    done = move(mysql, postgresql)
    assert arrived(postgresql) == [None, None, datetime.date(2024, 2, 29)]
    assert arrived(postgresql, "u") == [None, None, AT(2024, 1, 1, 0, 0, 1)]
    assert arrived(postgresql, "w")[0] is None
    for table in "tuw":
        assert postgresql.required(table) == {"n"}
        assert done.findings("zero-date-null", f"{table}.v"), "NOT NULL was dropped in silence"
    assert done.findings("default-not-carried", "t.v")


def test_case_03_zero_dates_go_to_quarantine(mysql, postgresql, move):
    column(mysql, "date NOT NULL", *ZERO)
    done = move(mysql, postgresql, expect=9, policies={"zero_date": "quarantine"})
    assert arrived(postgresql) == [datetime.date(2024, 2, 29)]
    assert postgresql.required("t") == {"n", "v"}
    assert [t["rows_quarantined"] for t in done.json["tables"]] == [2]


def test_case_03_zero_dates_in_a_primary_key(mysql, postgresql, move):
    mysql.script("SET sql_mode = ''; CREATE TABLE t (d date, v int, PRIMARY KEY (d, v));"
                 "INSERT INTO t VALUES ('0000-00-00', 1), ('2024-02-29', 1)")
    done = move(mysql, postgresql, expect=9)
    assert postgresql.query("SELECT d::text FROM t") == [("2024-02-29",)]
    assert postgresql.key("t") == ("d", "v")
    assert done.findings("zero-date-in-key", "t.d")


def test_case_04_tinyint_by_its_data(mysql, postgresql, move):
    column(mysql, "tinyint(1) DEFAULT 1", "0", "1", "NULL")
    column(mysql, "tinyint(1)", "5", "-1", "0", table="u")
    done = move(mysql, postgresql)
    assert postgresql.type_of("t", "v") == "boolean"
    assert arrived(postgresql) == [False, True, None]
    assert postgresql.type_of("u", "v") == "smallint"
    assert arrived(postgresql, "u") == [5, -1, 0]
    assert done.findings("tinyint-not-boolean", "u.v")
    assert not done.findings("tinyint-not-boolean", "t.v")


def test_case_05_bits(mysql, postgresql, move):
    column(mysql, "bit(1)", "b'1'", "b'0'")
    column(mysql, "bit(10)", "b'1000000001'", "b'0'", table="u")
    column(mysql, "bit(64)", "x'ffffffffffffffff'", "x'8000000000000001'", table="w")
    move(mysql, postgresql)
    assert [postgresql.type_of(t, "v") for t in "tuw"] == ["boolean", "bit(10)", "bit(64)"]
    assert arrived(postgresql) == [True, False]
    assert arrived(postgresql, "u") == ["1000000001", "0000000000"]
    assert arrived(postgresql, "w") == ["1" * 64, "1" + "0" * 62 + "1"]


def test_case_06_labels_with_commas_quotes_and_backslashes(mysql, postgresql, move):
    column(mysql, r"enum('a,b','it''s','back\\slash','')", "1", "2", "3", "4", "NULL")
    column(mysql, r"set('x','y''s','z\\')", "'z\\\\,x'", "''", "NULL", "7", table="u")
    move(mysql, postgresql)
    assert arrived(postgresql) == ["a,b", "it's", "back\\slash", "", None]
    assert postgresql.type_of("u", "v") == "text[]"
    assert arrived(postgresql, "u") == [["x", "z\\"], [], None, ["x", "y's", "z\\"]]
    for table, wrong in (("t", "'other'"), ("u", "'{other}'")):
        with pytest.raises(Exception, match="check constraint"):
            postgresql.execute(f"INSERT INTO {table} VALUES (9, {wrong})")


@pytest.mark.parametrize("policy, code, values, required", [
    ("keep", 0, ["", "a", ""], {"n", "v"}), ("null", 0, [None, "a", None], {"n"}),
    ("quarantine", 9, ["a"], {"n", "v"})])
def test_case_06_the_value_that_is_no_label(
        mysql, postgresql, move, whimbrel, policy, code, values, required):
    column(mysql, "enum('a','b') NOT NULL", "'wrong'", "'a'", "0")
    done = move(mysql, postgresql, expect=code, policies={"empty_enum": policy})
    assert arrived(postgresql) == values
    assert postgresql.required("t") == required
    assert done.findings("empty-enum", "t.v")
    plan = whimbrel.run("plan", "case", "--json").json["plan"]
    assert plan["tables"][0]["columns"][1]["labels"] == ["a", "b"] + [""] * (policy == "keep")
    with pytest.raises(Exception, match="check constraint"):
        postgresql.execute("INSERT INTO t VALUES (9, 'c')")


def test_case_07_float_and_double_are_what_is_stored(mysql, postgresql, move):
    column(mysql, "float", "16777217", "0.1", "3.4028234e38", "1e-45")
    doubles = [5e-324, 1.7976931348623157e308, 0.1, 123456789.12345679, -2.2250738585072014e-308]
    column(mysql, "double", *map(repr, doubles), table="u")
    assert mysql.one("SELECT concat(v) FROM t WHERE n = 0") == "16777200"
    move(mysql, postgresql)
    assert arrived(postgresql, value="v::float8")[0] == 16777216
    assert arrived(postgresql, value="v::text") == ["1.6777216e+07", "0.1", "3.4028235e+38",
                                                    "1e-45"]
    assert arrived(postgresql, "u") == doubles
    assert [postgresql.type_of(t, "v") for t in "tu"] == ["real", "double precision"]


def test_case_08_decimal_of_65_digits(mysql, postgresql, move):
    long = "12345678901234567890123456789012345.123456789012345678901234567890"
    column(mysql, "decimal(65,30)", long, "-" + long, "0.000000000000000000000000000001")
    move(mysql, postgresql)
    assert arrived(postgresql) == [D(long), D("-" + long), D("1e-30")]
    assert postgresql.type_of("t", "v") == "numeric(65,30)"


def test_case_09_time_and_year(mysql, postgresql, move):
    column(mysql, "time", "'-838:59:59'", "'100:00:00'", "'838:59:59'")
    column(mysql, "time(6)", "'-00:00:00.000001'", table="u")
    column(mysql, "year", "2024", "0", "2155", table="w")
    move(mysql, postgresql)
    assert arrived(postgresql, value="v::text") == ["-838:59:59", "100:00:00", "838:59:59"]
    assert arrived(postgresql, "u") == [-datetime.timedelta(microseconds=1)]
    assert arrived(postgresql, "w") == [2024, 0, 2155]
    assert [postgresql.type_of(t, "v") for t in "tuw"] == ["interval", "interval", "smallint"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns"])
def test_case_10_timestamps_are_instants(mysql, postgresql, whimbrel, zone):
    column(mysql, "timestamp(6) NULL", "'2024-03-31 01:30:00.000001'", "'2037-12-31 23:59:59'")
    column(mysql, "datetime(6)", "'2024-03-31 02:30:00.123456'", "'9999-12-31 23:59:59.999999'",
           table="u")
    mysql.execute("SET time_zone = '-07:00'")
    mysql.execute("INSERT INTO t VALUES (2, '2024-01-01 00:00:00')")
    whimbrel.move(mysql, postgresql, env={"TZ": zone, "PGTZ": zone})
    assert arrived(postgresql, value="v AT TIME ZONE 'UTC'") == [
        AT(2024, 3, 31, 1, 30, 0, 1), AT(2037, 12, 31, 23, 59, 59), AT(2024, 1, 1, 7)]
    assert arrived(postgresql, "u") == [AT(2024, 3, 31, 2, 30, 0, 123456),
                                        AT(9999, 12, 31, 23, 59, 59, 999999)]


def test_case_11_character_sets_of_columns(mysql, postgresql, move):
    mysql.execute("""CREATE TABLE t (n int PRIMARY KEY, a varchar(9) CHARACTER SET latin1,
        b varchar(9) CHARACTER SET gbk, c varchar(9) CHARACTER SET sjis,
        d varchar(9) CHARACTER SET utf8mb3, e varchar(9) CHARACTER SET utf8mb4,
        f enum('é','ü') CHARACTER SET latin1) CHARACTER SET latin1""")
    mysql.execute("INSERT INTO t VALUES (1, x'80', x'c4e3bac3', x'835c955c', '\u20ac',"
                  " '\U0001f9a4', 'ü'), (2, x'81', x'b0a1', x'b1', 'ß', '👨‍👩‍👧', 1)")
    move(mysql, postgresql)
    assert postgresql.query("SELECT * FROM t ORDER BY n") == [
        (1, "€", "你好", "ソ表", "€", "🦤", "ü"), (2, "\x81", "啊", "ｱ", "ß", "👨‍👩‍👧", "é")]


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_case_11_bytes_that_are_no_character(mysql, make, move, whimbrel, engine):
    """The server sends a question mark for each: nobody could tell it from one that was meant."""
    bad = {"cp1251": "98", "gbk": "FEFE", "sjis": "FCFC", "greek": "41AE"}
    for charset, raw in bad.items():
        mysql.execute(f"CREATE TABLE {charset} (n int PRIMARY KEY, v varchar(9) CHARACTER SET"
                      f" {charset})")
        mysql.execute(f"INSERT INTO {charset} VALUES (1, '?'), (2, 'a'), (3, NULL),"
                      f" (4, CONVERT(_binary 0x{raw} USING {charset}))")
    target = make(engine)
    done = move(mysql, target, expect=9)
    for charset in bad:
        assert target.query(f"SELECT n, v FROM {charset} ORDER BY n") == [
            (1, "?"), (2, "a"), (3, None)]
    rows = whimbrel.run("quarantine", "list", "case", "--json").json["rows"]
    assert len(rows) == len(bad) and done.json["totals"]["rows_quarantined"] == len(bad)
    assert all("no character" in row["reason"] and row["column"] == "v" for row in rows)


@pytest.mark.parametrize("policy, arrives", [
    ("keep", ["Ã¼nÃ¯", "grün", "plain", "â‚¬", "Ã"]),
    ("repair", ["ünï", "grün", "plain", "€", "Ã"])])
def test_case_11_utf8_in_latin1(mysql, postgresql, move, policy, arrives):
    mysql.execute("CREATE TABLE t (n int PRIMARY KEY, v varchar(20) CHARACTER SET latin1,"
                  " good text CHARACTER SET latin1)")
    for n, text in enumerate(["ünï".encode(), "grün".encode("latin1"), b"plain", "€".encode(),
                              b"\xc3"]):
        mysql.execute(f"INSERT INTO t VALUES ({n}, x'{text.hex()}', x'fc')")
    done = move(mysql, postgresql, policies={"double_encoded": policy})
    assert arrived(postgresql) == arrives
    assert arrived(postgresql, value="good") == ["ü"] * 5
    found, = done.findings("double-encoded")
    assert found["object"] == "t.v" and "2 of the 4 values" in found["text"]


@pytest.mark.parametrize("policy, code, values", [
    ("quarantine", 9, ["good"]), ("strip", 0, ["abtail", "good"]),
    ("replace", 0, ["ab\ufffdtail", "good"])])
def test_case_12_zero_byte_in_text(mysql, postgresql, move, whimbrel, policy, code, values):
    column(mysql, "text", "'ab\\0tail'", "'good'")
    move(mysql, postgresql, expect=code, policies={"nul_byte": policy})
    assert arrived(postgresql) == values
    if code:
        shown = whimbrel.run("quarantine", "show", "1", "case").out
        assert "tail" in shown and "U+0000" in shown


def test_case_13_json_as_it_was_written(mysql, postgresql, move):
    texts = ['{"a": 1.10, "b": [null, "ß"]}', '{"a": "x\\\\u0000y"}', '{"k": 1, "k": 2}']
    column(mysql, "json", *(f"'{t}'" for t in texts))
    column(mysql, "longtext CHECK (json_valid(v))", "'[1]'", table="u")
    column(mysql, "longtext", "'[1'", table="w")
    move(mysql, postgresql)
    assert [postgresql.type_of(t, "v") for t in "tuw"] == ["json", "json", "text"]
    assert arrived(postgresql, value="v::text") == [t.replace("\\\\", "\\") for t in texts]


def test_case_13_what_jsonb_refuses_or_would_drop(mysql, postgresql, move, whimbrel):
    column(mysql, "json", '\'{"a": 1, "A": [1.0, {"b": 2}]}\'', '\'{"a": "x\\\\u0000y"}\'',
           '\'[{"k": 1, "j": 0, "k": 2}]\'')
    wanted = [{"table": "t", "columns": {"v": {"type": "jsonb"}}}]
    move(mysql, postgresql, expect=9, map=wanted)
    assert arrived(postgresql, value="v::text") == ['{"A": [1.0, {"b": 2}], "a": 1}']
    reasons = whimbrel.run("quarantine", "list", "case").out
    assert "holds a key twice" in reasons and "\\u0000" in reasons


def test_case_20_binary_keys(mysql, postgresql, move):
    mysql.script("CREATE TABLE t (k binary(16) PRIMARY KEY); INSERT INTO t VALUES"
                 " (x'00112233445566778899aabbccdd0000'), (x''), (x'ff');"
                 "CREATE TABLE u (k varbinary(16) PRIMARY KEY);"
                 "INSERT INTO u VALUES (x'00'), (x'0000'), (x''), (x'6100'), (x'61')")
    move(mysql, postgresql, limits={"unit_bytes": "1KiB"})
    assert_equal(mysql, postgresql)
    assert postgresql.query("SELECT octet_length(k) FROM t") == [(16,)] * 3
    assert postgresql.key("t") == postgresql.key("u") == ("k",)


def test_case_20_blobs_of_every_byte_and_of_64_mib(mysql, postgresql, move):
    column(mysql, "longblob", f"x'{bytes(range(256)).hex()}'")
    before = mysql.one("SELECT @@global.max_allowed_packet")
    mysql.execute("SET GLOBAL max_allowed_packet = 134217728")
    try:
        with mysql.connect(mysql.name).cursor() as c:
            c.execute("INSERT INTO t VALUES (1, repeat(x'00ff', 8 << 20)),"
                      " (2, repeat(x'c328', 32 << 20))")
        move(mysql, postgresql)
    finally:
        mysql.execute(f"SET GLOBAL max_allowed_packet = {before}")
    assert bytes(arrived(postgresql)[0]) == bytes(range(256))
    hashes = "SELECT n, length(v), md5(v) FROM t ORDER BY n"
    assert postgresql.query(hashes) == [tuple(row) for row in mysql.query(hashes)]
    assert postgresql.one("SELECT max(length(v)) FROM t") == 64 << 20


def test_case_22_keys_under_blind_collations(mysql, postgresql, move, whimbrel):
    for number, collation in enumerate(["utf8mb4_general_ci", "utf8mb4_unicode_ci",
                                        "latin1_german2_ci"]):
        charset = collation.split("_")[0]
        mysql.execute(f"CREATE TABLE t{number} (k varchar(20) CHARACTER SET {charset}"
                      f" COLLATE {collation} PRIMARY KEY, v int)")
        mysql.execute(f"INSERT INTO t{number} SELECT concat(elt(1 + seq % 4, 'a', 'B', 'ö', 'Z '),"
                      " lpad(seq, 6, '0')), seq FROM seq_1_to_3000")
        mysql.execute(f"INSERT INTO t{number} VALUES ('ç', 3), ('zz ', 4), ('', 5), ('Æ', 6)")
    done = move(mysql, postgresql, limits={"unit_bytes": "16KiB"})
    assert all(t["rows_written"] == 3004 for t in done.json["tables"])
    assert_equal(mysql, postgresql)
    postgresql.execute("UPDATE t0 SET k = 'b000001' WHERE k = 'B000001'")
    whimbrel.run("verify", "case", expect=4)


def test_case_25_what_is_not_translated_is_ready_to_port(mysql, make, move, whimbrel):
    target = make("postgresql")
    mysql.script("""
        CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 2);
        CREATE VIEW plain AS SELECT id, n * 2 AS double_n FROM t;
        CREATE TRIGGER marked BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 4711;
        CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 4712;
        CREATE PROCEDURE tidy() DELETE FROM t WHERE n = 4713;
        CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE n = 4714""")
    done = move(mysql, target)
    assert target.query("SELECT * FROM plain") == [(1, 4)]
    folder = pathlib.Path(done.json["port"]["folder"])
    texts = [path.read_text() for path in sorted((whimbrel.folder / folder).glob("*.sql"))]
    assert len(texts) == done.json["port"]["count"] == 4
    for kind, mark in (("trigger marked", "4711"), ("function twice", "4712"),
                       ("procedure tidy", "4713"), ("event nightly", "4714")):
        (text,) = [text for text in texts if text.startswith(f"-- {kind}\n")]
        assert mark in text
