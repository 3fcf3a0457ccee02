"""The life of one live move, in stages. What each saw is kept, whether a later one fails or not, so
that a test can ask for its own case alone."""

import time
import traceback

import pytest

from support import shop
from support.live import Move, accepts, app_tables, become_equal, differing, left_behind
from support.writer import BROKEN, Session, Writers

STAGES = ("begun", "copied", "synced", "followed", "stood", "guarded", "cut_over", "served",
          "rolled_back", "again", "committed")


class Tour:
    def __init__(self, whimbrel, source, target):
        self.whimbrel, self.source, self.target = whimbrel, source, target
        self.writers = Writers(shop.serve, (source, target))
        self.move = None
        self.saw = {}      # stage: what it saw
        self.failure = None

    def __getitem__(self, stage):
        """What a stage saw; the test fails with the reason where life ended before."""
        if stage not in self.saw:
            pytest.fail(f"{stage} was not reached: {self.failure}", pytrace=False)
        return self.saw[stage]

    def live(self):
        shop.open_shop(self.source)
        with self.writers:
            for stage in STAGES:
                try:
                    began = time.monotonic()
                    self.saw[stage] = getattr(self, stage)()
                    print(f"{stage}: {time.monotonic() - began:.1f} s")
                except BaseException:  # pylint: disable=broad-except
                    self.saw.pop(stage, None)
                    self.failure = f"{stage} failed: {traceback.format_exc(limit=-3)}"
                    break
            if self.move and self.move.follower:
                self.move.follower.end()

    def compare(self, within=20):
        """Stops the application for a moment and compares, without the program's help."""
        self.writers.still()
        found = become_equal(self.source, self.target, within)
        self.writers.go()
        return found

    # ---- the stages

    def begun(self):
        self.writers.wait(0, 20)
        self.move = Move(self.whimbrel, self.source, self.target).init()
        text = self.move.file.read_text()
        if "\nlimits:" not in text:  # so that there is something to do while others write
            self.move.file.write_text(text + "limits: { workers: 2, unit_bytes: 4KiB }\n")
        return text

    def copied(self):
        before = len(self.writers.accepted())
        self.move.run("copy")
        return {"writes": len(self.writers.accepted()) - before, "state": self.move.state()}

    def synced(self):
        self.move.caught_up()
        return self.move.status()

    def followed(self):
        self.move.start_sync()
        self.writers.wait(0, 150)
        return {"verify": self.move.run("verify", "--json", expect={0, 4}),
                "status": self.move.status()}

    def stood(self):
        return self.compare()

    def guarded(self):
        self.writers.wait(0, 20)
        self.move.run("verify")
        before = self.move.state()
        dry = self.move.cutover("--dry-run", expect={0, 3})
        self.writers.wait(0, 20)
        return {"dry": dry, "states": (before, self.move.state())}

    def cut_over(self):
        said = self.move.insist("cutover")
        self.writers.wait(1, 20)
        return {"said": said, "state": self.move.state(),
                "pause_ms": self.writers.pause(0, 1),
                "source_accepts": self.accepting(self.source)}

    def served(self):
        numbers = self.counters(self.target)
        self.writers.wait(1, 150)
        found = self.compare()
        return {"counters": numbers, "differences": found, "still": self.is_still(),
                "source_accepts": self.accepting(self.source)}

    def rolled_back(self):
        self.move.stop_sync()
        said = self.move.insist("rollback")
        self.writers.wait(0, 20)
        state, target_accepts = self.move.state(), self.accepting(self.target)
        numbers = self.counters(self.source)
        self.move.start_sync()
        self.writers.wait(0, 100)
        return {"said": said, "state": state, "target_accepts": target_accepts,
                "counters": numbers, "differences": self.compare(),
                "missing": self.missing(self.source)}

    def again(self):
        written = self.marks()
        self.move.run("verify")
        said = self.move.insist("cutover")
        self.writers.wait(1, 100)
        return {"said": said, "state": self.move.state(), "units": (written, self.marks()),
                "differences": self.compare()}

    def committed(self):
        self.writers.still()
        self.move.stop_sync()
        self.move.caught_up()
        equal = differing(self.source, self.target, app_tables(self.source))
        self.move.run("commit")
        self.writers.go()
        self.writers.wait(1, 20)
        self.writers.still()
        return {"differences": equal, "state": self.move.state(),
                "left": (left_behind(self.source), left_behind(self.target)),
                "missing": self.missing(self.target), "orphans": self.orphans()}

    # ---- what they look at

    def accepting(self, database):
        return accepts(database)

    def missing(self, database):
        self.writers.still()
        found = self.writers.tokens_missing(database)
        self.writers.go()
        return found

    @staticmethod
    def counters(database):
        """The highest number of a row, and the one that a new row is given; or why it is not."""
        session = Session(database)
        session.begin()
        highest = session.query("SELECT max(id) FROM orders")[0][0]
        customer = session.query("SELECT max(id) FROM customers")[0][0]
        try:
            given = session.insert("INSERT INTO orders (customer, amount) VALUES (%s, %s)",
                                   customer, "0.01")
            session.commit()
            return highest, given
        except BROKEN as error:
            return highest, str(error)
        finally:
            session.close()

    def is_still(self):
        """What has been carried, before and after a while in which nobody wrote."""
        self.writers.still()
        time.sleep(1.5)
        before = self.move.status()["live"]
        time.sleep(1.5)
        after = self.move.status()["live"]
        self.writers.go()
        return before, after

    def marks(self):
        """How many units stand written on the target."""
        return self.target.one("SELECT count(*) FROM whimbrel_unit") if (
            "whimbrel_unit" in self.target.tables()) else None

    def orphans(self):
        found = {}
        for database in (self.source, self.target):
            found[database.url] = [database.one(sql) for sql in (
                "SELECT count(*) FROM orders WHERE customer NOT IN (SELECT id FROM customers)",
                "SELECT count(*) FROM positions WHERE order_id NOT IN (SELECT id FROM orders)",
                "SELECT count(*) FROM notes WHERE customer IS NOT NULL"
                " AND customer NOT IN (SELECT id FROM customers)")]
        return found
