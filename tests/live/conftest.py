"""Fixtures of live moves: one whole life of a move for each pair, and moves of a test's own."""

import os
import pathlib

import pytest

from support import shop
from support.databases import Mariadb, Postgres, Sqlite
from support.live import Move, chosen_pairs
from support.program import DEFAULT, Whimbrel
from support.servers import MariadbServer, PostgresServer
from support.writer import Session
from tour import Tour

SERVERS = {"postgresql": PostgresServer, "mysql": MariadbServer}
DATABASES = {"postgresql": Postgres, "mysql": Mariadb}


@pytest.fixture(scope="session", params=chosen_pairs(), ids="-".join)
def tour(request, servers, tmp_path_factory):
    """The life of a move between two engines, from init to commit, under writers that never stop.
    It is lived once; each test asks for what it saw."""
    folder = tmp_path_factory.mktemp("tour")
    made = []

    def database(engine):
        made.append(Sqlite(folder / f"{len(made)}.db") if engine == "sqlite"
                    else DATABASES[engine](servers[engine]))
        return made[-1]

    whimbrel = Whimbrel(folder, pathlib.Path(os.environ.get("WHIMBREL") or DEFAULT))
    lived = Tour(whimbrel, *(database(engine) for engine in request.param))
    lived.live()
    yield lived
    for database in made:
        database.drop()


@pytest.fixture
def move(make, own, whimbrel):  # pylint: disable=unused-argument
    """move("postgresql", "mysql", ...): a shop at the source, an empty target, a migration.yaml.
    What it leaves running or standing goes with the test, before the servers of `own`."""
    made = []

    def begin(from_engine, to_engine, shop_of=shop.CUSTOMERS, **settings):
        source, target = make(from_engine), make(to_engine)
        if from_engine == "sqlite":
            source.execute("PRAGMA journal_mode = WAL")
        if shop_of:
            shop.open_shop(source, shop_of)
        made.append(Move(whimbrel, source, target, f"move{len(made)}").write(**settings))
        return made[-1]

    yield begin
    for session in list(Session.standing):
        session.close()
    for each in made:
        if each.follower:
            each.follower.end()
        for database in (each.source, each.target):
            if not hasattr(database, "runs"):
                drop_slots(database)


def drop_slots(database):
    """A database with a slot cannot be dropped."""
    if database.engine == "postgresql":
        database.query("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                       " WHERE database = current_database() AND active")
        for _ in range(50):
            try:
                database.query("SELECT pg_drop_replication_slot(slot_name)"
                               " FROM pg_replication_slots WHERE database = current_database()")
                return
            except Exception:  # pylint: disable=broad-except
                database.query("SELECT pg_sleep(0.1)")


@pytest.fixture(scope="session")
def own_servers():
    """own_servers("postgresql", setting=...): a server of the tests that restart or bend it, the
    same one each time, with just these settings beside its own."""
    running, plain = {}, {}

    def get(engine, **settings):
        if engine not in running:
            running[engine] = SERVERS[engine]()
            plain[engine] = dict(running[engine].settings)
        server = running[engine]
        wanted = {**plain[engine], **{k.replace("_", "-") if engine == "mysql" else k: v
                                      for k, v in settings.items()}}
        if server.process and server.process.poll() is None and wanted == server.settings:
            return server
        server.halt()
        server.settings = wanted
        return server.start()

    yield get
    for server in running.values():
        server.stop()


@pytest.fixture
def own(own_servers):
    """own("mysql", binlog_format="MIXED"): a database on such a server."""
    made = []

    def get(engine, **settings):
        server = own_servers(engine, **settings)
        made.append(DATABASES[engine](server.address()))
        made[-1].runs = server
        return made[-1]

    yield get
    for database in made:
        if not database.runs.process:
            database.runs.again()
        database.connection = database.connect(database.name)
        drop_slots(database)
        database.drop()
