"""Measures of live moves: how fast a backlog is applied, how long a change is on its way, and how
long writes pause in a cutover."""

import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from live_clients import WRITERS, Client, Dice, Eye, gaps
from live_data import ERRORS, Sender, row
from measure import Stage, last_words
from servers import processor
from support.databases import Sqlite

SOURCE, TARGET, NATIVE = "bench_source", "bench_target", "bench_native"
LONGEST = 120  # seconds that a command may take
PATIENCE = 60  # seconds until the first change must be there
BETWEEN = 1.0  # seconds of writing between two cutovers
BEGIN = "$WHIMBREL init --live $SOURCE_URL $TARGET_URL --workdir move"
SETUP = f"{BEGIN}\n$WHIMBREL copy move --quiet --workers $WORKERS"


class Live(Stage):
    """One source with its rows, and behind it a target for each peer, made ready in a way named by
    what the peer needs."""

    def __init__(self, work, given, servers):
        super().__init__(work, given, servers)
        self.data = work.data(given.rows, given.seed)
        self.source, self.targets, self.marks = None, {}, {}

    # ---- what is there before anything is measured ----

    def renew(self, peers):
        self.drop()
        base = self.servers.folder
        base.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="work-", dir=base))
        self.source = self.database(self.work.source, "source", SOURCE)
        self.data.fill(self.source)
        needs = {need for peer in peers for need in peer.needs}
        for need in sorted(needs, key="move".__eq__):  # a plan holds for the objects it has seen
            self.targets[need] = getattr(self, f"made_{need}")()

    def database(self, engine, side, name):
        if engine == "sqlite":
            return Sqlite(self.folder / f"{side}.db")
        return self.servers.database(engine, side, name)

    def made_move(self):
        self.target = self.database(self.work.target, "target", TARGET)
        used, said = self.timed(SETUP, self.environment())
        assert used["code"] == 0, f"no live move for {self.work.name}: {said[-2000:]}"
        return self.target

    def made_subscription(self):
        target = self.servers.database("postgresql", "target", NATIVE)
        self.data.fill(target)
        self.source.execute(f"CREATE PUBLICATION bench FOR TABLE {', '.join(self.data.names)}")
        self.source.execute("SELECT pg_create_logical_replication_slot('bench', 'pgoutput')")
        port = self.source.server["port"]
        target.execute(f"CREATE SUBSCRIPTION bench CONNECTION 'host=127.0.0.1 port={port}"
                       f" user=postgres dbname={SOURCE}' PUBLICATION bench WITH (copy_data = false,"
                       " create_slot = false, slot_name = 'bench', enabled = false)")
        return target

    def made_replica(self):
        target = self.servers.database("mysql", "target", SOURCE)
        self.data.fill(target)
        file, place = self.source.query("SHOW MASTER STATUS")[0][:2]
        target.execute(f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_USER='root',"
                       f" MASTER_PORT={self.source.server['port']}, MASTER_LOG_FILE='{file}',"
                       f" MASTER_LOG_POS={place}")
        return target

    def drop(self):
        self.servers.stop_replica()
        for (engine, side) in list(self.servers.started):
            for name in (SOURCE, TARGET, NATIVE):
                self.servers.drop(engine, side, name)
        if self.folder:
            shutil.rmtree(self.folder)
        self.folder, self.targets = None, {}

    # ---- scripts ----

    def url(self, database, side):
        if database.engine == "sqlite":
            return f"sqlite:{database.name}"
        user = {"postgresql": "postgres", "mysql": "root"}[database.engine]
        port = self.servers.server(database.engine, side).port
        return f"{database.engine}://{user}@127.0.0.1:{port}/{database.name}"

    def environment(self):
        found = {"WORKERS": self.workers, "WHIMBREL": self.given.build.resolve() / "whimbrel",
                 "SOURCE_URL": self.url(self.source, "source"), **self.marks}
        if self.target:
            found["TARGET_URL"] = self.url(self.target, "target")
        for engine, side in self.servers.started:
            found[f"{engine}_{side}".upper()] = client(self.servers.server(engine, side), engine)
        kept = {k: os.environ[k] for k in ("PATH", "LANG") if k in os.environ}
        return {**kept, "HOME": str(self.folder), **{k: str(v) for k, v in found.items()}}

    def whimbrel(self, *words):
        words = [self.given.build / "whimbrel", *words]
        try:
            return subprocess.run(words, cwd=self.folder, text=True, capture_output=True,
                                  check=False, stdin=subprocess.DEVNULL, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, -9, "", f"not done after {LONGEST} s")

    def record(self, peer, began, **more):
        return {"work": self.work.name, "peer": peer.name, "rows": self.data.rows,
                "workers": self.workers, "spent": time.monotonic() - began, **more}

    def compared(self, peer):
        try:
            bad = self.data.differing(self.source, self.targets[peer.needs[0]])
        except ERRORS as error:
            bad = str(error)
        return f"wrong: {bad}" if bad else "right"


