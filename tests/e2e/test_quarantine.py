"""The quarantine: shown and exported whole, and limited."""

import json
import signal
import stat

import pytest

from support.compare import assert_equal
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
    assert len(exported(whimbrel, "move")) <= 1000 + 256
    assert target.count("t") == 0


@pytest.mark.parametrize("word", ["few", "-1", "1.5", "101%", "0%", "%", "1.00001%", ""])
def test_wrong_limits(whimbrel, make, word):
    source, target = bad_sqlite(make), make("sqlite")
    done = whimbrel.run("run", source.url, target.url, "--bad-rows", word, expect=2)
    assert "--bad-rows" in done.err


def retry(whimbrel, *words, expect=0, folder="move", **more):
    return whimbrel.run("quarantine", "retry", folder, "--json", *words, expect=expect,
                        **more).json


def outcomes(document):
    return {int(fields(r["key"])["id"]): r["outcome"] for r in document["retried"]}


def nothing_left(target):
    assert not [t for t in target.tables() if t.startswith("whimbrel")]


def bad_postgresql(make, rows=30, bad=(3, 7, 21)):
    """Numbers that MySQL does not have."""
    source = make("postgresql")
    source.execute("CREATE TABLE t (id integer PRIMARY KEY, n numeric(30,10), s text)")
    source.execute("INSERT INTO t SELECT i, i, 's' || i FROM generate_series(1, %s) i",
                   rows)
    source.execute(f"UPDATE t SET n = 'NaN' WHERE id IN {tuple(bad)}")
    return source


def bad_mysql(make, rows=30, bad=(3, 7, 21)):
    """Dates that do not exist."""
    source = make("mysql")
    source.execute("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, d date)")
    source.execute(f"INSERT INTO t SELECT seq, seq, '2024-02-29' FROM seq_1_to_{rows}")
    source.script("SET sql_mode = ''; "
                  f"UPDATE t SET d = '0000-00-00' WHERE id IN {tuple(bad)}")
    return source


def settings(whimbrel, source, target, more=""):
    folder = whimbrel.folder / "move"
    folder.mkdir(exist_ok=True)
    (folder / "migration.yaml").write_text(
        f'whimbrel: 1\nsource: {{ url: "{source.url}" }}\ntarget: {{ url: "{target.url}" }}\n'
        + more)
    return folder


MENDED = {
    "sqlite-postgresql": (bad_sqlite, "UPDATE t SET n = 33"),
    "sqlite-mysql": (bad_sqlite, "UPDATE t SET n = 33"),
    "postgresql-mysql": (bad_postgresql, "UPDATE t SET n = 33"),
    "mysql-sqlite": (bad_mysql, "UPDATE t SET d = '2000-01-01'"),
    "mysql-postgresql": (bad_mysql, "UPDATE t SET d = '2000-01-01'"),
}


@pytest.mark.parametrize("pair", MENDED)
def test_retry_after_a_fix_in_the_data(whimbrel, make, pair):
    fill, mend = MENDED[pair]
    source, target = fill(make, 30, (3, 7, 21)), make(pair.split("-")[1])
    settings(whimbrel, source, target, "policies: { zero_date: quarantine }\n"
                                       "limits: { unit_bytes: 100 }\n")
    whimbrel.run("run", "move", expect=9)
    source.execute(mend + " WHERE id = 3")
    source.execute("DELETE FROM t WHERE id = 7")
    first = retry(whimbrel, expect=9)
    assert outcomes(first) == {3: "written", 7: "gone", 21: "refused"}
    assert (first["written"], first["gone"], first["refused"]) == (1, 1, 1)
    assert [r["key"]["id"] for r in exported(whimbrel, "move")] == ["21"]
    table = first["tables"][0]
    assert (table["rows_read"], table["rows_written"], table["rows_quarantined"]) == (29, 28, 1)
    source.execute(mend + " WHERE id = 21")
    second = retry(whimbrel)
    assert outcomes(second) == {21: "written"} and second["differences_total"] == 0
    assert exported(whimbrel, "move") == []
    assert_equal(source, target)
    nothing_left(target)
    whimbrel.run("verify", "--both", "move")
    assert retry(whimbrel)["retried"] == []


