"""kill -9 at every step that the commands of a live move name, while writers go on; then the same
command again. It must end well, the two sides become equal, and what the dead command had fenced
be open again, by itself.

In `make check` each command dies once, at a step chosen by a seed that is printed; soak kills at
all of them, but for the copy, whose steps test_crash.py kills at."""

import os
import random
import signal
import time

import pytest

from support.live import (Move, app_tables, become_equal, comes_to_accept, left_behind, steps_of,
                          wait_for)
from support.writer import Writers

PAIRS = [("postgresql", "postgresql"), ("mysql", "postgresql"), ("sqlite", "postgresql"),
         ("postgresql", "mysql")]
KILLED = -signal.SIGKILL
COMMANDS = ("copy", "sync", "cutover", "rollback", "commit", "abort")
WORDS = {"sync": ("sync", "--until-synced")}
DEADLINE = 3  # seconds; no fence stands for less
TYPES = {"postgresql": ("bigint", "varchar(60)"), "mysql": ("bigint", "varchar(60)"),
         "sqlite": ("INTEGER", "VARCHAR(60)")}


def dice():
    seed = int(os.environ.get("WHIMBREL_SEED") or random.SystemRandom().randrange(10**9))
    print(f"WHIMBREL_SEED={seed} repeats these steps")
    return random.Random(seed)


def found(database):
    """A parent, children that go with it, and the tokens that tell what was accepted."""
    number, text = TYPES[database.engine]
    if database.engine == "sqlite":
        database.execute("PRAGMA journal_mode = WAL")
    for sql in (f"CREATE TABLE tokens (token {number} PRIMARY KEY, side {text})",
                f"CREATE TABLE boxes (id {number} PRIMARY KEY, name {text}, n {number})",
                f"CREATE TABLE parts (id {number} PRIMARY KEY, box {number}, FOREIGN KEY (box)"
                " REFERENCES boxes (id) ON DELETE CASCADE)"):
        database.execute(sql)
    for n in range(1, 41):
        database.execute(f"INSERT INTO boxes VALUES ({n}, 'box {n}', 0)")
        database.execute(f"INSERT INTO parts VALUES ({n}, {n})")


def work(session, token, chance):
    """One transaction of the application."""
    session.execute("INSERT INTO tokens (token, side) VALUES (%s, %s)", token, session.engine)
    session.execute("UPDATE boxes SET n = n + 1 WHERE id = %s", chance.randrange(1, 41))
    session.execute("INSERT INTO boxes VALUES (%s, 'new', 0)", token)
    session.execute("INSERT INTO parts VALUES (%s, %s)", token, token)
    if chance.random() < 0.5:
        session.execute("DELETE FROM boxes WHERE id = %s", token)


class Life:
    """One move, which is brought to where a command can die."""

    def __init__(self, whimbrel, make, pair, name):
        self.source, self.target = make(pair[0]), make(pair[1])
        found(self.source)
        self.move = Move(whimbrel, self.source, self.target, name)
        self.move.write(live={"deadline": f"{DEADLINE}s"})
        self.writers = Writers(work, (self.source, self.target), 1, 0.02)

    def reach(self, command):
        """The state in which this command is the next."""
        before = {"copy": (), "sync": ("copy",), "cutover": ("copy", "sync", "verify"),
                  "rollback": ("copy", "sync", "verify", "cutover"), "abort": ("copy", "sync"),
                  "commit": ("copy", "sync", "verify", "cutover")}[command]
        for each in before:
            self.run(each)

    def run(self, command, number=None, expect=0):
        environment = {"WHIMBREL_CRASH_AT": str(number)} if number else None
        return self.move.run(*WORDS.get(command, (command,)), expect=expect, env=environment,
                             timeout=60)

    def serving(self):
        return self.target if self.move.state()[1] == "target" else self.source

    def opens_by_itself(self):
        """A fence that a dead command left expires; one that was made final waits for its end."""
        if comes_to_accept(self.source, 3 * DEADLINE) is None:
            assert self.move.state()[0] in ("DRAINED", "LIVE"), self.move.state()

    def ends_well(self, command):
        """The same command, or nothing more where it had ended before it died."""
        for _ in range(4):
            done = self.run(command, expect={0, 3, 7, 10})
            state, serves = self.move.state()
            if done.code == 0 or (command, serves) in (("cutover", "target"),
                                                       ("rollback", "source")):
                assert done.code == 0 or done.code == 7, done
                return state
            if command == "cutover":
                self.run("verify")
        raise AssertionError(f"{command} does not end: {done}")

    def whole(self, command):
        """What was accepted is there, once, on both sides."""
        if command in ("commit", "abort"):
            for database in (self.source, self.target):
                assert not left_behind(database)
            return
        self.writers.still()
        self.run("sync")
        assert not become_equal(self.source, self.target, within=10,
                                tables=app_tables(self.source))
        missing, surplus = self.writers.tokens_missing(self.serving())
        assert not missing and not surplus, (missing[:5], surplus[:5])

    def end(self):
        if self.move.state()[0] not in ("COMMITTED", "ABORTED"):
            self.run("commit" if self.move.state()[1] == "target" else "abort", expect=None)
        for database in (self.source, self.target):  # a server has not so many for all steps
            if database.engine == "postgresql":
                database.connection.close()


