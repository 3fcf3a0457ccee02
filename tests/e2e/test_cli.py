"""The command line itself: words, help, manual, completion, settings. No server is asked."""

import json
import os
import pty
import shutil
import sqlite3
import stat
import subprocess

import pytest

USAGE = 2
COMMANDS = ["run", "init", "assess", "plan", "copy", "verify", "sync", "cutover", "rollback",
            "commit", "abort", "status", "report",
            "quarantine list", "quarantine show", "quarantine retry", "quarantine export",
            "demo bank", "demo",
            "kinds", "types", "inspect copybook", "completion", "man", "help"]
ENDS = 'whimbrel: 1\nsource: { url: "sqlite:a.db" }\ntarget: { url: "sqlite:b.db" }\n'


def text_of(whimbrel, *words, **more):
    done = whimbrel.run(*words, **more)
    assert done.err == ""
    return done.out


def one_line(done):
    lines = done.err.splitlines()
    assert len(lines) == 1, done
    assert lines[0].startswith("whimbrel: "), done
    return lines[0]


# ---- usage

@pytest.mark.parametrize("words, says", [
    ("rnu", 'did you mean "run"'),
    ("frobnicate", 'unknown command "frobnicate"'),
    ("serve", 'unknown command "serve"'),
    ("sing x", 'unknown command "sing"'),
    ("sync nowhere", "nowhere"),
    ("cutover --dry-run nowhere", "nowhere"),
    ("rollback nowhere", "nowhere"),
    ("commit nowhere", "nowhere"),
    ("abort nowhere", "nowhere"),
    ("report --runbook nowhere", "nowhere"),
    ("sync --dry-run x", "--dry-run is no option"),
    ("quarantine", "list, show, retry or export"),
    ("quarantine show", "ID"),
    ("inspect", "copybook"),
    ("inspect copybook", "FILE"),
    ("inspect copybook nowhere", "nowhere"),
    ("inspect copybook --dialect gnu x", "ibm, mf, gnucobol"),
    ("inspect copybook --workers 2 x", "--workers is no option"),
    ("quarantine show x", '"x" is no row'),
    ("run a b c", 'from "c" on'),
    ("run sqlite:a.db", "the target is missing"),
    ("run", "migration.yaml"),
    ("init sqlite:a.db", "SOURCE TARGET"),
    ("run --inclde x", "did you mean --include"),
    ("run --memory", "needs a value"),
    ("run --workers many a b", "number from 1 to"),
    ("run --progress=ba a b", 'did you mean "bar"'),
    ("plan --repair", 'no option of "plan"'),
    ("status --sql", 'no option of "status"'),
    ("run --json=1 a b", "takes no value"),
    ("run nothing sqlite:b.db", "SOURCE"),
    ("run sqlite:a.db nothing", "TARGET"),
    ("run oracle://h/d sqlite:b.db", "oracle"),
    ("help nonsense", 'unknown command "nonsense"'),
    ("man run nonsense", 'unknown command'),
    ("completion tcsh", "bash, zsh or fish"),
    ("status nowhere", "nowhere"),
    ("report nowhere", "nowhere"),
    ("quarantine list nowhere", "nowhere"),
    ("verify nowhere", "nowhere"),
    ("copy nowhere", "nowhere"),
])
def test_usage(whimbrel, words, says):
    done = whimbrel.run(*words.split(), expect=USAGE)
    assert says in one_line(done)
    assert done.out == ""
    assert os.listdir(whimbrel.folder) == [], "nothing is written"


@pytest.mark.parametrize("words", ["--json rnu", "run --json --nonsense", "status --json nowhere",
                                   "run --json sqlite:a.db", "plan --json nothing sqlite:b",
                                   "quarantine list --json nowhere", "report --json nowhere",
                                   "verify --json", "quarantine show --json x"])
def test_usage_as_json(whimbrel, words):
    done = whimbrel.run(*words.split(), expect=USAGE)
    assert done.json["error"]["text"] and done.json["error"]["text"] in done.err
    assert set(done.json["error"]) >= {"code", "text", "place"}
    assert done.json["exit"] == USAGE


def test_no_words(whimbrel):
    done = whimbrel.run(expect=USAGE)
    assert done.out == "" and "Commands:" in done.err


