"""What stands beside tables: views, triggers, routines, rights. Between two servers of one engine
the engine's own dump tells whether both say the same."""

import difflib
import pathlib
import re
import signal
import sqlite3
import subprocess

import pymysql
import pytest

HERE = pathlib.Path(__file__).parent


def unquoted_statements(dump):
    """The statements of a dump in a set: without comments, settings and empty lines."""
    text = re.sub(r"(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n", "",
                  dump)
    return {s.strip() for s in re.split(r";\n", text) if s.strip()}


def pg_dump(database, *words):
    done = subprocess.run(
        ["pg_dump", "-h", database.server["socket"], "-p", str(database.server["port"]), "-U",
         "postgres", "--schema-only", *words, database.name],
        capture_output=True, text=True, check=True)
    return unquoted_statements(done.stdout)


def test_postgresql_says_the_same_of_both(make, whimbrel):
    source, target = make("postgresql"), make("postgresql")
    source.script((HERE / "objects_postgresql.sql").read_text())
    whimbrel.move(source, target)
    before, after = pg_dump(source), pg_dump(target)
    assert (sorted(before - after), sorted(after - before)) == ([], [])


def settings(whimbrel, source, target, policies):
    path = whimbrel.folder / "migration.yaml"
    path.write_text(f'whimbrel: 1\nname: move\nsource: {{ url: "{source.url}" }}\n'
                    f'target: {{ url: "{target}" }}\npolicies: {{ {policies} }}\n')
    return path


def test_rights_are_only_told_where_asked(make, whimbrel):
    source, target = make("postgresql"), make("postgresql")
    source.script("CREATE TABLE t (id int PRIMARY KEY); GRANT SELECT ON t TO PUBLIC")
    file = settings(whimbrel, source, target.url, "grants: report")
    done = whimbrel.run("run", file, "--json").json
    told = [f for f in done["findings"] if f["rule"] == "grant-not-carried"]
    assert [f["definition"] for f in told] == ["GRANT SELECT ON TABLE public.t TO PUBLIC"]
    assert target.one("SELECT relacl::text FROM pg_class WHERE oid = 't'::regclass") is None


def test_rights_that_the_target_refuses_are_a_warning(make, whimbrel):
    """The user of the target's URL may not give its tables to another."""
    source, target = make("postgresql"), make("postgresql")
    source.script("""DO $$ BEGIN CREATE ROLE wh_app; EXCEPTION WHEN OTHERS THEN NULL; END $$;
        CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO wh_app;
        GRANT INSERT ON t TO PUBLIC""")
    target.script(f"""DO $$ BEGIN CREATE ROLE wh_mover LOGIN; EXCEPTION WHEN OTHERS THEN NULL;
        END $$; ALTER DATABASE {target.name} OWNER TO wh_mover;
        GRANT CREATE ON SCHEMA public TO wh_mover""")
    done = whimbrel.run("run", settings(whimbrel, source, target.address("wh_mover"), ""),
                        "--json").json
    told = [f for f in done["findings"] if f["rule"] == "statement-refused"]
    assert [(f["object"], f["severity"], f["definition"]) for f in told] == [
        ("owner wh_app", "warning", "ALTER TABLE public.t OWNER TO wh_app")]
    assert target.one("SELECT relacl::text FROM pg_class WHERE oid = 't'::regclass"
                      ).endswith("=a/wh_mover}")


ODD = "it's; DROP/../x\n--y"


def test_what_is_not_carried_waits_in_files(make, whimbrel):
    source, target = make("mysql"), make("postgresql")
    source.script(f"""
        CREATE TABLE t (id int PRIMARY KEY, n int, body text, FULLTEXT KEY words (body));
        CREATE TRIGGER `{ODD}` BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 4712;
        CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2;
        CREATE PROCEDURE `twice`(OUT x int) SET x = 2""")
    planned = whimbrel.run("plan", source.url, target.url, "--json").json
    done = whimbrel.move(source, target).json
    folder = whimbrel.folder / "move" / "port"
    files = sorted(folder.glob("*.sql"))
    assert done["port"] == {"count": len(files), "folder": "move/port"}
    assert planned["port"]["count"] == len(files) == 4
    assert [f.name for f in files] == [
        "001-index-words-on-t.sql", "002-trigger-it-s-DROP-x-y.sql", "003-function-twice.sql",
        "004-procedure-twice.sql"]
    for path in (*files, folder / "README.md"):
        assert path.stat().st_mode & 0o777 == 0o600
    text = next(f for f in files if "trigger" in f.name).read_text()
    assert "4712" in text and "To check" in text
    assert [l for l in text.split("\n\n")[0].splitlines() if not l.startswith("--")] == []
    assert all(f.name in (folder / "README.md").read_text() for f in files)
    page = whimbrel.run("run", source.url, target.url, "--workdir", "move").out
    assert "to port by hand: 4 files in move/port" in page


