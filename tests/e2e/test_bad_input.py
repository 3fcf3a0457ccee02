"""Whatever is wrong with the input: one clear line, the right exit code, nothing written."""

import json
import os
import shutil
import signal
import time

import pytest

from support import sample
from support.compare import assert_equal
from support.databases import Sqlite

USAGE, GUARD, SOURCE, TARGET, STATE = 2, 3, 5, 6, 7
SECRET = "s3cr3t-Wh1mbr3l"


def refused(whimbrel, *words, code, says, **more):
    """Fails with the code; stderr names what is asked for; the JSON document agrees."""
    done = whimbrel.run(*words, "--json", expect=code, **more)
    assert done.err.strip(), "an error is said on stderr"
    for text in says:
        assert text.lower() in done.err.lower(), f"{text!r} is not in: {done.err}"
    assert done.json["exit"] == code and done.json["error"]["text"]
    assert SECRET not in done.out + done.err
    return done


@pytest.fixture
def small(tmp_path):
    database = Sqlite(tmp_path / "small.db")
    database.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
                    "INSERT INTO t VALUES (1, 'a')")
    return database


@pytest.fixture
def new_file(tmp_path):
    yield Sqlite(tmp_path / "new.db")


def yaml(whimbrel, text, source="sqlite:small.db", target="sqlite:new.db"):
    whole = (f'whimbrel: 1\nname: bad\nsource: {{ url: "{source}" }}\n'
             f'target: {{ url: "{target}" }}\n{text}')
    (whimbrel.folder / "migration.yaml").write_text(whole)
    return whole.count("\n", 0, len(whole) - len(text)) + 1


# ---- what the user types

@pytest.mark.parametrize("source, says", [
    ("oracle://u@h/db", ["oracle", "postgresql", "mysql", "sqlite"]),
    ("postgresql://h:notaport/db", ["port", "65535"]),
    ("postgresql://h:70000/db", ["port", "65535"]),
    ("postgresql://[::1/db", ["["]),
    ("", ["url"]),
    ("postgresql://h/db?nosuchoption=1", ["nosuchoption"]),
])
def test_bad_urls(whimbrel, new_file, source, says):
    refused(whimbrel, "run", source, new_file.url, "--workdir", "m", code=USAGE, says=says)
    assert not new_file.path.exists()


@pytest.mark.parametrize("words, says", [
    (["rnu"], ["rnu", "run"]),
    (["run", "sqlite:small.db"], ["target"]),
    (["run", "sqlite:small.db", "sqlite:new.db", "--nonsense"], ["--nonsense"]),
    (["run", "sqlite:small.db", "sqlite:new.db", "--workers", "many"], ["workers", "many"]),
    (["run", "sqlite:small.db", "sqlite:new.db", "--memory", "12parsecs"], ["memory", "12parsecs"]),
    (["run", "sqlite:small.db", "sqlite:new.db", "--if-exists", "perhaps"], ["perhaps", "append"]),
    (["run", "sqlite:small.db", "sqlite:new.db", "--include", "nosuch*"], ["nosuch*"]),
])
def test_bad_words(whimbrel, small, new_file, words, says):
    done = whimbrel.run(*words, expect=USAGE)
    for text in says:
        assert text.lower() in done.err.lower(), done.err
    assert not new_file.path.exists()


@pytest.mark.parametrize("text, column, says", [
    ("polices: { bad_row: stop }\n", 1, ["polices", "policies"]),
    ("policies: { bad_row: perhaps }\n", 22, ["perhaps", "stop", "quarantine"]),
    ("limits: { workers: many }\n", 20, ["many", "number"]),
    ("limits: { memory: 12parsecs }\n", 19, ["12parsecs"]),
    ("select: { include: 5 }\n", 20, ["list"]),
    ("map:\n  - tabel: t\n", 5, ["tabel", "table"]),
    ("limits: { workers: 1 }\nlimits: { workers: 2 }\n", 1, ["limits"]),
    ("select: { include: [\"*\" }\n", None, []),
    ("name: \"\\xff\"\n".encode().decode("unicode_escape"), None, []),
])
def test_bad_yaml(whimbrel, small, new_file, text, column, says):
    line = yaml(whimbrel, text)
    done = refused(whimbrel, "run", "migration.yaml", code=USAGE, says=["migration.yaml:", *says])
    if column:
        wrong = line + text.count("\n") - 1
        assert f"migration.yaml:{wrong}:{column}" in done.err
    assert not new_file.path.exists()


@pytest.mark.parametrize("content", ["", "[]", "just words", "whimbrel: 2\nname: x\n", "\0\1\2",
                                     "whimbrel: 1\n", "a: &a [*a]\n"])
