#!/usr/bin/python3
"""What users hit when they move a database, and what whimbrel makes of it: the table behind
docs/cases.md and behind the tests of this folder. A test is named test_case_NN_..., after its
case, and stands in a file of its chapter. Run as a program, this writes docs/cases.md."""

import dataclasses
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "cases.md"
NUMBER = re.compile(r"test_case_(\d\d)(?=_|\W|$)")
CHAPTERS = {  # the first case, how the files of its tests begin, the title
    1: ("test_mysql_to_postgresql", "MySQL or MariaDB to PostgreSQL"),
    28: ("test_sqlite_to_servers", "SQLite to PostgreSQL, MySQL or MariaDB"),
    35: ("test_postgresql_to_postgresql", "PostgreSQL to PostgreSQL"),
    41: ("test_to_mysql", "PostgreSQL or SQLite to MySQL or MariaDB"),
    46: ("test_to_sqlite", "PostgreSQL or MySQL to SQLite"),
    47: ("test_any_pair", "Any pair"),
}
HEAD = """# Cases
What people hit when they move a database, and what whimbrel makes of each. Every case has tests
against real servers, read back with the servers' own clients (`tests/cases`). The policies are
described in [policies.md](policies.md). This page is written by `tests/cases/cases.py`.
"""


@dataclasses.dataclass(frozen=True)
class Case:
    number: int
    hit: str      # what users have
    outcome: str  # what becomes of it
    policy: str = ""
    missing: str = ""  # what Debian 12 has no server for

    @property
    def chapter(self):
        return max(first for first in CHAPTERS if first <= self.number)


def number_of(test):
    """The case that a test's name speaks of, or None."""
    found = NUMBER.match(test)
    return int(found.group(1)) if found else None


