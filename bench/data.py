"""The data of the bench, made from a seed: each table in each engine's words, and the same rows as
a source of each engine and as files. Each is made once, from the one before it, and kept."""

import dataclasses
import shutil
import subprocess

from support.databases import Sqlite

CHUNK = 500_000
KEYS = ("id",), ("file_id", "record_id")  # the data's own; that of records in files
FILES = ("csv", "jsonl", "cobol")


@dataclasses.dataclass(frozen=True)
class Column:
    """`value` is MariaDB's expression of the row's number `seq` and of {random}, a number from 0 to
    2^32-1 that is the same for the same seed and row; `sums` are compared on both sides. `stored`
    is PostgreSQL's of what a COBOL record holds of it."""
    name: str
    mysql: str
    postgresql: str
    sqlite: str
    value: str
    sums: dict
    stored: str = ""


def added(name):
    return {"": f"sum({name})"}


def length(name):
    return {"": f"sum(octet_length({name}))", "sqlite": f"sum(length(CAST({name} AS blob)))"}


def seconds(name):
    return {"mysql": f"sum(unix_timestamp({name}))",
            "postgresql": f"sum(extract(epoch FROM {name}))",
            "sqlite": f"sum(strftime('%s', {name}))"}


def price(name):
    return {"mysql": f"sum(json_value({name}, '$.price'))",
            "postgresql": f"sum(({name}::json->>'price')::numeric)",
            "sqlite": f"sum(json_extract({name}, '$.price'))"}


MIXED = (
    Column("id", "bigint", "bigint", "INTEGER", "seq", added("id")),
    Column("customer", "int unsigned", "bigint", "INTEGER", "{random}", added("customer")),
    Column("total", "decimal(12,2)", "numeric(12,2)", "DECIMAL(12,2)",
           "{random} % 100000000 / 100", added("total")),
    Column("placed", "datetime", "timestamp", "DATETIME",
           "'2015-01-01' + INTERVAL {random} % 300000000 SECOND", seconds("placed")),
    Column("name", "varchar(40)", "varchar(40)", "VARCHAR(40)",
           "concat('customer ', hex({random}), ' é')", length("name")),
    Column("note", "varchar(200) NULL", "varchar(200) NULL", "VARCHAR(200) NULL",
           "IF({random} % 3 = 0, NULL,"
           " repeat(concat('note ', {random}, ' '), 1 + {random} % 10))", length("note")),
    Column("paid", "tinyint(1)", "boolean", "BOOLEAN", "{random} % 2",
           added("paid") | {"postgresql": "sum(paid::int)"}),
    Column("state", "enum('new','packed','shipped','returned')", "text", "TEXT",
           "1 + {random} % 4",
           added("(state = 'packed')") | {"postgresql": "sum((state::text = 'packed')::int)"}),
    Column("detail", "json", "json", "JSON",
           "concat('{{\"sku\": \"', hex({random}), '-', seq, '\", \"tags\": [\"a\", \"b\"],"
           " \"price\": ', {random} % 10000 / 100, ', \"text\": \"', substr(md5(seq), 1, 24),"
           " '\", \"gift\": ', IF({random} % 2, 'true', 'false'), '}}')", price("detail")),
    Column("weight", "double", "double precision", "DOUBLE", "{random} / 65537.0",
           added("floor(weight)") | {"sqlite": "sum(CAST(weight AS integer))"}),
)


def text(name, size, value):
    """PIC X(size), filled up with spaces."""
    kind = f"varchar({size})"
    return Column(name, kind, kind, kind.upper(), value, length(name), f"rpad({name}, {size})")


def digits(name, size, value):
    """PIC 9(size)."""
    return Column(name, "int", "bigint", "INTEGER", value, added(name),
                  f"lpad({name}::text, {size}, '0')")


CENTS = "(abs(amount) * 100)::bigint"