def test_retry_one(whimbrel, make):
    source, target = bad_sqlite(make), make("postgresql")
    whimbrel.move(source, target, expect=9)
    source.execute("UPDATE t SET n = id")
    assert outcomes(retry(whimbrel, "--id", 2, expect=9)) == {7: "written"}
    assert "no row 9" in retry(whimbrel, "--id", 9, expect=2)["error"]["text"]
    text = whimbrel.run("quarantine", "retry", "move").out
    assert 'row 1  t {"id":"3"}: written' in text and "Proven equal" in text
    assert_equal(source, target)


def test_retry_after_the_target_was_widened(whimbrel, make):
    """A type in the settings, and the target's column with it."""
    source, target = make("mysql"), make("postgresql")
    source.execute("CREATE TABLE t (id int PRIMARY KEY, s varchar(50))")
    source.execute("INSERT INTO t VALUES (1, 'short'), (2, 'much too long'), (3, NULL)")
    column = 'map: [{{ table: t, columns: {{ s: {{ type: "varchar({})" }} }} }}]\n'
    settings(whimbrel, source, target, column.format(5))
    whimbrel.run("run", "move", expect=9)
    settings(whimbrel, source, target, column.format(20))
    refused = retry(whimbrel, expect=3)
    assert 'column "t.s" is character varying(5)' in refused["error"]["text"]
    target.execute("ALTER TABLE t ALTER COLUMN s TYPE varchar(20)")
    assert outcomes(retry(whimbrel)) == {2: "written"}
    assert_equal(source, target)
    whimbrel.run("verify", "--both", "move")


def test_retry_with_another_policy(whimbrel, make):
    source, target = bad_mysql(make), make("postgresql")
    settings(whimbrel, source, target, "policies: { zero_date: quarantine }\n")
    whimbrel.run("run", "move", expect=9)
    settings(whimbrel, source, target, "policies: { zero_date: 'null' }\n")
    assert outcomes(retry(whimbrel)) == {3: "written", 7: "written", 21: "written"}
    assert target.query("SELECT id, d FROM t WHERE d IS NULL ORDER BY id") == [
        (3, None), (7, None), (21, None)]
    settings(whimbrel, source, target, "policies: { zero_date: quarantine }\n")
    assert 'was "null" when' in retry(whimbrel, expect=3)["error"]["text"]
    settings(whimbrel, source, target, "map: [{ table: t, columns: { n: { to: m } } }]\n")
    assert "cannot be tried again" in retry(whimbrel, expect=3)["error"]["text"]


def test_retry_of_rows_that_the_target_refuses(whimbrel, make):
    """The fix is on the target: a constraint is gone, or another row stands in the way."""
    source, target = make("mysql"), make("postgresql")
    source.execute("CREATE TABLE t (id int PRIMARY KEY, n int)")
    source.execute("INSERT INTO t VALUES (1, 1), (2, -2), (3, 3), (4, -4)")
    target.execute("CREATE TABLE t (id int PRIMARY KEY, n int CONSTRAINT c CHECK (n > 0))")
    whimbrel.run("run", source.url, target.url, "--workdir", "move", "--if-exists", "append",
                 expect=9)
    assert outcomes(retry(whimbrel, expect=9)) == {2: "refused", 4: "refused"}
    target.execute("ALTER TABLE t DROP CONSTRAINT c; INSERT INTO t VALUES (4, 0)")
    document = retry(whimbrel, expect=4)  # somebody else's row stands there
    assert outcomes(document) == {2: "written", 4: "refused"}
    assert "duplicate key" in next(r["reason"] for r in document["retried"] if r["reason"])
    target.execute("DELETE FROM t WHERE id = 4")
    assert outcomes(retry(whimbrel)) == {4: "written"}
    assert_equal(source, target)


