"""Translated expressions mean the same: each row of tests/unit/sql_expression.c that has a
translation is evaluated by the engine that it comes from and by the one that it goes to."""

import datetime
import decimal
import json
import os
import pathlib
import re
import subprocess

import pytest

from support.program import DEFAULT

ENGINES = ["postgresql", "mysql", "sqlite"]
USES = ["DEFAULT", "CHECK", "GENERATED", "INDEX"]
CLOCK = re.compile(r"now\(|current_|utc_|curdate|curtime|localtime|strftime|unix_", re.IGNORECASE)

# The columns of expressions and, last, of translations that rename. PostgreSQL, MySQL, SQLite.
COLUMNS = [
    ("id", "bigint", "bigint", "BIGINT"), ("n", "bigint", "bigint", "BIGINT"),
    ("price", "numeric(10,2)", "decimal(10,2)", "NUMERIC"),
    ("ratio", "double precision", "double", "REAL"), ("name", "text", "varchar(100)", "TEXT"),
    ("status", "text", "varchar(100)", "TEXT"), ("flag", "boolean", "tinyint(1)", "BOOLEAN"),
    ("d", "date", "date", "DATE"), ("ts", "timestamp", "datetime(6)", "DATETIME"),
    ("tz", "timestamp", "datetime(6)", "DATETIME"), ("doc", "json", "json", "TEXT"),
    ("data", "bytea", "varbinary(100)", "BLOB"), ("x", "bigint", "bigint", "BIGINT"),
    ("y", "bigint", "bigint", "BIGINT"), ("v", "text", "varchar(100)", "TEXT"),
    ("k", "timestamp", "datetime(6)", "DATETIME"), ("Odd Name", "bigint", "bigint", "BIGINT"),
    ('x"2`', "bigint", "bigint", "BIGINT"), ("odd_name", "bigint", "bigint", "BIGINT"),
]
STAMPS = ["2020-01-01 00:00:00", "2020-01-01 10:11:12", "1999-12-31 23:59:59"]
RECORDS = [
    (1, 2, "1.25", 0.5, "axb", "a", 1, "2020-01-01", STAMPS[0], STAMPS[0], '{"a": 1}', b"\x00ab", 1,
     2, "xabcx", STAMPS[1], 5, 1, 5),
    (4, 3, "0.00", -3.75, "12@é", "new", 0, "2020-06-30", STAMPS[1], STAMPS[2], "[]", b"", 2, 2,
     "é", STAMPS[2], 1, 2, 1),
    (-3, -7, "-9.99", 1e10, "", "paid", 1, "1999-12-31", STAMPS[2], STAMPS[2], "{}", b"\xff", 0, 0,
     "", STAMPS[0], 0, 0, 0),
    (0, 10, "10.00", 0.0, "Äpfel", "q", 0, "2021-01-01", STAMPS[1], STAMPS[1], "1", b"abc", -1, 1,
     "12", STAMPS[1], -1, -1, -1),
    (9, 0, "100.05", 2.0, "  ab ", "x", 1, "2000-02-29", STAMPS[2], STAMPS[0], '"s"', b"x", 1, 3,
     "  xx12 ", STAMPS[2], 2, 1, 2),
    (None,) * len(COLUMNS),
]
# What a default goes into, by the row's letter.
TYPES = {
    "t": ("text", "varchar(100)", "TEXT"), "s": ("timestamp", "datetime(6)", "DATETIME"),
    "m": ("timestamp", "datetime(6)", "DATETIME"), "a": ("date", "date", "DATE"),
    "z": ("timestamptz", "datetime(6)", "TIMESTAMPTZ"), "c": ("time", "time(6)", "TIME"),
    "i": ("bigint", "bigint", "BIGINT"), "d": ("numeric(20,5)", "decimal(20,5)", "NUMERIC"),
    "y": ("bytea", "varbinary(100)", "BLOB"), "u": ("uuid", "char(36)", "TEXT"),
    "j": ("json", "json", "TEXT"), "b": ("boolean", "tinyint(1)", "BOOLEAN"),
}


@pytest.fixture(scope="module")
def rows():
    """(from, to, use, letters, input, output) of each row between two engines. What MySQL 8 shows
    with its quotes escaped once more is evaluated without that."""
    folder = pathlib.Path(os.environ.get("WHIMBREL") or DEFAULT).absolute().parent
    program = folder / "tests" / "unit" / "sql_expression"
    text = subprocess.run([program, "rows"], capture_output=True, check=True).stdout.decode()
    found = [tuple(row.split("\x1f")) for row in text.split("\x1e") if row]
    assert len(found) > 150
    return [(a, b, USES[int(use)], letters, before.replace("\\'", "'") if "_utf8mb4\\" in before
             else before, after) for a, b, use, letters, before, after in found if a != b]


def columns_of(database):
    number = ENGINES.index(database.engine) + 1
    return ", ".join(f"{database.quote(c[0])} {c[number]}" for c in COLUMNS)


def table_end(database):
    return " COLLATE utf8mb4_nopad_bin" if database.engine == "mysql" else ""


@pytest.fixture
def engines(make):
    """Each engine with a table `e` that holds RECORDS."""
    made = {}
    for engine in ENGINES:
        database = made[engine] = make(engine)
        if engine == "postgresql":
            database.execute("CREATE TYPE mood AS ENUM ('it''s')")
        database.execute(f"CREATE TABLE e (place int, {columns_of(database)}){table_end(database)}")
        marks = ", ".join(["?" if engine == "sqlite" else "%s"] * (len(COLUMNS) + 1))
        for at, record in enumerate(RECORDS):
            values = [bool(v) if engine == "postgresql" and c[0] == "flag" and v is not None else v
                      for v, c in zip(record, COLUMNS)]
            database.execute(f"INSERT INTO e VALUES ({marks})", at, *values)
    return made


