"""The quarantine: shown and exported whole, and limited."""

import json
import stat

import pytest

from support.program import fields

LONG = "x" * 100000


def bad_sqlite(make, rows=10, bad=(3, 7)):
    """A table whose integers are texts in some rows."""
    source = make("sqlite")
    source.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, b BLOB, s TEXT)")
    for i in range(1, rows + 1):
        source.execute("INSERT INTO t VALUES (?, ?, ?, ?)", i, f"bad {i}" if i in bad else i,
                       bytes([0, 255, i % 256]), LONG if i == 3 else f"é {i}")
    return source


def exported(whimbrel, folder, *words):
    return [json.loads(line) for line in
            whimbrel.run("quarantine", "export", folder, *words).out.splitlines()]


def test_export_and_show(whimbrel, make):
    source, target = bad_sqlite(make), make("postgresql")
    whimbrel.move(source, target, expect=9)
    rows = exported(whimbrel, "move")
    assert [(r["table"], r["key"], r["column"]) for r in rows] == [
        ("t", {"id": "3"}, "n"), ("t", {"id": "7"}, "n")]
    assert rows[0]["values"] == {"id": "3", "n": "bad 3", "b": {"hex": "00ff03"}, "s": LONG}
    assert rows[0]["reason"] and rows[0]["time"].endswith("Z") and rows[0]["id"] == 1
    file = whimbrel.folder / "rows.jsonl"
    assert exported(whimbrel, "move", "--output", file) == []
    assert [json.loads(line) for line in file.read_text().splitlines()] == rows
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = whimbrel.run("quarantine", "show", 1, "move").out
    assert LONG in shown and "b (hex): 00ff03" in shown and "n: bad 3" in shown


@pytest.mark.parametrize("limit", ["3", "10%"])
def test_limit_stops_and_goes_on(whimbrel, make, limit):
    """40 rows, 5 of them bad: more than 3, and more than 10 of a hundred."""
    source, target = bad_sqlite(make, rows=40, bad=(5, 11, 12, 33, 39)), make("postgresql")
    words = ("run", source.url, target.url, "--workdir", "move")
    done = whimbrel.run(*words, "--bad-rows", limit, "--json", expect=3)
    assert f"the limit `bad_rows` is {limit}" in done.json["error"]["text"]
    assert done.json["state"] == "COPYING"
    whimbrel.run(*words, "--bad-rows", "5", expect=9)
    assert target.count("t") == 35 and len(exported(whimbrel, "move")) == 5


def test_a_whole_table_refused_does_not_fill_the_disk(whimbrel, make):
    source, target = make("mysql"), make("postgresql")
    source.execute("CREATE TABLE t (id int PRIMARY KEY, n int)")
    source.execute("INSERT INTO t SELECT seq, seq FROM seq_1_to_50000")
    target.execute("CREATE TABLE t (id int PRIMARY KEY, n smallint CHECK (n < 0))")
    done = whimbrel.run("run", source.url, target.url, "--workdir", "move", "--if-exists", "append",
                        "--bad-rows", "1000", expect=3)
    assert "too many rows" in done.err
    assert len(exported(whimbrel, "move")) <= 1000 + 4 * 12
    assert target.count("t") == 0


@pytest.mark.parametrize("word", ["few", "-1", "1.5", "101%", "0%", "%", "1.00001%", ""])
def test_wrong_limits(whimbrel, make, word):
    source, target = bad_sqlite(make), make("sqlite")
    done = whimbrel.run("run", source.url, target.url, "--bad-rows", word, expect=2)
    assert "--bad-rows" in done.err
