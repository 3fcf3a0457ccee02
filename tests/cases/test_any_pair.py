"""What holds for any pair."""

import json
import os
import random
import shutil
import signal
import time

import pytest

from support import sample
from support.compare import assert_equal
from support.fake_mysql import FakeMysql
from support.program import fields

SECRET = "hush-Wh1mbr3l"
SERVERS = pytest.mark.parametrize("engine", ["postgresql", "mysql"])
ENGINES = pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])


def findings(done, rule, on=""):
    return [f for f in done.json["findings"] if f["rule"] == rule and on in f["object"]]


def held(whimbrel, name="case"):
    done = whimbrel.run("quarantine", "list", name, "--json")
    return {fields(r["key"])["id"]: r for r in done.json["rows"]}


# ---- 47: a load that ends well with less than was sent

NARROW = {
    "mysql": "CREATE TABLE d (id int PRIMARY KEY, k varchar(20) UNIQUE, v varchar(4), i int,"
             " at datetime(0)) COLLATE utf8mb4_general_ci",
    "postgresql": "CREATE TABLE d (id int PRIMARY KEY, k text UNIQUE, v varchar(4), i int,"
                  " at timestamp(0))",
    "sqlite": "CREATE TABLE d (id INTEGER PRIMARY KEY, k TEXT UNIQUE COLLATE NOCASE, v VARCHAR(4),"
              " i INTEGER CHECK (i < 2147483648), at DATETIME)",
}


@ENGINES
@pytest.mark.parametrize("how", ["append", "truncate"])
def test_case_47_what_a_table_that_stays_cannot_take(postgresql, make, move, whimbrel, engine, how):
    """Cut texts, numbers out of range, keys that are one there: a row each, none bent or lost."""
    target = make(engine)
    postgresql.script(
        "CREATE TABLE d (id int PRIMARY KEY, k text, v text, i bigint, at timestamp);"
        "INSERT INTO d VALUES (1, 'a', 'long text', 1, NULL), (2, 'b', 'ok', 3000000000, NULL),"
        " (3, 'c', 'ok', 3, '2024-01-01'), (4, 'C', 'ok', 4, NULL), (5, 'd', 'four', 5, NULL)")
    target.script(NARROW[engine])
    done = move(postgresql, target, expect=9, policies={"if_exists": how})
    rows = [tuple(r) for r in target.query("SELECT id, k, v, i FROM d ORDER BY id")]
    whole = [(1, "a", "long text", 1), (2, "b", "ok", 3000000000), (3, "c", "ok", 3),
             (4, "C", "ok", 4), (5, "d", "four", 5)]
    missing = {int(n) for n in held(whimbrel)}
    assert rows == [row for row in whole if row[0] not in missing]
    assert missing == {"postgresql": {1, 2}, "mysql": {1, 2, 4}, "sqlite": {2, 4}}[engine]
    (table,) = done.json["tables"]
    assert (table["rows_read"], table["rows_written"]) == (5, len(rows))


# ---- 48: one row, one table

BAD_ROWS = [
    ("sqlite", "postgresql", "INTEGER", "'xx'"), ("sqlite", "mysql", "INTEGER", "'xx'"),
    ("postgresql", "mysql", "double precision", "'NaN'"),
    ("mysql", "postgresql", "text", "'a\\0b'"), ("sqlite", "postgresql", "TEXT", "x'ff'")]


@pytest.mark.parametrize("source_engine, target_engine, declared, bad", BAD_ROWS)
def test_case_48_one_bad_row_among_200000(make, move, whimbrel, source_engine, target_engine,
                                          declared, bad):
    source, target = make(source_engine), make(target_engine)
    numbers = {"sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                         " i < 200000) SELECT i, i FROM n",
               "postgresql": "SELECT i, i FROM generate_series(1, 200000) i",
               "mysql": "SELECT seq, seq FROM seq_1_to_200000"}[source_engine]
    source.script(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared});"
                  f"INSERT INTO t {numbers}; UPDATE t SET v = {bad} WHERE id = 123456")
    done = move(source, target, expect=9)
    assert list(held(whimbrel)) == ["123456"]
    assert target.query("SELECT count(*), sum(id) FROM t")[0] == (199999, 20000100000 - 123456)
    (table,) = done.json["tables"]
    assert (table["rows_read"], table["rows_written"], table["rows_quarantined"]) == (
        200000, 199999, 1)


@SERVERS
def test_case_48_one_table_that_cannot_be_made(sqlite, make, move, engine):
    """The target refuses one definition; the others arrive, and the exit code tells."""
    target = make(engine)
    columns = ", ".join(f"c{i} VARCHAR(600)" for i in range(1700))
    sqlite.script("CREATE TABLE good (id INTEGER PRIMARY KEY, v TEXT);"
                  f"INSERT INTO good VALUES (1, 'a'); CREATE TABLE bad ({columns});"
                  "INSERT INTO bad (c0) VALUES ('x'); CREATE TABLE ugly (id INTEGER PRIMARY KEY)")
    done = move(sqlite, target, expect=4)
    assert [tuple(r) for r in target.query("SELECT id, v FROM good")] == [(1, "a")]
    assert sorted(target.tables()) == ["good", "ugly"]
    (said,) = findings(done, "statement-failed")
    assert said["severity"] == "error" and "bad" in said["object"]


# ---- 49: kill -9

