"""The data of the bench, made from a seed: each table in each engine's words, and the same rows as
a source of each engine and as files. Each is made once, from the one before it, and kept."""

import dataclasses
import shutil
import subprocess

from support.databases import Sqlite

CHUNK = 500_000


@dataclasses.dataclass(frozen=True)
class Column:
    """`value` is MariaDB's expression of the row's number `seq` and of {random}, a number from 0 to
    2^32-1 that is the same for the same seed and row; `sums` are compared on both sides."""
    name: str
    mysql: str
    postgresql: str
    sqlite: str
    value: str
    sums: dict


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
        if database.engine != "postgresql":
            return database.key(self.name) == ("id",)
        return database.key(".".join(self.place(database))) == ("id",)

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

    def make_csv(self, path, store):
        """SQLite's shell reads no NULL: they are empty."""
        fields = ", ".join(f"ifnull({c.name}, '')" if c.mysql.endswith("NULL") else c.name
                           for c in self.columns)
        store.source("mysql", self).execute(
            f"SELECT {fields} FROM {self.name} INTO OUTFILE '{path}' CHARACTER SET utf8mb4"
            " FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '\"'")

    def make_postgresql(self, database, store):
        database.execute(self.ddl("postgresql", key=False))
        with open(store.file("tsv", self), "rb") as rows, database.connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {self.name} FROM STDIN", rows)
        database.execute(f"ALTER TABLE {self.name} ADD PRIMARY KEY (id)")
        database.execute(f"VACUUM ANALYZE {self.name}")

    def make_sqlite(self, path, store):
        words = ["PRAGMA synchronous = off;", "PRAGMA journal_mode = off;",
                 self.ddl("sqlite") + ";", f".import --csv {store.file('csv', self)} {self.name}"]
        words += [f"UPDATE {self.name} SET {c.name} = NULL WHERE {c.name} = '';"
                  for c in self.columns if c.sqlite.endswith("NULL")]
        subprocess.run(["sqlite3", "-bail", path, *words], check=True, stdout=subprocess.DEVNULL)


class EmptyTables:
    """So many tables without a row."""

    def __init__(self, rows, seed):
        self.rows, self.name = rows, "t1"
        self.database = f"empty_{rows}_{seed}"

    def make_postgresql(self, database, _):
        database.script("".join(
            f"CREATE TABLE t{n} (id bigint PRIMARY KEY, name varchar(40) NOT NULL,"
            " made timestamp, total numeric(12,2));" for n in range(1, self.rows + 1)))

    def ddl(self, _, key=True):
        return ""

    def checked(self, database, blind=()):
        return {"tables": len(database.tables()), **{name: 0 for name in blind}}

    def keyed(self, database):
        return self.rows == database.one("SELECT count(*) FROM pg_index WHERE indisprimary AND"
                                         " indrelid::regclass::text ~ '^t[0-9]+$'")


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