def steps(whimbrel, make, pair, command):
    """The names of the steps of a command that nobody kills."""
    life = Life(whimbrel, make, pair, f"list-{command}")
    with life.writers:
        life.reach(command)
        names = steps_of(life.move, *WORDS.get(command, (command,)))
    life.end()
    return names


def die(whimbrel, make, pair, command, number, name):
    life = Life(whimbrel, make, pair, f"{command}-{number}")
    with life.writers:
        life.writers.wait(0, 3)
        life.reach(command)
        code = life.run(command, number, expect={0, 3, 10, KILLED}).code
        began = time.monotonic()
        if code == KILLED and command == "cutover" and name.startswith("fence"):
            life.opens_by_itself()
        state = life.ends_well(command)
        life.whole(command)
        print(f"{command} step {number} {name}: {code}, {state}, {time.monotonic() - began:.1f} s")
    life.end()


def chosen(names, most):
    """Numbers of the steps to die at: of each name so many, evenly."""
    places = {}
    for number, name in enumerate(names, 1):
        places.setdefault(name, []).append(number)
    return sorted({at[len(at) * i // most] for at in places.values() for i in range(most)})


def die_at(whimbrel, make, pair, command):
    names = steps(whimbrel, make, pair, command)
    assert names, f"{command} names no steps"
    for number in chosen(names, 3 if command == "copy" else len(names)):
        die(whimbrel, make, pair, command, number, names[number - 1])


MOST = {"copy": 260, "sync": 12, "cutover": 60, "rollback": 60, "commit": 14, "abort": 14}


def die_somewhere(life, command, chance):
    """A step is chosen without knowing how many there are; past the last, nothing happens."""
    number = chance.randrange(1, MOST[command])
    names = life.move.folder / "steps"
    names.unlink(missing_ok=True)
    done = life.move.run(*WORDS.get(command, (command,)), expect={0, 3, 10, KILLED}, timeout=60,
                         env={"WHIMBREL_CRASH_AT": str(number), "WHIMBREL_CRASH_LIST": str(names)})
    passed = names.read_text().splitlines() if names.exists() else ["nothing"]
    print(f"{command} step {number} {passed[-1]}: {done.code}")
    if done.code == 0:
        return
    if command == "cutover" and chance.random() < 0.3:
        life.opens_by_itself()
    life.ends_well(command)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_every_command_dies_once(make, whimbrel, pair):
    """One move of which every command dies somewhere."""
    chance = dice()
    life = Life(whimbrel, make, pair, "life")
    with life.writers:
        life.writers.wait(0, 3)
        for command in ("copy", "sync", "cutover", "rollback", "cutover"):
            if command == "cutover":
                life.run("verify")
            die_somewhere(life, command, chance)
            life.run("sync")
        life.whole("cutover")
        last = chance.choice(("commit", "abort"))
        if last == "abort":
            die_somewhere(life, "rollback", chance)
        die_somewhere(life, last, chance)
        life.whole(last)


@pytest.mark.soak
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_a_command_dies_at_every_step(make, whimbrel, pair, command):
    die_at(whimbrel, make, pair, command)
