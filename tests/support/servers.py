"""Real servers for tests: PostgreSQL and MariaDB in a temporary folder, on a unix socket and a
free port of the loopback. They end with stop(), and with the process that started them."""

import ctypes
import glob
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import psycopg2
import pymysql

ENVIRONMENT = "WHIMBREL_TEST_SERVERS"  # JSON: servers that somebody else started
PASSWORDED = "passworded"              # PostgreSQL: members of this role need their password


class ServerError(Exception):
    pass


def account(*names):
    """The first account that exists, to run a server that refuses root; None: stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in names:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError(f"no account of {names} to run the server as")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def die_with_parent(how):
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, how)


class Server:
    """What both have in common. `who`: the account that runs it, or None. `folder`: where its data
    are kept, for servers that come back; without it, a temporary one. `settings`: beside the
    kind's own, from the next again() on. The thread that starts a server must outlive it."""
    settings = {}
    crash = signal.SIGKILL  # ends it as a power cut does

    def __init__(self, who, end, folder=None, **settings):
        self.who, self.end = who, end
        self.settings = {**self.settings, **settings}
        self.process = None
        self.folder = folder or pathlib.Path(tempfile.mkdtemp(prefix="whimbrel-", dir="/tmp"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.port = free_port()
        if who:
            os.chown(self.folder, who.pw_uid, who.pw_gid)

    def as_account(self):
        if not self.who:
            return {}
        return {"user": self.who.pw_uid, "group": self.who.pw_gid, "extra_groups": []}

    def command(self, *words):
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False, **self.as_account())
        if done.returncode:
            raise ServerError(f"{words[0]} failed: {done.stdout}{done.stderr}")

    def launch(self, *words):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, cwd=self.folder, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, **self.as_account(),
                                            preexec_fn=die_with_parent(self.end))
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.ready()
            except (psycopg2.OperationalError, pymysql.err.OperationalError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    text = self.log.read_text(errors="replace")[-4000:]
                    raise ServerError(f"{words[0]} does not answer: {text}") from None
                time.sleep(0.05)

    def start(self):
        if not self.data.exists():
            self.create()
        self.again()
        return self

    def halt(self, how=None):
        """Ends the process, by this signal, and keeps the data."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how or self.end)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def stop(self):
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresServer(Server):
    settings = {
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
        "shared_buffers": "64MB", "wal_level": "logical", "max_wal_senders": 20,
        "max_replication_slots": 20, "max_wal_size": "2GB", "max_connections": 60,
        "autovacuum": "off", "timezone": "Europe/Berlin",
    }
    crash = signal.SIGQUIT  # its children would outlive a SIGKILL and keep the memory they share

    def __init__(self, folder=None, **settings):
        super().__init__(account("postgres", "nobody"), signal.SIGINT, folder, **settings)
        self.bin = pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])

    def create(self):
        self.command(str(self.bin / "initdb"), "-D", str(self.data), "-U", "postgres",
                     "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        (self.data / "pg_hba.conf").write_text(
            "local all all trust\n"
            f"host all +{PASSWORDED} 127.0.0.1/32 scram-sha-256\n"
            "host all all 127.0.0.1/32 trust\n")

    def again(self):
        settings = {"port": self.port, "unix_socket_directories": self.folder, **self.settings}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.launch(str(self.bin / "postgres"), "-D", str(self.data), *words)

    def ready(self):
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres",
                                      dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as c:
            c.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (PASSWORDED,))
            if not c.fetchone():
                c.execute(f"CREATE ROLE {PASSWORDED} NOLOGIN")
        connection.close()

    def address(self):
        return {"port": self.port, "socket": str(self.folder), "log": str(self.log)}


class MariadbServer(Server):
    settings = {
        "innodb-flush-log-at-trx-commit": 1, "innodb-buffer-pool-size": "64M",
        "innodb-log-file-size": "64M", "innodb-flush-method": "nosync",
        "performance-schema": 0, "default-time-zone": "+05:30",
        "log-bin": "log", "binlog-format": "ROW", "server-id": 1, "sync-binlog": 0,
        "log-bin-trust-function-creators": 1,
    }

    def __init__(self, folder=None, **settings):
        super().__init__(account("mysql", "nobody"), signal.SIGTERM, folder, **settings)
        self.socket = self.folder / "s"

    def create(self):
        user = [f"--user={self.who.pw_name}"] if self.who else []
        self.command("/usr/bin/mariadb-install-db", "--no-defaults", *user,
                     f"--datadir={self.data}", f"--tmpdir={self.folder}",
                     "--auth-root-authentication-method=normal",
                     "--skip-test-db", "--skip-name-resolve")

    def again(self):
        self.launch(
            "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}",
            f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1",
            f"--pid-file={self.folder / 'pid'}", f"--tmpdir={self.folder}", "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            *(f"--{name}={value}" for name, value in self.settings.items()))

    def ready(self):
        pymysql.connect(host="127.0.0.1", port=self.port, user="root").close()

    def address(self):
        return {"port": self.port, "socket": str(self.socket), "log": str(self.log)}


def last_words(log):
    lines = pathlib.Path(log).read_text(errors="replace").splitlines()
    bad = [line for line in lines if re.search(r"PANIC|FATAL|\[ERROR\]|signal", line)]
    return (bad or lines or ["its log is empty"])[-1]


def fallen(addresses):
    """A line for each of these servers that nobody can reach any more."""
    lines = []
    for name, address in addresses.items():
        try:
            socket.create_connection(("127.0.0.1", address["port"]), 10).close()
        except OSError:
            lines.append(f"the shared {name} server is dead: {last_words(address['log'])}")
    return lines


class Servers:
    """Both servers: our own, or those that the environment names."""

    def __init__(self):
        self.own = []
        given = os.environ.get(ENVIRONMENT)
        if given:
            self.addresses = json.loads(given)
            return
        try:
            self.addresses = {}
            for name, kind in (("postgresql", PostgresServer), ("mysql", MariadbServer)):
                server = kind()
                self.own.append(server)
                self.addresses[name] = server.start().address()
        except BaseException:
            self.stop()
            raise

    def environment(self):
        """For test programs in C: URLs of a user who may do everything."""
        pg, my = self.addresses["postgresql"], self.addresses["mysql"]
        return {
            ENVIRONMENT: json.dumps(self.addresses),
            "WHIMBREL_TEST_POSTGRESQL": f"postgresql://postgres@127.0.0.1:{pg['port']}/postgres",
            "WHIMBREL_TEST_MYSQL": f"mysql://root@localhost/mysql?socket={my['socket']}",
        }

    def stop(self):
        for server in self.own:
            server.stop()
        self.own = []
