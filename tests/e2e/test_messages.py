"""Wrong usage, case by case: the exit code, and the words that a user needs to go on. To add a case
is to add a line. `a.db` is a database, `w` a finished migration with one row in its quarantine.
No server is asked: plans for PostgreSQL are made without it."""

import os
import shlex
import shutil
import sqlite3

import pytest

from support.program import DEFAULT, Whimbrel

USAGE, SOURCE, TARGET, STATE = 2, 5, 6, 7
SIDES = 'whimbrel: 1\nsource: {{ url: "sqlite:{0}" }}\ntarget: {{ url: "{1}" }}\n'
POSTGRESQL = "postgresql://u@127.0.0.1:9/d"


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("messages")
    database = sqlite3.connect(folder / "a.db")
    database.executescript(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n INTEGER, d DATE);"
        "CREATE TABLE u (id INTEGER PRIMARY KEY);"
        "INSERT INTO t VALUES (1, 'a', 1, '2024-01-01'), (2, 'b', 2, '2024-01-02');")
    database.close()
    (folder / "w").mkdir()
    (folder / "w" / "migration.yaml").write_text(
        SIDES.format("../a.db", "sqlite:../b.db") +
        "map:\n  - { table: t, columns: { v: { values: { a: x } } } }\n")
    program = Whimbrel(folder, os.environ.get("WHIMBREL") or DEFAULT)
    program.run("run", "w", expect=9)
    return program


def said(done, words):
    lines = [line for line in done.err.splitlines() if line.startswith("whimbrel: ")]
    assert len(lines) == 1, done
    for word in words:
        assert word.lower() in lines[0].lower(), f"{word!r} is not in: {lines[0]}"
    for slip in ("?;", "(null)", "  ", " 1 tables", ": ;"):
        assert slip not in lines[0], lines[0]


@pytest.mark.parametrize("line, code, words", [
    # words that are no command, or half of one
    ("quarantine", USAGE, ["half a command", "list, show, retry or export"]),
    ("quarantine lst", USAGE, ["list, show, retry or export"]),
    ("help quarantine", USAGE, ["list, show, retry or export"]),
    ("man run nonsense", USAGE, ["unknown command", "nonsense"]),
    ("help nonsense", USAGE, ["nonsense", "whimbrel --help"]),
    ("asess sqlite:a.db", USAGE, ["asess", "assess"]),
    # what stands where something else should
    ("run a.db", USAGE, ["SQLite database", "sqlite:a.db TARGET"]),
    ("run a.db new.db", USAGE, ["SOURCE", "a.db", "sqlite:shop.db", "whimbrel kinds"]),
    ("run sqlite:a.db new.db", USAGE, ["TARGET", "new.db", "sqlite:shop.db"]),
    ("run sqlite:a.db", USAGE, ["target is missing", "SOURCE TARGET"]),
    ("run sqlite: sqlite:new.db", USAGE, ["no path", "sqlite:PATH"]),
    ("run w sqlite:new.db", USAGE, ["SOURCE", '"w"']),
    ("verify sqlite:a.db sqlite:b.db", USAGE, ["no URLs", "folder", "verify [MIGRATION]"]),
    ("quarantine retry sqlite:a.db sqlite:b.db", USAGE, ["no URLs", "folder"]),
    ("verify nowhere", USAGE, ["nowhere", "folder"]),
    ("status nowhere", USAGE, ["nowhere", "whimbrel run SOURCE TARGET"]),
    ("quarantine list nowhere", USAGE, ["nowhere", "whimbrel run"]),
    ("run sqlite:missing.db sqlite:new.db --workdir x1", SOURCE, ["no such file", "missing.db"]),
    ("run sqlite:w sqlite:new.db --workdir x2", SOURCE, ["a folder, not a database"]),
    ("run sqlite:a.db sqlite:no/new.db --workdir x3", TARGET, ["no such folder", "make it"]),
    ("run sqlite:a.db sqlite:a.db --workdir x4", USAGE, ["same database", "nothing was written"]),
    ("run mysql://h sqlite:new.db --workdir x5", SOURCE, ["no database", "mysql://user@host/"]),
    ("run sqlite:a.db sqlite:c.db --workdir w", STATE, ["another migration", "--workdir"]),
    # options
    ("run sqlite:a.db sqlite:new.db --memory 1", USAGE, ["16MiB or more"]),
    ("run sqlite:a.db sqlite:new.db --workers 0", USAGE, ["from 1 to 64"]),
    ("run sqlite:a.db sqlite:new.db --bad-rows 5x", USAGE, ["5x", "1000", "1%"]),
    ("run sqlite:a.db sqlite:new.db --bad-rows 200%", USAGE, ["200%", "1%"]),
    ("run sqlite:a.db sqlite:new.db --sample 5", USAGE, ["--sample", '"run"', "run --help"]),
    ("plan sqlite:a.db sqlite:new.db --include tt", USAGE, ["tt", "--include", "2 tables"]),
    ("report w --output nowhere", USAGE, ["cannot write", "nowhere/report.html"]),
    # assess
    ("assess", USAGE, ["migration.yaml", "SOURCE"]),
    ("assess sqlite:missing.db", SOURCE, ["missing.db"]),
    ("assess sqlite:a.db --sample 0", USAGE, ["--sample", "a number of rows, or all"]),
    ("assess sqlite:a.db --sample 1.5", USAGE, ["1.5", "or all"]),
    ("assess sqlite:a.db --prices nowhere.yaml", USAGE, ["cannot read", "nowhere.yaml"]),
    ("assess sqlite:a.db nonsense", USAGE, ["TARGET", "nonsense"]),
    ("assess --both sqlite:a.db", USAGE, ["--both", "assess --help"]),
    # types
    ("types mysql", USAGE, ["too few", "SOURCE-KIND TARGET-KIND"]),
    ("types mysql oracle", USAGE, ["oracle", "postgresql, mysql, sqlite"]),
    ("types MySQL sqlite", USAGE, ['did you mean "mysql"?']),
    ("types mysql postgresql sqlite", USAGE, ["too many", "sqlite"]),
    # quarantine
    ("quarantine show", USAGE, ["too few", "ID"]),
    ("quarantine show w", USAGE, ['"w"', "no row", "quarantine list"]),
    ("quarantine show 99 w", USAGE, ["no row 99", "quarantine list"]),
    ("quarantine retry --id x w", USAGE, ['"x"', "quarantine list"]),
    ("quarantine retry --id 0 w", USAGE, ['"0"', "quarantine list"]),
    ("quarantine retry --id 99 w", USAGE, ["no row 99", "quarantine list"]),
    ("quarantine retry nowhere", USAGE, ["nowhere"]),
    ("quarantine export --output no/rows w", USAGE, ["cannot write", "no/rows"]),
    ("quarantine export --output w w", USAGE, ["cannot write", "directory"]),
])
def test_words(moved, line, code, words):
    said(moved.run(*shlex.split(line), expect=code), words)
    assert not (moved.folder / "new.db").exists()