def client(server, engine):
    if engine == "mysql":
        return f"mariadb --no-defaults -h 127.0.0.1 -P {server.port} --protocol=tcp -u root"
    return (f"psql -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {server.port} -U postgres -d "
            "postgres")


class Stall(Live):
    """The source is read whole while clients write to it."""

    def made_begun(self):
        self.target = self.database(self.work.target, "target", TARGET)
        used, said = self.timed(BEGIN, self.environment())
        assert used["code"] == 0, f"no live move for {self.work.name}: {said[-2000:]}"
        return self.target

    def environment(self):
        port = "" if self.work.source == "sqlite" else self.source.server["port"]
        return super().environment() | {"PORT": str(port)}

    def measure(self, peer):
        began = time.monotonic()
        self.renew([peer])
        self.servers.settle()
        clients = [Client((self.source,) * 2, self.data, n, self.work.rate / WRITERS)
                   for n in range(WRITERS)]
        for one in clients:
            one.start()
        time.sleep(BETWEEN)
        used, said = self.watched(peer.script, self.environment())
        used["others"] = 0  # the clients are this process's own
        time.sleep(BETWEEN)
        for one in clients:
            one.stop.set()
        for one in clients:
            one.join()
        outcome = f"dies: {last_words(said)}" if used["code"] else self.brought_up(peer)
        odd = next((one.odd for one in clients if one.odd), None)
        waits = [max(waited(one.acked)) for one in clients if len(one.acked) > 1]
        return self.record(peer, began, outcome=odd or outcome, **used,
                           samples={"longest wait of a client": [round(max(waits), 6)]})

    def brought_up(self, peer):
        """What was written meanwhile is on the target too, once it was followed."""
        if not peer.checked:
            return "right"
        done = self.whimbrel("sync", "move", "--until-synced", "--quiet")
        return (f"sync: exit {done.returncode}: {last_words(done.stderr)}" if done.returncode
                else self.compared(peer))


def waited(acked):
    """From each accepted write of a client to its next."""
    return [after - before for (before, _), (after, _) in itertools.pairwise(acked)]


class Catchup(Live):
    """A backlog is made while nobody follows; then each peer in turn applies that same backlog."""

    def __init__(self, *given):
        super().__init__(*given)
        self.ready, self.idle = set(), {}

    def renew(self, peers):
        super().renew(peers)
        self.mark()
        self.idle = {peer: self.start_alone(peer) for peer in peers}
        self.data.change(self.source)
        self.mark()
        self.ready = set(peers)

    def mark(self):
        """Where the log ends now."""
        if self.work.source == "postgresql":
            self.marks["REACHED"] = self.source.one("SELECT pg_current_wal_lsn()")
        if self.work.source == "mysql":
            self.marks["LOG_FILE"], self.marks["LOG_PLACE"] = self.source.query(
                "SHOW MASTER STATUS")[0][:2]

    def start_alone(self, peer):
        """What the same takes with nothing to do; the first time is not like those that follow."""
        took = []
        for _ in range(2):
            used, said = self.timed(peer.script, self.environment())
            assert used["code"] == 0, f"{peer.name} does not start: {said[-2000:]}"
            took.append(used["seconds"])
            self.timed(peer.rest, self.environment())
        return min(took)

    def measure(self, peer):
        began = time.monotonic()
        if peer not in self.ready:
            self.renew(self.work.peers)
        self.ready.discard(peer)
        self.servers.settle()
        used, said = self.watched(peer.script, self.environment())
        good = used["code"] == 0
        outcome = self.compared(peer) if good else f"dies: {last_words(said)}"
        if good:  # who follows does so for days: the start does not count
            used["parts"] = {"from start to end": used["seconds"],
                             "the same with nothing to do": self.idle[peer]}
            used["seconds"] = max(used["seconds"] - self.idle[peer], 0.001)
        return self.record(peer, began, outcome=outcome, **used)


class Followed(Live):
    """Somebody follows while the source is written to."""

    def __init__(self, *given):
        super().__init__(*given)
        self.process = None

    def start(self, peer):
        self.renew([peer])
        self.servers.settle()
        with open(self.folder / "following", "wb") as log:
            self.process = subprocess.Popen(
                ["bash", "-c", f"set -euo pipefail\n{peer.script}"], cwd=self.folder,
                env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def failed(self, peer, began):
        said = (self.folder / "following").read_text(errors="replace")
        return self.record(peer, began, seconds=time.monotonic() - began, cpu=0, servers=0, peak=0,
                           others=0, code=1, outcome=f"nothing arrives: {last_words(said)}")

    def gone(self):
        """What a follower said that has ended by itself."""
        if self.process.poll() is None:
            return None
        said = (self.folder / "following").read_text(errors="replace")
        return f"ended by itself: exit {self.process.returncode}: {last_words(said)}"

    def used(self, peer, servers):
        """What the follower and the servers have used so far."""
        ours = peer.name.startswith("whimbrel") and self.process.poll() is None
        return {"cpu": processor(self.process.pid) if ours else 0,
                "peak": peak(self.process.pid) if ours else 0,
                "servers": self.servers.seconds() - servers, "others": 0, "code": 0}

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60) if self.process else 0
        self.process = None
        return code

    def drop(self):
        self.end()
        super().drop()