# What bench/payment.cpy lays out, but for its FILLER.
PAYMENT = (
    text("id", 16, "lpad(seq, 16, '0')"),
    text("kind", 2, "lpad({random} % 7, 2, '0')"),
    digits("category", 4, "{random} % 5000"),
    text("channel", 10, "elt(1 + {random} % 3, 'POS TERM', 'OPERATOR', 'WEB')"),
    text("detail", 100, "concat('Purchase at ', hex({random}), ' no. ', seq, repeat(' again',"
         " {random} % 6))"),
    Column("amount", "decimal(11,2)", "numeric(11,2)", "DECIMAL(11,2)",
           "(CAST({random} % 200000000 AS signed) - 100000000) / 100", added("amount"),
           f"lpad(({CENTS} / 10)::text, 10, '0') || substr(CASE WHEN amount < 0 THEN"
           f" '}}JKLMNOPQR' ELSE '{{ABCDEFGHI' END, 1 + ({CENTS} % 10)::int, 1)"),
    digits("merchant", 9, "{random} % 1000000000"),
    text("merchant_name", 50, "concat('Merchant ', hex({random}), ' and Sons')"),
    text("city", 50, "concat('City of ', hex({random} % 65536))"),
    text("postcode", 10, "lpad({random} % 100000, 5, '0')"),
    text("card", 16, "concat('4', lpad({random}, 15, '0'))"),
    text("ordered_at", 26, "concat('2022-01-01' + INTERVAL {random} % 60000000 SECOND, '.000000')"),
    text("booked_at", 26, "concat('2024-01-01' + INTERVAL {random} % 9000000 SECOND, '.000000')"),
)
FILLER = 20


def wide(width):
    """Rows of about so many bytes, which do not get smaller when they are compressed."""
    body = max(width - 8, 1)
    value = ("substr((SELECT group_concat(sha2(concat({random}, '.', part.seq), 512) SEPARATOR '')"
             f" FROM seq_1_to_{-(-body // 128)} AS part), 1, {body})")
    return (
        Column("id", "bigint", "bigint", "INTEGER", "row_.seq", added("id")),
        Column("body", "longtext" if body > 4000 else f"varchar({body})", "text", "TEXT", value,
               length("body")),
    )


class Table:
    """One table of so many rows; `kept` is where its files stay."""

    def __init__(self, columns, rows, seed, kind="mixed"):
        self.columns, self.rows, self.seed = columns, rows, seed
        self.name = kind
        self.database = f"{kind}_{rows}_{seed}"

    def names(self):
        return ", ".join(c.name for c in self.columns)

    def ddl(self, engine, key=True):
        types = (f"{c.name} {getattr(c, engine)}" for c in self.columns)
        lines = [t if t.endswith("NULL") else f"{t} NOT NULL" for t in types]
        return f"CREATE TABLE {self.name} ({', '.join(lines + ['PRIMARY KEY (id)'] * key)})"

    def sums(self, engine, table):
        asked = [c.sums.get(engine, c.sums.get("")) for c in self.columns]
        return f"SELECT count(*), {', '.join(asked)} FROM {table}"

    def checked(self, database, blind=()):
        """What is compared: the sum of each column, but of those that a peer is known to bend."""
        table = ".".join(database.quote(part) for part in self.place(database))
        count, *sums = database.query(self.sums(database.engine, table))[0]
        named = {c.name: s or 0 for c, s in zip(self.columns, sums)}
        return {"rows": count, **{n: s for n, s in named.items() if n not in blind}}

    def place(self, database):
        """pgloader keeps MariaDB's name of the database as a schema."""
        if database.engine != "postgresql":
            return [self.name]
        return database.query("SELECT schemaname, tablename FROM pg_tables WHERE tablename = %s",
                              self.name)[0]

    def keyed(self, database):
        return database.key(".".join(self.place(database))) in KEYS

    def randoms(self):
        for column in self.columns:
            random = f"crc32(concat({self.seed}, '.{column.name}.', row_.seq))"
            yield column.value.format(random=random)

    def make_mysql(self, database, _):
        database.execute(self.ddl("mysql") + " ENGINE=InnoDB CHARACTER SET utf8mb4")
        for first in range(1, self.rows + 1, CHUNK):
            last = min(first + CHUNK - 1, self.rows)
            database.execute(f"INSERT INTO {self.name} SELECT {', '.join(self.randoms())}"
                             f" FROM seq_{first}_to_{last} AS row_")
        database.execute(f"ANALYZE TABLE {self.name}")

    def make_tsv(self, path, store):
        store.source("mysql", self).execute(
            f"SELECT * FROM {self.name} INTO OUTFILE '{path}' CHARACTER SET utf8mb4")

    def copied(self, query, form, out, store):
        """What PostgreSQL says to a query, into an open file."""
        with store.source("postgresql", self).connection.cursor() as cursor:
            cursor.copy_expert(f"COPY ({query}) TO STDOUT {form}", out)

    def make_csv(self, path, store):
        """Truth values are numbers, which every reader takes."""
        fields = ", ".join(f"{c.name}::int" if c.postgresql == "boolean" else c.name
                           for c in self.columns)
        with open(path, "wb") as out:
            self.copied(f"SELECT {fields} FROM {self.name}", "(FORMAT csv, HEADER)", out, store)

    def make_jsonl(self, path, store):
        """With a delimiter and a quote that no line has, CSV of one column is the column itself."""
        with open(path, "wb") as out:
            self.copied(f"SELECT row_to_json(row_) FROM {self.name} AS row_",
                        r"(FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')", out, store)

    def make_cobol(self, path, store):
        """Records of one length behind one another, in EBCDIC."""
        stored = " || ".join([c.stored for c in self.columns] + [f"repeat(' ', {FILLER})"])
        with open(path, "wb") as out:
            self.copied(f"SELECT {stored} FROM {self.name}", "", Ebcdic(out), store)

    def load_csv(self, database, path):
        """Into a new database of PostgreSQL, which compares what is written with what was."""
        database.execute(self.ddl("postgresql"))
        with open(path, "rb") as rows, database.connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {self.name} FROM STDIN (FORMAT csv, HEADER)", rows)

    def make_postgresql(self, database, store):
        database.execute(self.ddl("postgresql", key=False))
        with open(store.file("tsv", self), "rb") as rows, database.connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {self.name} FROM STDIN", rows)
        database.execute(f"ALTER TABLE {self.name} ADD PRIMARY KEY (id)")
        database.execute(f"VACUUM ANALYZE {self.name}")

    def make_sqlite(self, path, store):
        words = ["PRAGMA synchronous = off;", "PRAGMA journal_mode = off;",
                 self.ddl("sqlite") + ";",
                 f".import --csv --skip 1 {store.file('csv', self)} {self.name}"]
        words += [f"UPDATE {self.name} SET {c.name} = NULL WHERE {c.name} = '';"
                  for c in self.columns if c.sqlite.endswith("NULL")]
        subprocess.run(["sqlite3", "-bail", path, *words], check=True, stdout=subprocess.DEVNULL)