def test_urls_name_kinds(moved):
    assert moved.run("types", "mysql://u@h/d", "sqlite:x").out == \
        moved.run("types", "mysql", "sqlite").out


def column(name, what):
    return f"map:\n  - {{ table: t, columns: {{ {name}: {{ {what} }} }} }}\n"


@pytest.mark.parametrize("text, words", [
    ("select: { include: [zz] }\n", ["migration.yaml", "zz", "2 tables"]),
    ("limits: { memory: 1KiB }\n", [":4:19", "16MiB or more"]),
    ("limits: { bad_rows: lots }\n", [":4:21", "lots", "1%"]),
    ("policies: { if_exists: replace }\n", [":4:24", "replace", "truncate, append, drop"]),
    ("verify: { mode: none }\n", [":4:17", "digest", "none"]),
    ("map:\n  - { table: T, to: w }\n", [":5:5", 'did you mean "t"?', "2 tables"]),
    ("map:\n  - { table: t, to: u }\n", ["collides", "map:"]),
    # types
    ("types: 5\n", [":4:8", "list"]),
    ("types: [{}]\n", [":4:9", '"from"', '"column"']),
    ("types:\n  - { from: text }\n", [":5:5", "changes nothing", '"to"']),
    ("types:\n  - { frm: text, to: text }\n", [":5:7", 'did you mean "from"?']),
    ("types:\n  - { from: text, to: nosuch }\n", [":5:5", "column t.v", "nosuch", "varchar(40)"]),
    ("types:\n  - { from: text, to: text, when: { key: maybe } }\n", [":5:42", "true or false"]),
    ("types:\n  - { from: text, to: text, when: { precison: 5 } }\n", [":5:37", '"precision"']),
    ("types:\n  - { from: text, to: text, drop: [all] }\n", [":5:36", "all", "default, not_null"]),
    # columns
    (column("V", "to: w"), [":5:", '"V"', 'did you mean "v"?']),
    (column("v", "type: nosuch"), ["migration.yaml:5:", "column t.v", "nosuch", "varchar(40)"]),
    (column("v", "to: id"), ["collides", "to:"]),
    (column("v", "drop: perhaps"), [":5:", "true or false", "perhaps"]),
    (column("v", "value: x, expr: '1'"), ["two transforms", "keep one"]),
    (column("v", "else: x"), ["`else`", "`values`"]),
    (column("v", "values: [a]"), ["OLD: NEW", "list"]),
    (column("n", "values: { 1: x }"), ['"x"', '"n"', "bigint"]),
    (column("v", "expr: 'value +'"), ["not Lua", "syntax error"]),
    (column("v", "split: { by: ' ', into: [id, x] }"), ["collides", '"id"']),
    ("map:\n  - { table: t, add: [{ name: x }] }\n", [":5:", "`type`", "`value`"]),
    ("map:\n  - { table: t, add: [{ name: x, type: integer, value: abc }] }\n",
     ['"abc"', '"x"', "integer"]),
    ("map:\n  - { table: t, add: [{ name: x, type: text, concat: { from: [vv] } }] }\n",
     ['"x"', '"vv"', '"t"']),
    # masks
    (column("v", "mask: { hash: md5, key_env: HOME }"), ["sha256", "md5"]),
    (column("v", "mask: { hash: sha256 }"), ["`key_env`", "`key_file`"]),
    (column("v", "mask: { hash: sha256, key_env: WH_ABSENT }"), ["WH_ABSENT", "export it"]),
    (column("v", "mask: { hash: sha256, key_file: nowhere }"), ["cannot read", "nowhere"]),
    (column("v", "mask: { hsh: sha256 }"), ['did you mean "hash"?']),
    (column("v", "mask: { date_shift: 5, by: id, key_env: HOME }"), ["date_shift", '"v"', "text"]),
    (column("d", "mask: { date_shift: 5, by: no, key_env: HOME }"), ['"d"', '"no"']),
    (column("d", "mask: { date_shift: 0, by: id, key_env: HOME }"), ["most days", '"0"']),
    (column("v", "mask: { partial: '*', first: x }"), ["first", "whole number"]),
])
def test_settings(moved, text, words):
    folder = moved.folder / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "migration.yaml").write_text(SIDES.format("../a.db", POSTGRESQL) + text)
    said(moved.run("plan", folder, expect=USAGE), words)


