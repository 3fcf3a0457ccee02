"""One measure: a peer's script on one target, its time from start to exit, what it used, and
whether what arrived is right."""

import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from data import FILES, File
from support.databases import Sqlite

HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")
LONGEST = 3600  # seconds
SERVER = "-h 127.0.0.1 -P {0} --protocol=tcp -u root"


def busy():
    """CPU seconds of the whole machine so far, without what waits and what is idle."""
    with open("/proc/stat", encoding="ascii") as stat:
        fields = [int(f) for f in stat.readline().split()[1:8]]
    return (sum(fields) - fields[3] - fields[4]) / TICK


class Stage:
    """Where a work is measured: its servers, what was given, a folder."""

    def __init__(self, work, given, servers):
        self.work, self.given, self.servers = work, given, servers
        self.workers = work.workers or given.workers
        self.folder = self.target = None

    def watched(self, script, environment, until_row=False):
        """What a script, the servers and everybody else used meanwhile; and what it said."""
        servers, machine = self.servers.seconds(), busy()
        used, said = self.timed(script, environment, until_row)
        used["servers"] = self.servers.seconds() - servers
        others = busy() - machine - used["servers"] - used["cpu"]
        used["others"] = max(0, others) if used["cpu"] else 0
        return used, said

    def timed(self, script, environment, until_row=False):
        log = self.folder / "log"
        with open(log, "wb") as out, subprocess.Popen(
                [HERE / "timed", "bash", "-c", f"set -euo pipefail\nexec >log 2>&1\n{script}"],
                cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=out, start_new_session=True) as process:
            began = json.loads(process.stdout.readline())
            used = json.loads(self.first_row(process, began) if until_row else
                              self.ending(process))
        return used, log.read_text(errors="replace")

    @staticmethod
    def ending(process):
        try:
            return process.communicate(timeout=LONGEST)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return unfinished(LONGEST, f"not done after {LONGEST} s")

    def first_row(self, process, began):
        """Waits for a row that a COPY into the target has taken, and ends the program then."""
        while process.poll() is None:
            if self.target.query("SELECT 1 FROM pg_stat_progress_copy WHERE datname = %s"
                                 " AND tuples_processed > 0", self.target.name):
                seconds = time.monotonic() - began
                os.killpg(process.pid, signal.SIGKILL)
                return unfinished(seconds, 0)
            time.sleep(0.002)
        return unfinished(time.monotonic() - began, "ended before a row was seen")


