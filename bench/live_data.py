"""What live moves are measured with: rows and a backlog of changes from a seed, connections that
write them, and a row-by-row comparison by the engines' own drivers."""

import itertools
import random
import sqlite3

import psycopg2
import pymysql
from pymysql.constants import CLIENT

BASE = 100_000   # rows that are there before anything is changed
CHUNK = 1000     # rows an INSERT
EACH = 10        # changes a transaction
COLUMNS = ("id", "customer", "total", "name", "note", "placed")
TOTAL = COLUMNS.index("total")
TIMES = {"postgresql": "timestamp", "mysql": "datetime", "sqlite": "datetime"}
ERRORS = (psycopg2.Error, pymysql.err.MySQLError, sqlite3.Error)


class Items:
    """So many tables item1, item2, ... which share the rows and the changes."""

    def __init__(self, rows, seed, tables=1, base=BASE):
        self.rows, self.seed, self.base = rows, seed, min(base, max(rows, 1000))
        self.names = [f"item{n}" for n in range(1, tables + 1)]

    def ddl(self, engine):
        return [f"CREATE TABLE {name} (id bigint NOT NULL PRIMARY KEY, customer integer NOT NULL,"
                " total decimal(12,2) NOT NULL, name varchar(40) NOT NULL, note varchar(200),"
                f" placed {TIMES[engine]} NOT NULL)" for name in self.names]

    def fill(self, database):
        """Row n stands in table n % tables."""
        dice, count = random.Random(self.seed), len(self.names)
        with Sender(database, durable=False) as sender:
            for statement in self.ddl(database.engine):
                sender.one(statement)
            for at, name in enumerate(self.names):
                ids = iter(range(at or count, self.base + 1, count))
                while chunk := list(itertools.islice(ids, CHUNK)):
                    rows = ", ".join(row(n, dice) for n in chunk)
                    sender.one(f"INSERT INTO {name} VALUES {rows}")

    def change(self, database):
        with Sender(database, durable=False) as sender:
            for transaction in self.backlog():
                sender.together(transaction)

    def backlog(self):
        """Transactions: of ten changes four insert a row, four update one, two delete one."""
        dice, count = random.Random(self.seed + 1), len(self.names)
        there = [list(range(at or count, self.base + 1, count)) for at in range(count)]
        numbers = itertools.count(self.base + 1)
        for _ in range(self.rows // EACH):
            yield [self.changed(dice, there, numbers) for _ in range(EACH)]

    def changed(self, dice, there, numbers):
        at, what = dice.randrange(len(self.names)), dice.random()
        name, ids = self.names[at], there[at]
        if what < 0.4 or not ids:
            ids.append(next(numbers))
            return f"INSERT INTO {name} VALUES {row(ids[-1], dice)}"
        place = dice.randrange(len(ids))
        if what < 0.8:
            return (f"UPDATE {name} SET total = {dice.randrange(10**8) / 100:.2f},"
                    f" note = 'changed {dice.getrandbits(32)}' WHERE id = {ids[place]}")
        ids[place], ids[-1] = ids[-1], ids[place]
        return f"DELETE FROM {name} WHERE id = {ids.pop()}"

    def differing(self, one, other):
        """What differs first, in words; None where all is equal."""
        for name in self.names:
            left, right = (contents(database, name) for database in (one, other))
            if left != right:
                odd = next((a or b for a, b in itertools.zip_longest(left, right) if a != b))
                return f"{name}: {len(left):,} rows against {len(right):,}; first at id {odd[0]}"
        return None


def row(number, dice):
    note = "NULL" if number % 3 == 0 else f"'{'note ' * (number % 20)}{number}'"
    return (f"({number}, {dice.getrandbits(31)}, {dice.randrange(10**8) / 100:.2f},"
            f" 'customer {dice.getrandbits(32):x} é', {note},"
            f" '20{10 + number % 15}-0{1 + number % 9}-1{number % 10} 10:20:30')")


def plain(cells):
    """As every engine's driver gives them: SQLite keeps whole decimals as integers."""
    found = [cell if isinstance(cell, (int, str, type(None))) else str(cell) for cell in cells]
    found[TOTAL] = round(float(cells[TOTAL]) * 100)
    return found


def contents(database, name):
    return sorted(map(plain, database.rows(name, COLUMNS)))


class Sender:
    """A connection of its own that writes. `durable`: as an application's, else as fast as it
    goes."""

    def __init__(self, database, durable=True):
        self.engine = database.engine
        if self.engine == "mysql":
            self.connection = pymysql.connect(
                unix_socket=database.server["socket"], user="root", database=database.name,
                charset="utf8mb4", autocommit=True, client_flag=CLIENT.MULTI_STATEMENTS)
        elif self.engine == "sqlite":
            self.connection = sqlite3.connect(database.path, isolation_level=None, timeout=20,
                                              check_same_thread=False)
            self.connection.execute("PRAGMA journal_mode = wal")
        else:
            self.connection = database.connect(database.name)
        self.cursor = self.connection.cursor()
        if not durable:
            self.hasten()

    def hasten(self):
        if self.engine != "mysql":
            self.one({"postgresql": "SET synchronous_commit = off",
                      "sqlite": "PRAGMA synchronous = off"}[self.engine])

    def one(self, statement):
        self.cursor.execute(statement)

    def value(self, statement):
        self.cursor.execute(statement)
        return self.cursor.fetchone()[0]

    def together(self, statements):
        text = f"BEGIN;{';'.join(statements)};COMMIT"
        if self.engine == "sqlite":
            return self.cursor.executescript(text)
        self.cursor.execute(text)
        while self.engine == "mysql" and self.cursor.nextset():
            pass
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
