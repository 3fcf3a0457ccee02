"""Translated views give the same rows: each line of views.sql is created on the engine that it is
written for, and read on both sides with the engines' own drivers."""

import datetime
import decimal
import pathlib
import re

import pytest

TABLES = {
    "artist": [("id", "int", "PRIMARY KEY"), ("name", "varchar(40)", "NOT NULL"),
               ("country", "varchar(2)", "")],
    "album": [("id", "int", "PRIMARY KEY"), ("title", "varchar(60)", "NOT NULL"),
              ("artist_id", "int", "REFERENCES artist (id)"), ("released", "date", ""),
              ("price", "decimal(8,2)", ""), ("rating", "int", ""),
              ("available", "boolean", "NOT NULL"), ("added", "datetime", "")],
    "sale": [("id", "int", "PRIMARY KEY"), ("album_id", "int", "REFERENCES album (id)"),
             ("sold", "datetime", ""), ("quantity", "int", "NOT NULL"),
             ("amount", "decimal(10,2)", ""), ("weight", "double", "")],
}
ROWS = {
    "artist": [(1, "Abba", "SE"), (2, "The Kinks", "GB"), (3, "Kraftwerk", "DE"), (4, "Älg", None),
               (5, "Roxette", "SE")],
    "album": [(1, "Waterloo", 1, "1974-03-04", "9.99", 4, 1, "2020-01-01 10:11:12"),
              (2, "Arrival", 1, "1976-10-11", "10.50", 5, 1, "2020-02-29 00:00:00"),
              (3, "The Village Green", 2, "1968-11-22", "12.00", 5, 0, "2021-12-31 23:59:59"),
              (4, "Autobahn", 3, "1974-11-01", "8.00", None, 1, None),
              (5, "Computerwelt", 3, "1981-05-10", "8.00", 3, 0, "2022-06-15 12:00:00"),
              (6, "Nobody's", None, None, None, 1, 1, "2000-01-01 00:00:00"),
              (7, "Minimum-Maximum", 3, "2005-06-06", "19.90", 3, 1, "2023-03-03 03:03:03")],
    "sale": [(1, 1, "2023-01-01 09:00:00", 1, "9.99", 0.5),
             (2, 1, "2023-01-31 18:30:00", 3, "29.97", 1.5),
             (3, 2, "2023-02-28 12:00:00", 2, "21.00", 1.25),
             (4, 3, "2024-02-29 23:59:59", 7, "84.00", 3.75),
             (5, 5, None, 4, "31.98", 0.1), (6, 7, "2023-12-31 00:00:00", 6, "100.00", 2.0)],
}
PAIRS = [("mysql", "postgresql"), ("sqlite", "postgresql"), ("mysql", "sqlite"),
         ("sqlite", "mysql"), ("postgresql", "mysql"), ("postgresql", "sqlite")]


class Case:
    def __init__(self, name, sql):
        self.name, self.sql, self.refused = name, sql, None


def cases(engine):
    """The lines for one engine, each with its place in the file as the view's name."""
    found, engines = [], []
    path = pathlib.Path(__file__).with_name("views.sql")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("-- from "):
            engines = line.split()[2:]
        elif line.startswith("-- not: ") and engine in engines:
            found[-1].refused = line[8:]
        elif line and not line.startswith("--") and engine in engines:
            found.append(Case(f"v{number}", line))
    return found


def type_on(engine, name):
    return {"postgresql": {"datetime": "timestamp", "double": "double precision"}}.get(
        engine, {}).get(name, name)


def create(database):
    mark = "?" if database.engine == "sqlite" else "%s"
    for table, columns in TABLES.items():
        text = ", ".join(f"{name} {type_on(database.engine, kind)} {more}"
                         for name, kind, more in columns)
        database.execute(f"CREATE TABLE {table} ({text})")
        for row in ROWS[table]:
            if database.engine == "postgresql":
                row = [bool(v) if c[1] == "boolean" else v for v, c in zip(row, columns)]
            marks = ", ".join([mark] * len(row))
            database.execute(f"INSERT INTO {table} VALUES ({marks})", *row)


def plain(value):
    if isinstance(value, (bool, int, float, decimal.Decimal)):
        return round(float(value), 9)
    if isinstance(value, datetime.date):
        return str(value)
    return value


def key(row):
    return [(v is not None, str(type(v)), v) for v in row]


def rows(database, view, ordered=False):
    found = [tuple(plain(v) for v in row)
             for row in database.query(f"SELECT * FROM {database.quote(view)}")]
    return found if ordered else sorted(found, key=key)


def is_ordered(sql):
    return bool(re.search(r"ORDER BY [^()]*$", sql))


def names(document, rule):
    return {f["object"].split(".")[-1].split()[-1]: f["text"] for f in document["findings"]
            if f["rule"] == rule and f["object"].startswith("view ")}


def fault_of(case, source, target, document, exact):
    refused = names(document, "object-not-carried")
    if case.name in refused:
        told = refused[case.name]
        wanted = case.refused or not exact
        return None if wanted and (not exact or case.refused in told) else told
    if case.refused and exact:
        return f"is translated: {case.refused}"
    told = names(document, "view-differs").get(case.name, "")
    ordered = is_ordered(case.sql) and "order of the target's collation" not in told
    left, right = rows(source, case.name, ordered), rows(target, case.name, ordered)
    return None if left == right else f"{left} {right}"


@pytest.mark.parametrize("engine, other", PAIRS, ids=lambda pair: pair)
def test_rows_are_equal(make, whimbrel, engine, other):
    source, target = make(engine), make(other)
    create(source)
    for case in cases(engine):
        source.execute(f"CREATE VIEW {case.name} AS {case.sql}")
    document = whimbrel.move(source, target).json
    exact = other == "postgresql"
    faults = []
    for case in cases(engine):
        try:
            fault = fault_of(case, source, target, document, exact)
        except Exception as error:  # pylint: disable=broad-exception-caught
            fault = str(error)
        if fault:
            faults.append(f"{case.name}: {case.sql}: {fault}")
    assert not faults, "\n".join(faults)
    assert len(names(document, "view-translated")) >= len(cases(engine)) * (0.9 if exact else 0.6)
