"""Any pair: trouble from outside in the middle of a move: lost connections, a server that
restarts, disks that fill."""

import shutil
import subprocess
import time

import pymysql
import pytest

from support import sample
from support.compare import assert_equal
from support.databases import Mariadb, Postgres, Sqlite
from support.servers import MariadbServer, PostgresServer

TARGET = 6


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
def test_case_48_the_targets_connections_are_cut(make, whimbrel, from_engine, to_engine):
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
def test_case_48_the_sources_connections_are_cut(make, whimbrel, from_engine, to_engine):
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
def test_case_48_the_target_server_restarts(make, whimbrel, server_kind, database_kind):
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


def mounted(path, size, owner=None):
    """A small file system of its own, or a skip that says why not."""
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a file system of {size} cannot be mounted here: {done.stderr.strip()}")
    if owner:
        shutil.chown(path, owner)
    return path


@pytest.fixture
def small_disk(tmp_path):
    made = []

    def make_disk(name, size, owner=None):
        made.append(mounted(tmp_path / name, size, owner))
        return made[-1]

    yield make_disk
    for path in made:
        subprocess.run(["umount", "-l", path], check=True)


def test_case_48_disk_full_at_a_sqlite_target(whimbrel, make, small_disk):
    source, disk = sample.fill(make("postgresql"), orders=20000), small_disk("disk", "1m")
    target = Sqlite(disk / "new.db")
    done = whimbrel.run("run", source.url, target.url, "--workdir", "m", expect=TARGET)
    assert "full" in done.err
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    whimbrel.move(source, target, workdir="m")
    assert_equal(source, target)


@pytest.fixture
def own_postgresql():
    """A server that may die: who cannot write to a tablespace takes all its databases along."""
    server = PostgresServer()
    try:
        yield server.start()
    finally:
        server.stop()


def test_case_48_disk_full_at_a_postgresql_target(whimbrel, make, small_disk, tmp_path,
                                                  own_postgresql):
    source = sample.fill(make("sqlite"), orders=60000)
    for folder in (tmp_path, *tmp_path.parents[:2]):  # the server's account must get there
        folder.chmod(0o755)
    disk = small_disk("space", "14m", own_postgresql.who and own_postgresql.who.pw_name)
    target = Postgres(own_postgresql.address())
    target.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
    target.execute(f"ALTER DATABASE {target.name} SET default_tablespace = small")
    target.script("CREATE TABLE ballast TABLESPACE small AS"
                  " SELECT repeat(md5(i::text), 30) AS x FROM generate_series(1, 9000) i")
    done = whimbrel.run("run", source.url, target.url, "--workdir", "m", expect=TARGET)
    assert "space" in done.err
    target.execute("DROP TABLE ballast")
    whimbrel.move(source, target, workdir="m")
    assert_equal(source, target)
    target.connection.close()


def test_case_48_disk_full_at_the_journal(whimbrel, make, small_disk):
    source, target = sample.fill(make("sqlite"), orders=3000), make("postgresql")
    disk = small_disk("work", "300k")
    (disk / "ballast").write_bytes(bytes(230 * 1024))
    done = whimbrel.run("run", source.url, target.url, "--workdir", disk / "m",
                        expect={1, 2, 3, TARGET})
    assert "journal" in done.err.lower() or str(disk) in done.err
    (disk / "ballast").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    whimbrel.run("run", source.url, target.url, "--workdir", disk / "m")
    assert_equal(source, target)