def test_yaml_that_is_no_migration(whimbrel, content):
    (whimbrel.folder / "migration.yaml").write_text(content)
    refused(whimbrel, "run", "migration.yaml", code=USAGE, says=["migration.yaml"])


def test_map_names_an_unknown_table_or_column(whimbrel, small, new_file):
    yaml(whimbrel, "map:\n  - table: tt\n    to: u\n")
    refused(whimbrel, "run", "migration.yaml", code=USAGE, says=["migration.yaml:6", "tt"])
    yaml(whimbrel, "map:\n  - table: t\n    columns: { vv: { to: w } }\n")
    refused(whimbrel, "run", "migration.yaml", code=USAGE, says=["migration.yaml", "vv"])
    assert not new_file.path.exists()


# ---- ends that are not there

def test_no_such_host(whimbrel, small):
    refused(whimbrel, "run", "postgresql://u@nowhere.invalid/db", "sqlite:n.db", "--workdir", "m",
            code=SOURCE, says=["nowhere.invalid"])
    refused(whimbrel, "run", small.url, "mysql://u@nowhere.invalid/db", "--workdir", "m2",
            code=TARGET, says=["nowhere.invalid"])


def test_nobody_listens(whimbrel, small):
    refused(whimbrel, "run", small.url, "postgresql://u@127.0.0.1:9/db", "--workdir", "m",
            code=TARGET, says=["127.0.0.1", "9"])
    refused(whimbrel, "run", "mysql://u@localhost/db?socket=/nowhere/s", small.url, "--workdir",
            "m2", code=SOURCE, says=["/nowhere/s"])


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_no_such_database(whimbrel, make, small, engine):
    url = make(engine).url
    name = url.split("/")[-1].split("?")[0]
    url = url.replace("/" + name, "/nosuchdb", 1)
    refused(whimbrel, "run", url, "sqlite:n.db", "--workdir", "m", code=SOURCE, says=["nosuchdb"])
    refused(whimbrel, "run", small.url, url, "--workdir", "m2", code=TARGET, says=["nosuchdb"])


def test_no_such_file(whimbrel, new_file):
    refused(whimbrel, "run", "sqlite:absent.db", new_file.url, "--workdir", "m", code=SOURCE,
            says=["absent.db"])
    assert not (whimbrel.folder / "absent.db").exists(), "a source is never created"
    assert not new_file.path.exists()


def test_no_tables(whimbrel, make, tmp_path):
    """Moving nothing would look like success."""
    empty = Sqlite(tmp_path / "empty.db")
    empty.execute("VACUUM")
    refused(whimbrel, "run", empty.url, make("postgresql").url, "--workdir", "m",
            code=USAGE, says=["table"])


# ---- passwords and privileges

@pytest.fixture
def pg_account(make):
    database = make("postgresql")
    role = f"r_{database.name}"
    database.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{SECRET}' IN ROLE passworded")
    database.execute("CREATE TABLE t (id int primary key, v text); INSERT INTO t VALUES (1, 'a')")
    yield database, role
    database.execute(f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}")
    database.execute(f"DROP ROLE {role}")


@pytest.fixture
def my_account(make):
    database = make("mysql")
    user = f"u_{database.name}"
    database.execute(f"CREATE USER {user}@'%' IDENTIFIED BY '{SECRET}'")
    database.execute("CREATE TABLE t (id int primary key, v text)")
    database.execute("INSERT INTO t VALUES (1, 'a')")
    yield database, user
    database.execute(f"DROP USER {user}@'%'")


def test_wrong_password(whimbrel, pg_account, my_account, small):
    for database, user in (pg_account, my_account):
        wrong = database.address(f"{user}:not-the-password")
        done = refused(whimbrel, "run", wrong, "sqlite:n.db", "--workdir", "m", code=SOURCE,
                       says=[user, "password"])
        assert "not-the-password" not in done.out + done.err
        refused(whimbrel, "run", small.url, wrong, "--workdir", "m2", code=TARGET, says=[user])
        for folder in ("m", "m2"):
            shutil.rmtree(whimbrel.folder / folder, ignore_errors=True)


def test_missing_privilege_on_the_source(whimbrel, pg_account, new_file):
    database, role = pg_account
    refused(whimbrel, "run", database.address(f"{role}:{SECRET}"), new_file.url, "--workdir", "m",
            code=SOURCE, says=["permission", "t"])
    assert not new_file.path.exists() or new_file.tables() == []


def test_nothing_to_see_is_no_success(whimbrel, my_account, new_file):
    """MariaDB hides what a user may not read: an empty database must not look moved."""
    database, user = my_account
    done = whimbrel.run("run", database.address(f"{user}:{SECRET}"), new_file.url, "--workdir", "m",
                        expect={USAGE, SOURCE})
    assert "denied" in done.err or "table" in done.err