def peak(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


class Delay(Followed):
    """From the acknowledged commit on the source to the row's being seen on the target."""

    def measure(self, peer):
        began = time.monotonic()
        self.start(peer)
        table, first = self.data.names[0], self.data.base + 1
        eye = Eye(self.targets[peer.needs[0]], f"SELECT max(id) FROM {table}", first)
        eye.start()
        with Sender(self.source) as sender:
            sender.one(f"INSERT INTO {table} VALUES {row(first, Dice)}")
            if not eye.saw(first, PATIENCE):
                eye.end()
                return self.failed(peer, began)
            servers, start = self.servers.seconds(), time.monotonic()
            acked = self.write(sender, table, first + 1)
        seen = eye.saw(first + self.data.rows, PATIENCE)
        seconds = time.monotonic() - start
        used = self.used(peer, servers)
        bad = self.gone() if peer.name.startswith("whimbrel") else None
        eye.end()
        waits = [eye.seen[n] - at for n, at in acked.items() if n in eye.seen]
        outcome = self.compared(peer) if seen else "wrong: rows are missing"
        return self.record(peer, began, seconds=seconds, **used,
                           samples={"from commit to visible": [round(w, 6) for w in waits]},
                           outcome=bad or outcome)

    def write(self, sender, table, first):
        """So many commits a second, as long as the source keeps up."""
        acked, began = {}, time.monotonic()
        for n in range(self.data.rows):
            time.sleep(max(0, began + n / self.work.rate - time.monotonic()))
            sender.one(f"INSERT INTO {table} VALUES {row(first + n, Dice)}")
            acked[first + n] = time.monotonic()
        return acked


class Pause(Followed):
    """Cutover, rollback, cutover, ... of one move that is written to all the time."""

    def measure(self, peer):
        began = time.monotonic()
        self.start(peer)
        if not self.follows():
            return self.failed(peer, began)
        sides = (self.source, self.target)
        clients = [Client(sides, self.data, n, self.work.rate / WRITERS) for n in range(WRITERS)]
        servers, start = self.servers.seconds(), time.monotonic()
        for one in clients:
            one.start()
        told, moments, bad = self.switches()
        used, seconds = self.used(peer, servers), time.monotonic() - start
        bad = bad or self.gone()
        for one in clients:
            one.stop.set()
        for one in clients:
            one.join()
        acked = sorted(ack for one in clients for ack in one.acked)
        samples = {"as the program prints it": told, "as a client sees it": gaps(acked, moments)}
        bad = bad or next((one.odd for one in clients if one.odd), None) or self.ended(clients)
        return self.record(peer, began, seconds=seconds, **used, samples=samples,
                           rate=len(acked) / seconds, outcome=bad or self.compared(peer))

    def follows(self):
        """Before it does, nobody else can ask it to step aside."""
        table, first, until = self.data.names[0], self.data.base + 1, time.monotonic() + PATIENCE
        with Sender(self.source) as sender:
            sender.one(f"INSERT INTO {table} VALUES {row(first, Dice)}")
        while self.target.one(f"SELECT max(id) FROM {table}") != first:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def switches(self):
        told, moments = [], []
        time.sleep(BETWEEN)
        done = self.whimbrel("verify", "move", "--quiet")
        bad = f"verify: exit {done.returncode}: {last_words(done.stderr)}"
        while done.returncode == 0 and len(told) < self.data.rows:
            verb = ("cutover", "rollback")[len(told) % 2]
            time.sleep(BETWEEN)
            moments.append(time.monotonic())
            done = self.whimbrel(verb, "move", "--json")
            said = json.loads(done.stdout) if done.stdout else {}
            if done.returncode == 0:
                told.append(said["pause_ms"] / 1000)
            text = (said.get("error") or {}).get("text") or done.stderr
            bad = f"{verb} {len(moments)} of {self.data.rows}: exit {done.returncode}: {text}"
        time.sleep(BETWEEN)
        return told, moments, bad if done.returncode else None

    def ended(self, clients):
        """What was accepted is on both sides once nobody writes any more; None, or what is not."""
        self.end()
        done = self.whimbrel("sync", "move", "--until-synced", "--quiet")
        if done.returncode:
            return f"sync: exit {done.returncode}: {last_words(done.stderr)}"
        there = {n for (n,) in self.source.query(f"SELECT id FROM {self.data.names[0]}")}
        lost = [n for one in clients for n in one.inserted if n not in there]
        return f"wrong: {len(lost)} accepted rows are lost, such as {lost[0]}" if lost else None
