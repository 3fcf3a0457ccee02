"""What is measured: each work with its peers, and the targets that whimbrel sets itself there."""

import dataclasses
import pathlib

import peers
from data import MIXED, PAYMENT, EmptyTables, Table, wide
from live_data import Items


@dataclasses.dataclass(frozen=True)
class Target:
    """`ours` takes at most 1/`times` of what `peer` takes of `what` (wall or CPU seconds). `way`:
    what is in the way, as profiles show it; said where the target is missed."""
    text: str
    ours: str
    peer: str
    times: float
    what: str = "seconds"
    way: str = ""


@dataclasses.dataclass(frozen=True)
class Limit:
    """The median of `what` of `ours` stays below; `what` may be a sample and a part of it: p95."""
    text: str
    ours: str
    below: float
    what: str = "seconds"
    way: str = ""


@dataclasses.dataclass(frozen=True)
class Pace:
    """The median of `ours` moves at least so many MB of the source a second."""
    text: str
    ours: str
    least: float
    way: str = ""


@dataclasses.dataclass(frozen=True)
class Work:
    """`data`: made from rows and seed. `options`: of a source that is a file. `first`: a script
    that makes one target for all measures. `until_row`: measured until the first row is in the
    target. `missing`: why there is none yet. `unit`: what rows are. `parts`: whimbrel's own times
    of its phases say something here. `kind`: the class that measures it. `rate`: writes a second
    meanwhile. `pace`: rows a second, as a first guess. `once`: one round is enough. `note`: what is
    to be known beside the figures."""
    name: str
    title: str
    source: str
    target: str
    peers: tuple = ()
    targets: tuple = ()
    data: object = lambda rows, seed: Table(MIXED, rows, seed)
    options: str = ""
    first: str = ""
    until_row: bool = False
    workers: int = 0
    unit: str = "rows"
    parts: bool = True
    missing: str = ""
    kind: str = "Bench"
    rate: int = 0
    pace: float = 150_000
    once: bool = False
    note: str = ""


RUN, COPY, VERIFY = peers.WHIMBREL, peers.WHIMBREL_COPY, peers.WHIMBREL_VERIFY
TO_SQLITE = (Target("faster than sqlite3 .import of CSV", "whimbrel", ".import", 1.0),)
TO_MYSQL = (
    Target("≥ 1.5 × mariadb-dump into mariadb, with verification", "whimbrel", "mariadb-dump", 1.5),
    Target("within 1.2 of LOAD DATA INFILE, with verification", "whimbrel", "LOAD DATA", 1 / 1.2),
    Target("within 1.2 of LOAD DATA INFILE, copy alone", "whimbrel copy", "LOAD DATA", 1 / 1.2),
)

MOVES = (
    Work("mysql-postgresql", "MariaDB → PostgreSQL", "mysql", "postgresql",
         (RUN, COPY, peers.PIPE, peers.PGLOADER, peers.PGLOADER_DEFAULT),
         (Target("copy alone faster than the two-stream pipe", "whimbrel copy", "pipe", 1.0),
          Target("copy alone ≥ 3.5 × pgloader", "whimbrel copy", "pgloader", 3.5),
          Target("with verification ≥ 2.5 × pgloader", "whimbrel", "pgloader", 2.5),
          Target("program's CPU ≤ a fifth of pgloader's", "whimbrel", "pgloader", 5, "cpu"))),
    Work("sqlite-postgresql", "SQLite → PostgreSQL", "sqlite", "postgresql",
         (RUN, COPY, peers.PGLOADER_SQLITE),
         (Target("with verification ≥ 3 × pgloader", "whimbrel", "pgloader", 3.0),)),
    Work("postgresql-postgresql", "PostgreSQL → PostgreSQL", "postgresql", "postgresql",
         (RUN, COPY, peers.BINARY_PIPE, peers.PGCOPYDB, peers.PG_DUMP),
         (Target("with verification at least as fast as pgcopydb", "whimbrel", "pgcopydb", 1.0,
                 way="servers take four fifths of the CPU; reading the target back is a fifth of"
                     " the time, and pgcopydb reads nothing back"),
          Target("copy alone within 1.15 of the binary pipe", "whimbrel copy", "binary pipe",
                 1 / 1.15))),
    Work("postgresql-mysql", "PostgreSQL → MariaDB", "postgresql", "mysql",
         (RUN, COPY, peers.MARIADB_DUMP, peers.LOAD_DATA), TO_MYSQL),
    Work("mysql-mysql", "MariaDB → MariaDB", "mysql", "mysql",
         (RUN, COPY, peers.MARIADB_DUMP, peers.LOAD_DATA), TO_MYSQL),
    Work("mysql-sqlite", "MariaDB → SQLite", "mysql", "sqlite",
         (RUN, COPY, peers.IMPORT), TO_SQLITE),
    Work("postgresql-sqlite", "PostgreSQL → SQLite", "postgresql", "sqlite",
         (RUN, COPY, peers.IMPORT), TO_SQLITE),
    Work("sqlite-sqlite", "SQLite → SQLite", "sqlite", "sqlite",
         (RUN, COPY, peers.IMPORT), TO_SQLITE),
)

