"""kill -9 at every step that the program names, and at random moments; then the same command.

The result must equal a run that was never killed; where the source was written to in between,
it must equal the source as the last snapshot saw it, whole and never a mixture."""

import collections
import hashlib
import hmac
import os
import random
import shutil
import signal
import time

import pytest

from support import sample
from support.compare import assert_equal

PAIRS = [pytest.param("sqlite", "postgresql", id="sqlite-postgresql"),
         pytest.param("mysql", "postgresql", id="mysql-postgresql"),
         pytest.param("postgresql", "mysql", id="postgresql-mysql"),
         pytest.param("postgresql", "sqlite", id="postgresql-sqlite")]
COPY_IS_OVER = ("BUILDING", "LIVE")
NEWS = [  # of units that are finished, under way and untouched, wherever the kill came
    "UPDATE orders SET name = 'changed ' || id WHERE id IN (1, 2, 150, 201, 399, 400)",
    "UPDATE orders SET id = id + 5000 WHERE id IN (3, 202)",
    "DELETE FROM orders WHERE id IN (4, 151, 203, 398)",
    "INSERT INTO orders (id, name) VALUES (-5, 'before all'), (1000, 'behind all')",
    "UPDATE labels SET amount = 0.01 WHERE id IN (1, 50, 100)",
    "DELETE FROM labels WHERE id IN (2, 51)",
    "UPDATE loose SET name = 'changed' WHERE id IN (5, 30)",
    "DELETE FROM loose WHERE id = 6",
    "INSERT INTO loose (id, name) VALUES (7, 'again')",
    "INSERT INTO empty (id, name) VALUES (1, 'no longer empty')",
]


class Frozen:
    """What a database held at one moment."""

    def __init__(self, database):
        self.names = database.tables()
        self.fields = {t: database.columns(t) for t in self.names}
        self.keys = {t: database.key(t) for t in self.names}
        self.held = {t: database.rows(t, self.fields[t]) for t in self.names}

    def tables(self):
        return self.names

    def columns(self, table):
        return self.fields[table]

    def key(self, table):
        return self.keys[table]

    def rows(self, table, _):
        return self.held[table]


