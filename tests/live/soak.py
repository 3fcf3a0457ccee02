#!/usr/bin/python3
"""A bank is moved while it works, and while whimbrel and the servers under it are killed at random:
copy, follow, cutover, rollback, second cutover, commit. At the end the books must be right on both
sides, the sides equal, every accepted transfer there, and nothing of whimbrel's left.

tests/live/soak.py [--pair postgresql-mysql] [--seconds 600] [--seed N]"""

import argparse
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
# pylint: disable=wrong-import-position
from support import bank
from support.databases import Mariadb, Postgres, Sqlite
from support.live import Move, become_equal, left_behind
from support.program import DEFAULT, Whimbrel
from support.servers import MariadbServer, PostgresServer
from support.writer import Writers

DURABLE = {  # a killed server keeps what it has promised; the machine itself is not killed
    "postgresql": (PostgresServer, Postgres, {"synchronous_commit": "on"}),
    "mysql": (MariadbServer, Mariadb, {"innodb-flush-log-at-trx-commit": 1}),
}
KILLED = -signal.SIGKILL
NOT_NOW = {3, 10}  # a guard that does not hold yet, or backed out


class Soak:
    def __init__(self, folder, pair, seconds, seed):
        self.folder, self.seconds = pathlib.Path(folder), seconds
        self.dice = random.Random(seed)
        self.servers, self.counts = [], {}
        self.source, self.target = (self.database(engine) for engine in pair)
        self.whimbrel = Whimbrel(folder, os.environ.get("WHIMBREL") or DEFAULT)
        self.move = Move(self.whimbrel, self.source, self.target)
        self.writers = Writers(bank.transfer, (self.source, self.target), 4, 0.005)

    def database(self, engine):
        if engine == "sqlite":
            return Sqlite(self.folder / f"{len(list(self.folder.iterdir()))}.db")
        server, database, settings = DURABLE[engine]
        self.servers.append(server(**settings).start())
        made = database(self.servers[-1].address())
        made.runs = self.servers[-1]
        return made

    def stop(self):
        if self.move.follower:
            self.move.follower.end(signal.SIGKILL)
        for server in self.servers:
            server.stop()

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    # ---- what happens to it; in this thread, which the servers must not outlive

    def strike(self):
        """One mishap."""
        blow = self.dice.choice(("follower", "follower", "pause", *(["server"] if self.servers
                                                                     else [])))
        if blow == "follower" and self.move.follower:
            self.move.stop_sync(signal.SIGKILL)
            self.move.start_sync()
        elif blow == "server":
            server = self.dice.choice(self.servers)
            how = self.dice.choice((server.end, server.crash))
            server.halt(how)
            time.sleep(self.dice.uniform(0, 1))
            server.again()
            blow = f"{type(server).__name__} {signal.Signals(how).name}"
        self.count(blow)

    def storm(self, seconds):
        """Mishaps for so long, with the follower between them alive."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(self.dice.uniform(0.3, 3), max(0, end - time.monotonic())))
            self.writers.sound()
            assert self.move.follower.alive(), f"sync ended: {self.move.follower.said()}"
            self.strike()
        self.reopen()

    def reopen(self):
        for database in (self.source, self.target):
            if database.engine != "sqlite":
                database.connection = database.connect(database.name)

    def persist(self, command, prepare=None, tries=12):
        """Until it has succeeded: it is killed in the middle, or it is not the time yet."""
        for _ in range(tries):
            if prepare:
                prepare()
            process = self.whimbrel.start(command, "--json", self.move.name)
            if self.dice.random() < 0.4:
                time.sleep(self.dice.uniform(0, 0.8))
                process.kill()
            done = self.whimbrel.finish(process)
            self.count(f"{command}: {done.code}")
            if done.code == 0:
                return done
            assert done.code in NOT_NOW | {KILLED}, done
            time.sleep(0.3)
        raise AssertionError(f"{command} did not succeed in {tries} tries; the last: {done}")

    def copy(self):
        """Killed a few times before it may end."""
        for _ in range(self.dice.randrange(1, 4)):
            process = self.whimbrel.start("copy", self.move.name)
            time.sleep(self.dice.uniform(0, 0.6))
            process.kill()
            done = self.whimbrel.finish(process)
            self.count(f"copy: {done.code}")
            assert done.code in (0, KILLED), done
        self.move.run("copy")

    def verify(self):
        self.move.run("verify")

    # ---- from one end to the other

    def live(self):
        bank.open_bank(self.source)
        self.move.write(live={"deadline": "5s"}, verify={"max_age": "10m"})
        with self.writers:
            self.writers.wait(0, 20)
            self.copy()
            self.move.start_sync()
            self.storm(self.seconds * 0.5)
            self.writers.wait(0, 20)
            self.pass_over("cutover", 0, 1, self.verify)
            self.storm(self.seconds * 0.2)
            self.pass_over("rollback", 1, 0)
            self.equal("rollback")
            self.storm(self.seconds * 0.2)
            self.pass_over("cutover", 0, 1, self.verify)
            self.storm(self.seconds * 0.1)
            self.equal("the second cutover")
            self.writers.still()
            self.move.stop_sync()
            self.move.caught_up()
            self.move.run("commit")
        self.end()

    def pass_over(self, command, side, other, prepare=None):
        self.persist(command, prepare)
        self.writers.wait(other, 20)
        print(f"{command}: the bank stood still for {self.writers.pause(side, other):.0f} ms")

    def equal(self, after):
        self.writers.still()
        found = become_equal(self.source, self.target, 60)
        assert not found, f"after {after}: {len(found)} differences\n" + "\n".join(found[:20])
        serving = self.target if self.move.state()[1] == "target" else self.source
        assert not bank.audit(serving), bank.audit(serving)[:20]
        assert self.writers.tokens_missing(serving, "transfers", "id") == ([], [])
        self.writers.go()

    def end(self):
        print(f"{len(self.writers.accepted())} transfers, {len(self.writers.refused())} refused,"
              f" {sum(len(w.lost) + len(w.unsure) for w in self.writers.all)} lost;"
              f" {', '.join(f'{v} {k}' for k, v in sorted(self.counts.items()))}")
        for database in (self.source, self.target):
            assert not bank.audit(database), bank.audit(database)[:20]
            assert not left_behind(database), left_behind(database)
        assert not become_equal(self.source, self.target, 0)
        missing = self.writers.tokens_missing(self.target, "transfers", "id")
        assert missing == ([], []), missing


def run(pair, seconds, seed=None):
    seed = int(seed or random.SystemRandom().randrange(10**9))
    print(f"soak of {'-'.join(pair)} for {seconds} s, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="whimbrel-soak-") as folder:
        os.chmod(folder, 0o755)
        soak = Soak(folder, pair, seconds, seed)
        try:
            soak.live()
        finally:
            soak.stop()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pair", default="postgresql-mysql")
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int)
    given = options.parse_args()
    run(given.pair.split("-"), given.seconds, given.seed)
    print("the books are right on both sides, which are equal; nothing is left behind")


if __name__ == "__main__":
    main()