def test_control_characters_are_shown(whimbrel):
    done = whimbrel.run("run", "sqlite:a.db\x1b[31m", "x\x07y", expect=USAGE)
    assert "\x1b" not in done.err and "\x07" not in done.err
    done = whimbrel.run("\x1b]0;owned\x07", expect=USAGE)
    assert "\x1b" not in done.err and "\x07" not in done.err


def test_version(whimbrel):
    for word in ("--version", "-V"):
        assert text_of(whimbrel, word).startswith("whimbrel ")
        assert text_of(whimbrel, word).count(".") == 2


# ---- help, manual, completion

def test_help(whimbrel):
    whole = text_of(whimbrel, "--help")
    assert whole == text_of(whimbrel, "help") == text_of(whimbrel, "-h")
    for command in COMMANDS:
        assert f"  {command} " in whole
        page = text_of(whimbrel, *command.split(), "--help")
        assert page == text_of(whimbrel, "help", *command.split())
        assert page.startswith(f"whimbrel {command} ")
        assert max(map(len, page.splitlines())) <= 100
    for word in ("serve",):
        assert f"\n  {word} " not in whole, "not in this version"


def test_help_wins(whimbrel):
    assert "Options:" in text_of(whimbrel, "run", "a", "b", "c", "--help")


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is not installed")
def test_manual(whimbrel):
    for command in ["", *COMMANDS]:
        page = text_of(whimbrel, "man", *command.split())
        found = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, text=True,
                               capture_output=True, check=False).stdout
        wrong = [line for line in found.splitlines() if "missing date" not in line]
        assert wrong == [], command
        shown = subprocess.run(["mandoc", "-T", "ascii"], input=page, text=True,
                               capture_output=True, check=True).stdout
        shown = "\n".join(line.replace("\b", "") for line in shown.splitlines())
        assert "whimbrel" in shown and ("OOPPTTIIOONNSS" in shown or "OPTIONS" in shown)


def test_bash_completion(whimbrel):
    script = text_of(whimbrel, "completion", "bash")
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)

    def offers(*words):
        quoted = " ".join(f"'{word}'" for word in words)
        asked = (f"{script}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}\n_whimbrel\n"
                 'printf "%s\\n" "${COMPREPLY[@]}"')
        return subprocess.run(["bash", "--norc", "-c", asked], text=True, capture_output=True,
                              check=True, cwd=whimbrel.folder).stdout.split()

    assert offers("whimbrel", "ver") == ["verify"]
    assert offers("whimbrel", "quarantine", "") == ["list", "show"]
    assert offers("whimbrel", "inspect", "") == ["copybook"]
    assert offers("whimbrel", "inspect", "x", "--dialect", "m") == ["mf"]
    assert offers("whimbrel", "verify", "--re") == ["--repair"]
    assert offers("whimbrel", "run", "--if-exists", "t") == ["truncate"]
    assert "--repair" not in offers("whimbrel", "run", "--")


@pytest.mark.parametrize("shell, check", [("zsh", ["zsh", "-n"]),
                                          ("fish", ["fish", "--no-execute"])])
def test_other_completion(whimbrel, shell, check):
    script = text_of(whimbrel, "completion", shell)
    for command in COMMANDS:
        assert command.split()[0] in script
    if shutil.which(check[0]):
        file = whimbrel.folder / "script"
        file.write_text(script)
        subprocess.run([*check, file], check=True)
    elif shell == "zsh":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    else:
        assert script.replace("\\'", "").count("'") % 2 == 0


def test_kinds(whimbrel):
    text = text_of(whimbrel, "kinds")
    document = whimbrel.run("kinds", "--json").json
    assert document["error"] is None
    kinds = {kind["kind"]: kind for kind in document["kinds"]}
    assert set(kinds) >= {"postgresql", "mysql", "sqlite"}
    for kind in kinds.values():
        assert kind["source"] and (kind["target"] or kind["kind"] == "mt940")
        assert kind["url"] in text and kind["summary"] in text


def test_full_output(whimbrel):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([whimbrel.path, "kinds"], stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False)
    assert done.returncode == 1 and "standard output" in done.stderr


# ---- settings

