"""Trouble from outside in the middle of a move: lost connections, a server that restarts, a
source that others write to, one row that no engine takes."""

import threading
import time

import pymysql
import pytest

from support import sample
from support.compare import assert_equal
from support.databases import Mariadb, Postgres
from support.servers import MariadbServer, PostgresServer


def throttled(whimbrel, source, target, speed):
    (whimbrel.folder / "migration.yaml").write_text(
        f'whimbrel: 1\nname: trouble\nsource: {{ url: "{source.url}" }}\n'
        f'target: {{ url: "{target.url}" }}\n'
        f"limits: {{ workers: 2, unit_bytes: 8KiB, bytes_per_second: {speed} }}\n")
    return whimbrel.start("run", "migration.yaml")


def until_rows_arrive(process, target):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if "orders" in target.tables() and target.count("orders"):
            return
        time.sleep(0.02)
    pytest.fail(f"no rows came to the target; exit code {process.poll()}")


def cut_connections(database):
    """Ends every session of the database but the witness's own, and says how many."""
    if database.engine == "postgresql":
        return len(database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    cut = 0
    for (number,) in database.query("SELECT id FROM information_schema.processlist WHERE db = %s"
                                    " AND id <> connection_id()", database.name):
        try:
            database.execute(f"KILL {number}")
            cut += 1
        except pymysql.err.MySQLError as gone:  # it ended by itself
            assert "Unknown thread" in str(gone)
    return cut


@pytest.mark.parametrize("from_engine, to_engine", [
    ("mysql", "postgresql"), ("postgresql", "mysql")])
def test_the_targets_connections_are_cut(make, whimbrel, from_engine, to_engine):
    source, target = sample.fill(make(from_engine), orders=4000), make(to_engine)
    process = throttled(whimbrel, source, target, 60_000)
    until_rows_arrive(process, target)
    assert cut_connections(target)
    time.sleep(0.5)
    cut_connections(target)  # and once more, where it is connected again
    done = whimbrel.finish(process)
    assert done.code in (0, 6), done
    if done.code:
        whimbrel.run("run", "migration.yaml")
    assert_equal(source, target)


@pytest.mark.parametrize("from_engine, to_engine", [
    ("mysql", "postgresql"), ("postgresql", "mysql")])
def test_the_sources_connections_are_cut(make, whimbrel, from_engine, to_engine):
    source, target = sample.fill(make(from_engine), orders=4000), make(to_engine)
    process = throttled(whimbrel, source, target, 150_000)
    until_rows_arrive(process, target)
    assert cut_connections(source)
    done = whimbrel.finish(process)
    assert done.code in (0, 5), done
    if done.code:
        whimbrel.run("run", "migration.yaml")
    assert_equal(source, target)


@pytest.mark.parametrize("server_kind, database_kind", [
    (PostgresServer, Postgres), (MariadbServer, Mariadb)])
def test_the_target_server_restarts(make, whimbrel, server_kind, database_kind):
    server = server_kind()
    try:
        server.start()
        source, target = sample.fill(make("sqlite"), orders=4000), database_kind(server.address())
        process = throttled(whimbrel, source, target, 150_000)
        until_rows_arrive(process, target)
        server.halt()
        server.again()
        done = whimbrel.finish(process)
        assert done.code in (0, 6), done
        if done.code:
            whimbrel.run("run", "migration.yaml")
        assert_equal(source, reopened(target))
    finally:
        server.stop()


def reopened(database):
    """The same database after its server came back."""
    database.connection = database.connect(database.name)
    return database


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


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_one_bad_row_costs_one_row(make, whimbrel, engine):
    source, target = make("sqlite"), make(engine)
    source.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(10), n INTEGER);"
                  "WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < 20000)"
                  " INSERT INTO t SELECT x, 'v' || x, x FROM i;"
                  "UPDATE t SET v = 'much longer than ten' WHERE id = 12345;"
                  "UPDATE t SET n = 'xx' WHERE id = 777")
    done = whimbrel.move(source, target, expect={0, 9})
    table, = done.json["tables"]
    held = target.query("SELECT id FROM t WHERE id IN (777, 12345)")
    assert table["rows_quarantined"] == 2 - len(held)
    assert target.count("t") == 20000 - table["rows_quarantined"]
    assert target.one("SELECT count(*) FROM t WHERE n = 0") == 0, "'xx' never becomes 0"
    assert 777 not in [r[0] for r in held]


def test_one_table_that_cannot_be_made(make, whimbrel):
    """The others arrive, and the exit code tells."""
    source, target = make("mysql"), make("postgresql")
    source.script("CREATE TABLE good (id int PRIMARY KEY); INSERT INTO good VALUES (1);"
                  "CREATE TABLE bad (id int PRIMARY KEY, v int); INSERT INTO bad VALUES (1, 2)")
    (whimbrel.folder / "migration.yaml").write_text(
        f'whimbrel: 1\nname: bad\nsource: {{ url: "{source.url}" }}\n'
        f'target: {{ url: "{target.url}" }}\n'
        "map:\n  - table: bad\n    columns: { v: { type: \"no_such_type\" } }\n")
    done = whimbrel.run("run", "migration.yaml", "--json", expect={2, 4})
    assert "no_such_type" in done.err + done.out
    if done.code == 4:
        assert target.query("SELECT id FROM good") == [(1,)]
