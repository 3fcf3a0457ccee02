"""Writers that never stop: what they were promised, when, and what was refused to them. They speak
through the engines' own drivers, as an application does, with the login that whimbrel has."""

import dataclasses
import random
import re
import sqlite3
import threading
import time

import psycopg2
import pymysql

DRIVERS = (psycopg2.Error, pymysql.err.MySQLError, sqlite3.Error)
GONE = (psycopg2.OperationalError, psycopg2.InterfaceError, pymysql.err.OperationalError,
        pymysql.err.InterfaceError)
BROKEN = (psycopg2.IntegrityError, pymysql.err.IntegrityError, sqlite3.IntegrityError)
FENCE = re.compile(r"whimbrel(?!-)")  # and not a folder of ours, whose names go on with a hyphen
BUSY = ("deadlock", "lock wait", "lock timeout", "is locked", "could not serialize",
        "schema has changed", "record has changed")


class Session:
    """One connection of the application to one side: `%s` stands for a value in every engine."""
    standing = set()  # all that are open, so that no failed test leaves a lock to the next

    def __init__(self, database):
        self.engine, self.side = database.engine, database.engine
        self.connection = database.connect(database.name)
        self.standing.add(self)
        self.cursor = self.connection.cursor()
        if self.engine == "sqlite":
            self.cursor.execute("PRAGMA foreign_keys = ON")

    def execute(self, sql, *values):
        if self.engine == "sqlite":
            sql = sql.replace("%s", "?")
        if values:
            self.cursor.execute(sql, values)
        else:
            self.cursor.execute(sql)

    def query(self, sql, *values):
        self.execute(sql, *values)
        return list(self.cursor.fetchall())

    def insert(self, sql, *values):
        """The number that the engine gave to the row."""
        if self.engine == "postgresql":
            return self.query(sql + " RETURNING id", *values)[0][0]
        self.execute(sql, *values)
        return self.cursor.lastrowid

    def begin(self):
        self.execute("BEGIN IMMEDIATE" if self.engine == "sqlite" else "BEGIN")

    def commit(self):
        self.execute("COMMIT")

    def rollback(self):
        if self.engine != "sqlite" or self.connection.in_transaction:
            self.execute("ROLLBACK")

    def close(self):
        self.standing.discard(self)
        try:
            self.connection.close()
        except DRIVERS:
            pass


@dataclasses.dataclass(frozen=True)
class Event:
    side: int       # 0: the source, 1: the target
    token: int
    at: float       # time.time() when the answer was there
    text: str = ""  # what the engine said


def kind_of(error):
    """refused, busy, broken (a rule of the tables), gone (the connection), or unknown."""
    text = str(error).lower()
    if FENCE.search(text) or "read-only" in text or "read_only" in text:
        return "refused"
    if any(word in text for word in BUSY):
        return "busy"
    if isinstance(error, BROKEN):
        return "broken"
    gone = isinstance(error, GONE) or "server closed the connection" in text
    return "gone" if gone else "unknown"


class Writer(threading.Thread):
    """work(session, token, dice) is one transaction. sides: the source and perhaps the target; what
    one refuses is tried at the other, as an application does that knows of both."""

    def __init__(self, work, sides, number=1, pause=0.003):
        super().__init__(daemon=True)
        self.work, self.sides, self.number, self.pause = work, list(sides), number, pause
        self.dice = random.Random(number)
        self.side, self.count, self.session = 0, 0, None
        self.accepted, self.refused, self.unsure, self.lost = [], [], [], []
        self.fault = None
        self.halted, self.running, self.idle = (threading.Event() for _ in range(3))
        self.running.set()

    def run(self):
        while not self.halted.is_set() and not self.fault:
            if not self.running.is_set():
                self.close()
                self.idle.set()
                self.running.wait(0.05)
                continue
            self.idle.clear()
            self.once()
            self.halted.wait(self.pause)
        self.close()
        self.idle.set()

    def once(self):
        self.count += 1
        token = self.number * 10**7 + self.count
        committing = False
        try:
            self.session = self.session or Session(self.sides[self.side])
            self.session.begin()
            self.work(self.session, token, self.dice)
            committing = True
            self.session.commit()
            self.accepted.append(Event(self.side, token, time.time()))
        except DRIVERS as error:
            self.failed(error, token, committing)
        except Exception as error:  # pylint: disable=broad-except
            self.fault = error

    def failed(self, error, token, committing):
        kind = kind_of(error)
        event = Event(self.side, token, time.time(), str(error))
        if kind == "unknown":
            self.fault = error
        elif kind == "gone":
            (self.unsure if committing else self.lost).append(event)
            self.close()
            time.sleep(0.02)
        else:
            self.back()
        if kind == "refused":
            self.refused.append(event)
            self.turn()

    def back(self):
        try:
            if self.session:
                self.session.rollback()
        except DRIVERS:
            self.close()

    def turn(self):
        self.close()
        self.side = (self.side + 1) % len(self.sides)

    def close(self):
        if self.session:
            self.session.close()
        self.session = None

    def still(self):
        """No transaction is under way when this returns."""
        self.running.clear()
        assert self.idle.wait(60), "a writer hangs"

    def stop(self):
        self.halted.set()
        self.join(60)
        assert not self.is_alive(), "a writer hangs"


class Writers:
    """Several at once, and what they know together."""

    def __init__(self, work, sides, count=2, pause=0.003):
        self.sides = list(sides)
        self.all = [Writer(work, sides, number, pause) for number in range(1, count + 1)]

    def __enter__(self):
        for writer in self.all:
            writer.start()
        return self

    def __exit__(self, *_):
        for writer in self.all:
            writer.halted.set()
        for writer in self.all:
            writer.stop()

    def still(self):
        for writer in self.all:
            writer.running.clear()
        for writer in self.all:
            writer.still()
        self.sound()

    def go(self):
        for writer in self.all:
            writer.idle.clear()
            writer.running.set()

    def sound(self):
        """Nothing happened to a writer that an application need not expect."""
        for writer in self.all:
            if writer.fault:
                raise AssertionError(f"a writer was told: {writer.fault!r}") from writer.fault

    def accepted(self, side=None):
        return sorted((e for w in self.all for e in w.accepted if side in (None, e.side)),
                      key=lambda e: e.at)

    def refused(self, side=None):
        return sorted((e for w in self.all for e in w.refused if side in (None, e.side)),
                      key=lambda e: e.at)

    def wait(self, side, count=20, within=30):
        """Until so many more were accepted on this side."""
        wanted = len(self.accepted(side)) + count
        deadline = time.monotonic() + within
        while len(self.accepted(side)) < wanted:
            self.sound()
            if time.monotonic() > deadline:
                last = self.refused()[-1:] or [e for w in self.all for e in w.lost][-1:]
                raise AssertionError(f"no writes were accepted on side {side}: {last}")
            time.sleep(0.02)

    def pause(self, source, target):
        """Milliseconds from the last write accepted on one side to the next on the other."""
        last = self.accepted(source)[-1].at
        first = next(e.at for e in self.accepted(target) if e.at > last)
        return (first - last) * 1000

    def tokens_missing(self, database, table="tokens", column="token"):
        """Accepted, but not there; there, but never accepted."""
        held = [row[0] for row in database.query(
            f"SELECT {column} FROM {table} WHERE {column} > 0")]
        accepted = {e.token for e in self.accepted()}
        unsure = {e.token for w in self.all for e in w.unsure}
        assert len(held) == len(set(held)), "a token stands there twice"
        return sorted(accepted - set(held)), sorted(set(held) - accepted - unsure)