@pytest.mark.parametrize("text, words", [
    ("", ["no prices", "docs/assess.md"]),
    ("- a\n", ["no prices"]),
    ("curency: EUR\n", ["prices.yaml:1:1", 'did you mean "currency"?']),
    ("hour_of_work: x\n", ["prices.yaml:1:1", "hour_of_work", "a number such as"]),
    ("currency: EUR\nhour_of_work: 1,5\n", ["prices.yaml:2:1", "a number such as"]),
    ("hour_of_work: -1\n", ["hour_of_work"]),
])
def test_prices(moved, text, words):
    (moved.folder / "prices.yaml").write_text(text)
    done = moved.run("assess", "sqlite:a.db", "--prices", "prices.yaml", "--workdir", "x6",
                     expect=USAGE)
    said(done, words)


def test_no_word_of_going_on_where_nothing_was_begun(moved):
    shutil.rmtree(moved.folder / "x7", ignore_errors=True)
    done = moved.run("run", "sqlite:a.db", POSTGRESQL, "--workdir", "x7", expect=TARGET)
    assert "Nothing was written on the target." in done.out and "goes on" not in done.out


def test_what_an_assessment_says_on_a_terminal(moved):
    folder = moved.folder / "collides"
    folder.mkdir(exist_ok=True)
    (folder / "migration.yaml").write_text(
        SIDES.format("../a.db", POSTGRESQL) + "map:\n  - { table: t, to: u }\n")
    done = moved.run("assess", folder, "--read-only", expect=4)
    assert "- No plan can be made (the move): the name of table" in done.out, "not only the title"
    assert "could not be looked at\n    " in done.out
    assert not [line for line in done.out.splitlines() if line != line.rstrip()]
    ready = moved.run("assess", "sqlite:a.db", "--workdir", "x8").out
    assert "  work    none\n" in ready and "0 min" not in ready


def test_time_is_never_less_than_its_parts(moved):
    for _ in range(2):
        text = moved.run("run", "w", expect=9).out
    whole, parts = text.split("took  ")[1].split("\n")[0].split(" (")
    seconds = [float(p.split()[-2]) for p in parts.rstrip(")").split(", ")]
    assert float(whole.split()[-2]) >= sum(seconds) - 0.03