def test_missing_privilege_on_the_target(whimbrel, pg_account, my_account, small):
    database, role = pg_account
    database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    refused(whimbrel, "run", small.url, database.address(f"{role}:{SECRET}"), "--workdir", "m",
            "--if-exists", "drop", code=TARGET, says=["permission"])
    database, user = my_account
    database.execute(f"GRANT SELECT ON `{database.name}`.* TO {user}@'%'")
    refused(whimbrel, "run", small.url, database.address(f"{user}:{SECRET}"), "--workdir", "m2",
            "--if-exists", "drop", code=TARGET, says=["denied"])
    assert [tuple(r) for r in database.query("SELECT * FROM t")] == [(1, "a")]


def test_secrets_stay_secret(whimbrel, pg_account, my_account, tmp_path):
    """A password in a URL works, warns, and is in no stream and in no file but the one that
    keeps it for the next run."""
    (source, role), (target, user) = pg_account, my_account
    source.execute(f"GRANT SELECT ON t TO {role}")
    target.execute(f"GRANT ALL ON `{target.name}`.* TO {user}@'%'")
    urls = source.address(f"{role}:{SECRET}"), target.address(f"{user}:{SECRET}")
    process = whimbrel.start("run", *urls, "--workdir", "m", "--if-exists", "drop", "-v")
    done = whimbrel.finish(process)
    assert done.code == 0, done
    assert "password" in done.err.lower(), "a password in a URL warns"
    whimbrel.run("report", "--workdir", "m")
    whimbrel.run("status", "--workdir", "m", "-v")
    for said in whimbrel.said:
        assert SECRET not in said
    for file in (p for p in (tmp_path / "m").rglob("*") if p.is_file()):
        if file.suffix != ".password":  # kept there for the next run, for the owner alone
            assert SECRET.encode() not in file.read_bytes(), f"the password is in {file}"
        assert file.stat().st_mode & 0o077 == 0, f"{file} is open to others"
    assert (tmp_path / "m").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("how", ["password_file", "password_env", "password_command"])
def test_passwords_from_elsewhere(whimbrel, pg_account, new_file, how):
    database, role = pg_account
    database.execute(f"GRANT SELECT ON t TO {role}")
    (whimbrel.folder / "pw").write_text(SECRET + "\n")
    (whimbrel.folder / "pw").chmod(0o600)
    value = {"password_file": "pw", "password_env": "PW", "password_command": "cat pw"}[how]
    (whimbrel.folder / "migration.yaml").write_text(
        f'whimbrel: 1\nname: pw\nsource: {{ url: "{database.address(role)}", {how}: "{value}" }}\n'
        f'target: {{ url: "{new_file.url}" }}\n')
    done = whimbrel.run("run", "migration.yaml", env={"PW": SECRET})
    assert SECRET not in done.out + done.err
    assert_equal(database, new_file)


# ---- files that are not what they should be

def test_a_file_that_is_no_database(whimbrel, new_file, small):
    (whimbrel.folder / "text.db").write_text("this is a letter, and no database\n" * 200)
    refused(whimbrel, "run", "sqlite:text.db", new_file.url, "--workdir", "m", code=SOURCE,
            says=["text.db", "no SQLite database"])
    before = (whimbrel.folder / "text.db").read_bytes()
    refused(whimbrel, "run", small.url, "sqlite:text.db", "--workdir", "m2", code=TARGET,
            says=["text.db"])
    assert (whimbrel.folder / "text.db").read_bytes() == before
    os.mkdir(whimbrel.folder / "folder.db")
    refused(whimbrel, "run", "sqlite:folder.db", new_file.url, "--workdir", "m3", code=SOURCE,
            says=["folder.db"])


@pytest.mark.parametrize("keep", [0.5, 0.97])
def test_a_truncated_database(whimbrel, make, tmp_path, keep):
    source = sample.fill(Sqlite(tmp_path / "cut.db"), orders=3000)
    os.truncate(source.path, int(os.path.getsize(source.path) * keep))
    target = make("postgresql")
    done = refused(whimbrel, "run", source.url, target.url, "--workdir", "m", code=SOURCE,
                   says=["cut.db"])
    assert "malformed" in done.err or "truncated" in done.err or "corrupt" in done.err


# ---- targets that hold something

