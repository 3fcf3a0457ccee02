"""A source that others write to while it is read."""

import threading
import time

import pytest


@pytest.mark.parametrize("from_engine, to_engine", [
    ("postgresql", "sqlite"), ("mysql", "postgresql"), ("sqlite", "postgresql")])
def test_others_write_while_we_read(make, whimbrel, from_engine, to_engine):
    """Money moves between two tables all the time: every snapshot has the same sum."""
    source, target = make(from_engine), make(to_engine)
    source.script("".join(
        f"CREATE TABLE {t} (id int PRIMARY KEY, cents int NOT NULL);\nINSERT INTO {t} VALUES "
        + ",".join(f"({i}, 1000)" for i in range(3000)) + ";\n" for t in ("here", "there")))
    if from_engine == "sqlite":
        source.execute("PRAGMA journal_mode = WAL")
    stop, moved = threading.Event(), []

    def write():
        connection = source.connect(source.name)
        cursor, n = connection.cursor(), 0
        while not stop.is_set():
            n += 1
            cursor.execute("BEGIN")
            cursor.execute(f"UPDATE here SET cents = cents - 1 WHERE id = {n * 7 % 3000}")
            cursor.execute(f"UPDATE there SET cents = cents + 1 WHERE id = {n * 11 % 3000}")
            cursor.execute("COMMIT")
        connection.close()
        moved.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        (whimbrel.folder / "migration.yaml").write_text(
            f'whimbrel: 1\nname: busy\nsource: {{ url: "{source.url}" }}\n'
            f'target: {{ url: "{target.url}" }}\nlimits: {{ workers: 4, unit_bytes: 4KiB }}\n')
        whimbrel.run("run", "migration.yaml")
    finally:
        stop.set()
        writer.join()
    assert moved[0] > 10, "nobody wrote"
    assert target.one("SELECT sum(cents) FROM here") + target.one(
        "SELECT sum(cents) FROM there") == 6_000_000
def test_rows_that_come_while_the_plan_is_carried_out(whimbrel, make):
    """What the rows said when the plan was made stands: a value that came later is no change of
    plan, but goes by the policies as any other."""
    source, target = make("mysql"), make("postgresql")
    source.execute("CREATE TABLE t (id int PRIMARY KEY, flag tinyint(1))")
    source.execute("INSERT INTO t VALUES (1, 0), (2, 1)")
    target.execute("CREATE TABLE t (id int)")
    locked = target.connect(target.name)
    locked.autocommit = False
    with locked.cursor() as c:  # so that the run has to wait behind its plan
        c.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    process = whimbrel.start("run", source.url, target.url, "--workdir", "m", "--if-exists", "drop")
    deadline = time.monotonic() + 20
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while not target.one(waits) and time.monotonic() < deadline:
        time.sleep(0.02)
    source.execute("INSERT INTO t VALUES (3, 5)")
    locked.rollback()
    locked.close()
    done = whimbrel.finish(process)
    assert done.code == 9, done
    assert target.query("SELECT id, flag FROM t ORDER BY id") == [(1, False), (2, True)]


def test_rows_that_came_since_change_no_plan_of_a_later_process(whimbrel, make):
    """What was learnt from the rows when the plan was made stands in the journal."""
    source, target = make("mysql"), make("postgresql")
    source.script("CREATE TABLE t (id int PRIMARY KEY, flag tinyint(1), at datetime NOT NULL);"
                  "INSERT INTO t VALUES (1, 0, now()), (2, 1, now())")
    whimbrel.move(source, target)
    source.script("SET sql_mode = ''; INSERT INTO t VALUES (3, 5, '0000-00-00')")
    done = whimbrel.run("verify", "--both", "--workdir", "move", expect=None)
    assert "no longer fits" not in done.err, done
    source.execute("DELETE FROM t WHERE id = 3")
    whimbrel.run("verify", "--both", "--workdir", "move")


KINDS = """CREATE TABLE t (id integer PRIMARY KEY, flag boolean, at datetime, day date, amount any,
                name varchar(3));
           INSERT INTO t VALUES (1, 0, 1700000000, '2024-01-01', 1, 'abc'),
                                (2, 1, 1700000001, '2024-01-02', 2, 'abcdef')"""


def test_sqlite_rows_that_changed_since_change_no_plan(whimbrel, make):
    """SQLite's types are learnt from the rows: verify still reads them as the plan says."""
    source, target = make("sqlite"), make("postgresql")
    source.script(KINDS)
    whimbrel.move(source, target)
    source.execute("INSERT INTO t VALUES (3, 'no', 'never', '2024-01-01 10:00', 'free', 'abc'), "
                   "(4, 'yes', '2024-01-01', 'c', 'd', 'e'), (5, 'a', 'b', 'c', 'd', 'e')")
    done = whimbrel.run("verify", "--both", "--json", "--workdir", "move", expect=4)
    assert done.findings("source-changed", "t"), done
    whimbrel.run("verify", "--workdir", "move")
    target.execute("UPDATE t SET amount = 7 WHERE id = 2")
    whimbrel.run("verify", "--workdir", "move", expect=4)
    target.execute("UPDATE t SET amount = 2 WHERE id = 2")
    source.execute("DELETE FROM t WHERE id > 2")
    whimbrel.run("verify", "--both", "--workdir", "move")


def test_sqlite_rows_that_changed_while_a_run_was_dead(whimbrel, make):
    source, target = make("sqlite"), make("postgresql")
    source.script(KINDS)
    names = whimbrel.folder / "steps"
    whimbrel.move(source, make("sqlite"), workdir="trial",
                  env={"WHIMBREL_CRASH_LIST": str(names)})
    step = names.read_text().splitlines().index("unit in the journal") + 1
    whimbrel.move(source, target, env={"WHIMBREL_CRASH_AT": str(step)}, expect=-9)
    source.execute("INSERT INTO t VALUES (3, 'no', 'never', '2024-01-01 10:00', 'free', 'abc'),"
                   " (4, 0, 1700000002, '2024-01-01', 4, 'abc'), (5, 'a', 'b', 'c', 'd', 'e')")
    done = whimbrel.move(source, target, expect=9)
    assert target.query("SELECT id, amount FROM t ORDER BY id") == [(1, 1), (2, 2), (4, 4)]
    assert done.json["tables"][0]["rows_quarantined"] == 2, done
