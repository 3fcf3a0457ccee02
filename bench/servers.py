"""The servers of the bench: PostgreSQL and MariaDB as an operator of a small machine sets them, the
same for every peer. Their data stay between runs, so that a source is made only once."""

import fcntl
import os
import sys

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
        total = 0
        for server in (self.postgresql, self.mysql):
            for pid in (server.process.pid, *children(server.process.pid)):
                try:
                    total += processor(pid)
                except (FileNotFoundError, ProcessLookupError):
                    continue
        return total

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


def settings():
    return {"PostgreSQL": BenchPostgres.settings, "MariaDB": BenchMariadb.settings}