def plain(value):
    """The value as every driver would give it."""
    if isinstance(value, memoryview):
        value = bytes(value)
    if isinstance(value, (bool, int, float, decimal.Decimal)):
        return round(float(value), 9)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else str(value)
    return value


def values(database, expression):
    return [plain(row[0]) for row in
            database.query(f"SELECT ({expression}\n) FROM e ORDER BY place")]


def seen(use, letters, found, folded):
    """A check passes where it is null, a partial index then leaves the row out. SQLite's lower()
    leaves other letters than ASCII as they are, which is known of an indexed expression."""
    if folded:
        return [v if v is None or v.isascii() else "" for v in found]
    if use == "CHECK":
        return [v is None or v != 0 for v in found]
    if use == "INDEX" and "b" in letters:
        return [bool(v) for v in found]
    return found


def declare(database, use, letters, expression):
    """The target takes the expression where it is to stand."""
    number, columns = ENGINES.index(database.engine), columns_of(database)
    if use == "CHECK":
        statements = [f"CREATE TABLE c ({columns}, CHECK ({expression}))"]
    elif use == "GENERATED":
        kind = TYPES.get(letters, ("float", "double", "REAL"))[number]
        statements = [f"CREATE TABLE c ({columns}, g {kind} GENERATED ALWAYS AS ({expression})"
                      f" STORED){table_end(database)}"]
    elif database.engine == "mysql":  # MariaDB has no such indexes
        statements = []
    else:
        part, where = ("id", f" WHERE {expression}") if "b" in letters else (f"({expression})", "")
        statements = [f"CREATE TABLE c ({columns})", f"CREATE INDEX ci ON c ({part}){where}"]
    try:
        for statement in statements:
            database.execute(statement)
    finally:
        database.execute("DROP TABLE IF EXISTS c")


def test_values_are_equal(engines, rows):
    different, compared = [], 0
    for source, target, use, letters, before, after in rows:
        if use == "DEFAULT":
            continue
        try:
            folded = use == "INDEX" and "lower" in after and "sqlite" in (source, target)
            left = seen(use, letters, values(engines[source], before), folded)
            right = seen(use, letters, values(engines[target], after), folded)
            declare(engines[target], use, letters, after)
        except Exception as error:  # pylint: disable=broad-exception-caught
            different.append(f"{source} to {target}: {before} -> {after}: {error}")
            continue
        compared += 1
        if left != right:
            different.append(f"{source} to {target}: {before} -> {after}: {left} {right}")
    assert not different, "\n".join(different)
    assert compared > 100


def given(database, letters, expression, whole):
    """What a row gets that does not say. A source shows its default without parentheses."""
    kind = TYPES[letters[0]][ENGINES.index(database.engine)]
    if not whole and database.engine == "mysql" and letters == "z":
        kind = "timestamp(6)"
    word = re.fullmatch(r"[A-Za-z_]+|\".*\"|[-+]?[\w.]+|[a-z]?'.*'", expression, re.DOTALL)
    text = expression if whole or word else f"({expression})"
    database.execute(f"CREATE TABLE t (i int, v {kind} DEFAULT {text})")
    try:
        database.execute("INSERT INTO t (i) VALUES (1)")
        return database.one("SELECT v FROM t")
    finally:
        database.execute("DROP TABLE t")


def moment(value):
    """A clock's answer as seconds; a text or a date without a zone is taken as UTC."""
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, (int, decimal.Decimal)):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d:\d\d", value):
        return moment(datetime.time.fromisoformat(value))
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = str(value)
    stamp = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return stamp.replace(tzinfo=stamp.tzinfo or datetime.timezone.utc).timestamp()


def elsewhere(database, away):
    """What comes from SQLite, and instants in MySQL, are UTC wherever the session is."""
    if database.engine == "postgresql":
        database.execute(f"SET timezone = '{'Asia/Kolkata' if away else 'UTC'}'")
    elif database.engine == "mysql":
        database.execute(f"SET time_zone = '{'+05:30' if away else '+00:00'}'")


def given_plain(letters, value):
    """Engines that lack a type hold its values as another."""
    if letters == "j":
        return json.loads(value) if isinstance(value, str) else value
    if letters == "c" and value is not None:
        return moment(value)
    return {"t": 1.0}.get(value, plain(value)) if letters == "b" else plain(value)


def default_fault(engines, source, target, letters, before, after):
    first = given(engines[source], letters, before, False)
    elsewhere(engines[target], source == "sqlite" or (letters == "z" and target == "mysql"))
    try:
        got = given(engines[target], letters, after, True)
    finally:
        elsewhere(engines[target], False)
    if letters == "u":
        return None if len(str(got)) == 36 else f"{got} is no uuid"
    if not CLOCK.search(after):
        same = given_plain(letters, first) == given_plain(letters, got)
        return None if same else f"{first!r} {got!r}"
    last = moment(given(engines[source], letters, before, False))
    first, got = moment(first), moment(got)
    near = first > last or first - 1 <= got <= last + 1  # midnight passed, or in between
    return None if near else f"{first} {got} {last}"


def test_defaults_are_equal(engines, rows):
    different, compared = [], 0
    for source, target, use, letters, before, after in rows:
        if use != "DEFAULT" or not letters:
            continue
        try:
            fault = default_fault(engines, source, target, letters, before, after)
        except Exception as error:  # pylint: disable=broad-exception-caught
            fault = error
        compared += 1
        if fault:
            different.append(f"{source} to {target}, {letters}: {before} -> {after}: {fault}")
    assert not different, "\n".join(different)
    assert compared > 100