@pytest.mark.parametrize("source_engine, target_engine", [
    ("mysql", "postgresql"), ("postgresql", "mysql"), ("mysql", "sqlite")])
def test_case_49_killed_and_begun_again(make, whimbrel, source_engine, target_engine):
    """Three kills at moments of chance, then the same command to its end."""
    source, target = sample.fill(make(source_engine), orders=1500), make(target_engine)
    (whimbrel.folder / "migration.yaml").write_text(json.dumps(
        {"whimbrel": 1, "name": "killed", "source": {"url": source.url},
         "target": {"url": target.url}, "limits": {"workers": 2, "unit_bytes": "4KiB"}}))
    dice = random.Random(os.environ.get("WHIMBREL_SEED"))
    for _ in range(3):
        process = whimbrel.start("run", "migration.yaml")
        time.sleep(dice.uniform(0.02, 0.25))
        process.kill()
        whimbrel.finish(process)
    whimbrel.run("run", "migration.yaml")
    assert_equal(source, target)
    assert not [t for t in target.tables() if t.startswith("whimbrel")]


# ---- 50: another schema than the plan's

CHANGES = [("ALTER TABLE t ADD COLUMN extra int", "extra"),
           ("ALTER TABLE t DROP COLUMN v", "v"),
           ("ALTER TABLE t RENAME COLUMN v TO w", "w"), ("DROP TABLE u", "u"),
           ("CREATE TABLE late (id int)", "late")]


@pytest.mark.parametrize("change, says", CHANGES)
@SERVERS
def test_case_50_another_schema_than_the_plans(make, sqlite, whimbrel, change, says, engine):
    source = make(engine)
    source.script("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 2);"
                  "CREATE TABLE u (id int PRIMARY KEY)")
    (whimbrel.folder / "migration.yaml").write_text(json.dumps(
        {"whimbrel": 1, "name": "changed", "source": {"url": source.url},
         "target": {"url": sqlite.url}}))
    steps = whimbrel.folder / "steps"
    whimbrel.run("run", source.url, "sqlite:trial.db", "--workdir", "trial",
                 env={"WHIMBREL_CRASH_LIST": steps})
    planned = steps.read_text().splitlines().index("plan in the journal") + 1
    whimbrel.run("run", "migration.yaml", env={"WHIMBREL_CRASH_AT": str(planned)},
                 expect=-signal.SIGKILL)
    before = sqlite.path.read_bytes() if sqlite.path.exists() else b""
    source.execute(change)
    done = whimbrel.run("run", "migration.yaml", "--json", expect=3)
    assert says in done.err and "the plan no longer fits" in done.err
    assert (sqlite.path.read_bytes() if sqlite.path.exists() else b"") == before


# ---- 51: no way in

def refusals(make):
    pg, my = make("postgresql"), make("mysql")
    port = {"pg": pg.server["port"], "my": my.server["port"]}
    return [
        (f"postgresql://postgres:{SECRET}@127.0.0.1:{port['pg']}/{pg.name}?sslmode=require",
         ["SSL", "sslmode"]),
        (f"mysql://root:{SECRET}@127.0.0.1:{port['my']}/{my.name}?ssl_mode=required",
         ["TLS", "ssl_mode"]),
        (f"mysql://root:{SECRET}@127.0.0.1:{port['my']}/{my.name}?ssl_mode=verify", ["TLS"]),
        (f"mysql://root:{SECRET}@127.0.0.1:{port['my']}/{my.name}", ["root", "password"]),
        (f"postgresql://u:{SECRET}@nowhere.invalid/x", ["nowhere.invalid", "host"]),
        (f"mysql://u:{SECRET}@nowhere.invalid/x", ["nowhere.invalid", "host"]),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/x", ["refused", "port"]),
        (f"mysql://u:{SECRET}@127.0.0.1:1/x", ["127.0.0.1", "port"]),
        (f"postgresql://nobody:{SECRET}@127.0.0.1:{port['pg']}/{pg.name}", ["nobody"]),
        (f"postgresql://postgres:{SECRET}@127.0.0.1:{port['pg']}/absent", ["absent"]),
    ]


def test_case_51_one_line_that_says_what_to_do(make, whimbrel, sqlite):
    sqlite.script("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    for url, says in refusals(make):
        for ends, code, side in (((url, "sqlite:new.db"), 5, "source"),
                                 ((sqlite.url, url), 6, "target")):
            done = whimbrel.run("run", *ends, "--workdir", "m", expect=code)
            (line,) = [x for x in done.err.splitlines() if x.startswith(f"whimbrel: {side}:")]
            assert all(word in line for word in says), line
            shutil.rmtree(whimbrel.folder / "m", ignore_errors=True)
    assert not [said for said in whimbrel.said if SECRET in said]


def test_case_51_a_password_is_never_sent_without_tls(whimbrel):
    """A server that greets without TLS and notes what it is told: nothing but a nameless hello."""
    for mode, named in (("disabled", True), ("required", False)):
        server = FakeMysql()
        server.start()
        url = f"mysql://mover:{SECRET}@127.0.0.1:{server.port}/shop?ssl_mode={mode}"
        done = whimbrel.run("run", url, "sqlite:new.db", "--workdir", mode, expect=5)
        server.join(10)
        assert ("TLS" in done.err) is not named
        assert server.heard and (b"mover" in server.heard) is named, "a name comes with its proof"
