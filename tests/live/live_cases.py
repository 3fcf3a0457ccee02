#!/usr/bin/python3
"""What a move has to stand while its source is in use: the table behind docs/live-cases.md and
behind the tests of this folder. A test is named test_live_NN_..., after its case. Run as a program,
this writes docs/live-cases.md."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cases"))
# pylint: disable=wrong-import-position
from cases import tally

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "live-cases.md"
NUMBER = re.compile(r"test_live_(\d\d)(?=_|\W|$)")
HEAD = """# Live cases
What happens to a source that is in use while it is moved, and what whimbrel makes of it. Every case
has tests against real servers and an application that never stops writing (`tests/live`); whether
both sides are equal is said by `whimbrel verify` and, independently, by the engines' own drivers,
row by row. This page is written by `tests/live/live_cases.py`.

| | what happens | what becomes of it |
|--|--|--|
"""

CASES = dict(enumerate([
    ("rows are inserted, updated, deleted, and updated in their key, before, during and after the "
     "snapshot", "both sides are equal"),
    ("the snapshot is taken while others write", "the log's position is pinned before and fits: no "
     "change is lost, none is applied twice"),
    ("`kill -9` between applying on the target and recording the position",
     "applied exactly once: both are one transaction of the target"),
    ("a position is confirmed to the source", "only when the target has it durably"),
    ("a transaction larger than the memory, 100,000 of one row, one across files of the log, a "
     "subtransaction that is taken back", "all of them, in the memory that was allowed"),
    ("tables without a key", "PostgreSQL asks for REPLICA IDENTITY FULL before the start; NULLs "
     "match; of rows that are alike one is lost for each delete"),
    ("values that the log leaves out, generated columns, GENERATED ALWAYS identity",
     "the target keeps its value; they are left out of updates"),
    ("unique keys swapped in one transaction, deferred foreign keys, a key deleted and inserted",
     "applied in an order that works, at once where keys do not conflict"),
    ("floats, bits, JSON, enums, sets, binary keys with zeros at the end, time zones, emoji in "
     "names",
     "as exact through the log as through the copy"),
    ("TRUNCATE; ALTER TABLE in the middle of the log",
     "`ddl: apply` or `ddl: stop`, which names the statement; "
     "older rows are read by the older layout"),
    ("a MariaDB whose log is off, not of rows, minimal, compressed, purged, or holds statements",
     "decoded, or refused with what to change; never gone on with from now"),
    ("a PostgreSQL whose slot is dropped, made anew or invalidated, or whose wal_level is not "
     "logical", "refused, with the way out"),
    ("the source restarts, the network drops", "it goes on by itself, with growing pauses"),
    ("the target is slower than the source",
     "lag, retained log and an estimate are shown; where it never catches up, it says so"),
    ("the log that the source keeps passes a limit", "a warning, then a stop"),
    ("a cutover that is not safe", "refused; each guard prints its value and its limit"),
    ("the fence", "is proven by writes that fail; a cutover that is late backs out by itself"),
    ("the write pause", "measured from the last write that the source accepted to the first on the "
     "target"),
    ("sequences and identity counters", "set after the drain, above every value"),
    ("writes on the target after the cutover",
     "flow back to the old source, without a loop; rollback brings every one home"),
    ("rollback, then a second cutover", "without copying again"),
    ("commit or abort", "nothing of whimbrel's is left on either side; its absence is checked"),
    ("ON DELETE and ON UPDATE CASCADE and SET NULL, which logs leave out", "carried; no orphan in "
     "either direction"),
    ("the application has the same login as whimbrel, or every privilege",
     "the fence stops it all the same"),
    ("whimbrel dies during the cutover and is not started again",
     "the fence expires and the source is live"),
    ("the copy is killed and goes on under a later snapshot",
     "each row gets exactly the changes after the snapshot that it was read under"),
    ("TRUNCATE or ALTER on the source behind the fence", "found after the drain; the cutover backs "
     "out"),
], start=1))


def number_of(test):
    """The case that a test's name speaks of, or None."""
    found = NUMBER.match(test)
    return int(found.group(1)) if found else None


def document():
    """docs/live-cases.md, whole."""
    return HEAD + "".join(f"| {number} | {hit} | {outcome} |\n"
                          for number, (hit, outcome) in CASES.items())


def summary(passed, failed):
    """One line from the names of the tests that passed and those that did not."""
    return tally("live cases", CASES, number_of, passed, failed)


if __name__ == "__main__":
    DOCUMENT.write_text(document())
