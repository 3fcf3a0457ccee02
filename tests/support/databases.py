"""Databases as their own clients see them: the independent witnesses of every test."""

import itertools
import sqlite3
import subprocess

import psycopg2
import pymysql

NUMBERS = itertools.count(1)


def only_statements(text, unwanted):
    """A script without the lines that choose or make its database."""
    return "\n".join(line for line in text.splitlines()
                     if not line.strip().upper().startswith(unwanted))


def load(client, text):
    """Feeds a script to an engine's own client, which must be content with all of it."""
    done = subprocess.run(client, input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")


PROOF = "whimbrel_reconciliation"  # stays on the target when a move is complete


class Database:
    """One database of one engine. `key`, `foreign_keys` and `indexes` come from its catalog;
    `tables` are all but the proof."""

    def __init__(self, url):
        self.url = url

    def execute(self, sql, *parameters):
        self.query(sql, *parameters)

    def rows(self, table, columns):
        names = ", ".join(self.quote(c) for c in columns)
        return self.query(f"SELECT {names} FROM {self.quote(table)}")

    def one(self, sql, *parameters):
        return self.query(sql, *parameters)[0][0]

    def count(self, table):
        return self.one(f"SELECT count(*) FROM {self.quote(table)}")


class Postgres(Database):
    engine = "postgresql"

    def __init__(self, server, name=None, options="", exists=False):
        self.server = server
        self.name = name or f"t{next(NUMBERS)}"
        if not exists:
            self.create(options)
        self.connection = self.connect(self.name)
        super().__init__(self.address("postgres"))

    def create(self, options):
        admin = self.connect("postgres")
        with admin.cursor() as c:
            c.execute(f'CREATE DATABASE "{self.name}" {options}')
        admin.close()

    def address(self, user):
        return f"postgresql://{user}@127.0.0.1:{self.server['port']}/{self.name}"

    def connect(self, name):
        connection = psycopg2.connect(host=self.server["socket"], port=self.server["port"],
                                      user="postgres", dbname=name,
                                      options="-c timezone=UTC -c bytea_output=hex")
        connection.autocommit = True
        return connection

    def drop(self):
        self.connection.close()
        admin = self.connect("postgres")
        with admin.cursor() as c:
            c.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        admin.close()

    def quote(self, name):
        return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))

    def query(self, sql, *parameters):
        with self.connection.cursor() as c:
            c.execute(sql, parameters or None)
            return c.fetchall() if c.description else []

    def script(self, text):
        load(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.server["socket"],
              "-p", str(self.server["port"]), "-U", "postgres", self.name], text)

    def tables(self):
        return [row[0] for row in self.query(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') ORDER BY relname") if row[0] != PROOF]

    def columns(self, table):
        return [row[0] for row in self.query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum", self.quote(table))]

    def required(self, table):
        return {row[0] for row in self.query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attnotnull", self.quote(table))}

    def type_of(self, table, column):
        return self.one("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE"
                        " attrelid = %s::regclass AND attname = %s", self.quote(table), column)

    def key(self, table):
        return next(iter(self._indexed(table, "i.indisprimary")), ())

    def indexes(self, table):
        return set(self._indexed(table, "NOT i.indisprimary"))

    def _indexed(self, table, which):
        return [tuple(row[0]) for row in self.query(
            "SELECT array(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k(n, o)"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY k.o)"
            f" FROM pg_index i WHERE i.indrelid = %s::regclass AND {which}", self.quote(table))]

    def foreign_keys(self, table):
        names = ("array(SELECT a.attname::text FROM unnest(c.{0}) WITH ORDINALITY AS k(n, o)"
                 " JOIN pg_attribute a ON a.attrelid = c.{1} AND a.attnum = k.n ORDER BY k.o)")
        return {(tuple(row[0]), row[1], tuple(row[2])) for row in self.query(
            f"SELECT {names.format('conkey', 'conrelid')}, t.relname,"
            f" {names.format('confkey', 'confrelid')} FROM pg_constraint c"
            " JOIN pg_class t ON t.oid = c.confrelid"
            " WHERE c.contype = 'f' AND c.conrelid = %s::regclass", self.quote(table))}


class Mariadb(Database):
    engine = "mysql"

    def __init__(self, server, name=None, options="", exists=False):
        self.server = server
        self.name = name or f"t{next(NUMBERS)}"
        if not exists:
            self.create(options)
        self.connection = self.connect(self.name)
        super().__init__(self.address("root"))

    def create(self, options):
        admin = self.connect(None)
        with admin.cursor() as c:
            c.execute(f"CREATE DATABASE `{self.name}` {options}")
        admin.close()

    def address(self, user):
        return f"mysql://{user}@localhost/{self.name}?socket={self.server['socket']}"

    def connect(self, name):
        return pymysql.connect(unix_socket=self.server["socket"], user="root", database=name,
                               charset="utf8mb4", autocommit=True,
                               init_command="SET time_zone = '+00:00'")

    def drop(self):
        self.execute(f"DROP DATABASE `{self.name}`")
        self.connection.close()

    def quote(self, name):
        return "`" + name.replace("`", "``") + "`"

    def query(self, sql, *parameters):
        with self.connection.cursor() as c:
            c.execute(sql, parameters or None)
            return list(c.fetchall()) if c.description else []

    def script(self, text):
        load(["mariadb", "--no-defaults", "-S", self.server["socket"], "-u", "root",
              "--default-character-set=utf8mb4", self.name], text)

    def tables(self):
        return [row[0] for row in self.query(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
            " AND table_type = 'BASE TABLE' ORDER BY table_name COLLATE utf8mb3_bin", self.name)
                if row[0] != PROOF]

    def columns(self, table):
        return [row[0] for row in self.query(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s"
            " AND table_name = %s ORDER BY ordinal_position", self.name, table)]

    def required(self, table):
        return {row[0] for row in self.query(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s"
            " AND table_name = %s AND is_nullable = 'NO'", self.name, table)}

    def type_of(self, table, column):
        return self.one("SELECT column_type FROM information_schema.columns WHERE table_schema = %s"
                        " AND table_name = %s AND column_name = %s", self.name, table, column)

    def _indexed(self, table):
        found = {}
        for name, column in self.query(
                "SELECT index_name, column_name FROM information_schema.statistics"
                " WHERE table_schema = %s AND table_name = %s ORDER BY index_name, seq_in_index",
                self.name, table):
            found[name] = found.get(name, ()) + (column,)
        return found

    def key(self, table):
        return self._indexed(table).get("PRIMARY", ())

    def indexes(self, table):
        return {columns for name, columns in self._indexed(table).items() if name != "PRIMARY"}

    def foreign_keys(self, table):
        found = {}
        for name, column, to_table, to_column in self.query(
                "SELECT constraint_name, column_name, referenced_table_name,"
                " referenced_column_name FROM information_schema.key_column_usage"
                " WHERE table_schema = %s AND table_name = %s AND referenced_table_name IS NOT NULL"
                " ORDER BY constraint_name, ordinal_position", self.name, table):
            columns, _, to_columns = found.get(name, ((), to_table, ()))
            found[name] = (columns + (column,), to_table, to_columns + (to_column,))
        return set(found.values())


class Sqlite(Database):
    engine = "sqlite"

    def __init__(self, path):
        self.path = path
        self.name = str(path)
        super().__init__(f"sqlite:{path}")

    def connect(self, _=None):
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.execute("PRAGMA busy_timeout = 10000")
        return connection

    def drop(self):
        pass

    def quote(self, name):
        return '"' + name.replace('"', '""') + '"'

    def query(self, sql, *parameters):
        connection = self.connect()
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def script(self, text):
        connection = self.connect()
        try:
            connection.executescript("PRAGMA synchronous = OFF; BEGIN;" + text + "; COMMIT;")
        finally:
            connection.close()

    def tables(self):
        return [row[0] for row in self.query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            " ORDER BY name") if row[0] != PROOF]

    def columns(self, table):
        return [row[0] for row in self.query(
            "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid", table)]

    def required(self, table):
        return {row[0] for row in self.query(
            'SELECT name FROM pragma_table_info(?) WHERE "notnull"', table)}

    def type_of(self, table, column):
        return self.one("SELECT type FROM pragma_table_info(?) WHERE name = ?", table, column)

    def key(self, table):
        return tuple(row[0] for row in self.query(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table))

    def indexes(self, table):
        found = set()
        for (name,) in self.query("SELECT name FROM pragma_index_list(?) WHERE origin <> 'pk'",
                                  table):
            found.add(tuple(row[0] for row in self.query(
                "SELECT name FROM pragma_index_info(?) ORDER BY seqno", name)))
        return found

    def foreign_keys(self, table):
        found = {}
        for number, to_table, column, to_column in self.query(
                'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq',
                table):
            columns, _, to_columns = found.get(number, ((), to_table, ()))
            found[number] = (columns + (column,), to_table, to_columns + (to_column,))
        return set(found.values())