@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_target_not_empty(whimbrel, make, small, engine):
    target = make(engine)
    target.script("CREATE TABLE t (id int primary key, v varchar(9));"
                  "INSERT INTO t VALUES (7, 'kept')")
    done = refused(whimbrel, "run", small.url, target.url, "--workdir", "m",
                   code=GUARD, says=['t"', "if-exists"])
    assert [tuple(r) for r in target.query("SELECT * FROM t")] == [(7, "kept")]
    assert target.tables() == ["t"], "nothing was written"
    for word in ("truncate", "append", "drop"):
        assert word in done.err


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_target_not_empty_and_what_to_do(whimbrel, make, small, engine):
    target = make(engine)
    make_t = "CREATE TABLE t (id int primary key, v varchar(9)); INSERT INTO t VALUES (7, 'kept')"
    for how, left in (("append", [(1, "a"), (7, "kept")]), ("truncate", [(1, "a")]),
                      ("drop", [(1, "a")])):
        if "t" in target.tables():
            target.execute("DROP TABLE t")
        target.script(make_t)
        whimbrel.run("run", small.url, target.url, "--workdir", how, "--if-exists", how,
                     expect={0, 4} if how == "append" else 0)
        assert [tuple(r) for r in target.query("SELECT id, v FROM t ORDER BY id")] == left


def test_a_table_beside_ours_is_no_obstacle(whimbrel, make, small):
    target = make("postgresql")
    target.execute("CREATE TABLE other (x int); INSERT INTO other VALUES (5)")
    whimbrel.move(small, target)
    assert target.query("SELECT x FROM other") == [(5,)]
    assert_equal(small, target)


def test_source_and_target_are_the_same(whimbrel, small):
    for how in ("fail", "drop", "truncate", "append"):
        done = whimbrel.run("run", small.url, f"sqlite:./{small.path.name}", "--workdir", how,
                            "--if-exists", how, expect={USAGE, GUARD, TARGET})
        assert done.err.strip()
        assert small.query("SELECT * FROM t") == [(1, "a")], how


def test_a_work_folder_that_cannot_be_written(whimbrel, small):
    (whimbrel.folder / "m").write_text("a file stands in the way\n")
    refused(whimbrel, "run", small.url, "sqlite:n.db", "--workdir", "m", code=USAGE, says=["m"])


# ---- a plan that no longer fits, and two at once

@pytest.mark.parametrize("change, says", [
    ("ALTER TABLE orders ADD COLUMN extra integer", "extra"),
    ("ALTER TABLE orders DROP COLUMN data", "data"),
    ("ALTER TABLE orders RENAME COLUMN name TO title", "title"),
    ("DROP TABLE loose", "loose"),
    ("CREATE TABLE late (id integer)", "late"),
])
def test_the_source_changed_its_form(whimbrel, make, change, says):
    source, target = sample.fill(make("sqlite")), make("postgresql")
    words = ("run", source.url, target.url, "--workdir", "m")
    steps = whimbrel.folder / "steps"
    whimbrel.run(*words[:-1], "trial", "--if-exists", "drop", env={"WHIMBREL_CRASH_LIST": steps})
    middle = len(steps.read_text().splitlines()) // 2
    whimbrel.run(*words, "--if-exists", "drop", env={"WHIMBREL_CRASH_AT": str(middle)},
                 expect=-signal.SIGKILL)
    source.execute(change)
    before = {t: target.count(t) for t in target.tables() if not t.startswith("whimbrel")}
    refused(whimbrel, *words, "--if-exists", "drop", code=GUARD, says=[says])
    after = {t: target.count(t) for t in target.tables() if not t.startswith("whimbrel")}
    assert after == before, "nothing was written"


def test_two_at_once(whimbrel, make):
    source, target = sample.fill(make("postgresql"), orders=4000), make("mysql")
    (whimbrel.folder / "migration.yaml").write_text(
        f'whimbrel: 1\nname: two\nsource: {{ url: "{source.url}" }}\n'
        f'target: {{ url: "{target.url}" }}\nlimits: {{ bytes_per_second: 10000 }}\n')
    first = whimbrel.start("run", "migration.yaml")
    deadline = time.monotonic() + 20
    while "orders" not in target.tables() and time.monotonic() < deadline:
        time.sleep(0.02)
    refused(whimbrel, "run", "migration.yaml", code=STATE, says=[str(first.pid)])
    whimbrel.run("status", "migration.yaml")
    os.kill(first.pid, signal.SIGINT)
    assert whimbrel.finish(first).code == 130


def test_another_migration_into_the_same_tables(whimbrel, make, small):
    """A second migration finds the first one's tables, and leaves them alone."""
    target = make("postgresql")
    whimbrel.move(small, target, workdir="one")
    refused(whimbrel, "run", small.url, target.url, "--workdir", "two", code=GUARD,
            says=["if-exists"])
    assert_equal(small, target)


def test_every_failure_is_a_document(whimbrel):
    """--json gives one document on stdout for the worst input too."""
    for words in (["run"], ["verify"], ["status"], ["report"], ["quarantine", "list"], ["plan"]):
        done = whimbrel.run(*words, "--json", expect=USAGE)
        document = json.loads(done.out)
        assert document["whimbrel"] == 1 and document["error"]["code"]