@pytest.mark.parametrize("text, place, says", [
    ("", "1:1", "empty"),
    ("# nothing\n", "1:1", "empty"),
    ("[]\n", "1:1", "expected a map"),
    ("whimbrel: 2\n", "1:11", "expected 1"),
    ("whimbrel: 1\n", "1:1", '"source" is missing'),
    ("a: &a [*a]\n", "1:5", "anchors"),
    ("a:\n\tb: 1\n", "2:1", "tab"),
    (b"a: \xff\n", "1:4", "UTF-8"),
    (b"a: 1\nb\0: 2\n", "2:2", "NUL"),
    ("a: {b: 1\nc: 2\n", "2:2", "YAML"),
    pytest.param("x" * (1 << 20) + "x", "1:1", "1 MiB", id="large"),
    pytest.param("a: " + "[" * 5000 + "]" * 5000 + "\n", "1:19", "deeply", id="deep"),
    (ENDS + "polices: {}\n", "4:1", 'did you mean "policies"'),
    (ENDS + "source: 5\n", "4:1", "twice"),
    (ENDS + "name:\n", "4:1", "found nothing"),
    (ENDS + "policies: { bad_row: perhaps }\n", "4:22", "quarantine, stop"),
    (ENDS + "policies:\n  bad_row: sotp\n", "5:12", 'did you mean "stop"'),
    (ENDS + "limits: { workers: many }\n", "4:20", "number"),
    (ENDS + "limits: { memory: 12parsecs }\n", "4:19", "512MiB"),
    (ENDS + "select: { include: 5 }\n", "4:20", "list"),
    (ENDS + "map:\n  - tabel: t\n", "5:5", 'did you mean "table"'),
    (ENDS + "map:\n  - table: t\n  - table: t\n", "6:5", "mapped twice"),
    (ENDS + "map:\n  - table: t\n    columns: { a: { mask: {} } }\n", "6:27", "a mask is missing"),
    (ENDS + "map:\n  - table: t\n    columns: { a: { expr: [] } }\n", "6:27", "expected a text"),
    (ENDS + "live: { enabled: maybe }\n", "4:18", "true or false"),
    (ENDS + "verify: { max_age: soon }\n", "4:20", "500ms, 30s or 15m"),
    (ENDS + "---\na: 1\n", "4:1", "second document"),
    ("whimbrel: 1\nsource: { url: oracle://h/d }\n", "2:16", "oracle"),
    ("whimbrel: 1\nsource: { url: \"mysql://a:b@h/d\", password_env: X }\n", "2:1", "password"),
])
def test_bad_settings(whimbrel, text, place, says):
    content = text if isinstance(text, bytes) else text.encode()
    (whimbrel.folder / "migration.yaml").write_bytes(content)
    for words in (["run"], ["verify", "."], ["plan", "migration.yaml"]):
        line = one_line(whimbrel.run(*words, expect=USAGE))
        assert f"migration.yaml:{place}: " in line and says in line
    assert os.listdir(whimbrel.folder) == ["migration.yaml"]


def test_settings_that_cannot_be_read(whimbrel):
    (whimbrel.folder / "migration.yaml").mkdir()
    line = one_line(whimbrel.run("run", expect=USAGE))
    assert "migration.yaml" in line


# ---- init

def test_init_prints(whimbrel):
    printed = text_of(whimbrel, "init", "mysql://shop@db1/shop", "sqlite:out.db", "--include", "a*",
                      "--exclude", "b", "--bad-row", "stop", "--workers", "3", "--memory", "64MiB",
                      "--if-exists", "append")
    assert f'url: "sqlite:{whimbrel.folder}/out.db"' in printed
    for line in ('include: ["a*"]', 'exclude: ["b"]', 'bad_row: "stop"', 'if_exists: "append"',
                 "workers: 3", "memory: 64MiB"):
        assert line in printed
    assert os.listdir(whimbrel.folder) == []