class Ebcdic:
    """Takes lines of ASCII and writes them without their ends."""

    def __init__(self, out):
        self.out = out

    def write(self, lines):
        self.out.write(lines.replace(b"\n", b"").decode("ascii").encode("cp037"))


class EmptyTables:
    """So many tables without a row."""

    def __init__(self, rows, seed):
        self.rows, self.name = rows, "t1"
        self.database = f"empty_{rows}_{seed}"

    def make_postgresql(self, database, _):
        database.script("".join(
            f"CREATE TABLE t{n} (id bigint PRIMARY KEY, name varchar(40) NOT NULL,"
            " made timestamp, total numeric(12,2));" for n in range(1, self.rows + 1)))

    def names(self):
        return ""

    def ddl(self, _, key=True):
        return ""

    def checked(self, database, blind=()):
        return {"tables": len(database.tables()), **{name: 0 for name in blind}}

    def keyed(self, database):
        return self.rows == database.one("SELECT count(*) FROM pg_index WHERE indisprimary AND"
                                         " indrelid::regclass::text ~ '^t[0-9]+$'")


@dataclasses.dataclass(frozen=True)
class File:
    """A file, or a folder of them, as whimbrel reads and writes it; others know it by its name."""
    engine: str
    name: str
    options: str = ""

    @property
    def url(self):
        return f"{self.engine}:{self.name}{self.options}"


class Store:
    """What has been made, in a folder; a mark stands for each that is whole."""

    def __init__(self, servers, folder, say):
        self.servers, self.folder, self.say = servers, folder, say
        self.marks = folder / "made"
        self.marks.mkdir(parents=True, exist_ok=True)

    def source(self, engine, data):
        """A database that holds the data."""
        if engine == "sqlite":
            return Sqlite(self.file("sqlite", data))
        whole = self.whole(engine, data)
        if not whole:
            self.servers.drop(engine, data.database)
        database = self.servers.database(engine, data.database, exists=whole)
        if not whole:
            self.make(engine, data, database)
        return database

    def file(self, kind, data):
        """Its path; MariaDB must be able to write there."""
        folder = self.folder if kind == "sqlite" else self.servers.mysql.folder
        path = folder / f"{data.database}.{kind}"
        if not self.whole(kind, data):
            path.unlink(missing_ok=True)
            self.make(kind, data, path)
        return path

    def whole(self, kind, data):
        return (self.marks / f"{data.database}.{kind}").exists()

    def make(self, kind, data, where):
        self.say(f"making {data.database} for {kind}")
        getattr(data, f"make_{kind}")(where, self)
        (self.marks / f"{data.database}.{kind}").touch()


def clean(folder):
    shutil.rmtree(folder, ignore_errors=True)