def test_what_somebody_ported_stays(make, whimbrel):
    source, target = make("mysql"), make("postgresql")
    source.script("CREATE TABLE t (id int PRIMARY KEY);"
                  "CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2")
    folder = whimbrel.folder / "move" / "port"
    folder.mkdir(parents=True)
    (whimbrel.folder / "move").chmod(0o700)
    mine = folder / "001-function-twice.sql"
    mine.write_text("-- ported\n")
    whimbrel.move(source, target)
    assert mine.read_text() == "-- ported\n"


def test_settings_of_a_file_are_nobody_elses(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    source.execute("PRAGMA user_version = 7")
    done = whimbrel.move(source, target).json
    told = [f for f in done["findings"] if f["object"] == "pragma user_version"]
    assert [f["severity"] for f in told] == ["info"] and done["port"]["count"] == 0


CHECKED = re.compile(r"^  `(\w+)` (.*) CHECK \((.*)\)(,?)$")


def table_lines(lines):
    """Keys in any order; the check of a column as one of the table with that column's name."""
    keys = []
    for line in lines:
        found = CHECKED.match(line)
        if found:
            name, column, check, comma = found.groups()
            keys.append(f"  CONSTRAINT `{name}` CHECK ({check})")
            line = f"  `{name}` {column}{comma}"
        if re.match(r"  (\w+ )?(KEY|CONSTRAINT|PERIOD) ?", line):
            keys.append(line.rstrip(","))
            continue
        if keys and line.startswith(")"):
            yield from sorted(keys)
            keys = []
        yield line.rstrip(",")


def mariadb_dump(database):
    done = subprocess.run(
        ["mariadb-dump", "--no-defaults", "-S", database.server["socket"], "-u", "root",
         "--no-data", "--routines", "--events", "--triggers", "--skip-comments", database.name],
        capture_output=True, text=True, check=True)
    return list(table_lines(done.stdout.splitlines()))


def mariadb_rights(database):
    found = []
    for account in ("wh_nobody@'%'", "wh_reader@localhost", "wh_role"):
        found += [row[0].replace(f"`{database.name}`.", "") for row in
                  database.query(f"SHOW GRANTS FOR {account}") if f"`{database.name}`" in row[0]]
    return sorted(found)


def test_mariadb_says_the_same_of_both(make, whimbrel):
    source, target = make("mysql"), make("mysql")
    source.script((HERE / "objects_mysql.sql").read_text())
    source.execute(f"GRANT SELECT, EXECUTE ON `{source.name}`.* TO wh_role")
    done = whimbrel.move(source, target)
    before, after = mariadb_dump(source), mariadb_dump(target)
    assert before == after, "\n".join(difflib.unified_diff(before, after, lineterm="", n=1))
    assert mariadb_rights(source) == mariadb_rights(target) != []
    assert [f for f in done.json["findings"] if f["severity"] == "error"] == []


def test_a_definer_that_is_not_there_is_told(make, whimbrel):
    source, target = make("mysql"), make("mysql")
    source.script("CREATE TABLE t (id int PRIMARY KEY); CREATE DEFINER = wh_gone@'%' VIEW v AS"
                  " SELECT id FROM t")
    done = whimbrel.move(source, target).json
    told = [f for f in done["findings"] if f["rule"] == "statement-weakened"]
    assert [(f["object"], f["severity"]) for f in told] == [("view v", "warning")]
    assert "wh_gone" in told[0]["text"] and target.query("SELECT * FROM v") == []


def test_sqlite_says_the_same_of_both(make, whimbrel):
    source, target = make("sqlite"), make("sqlite")
    source.script((HERE / "objects_sqlite.sql").read_text())
    done = whimbrel.move(source, target).json
    entries = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> 'sqlite_sequence'"
    assert sorted(target.query(entries), key=str) == sorted(source.query(entries), key=str)
    for query in (
            "SELECT rowid, body FROM words WHERE words MATCH 'run'", "SELECT rowid, * FROM words",
            "SELECT rowid, title FROM outside WHERE outside MATCH 'quick OR over'",
            "SELECT rowid FROM blind WHERE blind MATCH 'found'",
            "SELECT docid, body FROM old WHERE body MATCH 'older'", "SELECT * FROM boxes",
            "SELECT id FROM boxes WHERE x1 > 1 AND y0 < 5", "SELECT * FROM again",
            "PRAGMA user_version", "PRAGMA application_id", "PRAGMA integrity_check"):
        assert target.query(query) == source.query(query) != [], query
    for table in ("words", "outside", "boxes"):
        check = "SELECT rtreecheck('boxes')" if table == "boxes" else (
            f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
        assert target.query(check) in ([], [("ok",)])
    target.execute("INSERT INTO docs (title, body, n) VALUES ('three', 'new words', 9)")
    assert target.query("SELECT body FROM words WHERE words MATCH 'new'") == [("new words",)]
    assert done["port"]["count"] == 0


def test_sqlite_storage_stays_behind_with_its_table(make, whimbrel):
    """Elsewhere a virtual table is a file to port, and the tables behind it are not moved."""
    source, target = make("sqlite"), make("postgresql")
    source.script("CREATE TABLE t (id INTEGER PRIMARY KEY);"
                  "CREATE VIRTUAL TABLE words USING fts5 (body)")
    done = whimbrel.move(source, target).json
    assert target.tables() == ["t"]
    assert [f["object"] for f in done["findings"] if f["class"] == "manual"] == [
        "virtual table words"]


DOMAINS = """
    CREATE DOMAIN plain AS int;
    CREATE DOMAIN positive AS int NOT NULL DEFAULT 7 CHECK (VALUE > 0);
    CREATE DOMAIN small AS positive DEFAULT 8 CONSTRAINT low CHECK (VALUE < 100 AND VALUE <> 13);
    CREATE DOMAIN colour AS text CHECK (VALUE IN ('red', 'green'));
    CREATE DOMAIN code AS text CHECK (VALUE ~ '^[A-Z]+$');
    CREATE DOMAIN doubted AS int;
    CREATE TABLE t (id int PRIMARY KEY, a plain, b positive, "Sm all" small DEFAULT 9, c colour,
        d code, e doubted, "value" positive);
    INSERT INTO t VALUES (1, 2, 3, 4, 'red', 'X', -1, 1);
    ALTER DOMAIN doubted ADD CHECK (VALUE > 0) NOT VALID;
"""


@pytest.mark.parametrize("engine", ["mysql", "sqlite"])
def test_what_a_domain_demands_is_said_by_its_columns(make, whimbrel, engine):
    source, target = make("postgresql"), make(engine)
    source.script(DOMAINS)
    done = whimbrel.move(source, target).json
    assert {(f["object"].split(".")[1], f["class"]) for f in done["findings"]
            if f["object"].startswith("domain")} == {
        ("plain", "automatic"), ("positive", "automatic"), ("small", "automatic"),
        ("colour", "automatic"), ("code", "manual"), ("doubted", "manual")}
    assert done["port"]["count"] == 2
    assert target.required("t") >= {"b", "Sm all", "value"}
    target.execute("INSERT INTO t (id) VALUES (2)")
    columns = ["id", "a", "b", "Sm all", "c", "d", "e", "value"]
    assert sorted(target.rows("t", columns)) == [
        (1, 2, 3, 4, "red", "X", -1, 1), (2, None, 7, 9, None, None, None, 7)]
    for column, wrong in (("b", "0"), ("b", "NULL"), ("Sm all", "0"), ("Sm all", "13"),
                          ("Sm all", "100"), ("c", "'blue'"), ("value", "-1")):
        with pytest.raises((pymysql.err.MySQLError, sqlite3.IntegrityError)):
            target.execute(f"UPDATE t SET {target.quote(column)} = {wrong}")
    target.execute(f"UPDATE t SET {target.quote('Sm all')} = 99, c = 'green', b = 1")


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_a_namesake_is_not_what_was_made(make, whimbrel, engine):
    """What came after the look at the target: a statement that is tried again, because others went
    through, is as refused as before."""
    source, target = make("sqlite"), make(engine)
    source.script("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2);"
                  "CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM t")
    listed = whimbrel.folder / "steps"
    whimbrel.move(source, make(engine), workdir="other", env={"WHIMBREL_CRASH_LIST": str(listed)})
    number = listed.read_text(encoding="utf-8").splitlines().index("plan in the journal") + 1
    whimbrel.move(source, target, expect=-signal.SIGKILL,
                  env={"WHIMBREL_CRASH_AT": str(number)})
    target.execute("CREATE TABLE v (id int)")
    done = whimbrel.move(source, target, expect=4)
    told = [f["object"] for f in done.json["findings"] if f["rule"] == "statement-failed"]
    assert told == ["view v"] and target.count("w") == 2


def test_what_a_virtual_table_stands_on_is_mended(make, whimbrel):
    source, target = make("sqlite"), make("sqlite")
    source.script("CREATE VIRTUAL TABLE words USING fts5 (body);"
                  "INSERT INTO words VALUES ('one'), ('two words'), ('three');"
                  "CREATE VIRTUAL TABLE boxes USING rtree (id, a, b);"
                  "INSERT INTO boxes VALUES (1, 2, 3), (4, 5, 6)")
    whimbrel.move(source, target)
    target.script("UPDATE words_content SET c0 = 'changed' WHERE id = 2;"
                  "DELETE FROM words_docsize WHERE id = 1; DELETE FROM words_data WHERE id > 10;"
                  "UPDATE boxes_rowid SET nodeno = 9 WHERE rowid = 4")
    done = whimbrel.run("verify", "--both", "--workdir", "move", "--json", expect=4)
    assert {d["table"] for d in done.json["differences"]} == {
        "words_content", "words_docsize", "words_data", "boxes_rowid"}
    whimbrel.run("verify", "--both", "--repair", "--workdir", "move")
    whimbrel.run("verify", "--both", "--workdir", "move")
    assert target.query("SELECT body FROM words WHERE words MATCH 'words'") == [("two words",)]
    assert target.query("SELECT rtreecheck('boxes')") == [("ok",)]
    target.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