def test_init_keeps_the_password_apart(whimbrel):
    secret = "s3cr3t-%41"
    url = "mysql://shop:s3cr3t-%2541@db1/shop"
    done = whimbrel.run("init", url, "sqlite:out.db")
    assert "s3cr3t" not in done.out + done.err
    assert 'password_file: "source.password"' in done.out and "source.password" in done.err
    done = whimbrel.run("init", url, "sqlite:out.db", "--workdir", "shop")
    assert "s3cr3t" not in done.out + done.err
    folder = whimbrel.folder / "shop"
    assert (folder / "source.password").read_text() == secret
    assert sorted(os.listdir(folder)) == ["migration.yaml", "source.password"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    one_line(whimbrel.run("init", url, "sqlite:out.db", "--workdir", "shop", expect=USAGE))


@pytest.mark.parametrize("way, says", [
    ("password_file: nowhere", "nowhere"),
    ("password_env: WH_TEST_ABSENT", "WH_TEST_ABSENT"),
    ("password_command: 'echo s3cr3t >&2; exit 3'", "exit status 3"),
    ("password_command: 'true'", "empty"),
])
def test_passwords_that_are_not_there(whimbrel, way, says):
    (whimbrel.folder / "migration.yaml").write_text(
        f"whimbrel: 1\nsource:\n  url: mysql://u@127.0.0.1:9/d\n  {way}\n"
        "target: { url: 'sqlite:b.db' }\n")
    done = whimbrel.run("run", expect=USAGE)
    line = done.err.splitlines()[-1]
    assert line.startswith("whimbrel: source: ") and says in line
    assert "s3cr3t" not in line


# ---- a whole move between files

@pytest.fixture
def small(whimbrel):
    with sqlite3.connect(whimbrel.folder / "a.db") as database:
        database.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
                               "CREATE TABLE u (id INTEGER PRIMARY KEY);"
                               "INSERT INTO t VALUES (1, 'a'), (2, 'b'); INSERT INTO u VALUES (1);")
    database.close()
    return whimbrel


def rows(file):
    database = sqlite3.connect(file)
    try:
        return database.execute("SELECT * FROM t ORDER BY id").fetchall()
    finally:
        database.close()


@pytest.mark.part
def test_work_folder_is_a_migration(small):
    folder = small.folder
    small.run("run", "sqlite:a.db", "sqlite:b.db", "--include", "t")
    made, = folder.glob("whimbrel-a-*")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE((made / "migration.yaml").stat().st_mode) == 0o600
    assert rows(folder / "b.db") == [(1, "a"), (2, "b")]
    for words in (["verify"], ["run"], ["status"], ["report"], ["quarantine", "list"]):
        small.run(*words, made)
        small.run(*words, "--workdir", made)
        small.run(*words, cwd=made)
        small.run(*words, made / "migration.yaml", cwd="/")
    again = small.run("run", "sqlite:./a.db", "sqlite:b.db")
    assert "warning: only the tables" in again.err
    assert len(list(folder.glob("whimbrel-a-*"))) == 1, "the same two ends, the same folder"
    document = small.run("run", "sqlite:a.db", "sqlite:b.db", "--json").json
    assert [t["source"] for t in document["tables"]] == ["t"], "--include was kept"


def test_another_migration_in_the_folder(small):
    small.run("run", "sqlite:a.db", "sqlite:b.db", "--workdir", "w")
    done = small.run("run", "sqlite:a.db", "sqlite:c.db", "--workdir", "w", expect=7)
    assert "another migration" in one_line(done)
    assert not (small.folder / "c.db").exists()


def test_dry_run_writes_nothing(small):
    before = sorted(os.listdir(small.folder))
    for words in (["run", "--dry-run"], ["plan"], ["plan", "--sql"], ["plan", "--json"]):
        done = small.run(*words, "sqlite:a.db", "sqlite:b.db")
        assert "t" in done.out
        assert sorted(os.listdir(small.folder)) == before
    assert "CREATE TABLE" in small.run("plan", "--sql", "sqlite:a.db", "sqlite:b.db").out


def test_quiet(small):
    done = small.run("run", "sqlite:a.db", "sqlite:b.db", "--quiet")
    assert done.out == "" and done.err == ""


def test_verbose(small):
    done = small.run("run", "sqlite:a.db", "sqlite:b.db", "-v")
    assert f"source: sqlite:{small.folder}/a.db" in done.err


