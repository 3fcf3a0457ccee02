"""A small database in any engine: keyed by number, by text, by nothing; values that tell."""

import random

TYPES = {  # id, name, amount, placed, data
    "postgresql": ("bigint", "varchar(60)", "numeric(12,2)", "timestamp", "bytea"),
    "mysql": ("bigint", "varchar(60) COLLATE utf8mb4_bin", "decimal(12,2)", "datetime(6)",
              "varbinary(80)"),
    "sqlite": ("INTEGER", "VARCHAR(60)", "NUMERIC(12,2)", "DATETIME", "BLOB"),
}
WORDS = ("plain", "Zoë", "日本語", "O'Brien", 'quo"te', "back\\slash", "tab\there", "line\nend", "",
         " space ", "🦤", "ß" * 30)


def literal(engine, value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'" if engine == "postgresql" else f"x'{value.hex()}'"
    if isinstance(value, str):
        text = value.replace("'", "''")
        return "'" + (text.replace("\\", "\\\\") if engine == "mysql" else text) + "'"
    return str(value)


def row(dice, number):
    return (number, f"{dice.choice(WORDS)}{number}", f"{dice.randrange(-10**9, 10**9)}e-2",
            f"20{dice.randrange(10, 30)}-0{dice.randrange(1, 10)}-1{dice.randrange(10)} 12:00:"
            f"{dice.randrange(10, 60)}" if dice.random() < 0.9 else None,
            dice.randbytes(dice.randrange(60)) if dice.random() < 0.8 else None)


def tables(engine):
    number, text, amount, moment, data = TYPES[engine]
    options = " ENGINE=InnoDB" if engine == "mysql" else ""
    columns = f"name {text}, amount {amount}, placed {moment}, data {data}"
    return "".join(f"CREATE TABLE {name} ({body}){options};\n" for name, body in (
        ("orders", f"id {number} PRIMARY KEY, {columns}"),
        ("labels", f"id {number}, name {text} NOT NULL PRIMARY KEY, amount {amount},"
                   f" placed {moment}, data {data}"),
        ("loose", f"id {number}, {columns}"),
        ("empty", f"id {number} PRIMARY KEY, {columns}")))


def inserts(engine, orders=400, labels=100, loose=60, seed=7):
    """Statements of up to 200 rows each; `loose` holds three rows twice."""
    dice = random.Random(seed)
    for name, count in (("orders", orders), ("labels", labels), ("loose", loose)):
        rows = [row(dice, n) for n in range(1, count + 1)]
        if name == "loose":
            rows += rows[:3]
        for first in range(0, len(rows), 200):
            values = ",\n".join(
                "(" + ", ".join(literal(engine, v) if i != 2 else number(v)
                                for i, v in enumerate(r)) + ")" for r in rows[first:first + 200])
            yield f"INSERT INTO {name} VALUES {values}"


def fill(database, **sizes):
    """Makes the tables and their rows in one transaction."""
    begin = {"mysql": "SET autocommit = 0;", "postgresql": "BEGIN;", "sqlite": ""}[database.engine]
    end = "" if database.engine == "sqlite" else "COMMIT;"
    rows = ";\n".join(inserts(database.engine, **sizes))
    database.script(f"{begin}\n{tables(database.engine)}{rows};\n{end}")
    if database.engine == "mysql":  # units are cut by what the server knows of the tables
        database.query("ANALYZE TABLE orders")
    return database


def refill(database):
    """The rows of fill() again, whatever has become of them."""
    for name in ("orders", "labels", "loose", "empty"):
        database.execute(f"DELETE FROM {name}")
    for statement in inserts(database.engine):
        database.execute(statement)


def number(text):
    """-123e-2 as -1.23: a literal that every engine reads exactly."""
    cents = int(text[:-3])
    sign, cents = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{cents // 100}.{cents % 100:02}"
