"""A move of a source that is in use: its commands, what runs besides, and what it leaves behind."""

import contextlib
import itertools
import json
import os
import pathlib
import signal
import threading
import time

import pytest

from support.compare import differences
from support.writer import DRIVERS, Session, kind_of

ENGINES = ("postgresql", "mysql", "sqlite")
PAIRS = [(a, b) for a in ENGINES for b in ENGINES]
LATER = [("postgresql", "sqlite"), ("mysql", "sqlite")]  # whose halves the other pairs have
TOKENS = itertools.count(1000)
BACKED_OUT = 10
STOPPED = {0, 130, -signal.SIGTERM, -signal.SIGINT}


def pairs(*those, now):
    """Parameters from_engine, to_engine. Every change tries those from the engines of `now`; the
    others are for the soak."""
    return pytest.mark.parametrize("from_engine, to_engine", [
        pytest.param(*pair, marks=() if pair[0] in now else pytest.mark.soak) for pair in those])


def sources(*now):
    return pairs(("postgresql", "mysql"), ("mysql", "postgresql"), ("sqlite", "postgresql"),
                 now=now)


def chosen_pairs():
    """All, or those that WHIMBREL_PAIRS names: postgresql-mysql,sqlite-sqlite."""
    names = [n for n in os.environ.get("WHIMBREL_PAIRS", "").split(",") if n]
    return [pytest.param(p, marks=pytest.mark.soak if p in LATER and not names else ())
            for p in PAIRS if not names or "-".join(p) in names]