CASES = [Case(number, *words) for number, words in enumerate([
    ("`BIGINT UNSIGNED` up to 18446744073709551615",
     "`numeric(20,0)`, also for the columns of a foreign key over it"),
    ("the smaller `UNSIGNED` integers", "the next wider signed integer that holds them all"),
    ("dates that do not exist: `0000-00-00`, `2024-02-00`",
     "NULL, and the column loses its NOT NULL, which a finding says; or quarantine", "zero_date"),
    ("`TINYINT(1)` that holds more than 0 and 1",
     "boolean where the data holds 0 and 1 alone, else smallint, and a finding says why"),
    ("`BIT(n)`", "`BIT(1)` is boolean, the others arrive bit for bit"),
    ("`ENUM` and `SET`: labels with commas and quotes, the empty value of index 0",
     "text with a CHECK; a SET becomes `text[]`; the empty value as the policy says",
     "empty_enum"),
    ("`FLOAT` that the server prints with six digits",
     "the stored number, never its printed form; DOUBLE with all 17 digits"),
    ("`DECIMAL(65,30)`", "no digit is lost"),
    ("`TIME` beyond a day and below zero; `YEAR`", "interval; smallint"),
    ("`TIMESTAMP` under changing time zones; `DATETIME(6)`",
     "the same instant whatever the zone; microseconds are kept"),
    ("latin1, GBK, sjis, utf8mb3, mixed in one table; UTF-8 bytes inside latin1 columns",
     "UTF-8, as the server reads the bytes; bytes that are no character of their set go to "
     "quarantine; what was encoded twice is found and said, and mended where you ask for it",
     "double_encoded"),
    ("U+0000 inside TEXT", "the whole row in quarantine, or the text without it", "nul_byte"),
    ("JSON: MariaDB's longtext, `\\u0000`, keys that stand twice",
     "`json`, byte for byte, where nothing is dropped; where you ask for `jsonb`, rows that it "
     "would refuse or shorten go to quarantine"),
    ("generated columns", "never loaded; the expression is translated, or the column becomes plain "
     "and a finding says so"),
    ("`ON UPDATE CURRENT_TIMESTAMP`", "a trigger, made when the target opens: it does not fire "
     "while rows are loaded"),
    ("`AUTO_INCREMENT`: counters ahead of the rows, empty tables, a row with id 0, values beyond "
     "2^63", "identity, or a counter of the column's width, with the next value of the source"),
    ("prefix, FULLTEXT, SPATIAL, functional, descending, ignored indexes",
     "made alike where PostgreSQL has it, else listed one by one with the reason", "",
     "functional indexes, which only MySQL 8 has"),
    ("names over 63 bytes, and two that are one when they are cut",
     "an error before anything is written, with the rename to paste"),
    ("tables `a` and `A`; reserved words, spaces, quotes, dots, unicode; a hyphen in the "
     "database's name", "kept as they are", "names"),
    ("binary keys with zeros at the end; every byte value; cells of 16 and 64 MiB",
     "byte for byte"),
    ("rows that break a foreign key", "the constraint is made NOT VALID, the orphans are listed, "
     "the exit code is not 0"),
    ("keys under collations that ignore case or accents",
     "no row is split or compared by collation"),
    ("tables without a key, empty, of 500 columns; foreign keys of every form",
     "all of it, with its keys"),
    ("what only MariaDB has: uuid, inet4, inet6, sequences, system-versioned tables, invisible "
     "columns; unique keys that ignore case; labels of any length; CHECK, defaults, comments, "
     "partitions", "the same on the target, or a finding for each that is not; nothing is "
     "weakened in silence"),
    ("views, triggers, routines, events", "translated where that is certain, else listed with "
     "their text, ready to port"),
    ("`GEOMETRY` of every kind", "PostGIS where the target has it, else well-known binary in "
     "bytea, and a finding says so"),
    ("users and grants", "listed with the statements to run; no password's hash is printed"),
    ("text in an INTEGER column, a blob in a TEXT column, a number in a DATE column",
     "quarantine with table, rowid, column and reason, or a wider column", "mixed_types"),
    ("bytes that are not UTF-8", "quarantine that names key and column, or mended as the policy "
     "says", "invalid_utf8"),
    ("NOT NULL, lengths, defaults; AUTOINCREMENT, rowid aliases, WITHOUT ROWID, STRICT, no types "
     "at all", "kept; a counter starts where the source's stood"),
    ("dates as ISO text, Julian days or unix seconds", "found out from the data of each column, "
     "and said in the plan"),
    ("defaults such as `strftime('%s','now')`", "the same meaning, or a finding"),
    ("the file is written to while it is copied", "one consistent snapshot"),
    ("names that differ by case, partial and expression indexes, NOCASE, broken foreign keys, "
     "FTS5 and R*Tree; files that are cut, encrypted or no database",
     "kept or listed; a clear error for a file that cannot be read"),
    ("NaN, infinities, dates BC and in the year 294276", "identical"),
    ("identity, serial, free sequences", "the values and the next value are kept"),
    ("partitions, inheritance, exclusion, domains, composite types, extensions, row security, "
     "materialised views, large objects and more", "the same on the target, or a finding"),
    ("names with quotes, dots, newlines, of 63 bytes", "kept"),
    ("databases in SQL_ASCII or LATIN1", "as the plan states", "invalid_utf8"),
    ("a target that is not empty", "refused before anything is written, unless told otherwise",
     "if_exists"),
    ("NaN, infinity, arrays, ranges, hstore", "JSON or text, or quarantine, as the plan says"),
    ("text keys", "a length that the key can hold, under a collation that tells 'a' from 'A' and "
     "keeps blanks at the end"),
    ("timestamptz beyond 2038; uuid, bytea, boolean, interval, inet", "types from which the way "
     "back is known"),
    ("partial, expression, GIN and GiST indexes, deferrable constraints, shared sequences",
     "listed one by one"),
    ("max_allowed_packet below a row's size", "found before rows are written"),
    ("exact numbers, unsigned, NaN, -0.0, dates, uuid, bytea, arrays, JSON, domains, enums",
     "exact, never a silent REAL; the file is complete and passes its own checks", "sqlite_tables"),
    ("a load that ends well, with warnings or fewer rows", "a failure, taken apart until the row "
     "is alone", "bad_row"),
    ("one bad row among 200,000; a connection that drops; a disk that fills",
     "costs one row; retried where that helps, else a stop from which the same command goes on"),
    ("`kill -9` at any moment", "the same command goes on, with an equal result"),
    ("the source's schema changes between plan and copy", "refused, with the difference"),
    ("wrong password, unknown host, no TLS, a missing privilege",
     "one line that says what to do; no secret anywhere"),
    ("Ctrl-C and SIGTERM", "stops within two seconds, says how to go on, exit code 130"),
], start=1)]


def document():
    """docs/cases.md, whole."""
    text = HEAD
    for first, (_, title) in CHAPTERS.items():
        text += f"\n## {title}\n| | what users hit | what becomes of it | policy |\n|--|--|--|--|\n"
        for case in (c for c in CASES if c.chapter == first):
            outcome = case.outcome + (f". Not tested: {case.missing}" if case.missing else "")
            policy = f"`{case.policy}`" if case.policy else ""
            text += f"| {case.number} | {case.hit} | {outcome} | {policy} |\n"
    return text


def tally(title, table, number, passed, failed):
    """One line: of how many cases of a table a test passed and none failed."""
    good = [number(test) for test in passed if number(test)]
    bad = {number(test) for test in failed}
    return f"{title}: {len(set(good) - bad)} of {len(table)} have tests, {len(good)} tests"


def summary(passed, failed):
    """One line from the names of the tests that passed and those that did not."""
    return tally("cases", CASES, number_of, passed, failed)


if __name__ == "__main__":
    DOCUMENT.write_text(document())