@pytest.mark.parametrize("to_engine", ["postgresql", "sqlite"])
def test_retry_without_a_key(whimbrel, make, to_engine):
    source, target = make("mysql"), make(to_engine)
    source.execute("CREATE TABLE t (id int, d date)")
    source.execute("INSERT INTO t VALUES (1, '2024-02-29'), (1, '2024-02-29'), (3, '2000-01-01')")
    source.script("SET sql_mode = ''; INSERT INTO t VALUES (2, '0000-00-00'), (4, '0000-00-00')")
    settings(whimbrel, source, target, "policies: { zero_date: quarantine }\n")
    whimbrel.run("run", "move", expect=9)
    source.execute("UPDATE t SET d = '2000-01-01' WHERE id = 2")
    target.execute("INSERT INTO t VALUES (9, NULL)")
    assert "no key" in retry(whimbrel, expect=3)["error"]["text"]
    target.execute("DELETE FROM t WHERE id = 9")
    document = retry(whimbrel, expect=9)
    assert (document["written"], document["refused"]) == (1, 1)
    assert sorted(row[0] for row in target.query("SELECT id FROM t")) == [1, 1, 2, 3]
    source.execute("DELETE FROM t WHERE id = 4")
    retry(whimbrel)
    assert_equal(source, target)
    nothing_left(target)


def test_retry_of_a_key_that_is_another_there(whimbrel, make):
    """A key that is written otherwise than it is read is none by which a row could be found."""
    source, target = make("mysql"), make("postgresql")
    source.execute("CREATE TABLE t (id datetime(3) PRIMARY KEY, n int)")
    source.execute("INSERT INTO t VALUES ('2024-01-01 10:00', 1), ('2024-01-02 10:00', 70000)")
    target.execute("CREATE TABLE t (id timestamptz(3) PRIMARY KEY, n int CHECK (n < 9))")
    settings(whimbrel, source, target,
             "policies: { if_exists: truncate }\n"
             "map: [{ table: t, columns: { id: { type: timestamptz(3) } } }]\n")
    whimbrel.run("run", "move", expect=9)
    assert retry(whimbrel, expect=9)["refused"] == 1
    source.execute("UPDATE t SET n = 7 WHERE n > 9")
    assert retry(whimbrel)["written"] == 1
    assert sorted(row[0] for row in target.query("SELECT n FROM t")) == [1, 7]


def test_retry_needs_a_complete_copy(whimbrel, make):
    source, target = bad_sqlite(make), make("postgresql")
    whimbrel.run("run", source.url, target.url, "--workdir", "move", "--bad-rows", "1", expect=3)
    assert "not complete" in retry(whimbrel, expect=7)["error"]["text"]


@pytest.mark.parametrize("pair, type_, good, bad", [
    ("mysql-postgresql", "date", "'2000-01-01'", "'0000-00-00'"),
    ("mysql-sqlite", "date", "'2000-01-01'", "'0000-00-00'"),
    ("postgresql-mysql", "numeric(9,2)", "1", "'NaN'")])
def test_retry_tells_orphans(whimbrel, make, pair, type_, good, bad):
    """While rows are moved no engine asks its foreign keys: a child without parent is told."""
    source, target = (make(engine) for engine in pair.split("-"))
    source.script(f"""
        {"SET sql_mode = '';" if source.engine == "mysql" else ""}
        CREATE TABLE p (id int PRIMARY KEY, d {type_});
        CREATE TABLE c (id int PRIMARY KEY, p int, d {type_}, FOREIGN KEY (p) REFERENCES p (id));
        INSERT INTO p VALUES (1, {good}), (4, {bad});
        INSERT INTO c VALUES (1, 1, {good}), (4, 4, {bad})""")
    settings(whimbrel, source, target, "policies: { zero_date: quarantine }\n")
    whimbrel.run("run", "move", expect=9)
    source.execute(f"UPDATE c SET d = {good}")
    document = retry(whimbrel, expect=4)
    assert document["written"] == 1
    [finding] = [f for f in document["findings"] if f["rule"] == "foreign-key-broken"]
    assert '"p"' in finding["text"]
    source.execute(f"UPDATE p SET d = {good}")
    assert [f for f in retry(whimbrel)["findings"] if f["severity"] == "error"] == []
    assert_equal(source, target)


def steps_of(whimbrel, *words):
    listed = whimbrel.folder / "steps"
    whimbrel.run(*words, expect=9, env={"WHIMBREL_CRASH_LIST": str(listed)})
    return listed.read_text(encoding="utf-8").splitlines()


