"""The servers of the bench: PostgreSQL and MariaDB as an operator of a small machine sets them, the
same for every peer. Their data stay between runs, so that a source is made only once."""

import fcntl
import os
import sys
import time

from support.databases import Mariadb, Postgres
from support.servers import MariadbServer, PostgresServer

TICK = os.sysconf("SC_CLK_TCK")


class BenchPostgres(PostgresServer):
    settings = {
        "shared_buffers": "2GB", "maintenance_work_mem": "256MB", "work_mem": "16MB",
        "max_wal_size": "8GB", "checkpoint_timeout": "30min", "max_connections": 60,
        "max_locks_per_transaction": 256, "autovacuum": "off", "timezone": "UTC",
    }


class BenchMariadb(MariadbServer):
    settings = {
        "innodb-buffer-pool-size": "2G", "innodb-log-file-size": "2G",
        "innodb-flush-log-at-trx-commit": 1, "max-allowed-packet": "64M",
        "local-infile": 1, "default-time-zone": "+00:00",
    }


class LivePostgres(BenchPostgres):
    more = {"wal_level": "logical", "shared_buffers": "512MB", "max_wal_senders": 16,
            "max_replication_slots": 16, "wal_retrieve_retry_interval": "100ms"}
    settings = {**BenchPostgres.settings, **more}


class LiveMariadb(BenchMariadb):
    more = {"log-bin": "log", "binlog-format": "ROW", "innodb-buffer-pool-size": "512M",
            "innodb-log-file-size": "512M", "replicate-wild-do-table": "bench_source.item%"}
    settings = {**BenchMariadb.settings, **more, "server-id": 1}


class LiveMariadbTarget(LiveMariadb):
    settings = {**LiveMariadb.settings, "server-id": 2}


def processor(pid):
    """Seconds of CPU that a process and those that it has waited for have used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as listed:
        return listed.read().split()


def alone(folder):
    """Holds the folder: two benches would measure each other."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w", encoding="ascii")  # pylint: disable=consider-using-with
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"another bench is at work in '{folder}': wait for it, or name another --data")
    return lock


def used(server):
    """CPU of a server so far."""
    total = 0
    for pid in (server.process.pid, *children(server.process.pid)):
        try:
            total += processor(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return total


class Servers:
    """Both, running. `folder`: where their data are kept."""

    def __init__(self, folder):
        self.lock = alone(folder)
        self.postgresql = BenchPostgres(folder / "postgresql")
        self.mysql = BenchMariadb(folder / "mysql")
        try:
            self.postgresql.start()
            self.mysql.start()
            self.admin = {"postgresql": self.database("postgresql", "postgres", exists=True),
                          "mysql": self.database("mysql", "mysql", exists=True)}
        except BaseException:
            self.stop()
            raise
        # pgloader wants an account with a password.
        self.admin["mysql"].script("CREATE USER IF NOT EXISTS loader@'%' IDENTIFIED BY 'loader';"
                                   "GRANT ALL ON *.* TO loader@'%';")
        for engine in self.admin:  # of a bench that was killed
            self.drop(engine, "bench_target")

    def seconds(self):
        """CPU of both servers so far."""
        return used(self.postgresql) + used(self.mysql)

    def settle(self):
        """What an earlier measure left to be written is written before the next begins."""
        self.admin["postgresql"].execute("CHECKPOINT")
        self.admin["mysql"].execute("FLUSH TABLES")
        os.sync()

    def drop(self, engine, name):
        kinds = {"postgresql": 'DROP DATABASE IF EXISTS "{}" WITH (FORCE)',
                 "mysql": "DROP DATABASE IF EXISTS `{}`"}
        self.admin[engine].execute(kinds[engine].format(name))

    def database(self, engine, name, exists=False):
        kind = {"postgresql": Postgres, "mysql": Mariadb}[engine]
        return kind(getattr(self, engine).address(), name, exists=exists)

    def versions(self):
        return {"PostgreSQL": self.admin["postgresql"].one("SHOW server_version"),
                "MariaDB": self.admin["mysql"].one("SELECT version()")}

    def stop(self):
        for server in (self.postgresql, self.mysql):
            server.halt()


class LiveServers:
    """A server for each side of a live move, started when it is asked for: a source and a target
    that shared one log would read what the move itself writes."""
    kinds = {("postgresql", "source"): LivePostgres, ("postgresql", "target"): LivePostgres,
             ("mysql", "source"): LiveMariadb, ("mysql", "target"): LiveMariadbTarget}
    classes = {"postgresql": Postgres, "mysql": Mariadb}

    def __init__(self, folder):
        self.lock = alone(folder)
        self.folder = folder / "live"
        self.started = {}

    def server(self, engine, side):
        if (engine, side) not in self.started:
            server = self.kinds[engine, side](self.folder / f"{engine}-{side}")
            self.started[engine, side] = server
            server.start()
        return self.started[engine, side]

    def admin(self, engine, side):
        name = {"postgresql": "postgres", "mysql": "mysql"}[engine]
        return self.classes[engine](self.server(engine, side).address(), name, exists=True)

    def database(self, engine, side, name):
        """A new one."""
        self.drop(engine, side, name)
        return self.classes[engine](self.server(engine, side).address(), name)

    def drop(self, engine, side, name):
        admin = self.admin(engine, side)
        if engine == "mysql":
            return admin.execute(f"DROP DATABASE IF EXISTS `{name}`")
        if admin.query("SELECT 1 FROM pg_database WHERE datname = %s", name):
            forget_replication(admin, self.classes[engine](admin.server, name, exists=True))
        return admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop_replica(self):
        if ("mysql", "target") in self.started:
            self.admin("mysql", "target").script("STOP SLAVE; RESET SLAVE ALL;")

    def seconds(self):
        return sum(used(server) for server in self.started.values())

    def settle(self):
        for engine, side in self.started:
            self.admin(engine, side).execute({"postgresql": "CHECKPOINT",
                                              "mysql": "FLUSH TABLES"}[engine])
        os.sync()

    def versions(self):
        return {"PostgreSQL": self.admin("postgresql", "target").one("SHOW server_version"),
                "MariaDB": self.admin("mysql", "target").one("SELECT version()")}

    def stop(self):
        for server in self.started.values():
            server.halt()


def forget_replication(admin, database):
    """Subscriptions and slots outlive a connection, and keep their database from going."""
    for (name,) in database.query("SELECT subname FROM pg_subscription s JOIN pg_database d"
                                  " ON d.oid = subdbid WHERE datname = %s", database.name):
        database.execute(f"ALTER SUBSCRIPTION {name} DISABLE")
        database.execute(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")
        database.execute(f"DROP SUBSCRIPTION {name}")
    database.connection.close()
    slots = "FROM pg_replication_slots WHERE database = %s"
    while admin.query(f"SELECT pg_terminate_backend(active_pid) {slots} AND active",
                      database.name):
        time.sleep(0.1)
    admin.execute(f"SELECT pg_drop_replication_slot(slot_name) {slots}", database.name)


def settings():
    return {"PostgreSQL": BenchPostgres.settings, "MariaDB": BenchMariadb.settings,
            "PostgreSQL of a live move, besides": LivePostgres.more,
            "MariaDB of a live move, besides": LiveMariadb.more}