class Bench(Stage):
    """What one work is measured with: servers, data, what was given, a folder for its target."""

    def __init__(self, work, given, servers, store):
        super().__init__(work, given, servers)
        self.store = store
        self.data = work.data(given.rows, given.seed)
        self.source, known = self.sources()
        self.expected = self.data.checked(known)
        self.holder = "postgresql" if work.target in FILES else work.target

    def sources(self):
        """The work's source, and who says what is in it: files are made from MariaDB's rows."""
        kind = self.work.source
        if kind not in FILES:
            return 2 * (self.store.source(kind, self.data),)
        return (File(kind, str(self.store.file(kind, self.data)), self.work.options),
                self.store.source("mysql", self.data))

    def made(self):
        """Everything that the measures need is there; what is missing is made now."""
        return all(self.needed(need) for peer in self.work.peers for need in peer.needs)

    def needed(self, need):
        """The name or the path of what a peer needs besides the work's source."""
        if need == "mysql":
            return self.store.source("mysql", self.data).name
        return self.store.file(need, self.data)

    def prepare(self):
        """A target: a new one, or the one that all measures of the work share."""
        if not (self.work.first and self.target):
            self.drop()
            self.target = self.fresh()
            if self.work.first:
                used, said = self.timed(self.work.first, self.environment())
                assert used["code"] == 0, f"no target for {self.work.name}: {said[-2000:]}"
        self.servers.settle()

    def fresh(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="work-", dir=self.store.folder))
        if self.work.target == "sqlite":
            return Sqlite(self.folder / "target.db")
        if self.work.target in FILES:
            return File(self.work.target, str(self.folder / "target"))
        return self.servers.database(self.work.target, "bench_target")

    def drop(self):
        if self.holder != "sqlite":
            self.servers.drop(self.holder, "bench_target")
        if self.folder:
            shutil.rmtree(self.folder)
            self.folder = None

    def urls(self, engine, database):
        if engine in FILES:
            return database.url
        port = {"mysql": self.servers.mysql.port, "postgresql": self.servers.postgresql.port}
        return {"mysql": f"mysql://root@127.0.0.1:{port['mysql']}/{database.name}",
                "postgresql": f"postgresql://postgres@127.0.0.1:{port['postgresql']}/"
                              f"{database.name}",
                "sqlite": f"sqlite:{database.name}"}[engine]

    def environment(self, needs=()):
        """What a script finds."""
        my, pg, data = self.servers.mysql.port, self.servers.postgresql.port, self.data
        target = self.target
        found = {
            "SOURCE": self.source.name, "SOURCE_URL": self.urls(self.work.source, self.source),
            "TARGET": target.name, "TARGET_URL": self.urls(self.work.target, target),
            "TABLE": data.name, "COLUMNS": data.names(), "ROWS": data.rows, "HALF": data.rows // 2,
            "WORKERS": self.workers, "WHIMBREL": self.given.build.resolve() / "whimbrel",
            "DECODE": self.given.build.resolve() / "bench/decode",
            "PG_PORT": pg, "PG_URI": f"postgresql://postgres@127.0.0.1:{pg}",
            "PSQL": f"psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {pg} -U postgres",
            "MY_PORT": my, "MARIADB": f"mariadb --no-defaults {SERVER.format(my)}",
            "MARIADB_DUMP": f"mariadb-dump --no-defaults {SERVER.format(my)} --single-transaction",
            "PG_DDL": data.ddl("postgresql", key=False), "MY_DDL": data.ddl("mysql"),
            "SQLITE_DDL": data.ddl("sqlite"),
        }
        for need in needs:
            found["MY_SOURCE" if need == "mysql" else need.upper()] = self.needed(need)
        kept = {k: os.environ[k] for k in ("PATH", "LANG") if k in os.environ}
        return {**kept, "HOME": str(self.folder), **{k: str(v) for k, v in found.items()}}

    def measure(self, peer):
        """The record of one measure; what failed is a result too."""
        self.prepare()
        environment = self.environment(peer.needs)
        used, said = self.watched(peer.script, environment, self.work.until_row)
        record = {"work": self.work.name, "peer": peer.name, "rows": self.data.rows,
                  "workers": self.workers, **used}
        if self.work.source in FILES:
            record["bytes"] = os.path.getsize(self.source.name)
        record["outcome"] = self.judged(peer, used["code"], said)
        if self.work.parts and record["outcome"] == "right" and said.lstrip().startswith("{"):
            record["parts"] = json.loads(said[said.index("{"):])["seconds"]
        return record

    def judged(self, peer, code, said):
        if code != 0:
            end = code if isinstance(code, str) else "dies"
            return f"{end}: {last_words(said)} ({self.arrived()} of {self.data.rows:,} rows)"
        if self.work.until_row or not peer.checked:
            return "right"
        try:
            target = self.written()
            got = self.data.checked(target, peer.blind)
        except Exception as error:  # pylint: disable=broad-except
            return f"wrong: {error}"
        bad = [name for name, value in got.items() if not near(value, self.expected[name])]
        if bad:
            return f"wrong: {', '.join(bad)}"
        return "right" if self.data.keyed(target) else "wrong: no primary key"

    def written(self):
        """The target as a database."""
        if self.work.target not in FILES:
            return self.target
        database = self.servers.database(self.holder, "bench_target")
        self.data.load_csv(database, f"{self.target.name}/{self.data.name}.csv")
        return database

    def arrived(self):
        try:
            return f"{self.data.checked(self.target).get('rows', 0):,}"
        except Exception:  # pylint: disable=broad-except
            return "0"


class Decode(Bench):
    """A codec alone, on one core: the seconds are those of its reading, without the look before."""

    def measure(self, peer):
        record = super().measure(peer)
        if "parts" in record:
            record |= {"spent": record["seconds"], "seconds": record["parts"]["decode"]}
        return record

    def judged(self, peer, code, said):
        if code != 0:
            return super().judged(peer, code, said)
        found = json.loads(said)
        bad = [k for k, n in {"rows": self.data.rows, "strays": 0}.items() if found[k] != n]
        return f"wrong: {', '.join(bad)}" if bad else "right"


def unfinished(seconds, code):
    """What a program has used that did not come to its end."""
    return json.dumps({"seconds": seconds, "code": code, "cpu": 0, "peak": 0})


def near(a, b):
    """Sums of floats differ in their last digits with the order of the rows."""
    if float not in (type(a), type(b)):
        return a == b
    return math.isclose(a, b, rel_tol=1e-11)


def last_words(said):
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    bad = [line for line in lines if re.search(r"(?i)exhaust|error|fatal|failed", line)]
    return re.sub(r"\s+", " ", (bad or lines or ["says nothing"])[0])[:120]