def test_report_output(small):
    small.run("run", "sqlite:a.db", "sqlite:b.db", "--workdir", "w")
    (small.folder / "audit").mkdir()
    done = small.run("report", "w", "--output", "audit")
    assert done.out.split() == ["audit/report.html", "audit/report.json"]
    json.loads((small.folder / "audit" / "report.json").read_text())
    document = small.run("report", "w", "--output", "audit", "--json").json
    assert document["html"] == "audit/report.html"
    line = one_line(small.run("report", "w", "--output", "nowhere", expect=None))
    assert "nowhere" in line


def on_terminal(whimbrel, *words, env):
    """What the program draws on a terminal."""
    ours, theirs = pty.openpty()
    whole = {**os.environ, "TERM": "xterm", "HOME": str(whimbrel.folder), **env}
    process = subprocess.Popen([whimbrel.path, *words], cwd=whimbrel.folder, env=whole,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    drawn = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        if not piece:
            break
        drawn += piece
    os.close(ours)
    return process.wait(), drawn.decode()


def test_progress(small):
    ends = ["sqlite:a.db", "sqlite:b.db", "--if-exists", "drop"]
    plain = small.run("run", *ends, "--workdir", "w1").err
    assert "\x1b" not in plain and "copy" in plain
    assert small.run("run", *ends, "--workdir", "w2", "--progress", "none").err == ""
    code, drawn = on_terminal(small, "run", *ends, "--workdir", "w3", env={"NO_COLOR": "1"})
    assert code == 0 and "copy" in drawn
    assert "\x1b[1m" not in drawn and "\x1b[0m" not in drawn
    code, drawn = on_terminal(small, "run", *ends, "--workdir", "w4", env={"TERM": "dumb"})
    assert code == 0 and "\x1b" not in drawn
    assert "\x1b[K" in small.run("run", *ends, "--workdir", "w5", "--progress", "bar").err


# ---- demo

@pytest.mark.part
def test_demo(whimbrel):
    done = whimbrel.run("demo")
    folder = whimbrel.folder / "whimbrel-demo"
    assert "report.html" in done.out and "on purpose" in done.out
    for file in ("shop.db", "moved.db", "report.html", "report.json", "migration.yaml"):
        assert (folder / file).stat().st_size > 0
    (folder / "mine").write_text("kept")
    document = whimbrel.run("demo", "--json").json
    assert document["exit"] == 0 and document["totals"]
    assert (folder / "mine").read_text() == "kept", "a demo removes only what it made"
    assert len(whimbrel.run("quarantine", "list", "--json", folder).json) > 0


@pytest.mark.part
def test_demo_bank(whimbrel):
    done = whimbrel.run("demo", "bank")
    folder = whimbrel.folder / "whimbrel-demo-bank"
    assert "on purpose" in done.out and "control total" in done.out
    data = (folder / "BANK.DAT").read_bytes()
    assert len(data) == 100 * 10600 and data[0:1].decode("cp037") == "C"
    database = sqlite3.connect(folder / "bank.db")
    broken = database.execute(
        "SELECT count(*) FROM account a WHERE closing_balance <> round(opening_balance + (SELECT "
        "sum(amount) FROM movement m WHERE m.parent_id = a.record_id), 2)").fetchone()[0]
    assert broken == 3, "of three accounts a movement is missing"
    rows = [json.loads(line) for line in
            whimbrel.run("quarantine", "export", folder).out.splitlines()]
    raw = [v["hex"] for r in rows for v in r["values"].values() if isinstance(v, dict)]
    assert len(raw) == 3 and all(bytes.fromhex(r) in data for r in raw)
    document = whimbrel.run("demo", "bank", "--json").json
    assert document["exit"] == 0 and document["reconciliation"]["failed"] == 0
    assert document["reconciliation"]["noticed"] == 1


def test_demo_leaves_other_folders_alone(whimbrel):
    (whimbrel.folder / "mine").mkdir()
    (whimbrel.folder / "mine" / "shop.db").write_text("precious")
    line = one_line(whimbrel.run("demo", "--workdir", "mine", expect=USAGE))
    assert "mine" in line
    assert (whimbrel.folder / "mine" / "shop.db").read_text() == "precious"


# ---- signals

def test_a_reader_that_goes_away(whimbrel):
    process = whimbrel.start("man")
    process.stdout.close()
    process.stderr.read()
    process.stderr.close()
    assert process.wait() in (0, 1), "not ended by SIGPIPE"