class Following:
    """A `sync` process that runs besides; all that it says is kept."""

    def __init__(self, whimbrel, *words, **more):
        self.process = whimbrel.start(*words, **more)
        self.out, self.err = [], []
        self.readers = [threading.Thread(target=self.read, args=pair, daemon=True) for pair in (
            (self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def read(stream, into):
        for line in stream:
            into.append(line.decode("utf-8", "replace"))
        stream.close()

    def said(self):
        return "".join(self.out + self.err)

    def alive(self):
        return self.process.poll() is None

    def end(self, how=signal.SIGTERM, within=20):
        """Its exit code."""
        if self.alive():
            self.process.send_signal(how)
        return self.ended(within)

    def ended(self, within=30):
        """Its exit code when it has ended by itself."""
        try:
            code = self.process.wait(within)
        except Exception:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"sync did not end within {within} s: {self.said()}") from None
        for reader in self.readers:
            reader.join(10)
        return code


class Move:
    """One live move in a work folder, whose migration.yaml init() or write() makes. write() takes
    what stands there beside the ends; `live` is added to what init --live writes."""

    def __init__(self, whimbrel, source, target, name="move"):
        self.whimbrel, self.source, self.target, self.name = whimbrel, source, target, name
        self.folder = whimbrel.folder / name
        self.file = self.folder / "migration.yaml"
        self.follower = None

    def init(self):
        """As a user begins: what the program itself writes."""
        self.whimbrel.run("init", "--live", self.source.url, self.target.url, "--workdir",
                          self.folder)
        return self

    def write(self, live=None, source_url=None, target_url=None, **settings):
        """JSON is YAML."""
        self.folder.mkdir(exist_ok=True)
        self.file.write_text(json.dumps({
            "whimbrel": 1, "name": self.name,
            "source": {"url": source_url or self.source.url},
            "target": {"url": target_url or self.target.url},
            "limits": {"workers": 2, "unit_bytes": "4KiB"},
            "live": {"enabled": True, "ddl": "stop", "max_lag": "1s", "deadline": "30s",
                     "way_back": True, **(live or {})}, **settings}))
        return self

    def run(self, command, *words, expect=0, **more):
        return self.whimbrel.run(command, *words, self.name, expect=expect, **more)

    def status(self):
        return self.run("status", "--json").json

    def state(self):
        document = self.status()
        return document["state"], document["serving"]

    # ---- following

    def start_sync(self, *words, **more):
        self.follower = Following(self.whimbrel, "sync", *words, self.name, **more)
        return self.follower

    def stop_sync(self, how=signal.SIGTERM, expect=None):
        follower, self.follower = self.follower, None
        if follower:
            code = follower.end(how)
            allowed = expect or (STOPPED if how != signal.SIGKILL else {-signal.SIGKILL})
            assert code in allowed, f"sync ended with {code}: {follower.said()}"

    def start_following(self, **more):
        """A sync process that has arrived at the end of the log: what comes next meets it there."""
        follower = self.start_sync(**more)
        token = -next(TOKENS)
        transaction(self.source, f"INSERT INTO tokens VALUES ({token}, 'first')")
        wait_for(lambda: self.target.query(f"SELECT 1 FROM tokens WHERE token = {token}")
                 or not follower.alive(), why="the first change did not arrive")
        assert follower.alive(), f"sync ended: {follower.process.returncode} {follower.said()}"
        return follower

    @contextlib.contextmanager
    def following(self, **more):
        follower = self.start_following(**more)
        try:
            yield follower
            assert follower.alive(), f"sync ended: {follower.process.returncode} {follower.said()}"
        finally:
            if self.follower is follower:
                self.follower = None
            print(f"sync said: {follower.said()}")
            code = follower.end()
        assert code in STOPPED, f"sync ended with {code}: {follower.said()}"

    def caught_up(self, **more):
        return self.run("sync", "--until-synced", **more)

    def begin(self, **more):
        """copy and catch up: SYNCING."""
        self.run("copy", **more)
        self.caught_up()

    # ---- steps that change who serves

    def step(self, command, *words, expect=0, timeout=40, **more):
        """cutover, rollback: the document. Neither may take long, whatever stands in the way."""
        return self.run(command, *words, "--json", expect=expect, timeout=timeout, **more).json

    def cutover(self, *words, **more):
        return self.step("cutover", *words, **more)

    def rollback(self, *words, **more):
        return self.step("rollback", *words, **more)

    def insist(self, command, *words, tries=5, **more):
        """A step that may back out, as from a deadlock with the application, and is taken again."""
        for _ in range(tries):
            document = self.step(command, *words, expect={0, BACKED_OUT}, **more)
            if document["exit"] == 0:
                return document
            print(f"{command} backed out: {document['error']}")
        raise AssertionError(f"{command} backed out {tries} times: {document}")

    def guards(self, **more):
        """cutover --dry-run: guard by name."""
        found = self.cutover("--dry-run", expect={0, 3}, **more)["guards"]
        return {g["name"]: g for g in found}


def red(guards, *words):
    """The names of the guards that do not hold and whose name has one of these words."""
    return [n for n, g in guards.items() if not g["ok"] and any(w in n.lower() for w in words)]


def app_tables(database):
    return [t for t in database.tables() if not t.startswith("whimbrel")]


def differing(source, target, tables=None, **more):
    """Texts, one a difference, of all tables of the application or of these."""
    return [d for table in tables or app_tables(source)
            for d in differences(source, target, table, **more)]


def become_equal(source, target, within=20, tables=None, **more):
    """Waits for what is under way; the differences that are left then."""
    deadline = time.monotonic() + within
    while True:
        found = differing(source, target, tables, **more)
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def assert_become_equal(source, target, within=20, **more):
    found = become_equal(source, target, within, **more)
    assert not found, (f"{len(found)} differences after {within} s:\n" + "\n".join(found[:20]))


def accepts(database, table="tokens", columns="token, side", values="-77, 'probe'"):
    """Whether a write of anybody is accepted; it leaves nothing. None: the tables are busy."""
    session = Session(database)
    try:
        session.begin()
        session.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})")
        session.rollback()
        return True
    except DRIVERS as error:
        kind = kind_of(error)
        assert kind in ("refused", "busy"), f"not what a fence says: {error!r}"
        return None if kind == "busy" else False
    finally:
        session.close()