class Move:
    """A migration of several units a table, which can be begun anew."""

    def __init__(self, whimbrel, source, make, to_engine, workers=2):
        self.whimbrel, self.source = whimbrel, source
        self.make, self.to_engine, self.workers = make, to_engine, workers
        self.target = None
        self.settings = ""
        self.folder = whimbrel.folder / "m"

    def anew(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.target:
            clear(self.target)
        else:
            self.target = self.make(self.to_engine)
        self.folder.mkdir()
        (self.folder / "migration.yaml").write_text(
            "whimbrel: 1\nname: crash\n"
            f'source: {{ url: "{self.source.url}" }}\ntarget: {{ url: "{self.target.url}" }}\n'
            f"limits: {{ workers: {self.workers}, unit_bytes: 4KiB }}\n"
            + self.settings)

    def run(self, expect=0, **environment):
        return self.whimbrel.run("run", "m/migration.yaml", "--json", expect=expect,
                                 env={k: str(v) for k, v in environment.items()})

    def start(self):
        return self.whimbrel.start("run", "m/migration.yaml", "--json")

    def state(self):
        done = self.whimbrel.run("status", "m/migration.yaml", "--json", expect=None)
        return done.json["state"] if done.code == 0 else None

    def steps(self):
        """The names of the steps of a run that nobody disturbs, in order."""
        self.anew()
        names = self.whimbrel.folder / "steps"
        names.unlink(missing_ok=True)
        self.run(WHIMBREL_CRASH_LIST=names)
        self.arrived()
        return names.read_text(encoding="utf-8").splitlines()

    def arrived(self, source=None):
        assert_equal(source or self.source, self.target)
        left = [t for t in self.target.tables() if t.startswith("whimbrel")]
        assert not left, f"left behind on the target: {left}"


def clear(database):
    if database.engine == "sqlite":
        for file in database.path.parent.glob(database.path.name + "*"):
            file.unlink()
    elif database.engine == "postgresql":
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    else:
        for table in database.tables():
            database.execute(f"DROP TABLE {database.quote(table)}")


def chosen(names, every):
    """Numbers of the steps to die at: all, or each name's first, middle and last."""
    if every:
        return range(1, len(names) + 1)
    places = collections.defaultdict(list)
    for number, name in enumerate(names, 1):
        places[name].append(number)
    return sorted({at[i] for at in places.values() for i in (0, len(at) // 2, len(at) - 1)})


def change(source):
    for sql in NEWS:
        source.execute(sql.replace("'changed ' || id", "concat('changed ', id)")
                       if source.engine == "mysql" else sql)


def die_at_each_step(move, every):
    names = move.steps()
    assert len(set(names)) >= 5, f"the program names its steps: {set(names)}"
    for number in chosen(names, every):
        move.anew()
        done = move.run(expect={0, -signal.SIGKILL}, WHIMBREL_CRASH_AT=number)
        print(f"step {number}/{len(names)} {names[number - 1]}: exit {done.code}")
        move.run()
        move.arrived()


def change_at_each_step(move, every):
    names = move.steps()
    for number in chosen(names, every):
        move.anew()
        if move.run(expect={0, -signal.SIGKILL}, WHIMBREL_CRASH_AT=number).code == 0:
            continue
        before, state = Frozen(move.source), move.state()
        change(move.source)
        after = Frozen(move.source)
        move.run()
        print(f"step {number}/{len(names)} {names[number - 1]}: died in {state}")
        move.arrived(before if state in COPY_IS_OVER else after)
        sample.refill(move.source)


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_die_at_each_kind_of_step(make, whimbrel, from_engine, to_engine):
    move = Move(whimbrel, sample.fill(make(from_engine)), make, to_engine)
    die_at_each_step(move, every=False)


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_the_source_changes_in_between(make, whimbrel, from_engine, to_engine):
    move = Move(whimbrel, sample.fill(make(from_engine)), make, to_engine)
    change_at_each_step(move, every=False)


def test_die_while_mending(make, whimbrel):
    """The run that goes on after a kill, and repairs what the source has changed, dies too."""
    move = Move(whimbrel, sample.fill(make("mysql")), make, "postgresql", workers=1)
    names = move.steps()
    half = [n for n, name in enumerate(names, 1) if name == "unit in the journal"]
    half = half[len(half) * 2 // 3]

    def die_and_change():
        sample.refill(move.source)
        move.anew()
        move.run(expect=-signal.SIGKILL, WHIMBREL_CRASH_AT=half)
        change(move.source)

    die_and_change()
    listed = move.folder / "steps"
    move.run(WHIMBREL_CRASH_LIST=listed)
    move.arrived()
    steps = listed.read_text(encoding="utf-8").splitlines()
    for number in chosen(steps, every=False):
        die_and_change()
        move.run(expect={0, -signal.SIGKILL}, WHIMBREL_CRASH_AT=number)
        move.run()
        print(f"step {number}/{len(steps)} {steps[number - 1]}")
        move.arrived()


@pytest.mark.soak
@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_die_at_every_step(make, whimbrel, from_engine, to_engine):
    move = Move(whimbrel, sample.fill(make(from_engine)), make, to_engine)
    die_at_each_step(move, every=True)
    change_at_each_step(move, every=True)


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_die_again_and_again(make, whimbrel, from_engine, to_engine):
    """One migration that dies a little later each time, without ever beginning anew."""
    move = Move(whimbrel, sample.fill(make(from_engine)), make, to_engine, workers=1)
    names = move.steps()
    move.anew()
    for number in range(2, len(names) * 2, max(1, len(names) // 12)):
        if move.run(expect={0, -signal.SIGKILL}, WHIMBREL_CRASH_AT=number).code == 0:
            break
    move.run()
    move.arrived()


MADE = """
map:
  - table: orders
    where: "id <> 3"
    filter: "row.id % 5 ~= 0"
    columns: { id: { expr: "value + 10000" },
               name: { mask: { hash: sha256, key_file: key } } }
  - table: labels
    filter: "row.id > 20"
    columns: { name: { mask: { hash: sha256, key_file: key } } }
  - table: loose
    where: "id > 10"
    columns: { id: { to: number, expr: "value // 2" } }
"""


class Made:
    """What MADE makes of a source, computed here anew."""
    makes = {"orders": lambda id, name, *rest: None if id == 3 or id % 5 == 0 else
             (id + 10000, masked(name), *rest),
             "labels": lambda id, name, *rest: None if id <= 20 else (id, masked(name), *rest),
             "loose": lambda id, *rest: None if id <= 10 else (id // 2, *rest)}

    def __init__(self, source):
        self.held = {}
        for table, make in self.makes.items():
            rows = source.rows(table, ["id", "name", "amount", "placed", "data"])
            self.held[table] = [made for made in (make(*row) for row in rows) if made]

    def tables(self):
        return list(self.held)

    def columns(self, table):
        return ["number" if table == "loose" else "id", "name", "amount", "placed", "data"]

    def key(self, table):
        return {"orders": ("id",), "labels": ("name",), "loose": ()}[table]

    def rows(self, table, _):
        return self.held[table]


def masked(text):
    return hmac.new(b"secret", text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("from_engine, to_engine, policies", [
    pytest.param("mysql", "postgresql", "", id="mysql-postgresql"),
    pytest.param("postgresql", "sqlite", "sqlite_tables: strict", id="postgresql-sqlite-strict"),
    pytest.param("postgresql", "postgresql", "grants: carry", id="postgresql-postgresql-grants")])
def test_rows_that_are_made_survive_kills_and_changes(make, whimbrel, from_engine, to_engine,
                                                      policies):
    source = sample.fill(make(from_engine))
    if "grants" in policies:
        source.execute("GRANT SELECT, INSERT ON labels TO PUBLIC")
    move = Move(whimbrel, source, make, to_engine)
    move.settings = f"policies: {{ {policies} }}\n" + MADE
    texts = {("loose", "amount"): str} if "strict" in policies else {}
    move.arrived = lambda made=None: assert_equal(made or Made(source), move.target, coerce=texts)
    begin = move.anew
    move.anew = lambda: (begin(), (move.folder / "key").write_text("secret\n"))
    names = move.steps()
    for number in range(3, len(names), len(names) // 7):
        move.anew()
        if move.run(expect={0, -signal.SIGKILL}, WHIMBREL_CRASH_AT=number).code == 0:
            continue
        before, over = Made(source), move.state() in COPY_IS_OVER
        change(source)
        move.run()
        print(f"step {number}/{len(names)} {names[number - 1]}")
        move.arrived(before if over else None)
        if not over:
            move.whimbrel.run("verify", "m/migration.yaml")
        sample.refill(source)
    if "grants" in policies:
        assert move.target.one("SELECT relacl::text FROM pg_class WHERE relname = 'labels'"
                               ) == source.one("SELECT relacl::text FROM pg_class"
                                               " WHERE relname = 'labels'")
    if "strict" in policies:
        with pytest.raises(Exception, match="cannot store"):
            move.target.execute("INSERT INTO loose (number) VALUES ('x')")


def die_at_random(move, dice, moments):
    move.anew()
    began = time.monotonic()
    move.run()
    whole = time.monotonic() - began
    kills = 0
    for _ in range(moments):
        move.anew()
        for _ in range(4):
            process = move.start()
            time.sleep(dice.uniform(0, whole))
            os.kill(process.pid, signal.SIGKILL)  # it is not reaped before finish()
            code = move.whimbrel.finish(process).code
            assert code in (0, -signal.SIGKILL), code
            kills += code != 0
            if code == 0:
                break
        move.run()
        move.arrived()
    assert kills, "no kill came in time"


def seeded():
    seed = int(os.environ.get("WHIMBREL_SEED") or random.SystemRandom().randrange(10**9))
    print(f"WHIMBREL_SEED={seed} repeats these moments")
    return random.Random(seed)


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_die_at_random_moments(make, whimbrel, from_engine, to_engine):
    source = sample.fill(make(from_engine), orders=3000, labels=300, loose=300)
    die_at_random(Move(whimbrel, source, make, to_engine), seeded(), 3)


@pytest.mark.soak
@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_die_at_many_random_moments(make, whimbrel, from_engine, to_engine):
    source = sample.fill(make(from_engine), orders=20000, labels=1000, loose=1000)
    die_at_random(Move(whimbrel, source, make, to_engine, workers=4), seeded(), 50)
