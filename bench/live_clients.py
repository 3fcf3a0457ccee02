"""Who uses the two sides of a live move while it is measured: one who looks, and one who writes."""

import threading
import time

from live_data import ERRORS, Sender, row

WRITERS = 4
RETRY = 0.002  # seconds until a client that was refused tries the other side
POLL = 0.001


class Dice:
    """Rows of a steady writer are all alike."""
    getrandbits = staticmethod(lambda bits: 2 ** bits - 1)
    randrange = staticmethod(lambda most: most - 1)


class Eye(threading.Thread):
    """Looks at the target again and again, and notes when each number was there first."""

    def __init__(self, database, question, first):
        super().__init__(daemon=True)
        self.sender, self.question, self.next = Sender(database), question, first
        self.seen, self.stop = {}, threading.Event()

    def run(self):
        while not self.stop.wait(POLL):
            top, now = self.sender.value(self.question), time.monotonic()
            for number in range(self.next, top + 1):
                self.seen[number] = now
            self.next = max(self.next, top + 1)

    def saw(self, number, patience):
        until = time.monotonic() + patience
        while number not in self.seen and time.monotonic() < until:
            time.sleep(0.01)
        return number in self.seen

    def end(self):
        self.stop.set()
        self.join()
        self.sender.connection.close()


class Client(threading.Thread):
    """An application that writes at a pace and follows: refused on one side, it tries the other."""

    def __init__(self, sides, data, number, pace):
        super().__init__(daemon=True)
        self.senders, self.data = [Sender(side) for side in sides], data
        self.number, self.pace = number, pace
        self.at, self.stop = 0, threading.Event()
        self.acked, self.inserted, self.odd = [], [], None

    def run(self):
        due, count = time.monotonic(), 0
        while not self.stop.is_set():
            if not self.write(count):
                break
            count += 1
            due = max(due + 1 / self.pace, time.monotonic() - 0.1)
            self.stop.wait(max(0, due - time.monotonic()))

    def write(self, count):
        """Three of four insert a row, one updates one; repeated until a side has taken it."""
        table = self.data.names[0]
        key = self.data.base + 2 + self.number + WRITERS * count
        update = count % 4 == 3
        statement = (f"UPDATE {table} SET note = 'at {key}' WHERE id = {1 + key % self.data.base}"
                     if update else f"INSERT INTO {table} VALUES {row(key, Dice)}")
        while True:
            try:
                self.senders[self.at].one(statement)
            except ERRORS as error:
                if "uplicate" in str(error) or "UNIQUE" in str(error):
                    self.odd = f"refused, and yet there: {error}"
                    return False
                if self.stop.wait(RETRY):
                    return False
                self.at = 1 - self.at
                continue
            self.acked.append((time.monotonic(), self.at))
            if not update:
                self.inserted.append(key)
            return True


def gaps(acked, moments):
    """For each switch: from the last write that the old side took to the first of the new one."""
    found = []
    for n, moment in enumerate(moments):
        until = moments[n + 1] if n + 1 < len(moments) else float("inf")
        old = [at for at, side in acked if side == n % 2 and at < until]
        new = [at for at, side in acked if side != n % 2 and moment < at < until]
        if old and new:
            found.append(round(min(new) - max(old), 6))
    return found