def die_at_each_step(whimbrel, source, target, mend, every):
    """A row is mended for each step; its retry dies there, and the same command ends it, once."""
    bad = [r["id"] for r in exported(whimbrel, "move")]
    keys = {r["id"]: int(r["key"]["id"]) for r in exported(whimbrel, "move")}
    first = bad.pop(0)
    source.execute(f"{mend} WHERE id = {keys[first]}")
    steps = steps_of(whimbrel, "quarantine", "retry", "move", "--id", first)
    assert {"retry noted", "retry written", "retry committed", "retry settled"} <= set(steps)
    for number in range(1, len(steps) + 1) if every else {steps.index(s) + 1 for s in steps}:
        row = bad.pop(0)
        source.execute(f"{mend} WHERE id = {keys[row]}")
        words = ("quarantine", "retry", "move", "--id", row)
        whimbrel.run(*words, expect=-signal.SIGKILL, env={"WHIMBREL_CRASH_AT": str(number)})
        if steps[number - 1] in ("retry noted", "retry committed"):
            assert "quarantine retry" in whimbrel.run("verify", "move", expect=7).err
        if number % 2:
            whimbrel.run("run", "move", expect=9)  # any command that writes settles it too
        whimbrel.run(*words, expect={2, 9})  # 2: it is in quarantine no more
        assert target.one(f"SELECT count(*) FROM t WHERE id = {keys[row]}") == 1, steps[number - 1]
        assert len(exported(whimbrel, "move")) == len(bad), steps[number - 1]
        nothing_left(target)
    source.execute(mend + " WHERE id <= 150")
    whimbrel.run("quarantine", "retry", "move")
    whimbrel.run("verify", "--both", "move")
    assert_equal(source, target)


@pytest.mark.parametrize("pair, every", [
    ("mysql-postgresql", False),
    *(pytest.param(pair, True, marks=pytest.mark.soak) for pair in MENDED)])
def test_retry_dies_at_each_step(whimbrel, make, pair, every):
    fill, mend = MENDED[pair]
    source, target = fill(make, 400, range(1, 151)), make(pair.split("-")[1])
    settings(whimbrel, source, target, "policies: { zero_date: quarantine }\n")
    whimbrel.run("run", "move", expect=9)
    die_at_each_step(whimbrel, source, target, mend, every)


def test_retry_verifies_what_it_changed(whimbrel, make):
    """Other tables keep the verdict that they have; one that was found to differ is looked at."""
    source, target = bad_sqlite(make), make("postgresql")
    for name in ("u", "v"):
        source.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY)")
        source.execute(f"INSERT INTO {name} VALUES (1)")
    whimbrel.move(source, target, expect=9)
    source.execute("UPDATE t SET n = id")
    target.execute("UPDATE u SET id = 2")
    document = retry(whimbrel)
    assert {t["source"]: t["state"] for t in document["tables"]} == dict.fromkeys("tuv", "verified")
    whimbrel.run("verify", "move", expect=4)
    assert retry(whimbrel, expect=4)["tables"][1]["state"] == "differs"
    target.execute("UPDATE u SET id = 1; UPDATE t SET n = 0 WHERE id = 3")
    assert [t["state"] for t in retry(whimbrel)["tables"]] == ["verified"] * 3
    whimbrel.run("verify", "move", expect=4)


def test_a_zero_date_in_the_key_is_shown_and_found_again(whimbrel, make):
    source, target = make("mysql"), make("postgresql")
    source.script("""SET sql_mode = '';
        CREATE TABLE t (id int, at date, name text, PRIMARY KEY (id, at));
        INSERT INTO t VALUES (1, '0000-00-00', 'a'), (1, '2024-02-00', 'b'), (2, now(), 'c')""")
    whimbrel.move(source, target, expect=9)
    keys = [{"id": "1", "at": "0000-00-00"}, {"id": "1", "at": "2024-02-00"}]
    rows = exported(whimbrel, "move")
    assert [(r["key"], r["column"]) for r in rows] == [(k, "at") for k in keys]
    source.execute("DELETE FROM t WHERE name = 'b'")
    done = retry(whimbrel, expect=9)
    assert [r["outcome"] for r in done["retried"]] == ["refused", "gone"], done
    assert [r["key"] for r in exported(whimbrel, "move")] == keys[:1]
    assert target.count("t") == 1