def comes_to_accept(database, within):
    """Seconds until writes are accepted, or None."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if accepts(database):
            return time.monotonic() - began
        time.sleep(0.05)
    return None


def is_stopped(process):
    """Whether it stands still at the step that WHIMBREL_STOP_AT names. It must not have ended."""
    assert process.poll() is None, "it ended before"
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "T"


def wait_for(condition, within=20, why="it did not come"):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{why} within {within} s")


# ---- what a test does to a move and to its ends

def steps_of(move, *words):
    """The names of the steps that a command passes, in order."""
    listed = move.folder / "steps"
    listed.unlink(missing_ok=True)
    move.run(*words, env={"WHIMBREL_CRASH_LIST": str(listed)}, expect=None)
    return listed.read_text().splitlines()


def chosen(names, most):
    """Numbers of steps to die at: of each name the first and the middle one."""
    found = {}
    for number, name in enumerate(names, 1):
        found.setdefault(name, []).append(number)
    numbers = sorted({at[i] for at in found.values() for i in (0, len(at) // 2)})
    return numbers[::max(1, len(numbers) // most)]


def transaction(database, *statements):
    """One transaction of the application."""
    session = Session(database)
    session.begin()
    for statement in statements:
        session.execute(statement)
    session.commit()
    session.close()


def blocked(database, table="tokens"):
    """A session that lets nobody write to a table until it is closed."""
    session = Session(database)
    if database.engine == "sqlite":
        session.execute("BEGIN IMMEDIATE")
    elif database.engine == "postgresql":
        session.execute("BEGIN")
        session.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    else:
        session.execute("BEGIN")
        session.query(f"SELECT * FROM {table} FOR UPDATE")
        session.execute("SET SESSION idle_transaction_timeout = 0")
    return session


# ---- what stands in the catalogs

OWN = "LIKE 'whimbrel%%'"
LEFT = {
    "postgresql": [
        ("slot", "SELECT slot_name FROM pg_replication_slots WHERE slot_name {0}"
                 " AND database = current_database()"),
        ("publication", "SELECT pubname FROM pg_publication WHERE pubname {0}"),
        ("subscription", "SELECT subname FROM pg_subscription WHERE subname {0}"),
        ("relation", "SELECT relname FROM pg_class WHERE relname {0}"),
        ("trigger", "SELECT tgname FROM pg_trigger WHERE tgname {0}"),
        ("event trigger", "SELECT evtname FROM pg_event_trigger WHERE evtname {0}"),
        ("function", "SELECT proname FROM pg_proc WHERE proname {0}"),
        ("type", "SELECT typname FROM pg_type WHERE typname {0}"),
        ("schema", "SELECT nspname FROM pg_namespace WHERE nspname {0}"),
        ("role", "SELECT rolname FROM pg_roles WHERE rolname {0}"),
        ("origin", "SELECT roname FROM pg_replication_origin WHERE roname {0}"),
        ("setting", "SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON"
                    " d.oid = s.setdatabase WHERE d.datname = current_database()"),
        ("message", "SELECT conname FROM pg_constraint WHERE conname {0}"),
        ("column", "SELECT attname FROM pg_attribute WHERE attname {0} AND NOT attisdropped"),
    ],
    "mysql": [
        ("table", "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                  " database() AND table_name {0}"),
        ("trigger", "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema ="
                    " database() AND trigger_name {0}"),
        ("routine", "SELECT routine_name FROM information_schema.routines WHERE routine_schema ="
                    " database() AND routine_name {0}"),
        ("event", "SELECT event_name FROM information_schema.events WHERE event_schema ="
                  " database() AND event_name {0}"),
        ("user", "SELECT user FROM mysql.user WHERE user {0}"),
        ("schema", "SELECT schema_name FROM information_schema.schemata WHERE schema_name {0}"),
        ("column", "SELECT column_name FROM information_schema.columns WHERE table_schema ="
                   " database() AND column_name {0}"),
    ],
    "sqlite": [("object", "SELECT type || ' ' || name FROM sqlite_schema WHERE name {0}"
                          " OR tbl_name {0}")],
}


def left_behind(database):
    """Everything of whimbrel's that stands there still, as its catalog has it."""
    like = OWN if database.engine != "sqlite" else OWN.replace("%%", "%")
    found = []
    for kind, sql in LEFT[database.engine]:
        text = sql.format(like)
        if database.engine != "sqlite":
            text = text.replace("%%", "%")
        found += [f"{kind} {row[0]}" for row in database.query(text)]
    return found


def trigger_states(database):
    """What the application's own triggers and events are set to."""
    if database.engine == "postgresql":
        return sorted(database.query(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgname NOT LIKE 'whimbrel%'"))
    if database.engine == "mysql":
        return sorted(database.query(
            "SELECT trigger_name, action_statement FROM information_schema.triggers"
            " WHERE trigger_schema = database() AND trigger_name NOT LIKE 'whimbrel%'"
            " UNION ALL SELECT event_name, status FROM information_schema.events"
            " WHERE event_schema = database()"))
    return sorted(database.query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
                                 " AND name NOT LIKE 'whimbrel%'"))
