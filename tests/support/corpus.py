"""Real databases that others made, kept outside the repository."""

import os
import pathlib
import shutil

from support.databases import Mariadb, Postgres, Sqlite, only_statements
from support.program import TOP

CHOICE_OF_DATABASE = ("DROP DATABASE", "CREATE DATABASE", "DROP SCHEMA", "CREATE SCHEMA", "USE ",
                      "\\C ")


def wanted():
    return pathlib.Path(os.environ.get("WHIMBREL_CORPUS") or TOP.parent / "shared" / "corpus")


def folder():
    found = wanted() / "relational"
    return found if found.is_dir() else None


def script(path):
    return only_statements(path.read_text(encoding="utf-8-sig"), CHOICE_OF_DATABASE)


def load_chinook(engine, servers, corpus, scratch):
    if engine == "sqlite":
        path = scratch / "chinook.sqlite"
        shutil.copyfile(corpus / "chinook" / "Chinook_Sqlite.sqlite", path)
        return Sqlite(path)
    kind, file = {"postgresql": (Postgres, "Chinook_PostgreSql.sql"),
                  "mysql": (Mariadb, "Chinook_MySql.sql")}[engine]
    database = kind(servers[engine])
    text = script(corpus / "chinook" / file)
    if engine == "mysql":  # one sync for the whole script
        text = f"SET autocommit = 0; {text}\nCOMMIT;"
    else:
        text = f"BEGIN; {text}\nCOMMIT;"
    database.script(text)
    return database


def load_sakila(servers, corpus):
    database = Mariadb(servers["mysql"], name="sakila")  # one of its views names it
    for name in ("sakila-mv-schema.sql", "sakila-mv-data.sql"):
        database.script(script(corpus / "sakila-mysql" / name))
    return database