CSV = ("?table=mixed&key=id&columns=id:int64,customer:int64,total:decimal(12,2),placed:timestamp,"
       "name:text(40),note:text(200),paid:bool,state:text,detail:json,weight:float64")
JSONL = "?table=mixed&key=id&columns=total:decimal(12,2),weight:float64"
COBOL = f"?copybook={pathlib.Path(__file__).resolve().parent / 'payment.cpy'}"


def payments(rows, seed):
    """5,000,000 rows stand for records of 1 GB."""
    return Table(PAYMENT, rows * 3 // 5, seed, "payment")


def decoding(source, title, options, **more):
    return Work(f"files-decode-{source}", f"{title}, decoded on one core", source, "csv",
                (peers.DECODE,), options=options, kind="Decode", workers=1, pace=500_000, **more)


FILES = (
    Work("files-csv-postgresql", "CSV → PostgreSQL", "csv", "postgresql",
         (RUN, COPY, peers.COPY_CSV, peers.PGLOADER_CSV),
         (Target("copy alone at least as fast as \\copy", "whimbrel copy", "\\copy", 1.0),
          Target("with verification within 2 of \\copy", "whimbrel", "\\copy", 1 / 2),
          Target("with verification ≥ 3 × pgloader", "whimbrel", "pgloader", 3.0)), options=CSV),
    Work("files-csv-sqlite", "CSV → SQLite", "csv", "sqlite", (RUN, COPY, peers.IMPORT),
         (Target("copy alone faster than sqlite3 .import", "whimbrel copy", ".import", 1.0),
          Target("with verification faster than sqlite3 .import", "whimbrel", ".import", 1.0,
                 way="every value is looked at for its type first, and afterwards the file and the"
                     " target are both read again, to compare and to add up")), options=CSV),
    Work("files-postgresql-csv", "PostgreSQL → CSV", "postgresql", "csv",
         (RUN, COPY, peers.COPY_TO),
         note="Whimbrel's rows wait in an SQLite database until all are there: the file appears"
              " whole, in the order of its key. Verified, it is read back."),
    Work("files-jsonl-postgresql", "JSON lines → PostgreSQL", "jsonl", "postgresql",
         (RUN, COPY, peers.COPY_CSV),
         (Target("with verification within 2 of \\copy of CSV", "whimbrel", "\\copy", 1 / 2),),
         options=JSONL),
    Work("files-cobol-postgresql", "COBOL → PostgreSQL", "cobol", "postgresql",
         (RUN, COPY, peers.COPY_CSV),
         (Target("with verification within 2 of \\copy of CSV", "whimbrel", "\\copy", 1 / 2),),
         data=payments, options=COBOL,
         note="Whimbrel's rows have two columns more, the file and the place in it; they are its"
              " key."),
    decoding("cobol", "COBOL", COBOL, data=payments,
             targets=(Pace("≥ 300 MB/s", "whimbrel decode", 300),),
             note="Records of 350 bytes: text, times as text, two unsigned numbers, an amount of"
                  " S9(9)V99. What others publish, on machines of their own: Cobrix 6.3 to 9.4 MB/s"
                  " with one executor (`performance/*.csv` of its repository, 2018), copybook-rs"
                  " 205 MiB/s of records of text digits into JSON (its status report, 2025)."),
    decoding("csv", "CSV", CSV),
    decoding("jsonl", "JSON lines", JSONL),
)

OTHERS = (
    Work("verify", "Verification alone, of MariaDB → PostgreSQL", "mysql", "postgresql",
         (VERIFY, peers.COPY_OUT, peers.COPY_OUT_ONE),
         (Target("within 1.2 of the server's own read, 2 streams", "whimbrel verify",
                 "COPY to nothing", 1 / 1.2),
          Target("within 1.2 of the server's own read, 1 stream", "whimbrel verify",
                 "COPY to nothing, 1 stream", 1 / 1.2)),
         first=RUN.script, parts=False),
    Work("first-row", "From the start to the first row, MariaDB → PostgreSQL", "mysql",
         "postgresql", (RUN, peers.PGLOADER),
         (Limit("first row within 0.2 s", "whimbrel", 0.2,
               way="the look before the plan reads every row once in the server, to know which"
                   " numbers are truth values and which dates are none; then both ends are"
                   " described, one after the other"),), until_row=True, parts=False),
    Work("tables", "2,000 empty tables, PostgreSQL → PostgreSQL", "postgresql", "postgresql",
         (RUN, peers.PG_DUMP),
         (Target("in less time than pg_dump | pg_restore", "whimbrel", "pg_dump", 1.0),),
         data=lambda rows, seed: EmptyTables(2000, seed), unit="tables"),
)


def growth(axis, value, data, **more):
    return Work(f"growth-{axis}-{value}", f"growth by {axis}: {value:,}", "mysql", "postgresql",
                (RUN,), data=data, **more)


GROWTH = (
    *(growth("workers", n, lambda rows, seed: Table(MIXED, rows // 5, seed), workers=n)
      for n in (1, 2, 4, 8)),
    *(growth("rows", n, lambda rows, seed, n=n: Table(MIXED, rows * n // 50, seed))
      for n in (1, 10, 100)),
    *(growth("width", n, lambda rows, seed, n=n: Table(
        wide(n), max(rows * 40 // n, 10), seed, f"wide{n}")) for n in (50, 1000, 100_000)),
)

ENGINES = {"postgresql": "PostgreSQL", "mysql": "MariaDB", "sqlite": "SQLite"}
NATIVE = {("postgresql", "postgresql"): (peers.SUBSCRIPTION, peers.SUBSCRIBED),
          ("mysql", "mysql"): (peers.REPLICA, peers.REPLICATED)}
PAIRS = (("postgresql", "postgresql"), ("postgresql", "mysql"), ("mysql", "postgresql"),
         ("mysql", "mysql"), ("sqlite", "postgresql"))


def live(what, title, pair, **more):
    return Work(f"live-{what}-{'-'.join(pair)}",
                f"{title}, {' → '.join(ENGINES[engine] for engine in pair)}", *pair, **more)


def catching_up(pair, tables):
    """--rows stands for 25 times as many changes as are made."""
    native = NATIVE.get(pair, ())[:1]
    said = "faster than" if tables > 1 else "not slower than"
    targets = tuple(Target(f"{said} the {peer.name}", "whimbrel sync", peer.name, 1.0)
                    for peer in native)
    return live(f"apply-{tables}", f"A backlog on {tables} table{'s' * (tables > 1)}", pair,
                peers=(peers.SYNC, *native), targets=targets, kind="Catchup", unit="changes",
                data=lambda rows, seed: Items(max(rows // 25, 100), seed, tables), pace=4000)


def on_its_way(pair):
    return live("delay", "From commit to visible", pair, kind="Delay", unit="commits", rate=200,
                peers=(peers.FOLLOWING, *NATIVE.get(pair, ())[1:]), pace=100,
                data=lambda rows, seed: Items(max(rows // 2500, 100), seed, base=1000))


def switching(pair):
    return live("pause", "Write pause of cutovers", pair, kind="Pause", unit="cutovers", rate=1000,
                peers=(peers.FOLLOWING,), once=True, pace=0.3,
                targets=(Limit("p95 below 2 s", "whimbrel sync", 2.0,
                               ("as a client sees it", "p95")),),
                data=lambda rows, seed: Items(max(rows // 250_000, 2), seed, base=1000))


def begun(pair):
    """--rows stands for ten times the rows that are there."""
    dump = {"postgresql": peers.PG_DUMP, "mysql": peers.MARIADB_DUMP}.get(pair[0])
    limit = Limit("nobody waits 0.5 s", "whimbrel copy", 0.5, ("longest wait of a client", "max"))
    return live("stall", "What writers wait while it is copied", pair, kind="Stall", rate=1000,
                peers=(peers.COPYING, peers.NOBODY, *([dump] if dump else [])), pace=30_000,
                targets=(limit,) if dump else (),  # SQLite's writers wait for each other
                data=lambda rows, seed: Items(max(rows // 10, 1000), seed, base=rows // 10))


LIVE = (*(catching_up(pair, tables) for pair in PAIRS for tables in (1, 16)),
        *map(on_its_way, PAIRS), *map(switching, PAIRS),
        *map(begun, (PAIRS[0], PAIRS[2], PAIRS[4])))

WORKS = MOVES + FILES + OTHERS + GROWTH + LIVE
PEAK = 128  # MiB, the most that the program may take in any of them


def chosen(names):
    """Those whose name, or its beginning, is given; all without names."""
    for name in names:
        if not any(matches(work, name) for work in WORKS):
            raise LookupError(f"no work is called '{name}'; see bench/run --list")
    return [w for w in WORKS if not names or any(matches(w, n) for n in names)]


def matches(work, name):
    return work.name == name or work.name.startswith(name + "-")
