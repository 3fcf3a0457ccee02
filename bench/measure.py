"""One measure: a peer's script on one target, its time from start to exit, what it used, and
whether what arrived is right."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

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


class Bench:
    """What one work is measured with: servers, data, what was given, a folder for its target."""

    def __init__(self, work, given, servers, store):
        self.work, self.given, self.servers, self.store = work, given, servers, store
        self.data = work.data(given.rows, given.seed)
        self.workers = work.workers or given.workers
        self.folder = None
        self.source = store.source(work.source, self.data)
        self.expected = self.data.checked(self.source)

    def fresh(self):
        """A new empty target; what the one before left to be written is on the disk."""
        self.drop()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="work-", dir=self.store.folder))
        if self.work.target == "sqlite":
            target = Sqlite(self.folder / "target.db")
        else:
            target = self.servers.database(self.work.target, "bench_target")
        self.servers.settle()
        return target

    def drop(self):
        if self.work.target != "sqlite":
            self.servers.drop(self.work.target, "bench_target")
        if self.folder:
            shutil.rmtree(self.folder)
            self.folder = None

    def urls(self, engine, database):
        port = {"mysql": self.servers.mysql.port, "postgresql": self.servers.postgresql.port}
        return {"mysql": f"mysql://root@127.0.0.1:{port['mysql']}/{database.name}",
                "postgresql": f"postgresql://postgres@127.0.0.1:{port['postgresql']}/"
                              f"{database.name}",
                "sqlite": f"sqlite:{database.name}"}[engine]

    def environment(self, target, needs):
        """What a script finds."""
        my, pg, data = self.servers.mysql.port, self.servers.postgresql.port, self.data
        found = {
            "SOURCE": self.source.name, "SOURCE_URL": self.urls(self.work.source, self.source),
            "TARGET": target.name, "TARGET_URL": self.urls(self.work.target, target),
            "TABLE": data.name, "ROWS": data.rows, "HALF": data.rows // 2,
            "WORKERS": self.workers, "WHIMBREL": self.given.build.resolve() / "whimbrel",
            "PG_PORT": pg, "PG_URI": f"postgresql://postgres@127.0.0.1:{pg}",
            "PSQL": f"psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {pg} -U postgres",
            "MY_PORT": my, "MARIADB": f"mariadb --no-defaults {SERVER.format(my)}",
            "MARIADB_DUMP": f"mariadb-dump --no-defaults {SERVER.format(my)} --single-transaction",
            "PG_DDL": data.ddl("postgresql", key=False), "MY_DDL": data.ddl("mysql"),
            "SQLITE_DDL": data.ddl("sqlite"),
        }
        for need in needs:
            if need == "mysql":
                found["MY_SOURCE"] = self.store.source("mysql", data).name
            else:
                found[need.upper()] = self.store.file(need, data)
        kept = {k: os.environ[k] for k in ("PATH", "LANG") if k in os.environ}
        return {**kept, "HOME": str(self.folder), **{k: str(v) for k, v in found.items()}}

    def measure(self, peer, target):
        """The record of one measure; what failed is a result too."""
        environment = self.environment(target, peer.needs)
        servers, machine = self.servers.seconds(), busy()
        used, said = self.timed(peer.script, environment, target)
        record = {"work": self.work.name, "peer": peer.name, "rows": self.data.rows,
                  "workers": self.workers, **used}
        record["servers"] = self.servers.seconds() - servers
        record["others"] = max(0, busy() - machine - record["servers"] - used["cpu"])
        record["outcome"] = self.judged(peer, target, used["code"], said)
        if peer.name.startswith("whimbrel") and "{" in said and not self.work.until_row:
            record["parts"] = json.loads(said[said.index("{"):])["seconds"]
        return record

    def timed(self, script, environment, target):
        log = self.folder / "log"
        with open(log, "wb") as out, subprocess.Popen(
                [HERE / "timed", "bash", "-c", f"set -euo pipefail\nexec >log 2>&1\n{script}"],
                cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=out, start_new_session=True) as process:
            began = json.loads(process.stdout.readline())
            used = self.first_row(process, began, target) if self.work.until_row else None
            if not used:
                used = json.loads(self.ending(process))
        return used, log.read_text(errors="replace")

    @staticmethod
    def ending(process):
        try:
            return process.communicate(timeout=LONGEST)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return json.dumps({"seconds": LONGEST, "code": "is not done", "cpu": 0, "peak": 0})

    @staticmethod
    def first_row(process, began, target):
        """Waits for a row that a COPY into the target has taken, and ends the program then."""
        while process.poll() is None:
            if target.query("SELECT 1 FROM pg_stat_progress_copy WHERE datname = %s"
                            " AND tuples_processed > 0", target.name):
                used = {"seconds": time.monotonic() - began, "code": 0, "cpu": 0, "peak": 0}
                os.killpg(process.pid, signal.SIGKILL)
                return used
        return None

    def judged(self, peer, target, code, said):
        if code != 0:
            return f"dies: {last_words(said)} ({self.arrived(target)} of {self.data.rows:,} rows)"
        if self.work.until_row or not peer.checked:
            return "right"
        try:
            got = self.data.checked(target, peer.blind)
        except Exception as error:  # pylint: disable=broad-except
            return f"wrong: {error}"
        bad = [name for name, value in got.items() if not near(value, self.expected[name])]
        if bad:
            return f"wrong: {', '.join(bad)}"
        return "right" if self.data.keyed(target) else "wrong: no primary key"

    def arrived(self, target):
        try:
            return f"{self.data.checked(target).get('rows', 0):,}"
        except Exception:  # pylint: disable=broad-except
            return "0"


def near(a, b):
    """Sums of floats differ in their last digits with the order of the rows."""
    return abs(a - b) <= 1e-11 * max(abs(a), abs(b))


def last_words(said):
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    bad = [line for line in lines if re.search(r"(?i)exhaust|error|fatal|failed", line)]
    return re.sub(r"\s+", " ", (bad or lines or ["says nothing"])[0])[:120]
