"""A password is known to the endpoints alone: not to any stream, file, document or list of
processes, whatever the command and however it ends."""

import pathlib
import time
import urllib.parse

import pytest

SECRET = "s3cr3t/W:h1mbrel@%"
ENCODED = urllib.parse.quote(SECRET, safe="")


@pytest.fixture(scope="module")
def accounts(servers):
    """Both ends with a password, and what the servers keep of it."""
    from support.databases import Mariadb, Postgres
    source, target = Mariadb(servers["mysql"]), Postgres(servers["postgresql"])
    source.execute(f"CREATE USER keeper@'%' IDENTIFIED BY '{SECRET}'")
    source.execute(f"GRANT ALL ON `{source.name}`.* TO keeper@'%'")
    source.execute("GRANT SELECT ON mysql.* TO keeper@'%'")
    source.execute("CREATE TABLE t (id int PRIMARY KEY, d date)")
    source.execute("INSERT INTO t VALUES (1, '2024-01-01'), (2, '2024-01-02')")
    target.execute(f"CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '{SECRET}' IN ROLE passworded")
    kept = [source.one("SELECT authentication_string FROM mysql.user WHERE user = 'keeper'"),
            target.one("SELECT rolpassword FROM pg_authid WHERE rolname = 'keeper'")]
    yield source, target, [SECRET, ENCODED, *kept]
    target.execute("DROP OWNED BY keeper; DROP ROLE keeper")
    source.execute("DROP USER keeper@'%'")
    source.drop()
    target.drop()


def urls(source, target, password=f":{ENCODED}"):
    return source.address("keeper" + password), target.address("keeper" + password)


def silent(whimbrel, secrets, folder):
    """Nothing that was said and no file but the one that keeps it holds a secret."""
    for secret in secrets:
        for said in whimbrel.said:
            assert secret not in said, said[:2000]
        for file in (p for p in pathlib.Path(folder).rglob("*") if p.is_file()):
            if file.suffix != ".password" and file.name != "kept":
                assert secret.encode() not in file.read_bytes(), f"{secret} is in {file}"


COMMANDS = [
    ["init", "SOURCE", "TARGET"],
    ["plan", "SOURCE", "TARGET", "--workdir", "m"],
    ["assess", "SOURCE", "TARGET", "--workdir", "a"],
    ["assess", "SOURCE", "--workdir", "b"],
    ["run", "SOURCE", "TARGET", "--workdir", "m", "--if-exists", "drop"],
    ["run", "--workdir", "m"],
    ["copy", "--workdir", "m"],
    ["verify", "--workdir", "m"],
    ["verify", "--workdir", "m", "--both"],
    ["verify", "--workdir", "m", "--repair"],
    ["status", "--workdir", "m"],
    ["report", "--workdir", "m"],
    ["quarantine", "list", "--workdir", "m"],
    ["quarantine", "export", "--workdir", "m"],
]


@pytest.mark.parametrize("more", [["-v"], ["--json"]], ids=["verbose", "json"])
def test_no_command_tells_a_password(whimbrel, accounts, tmp_path, more):
    source, target, secrets = accounts
    ends = dict(zip(("SOURCE", "TARGET"), urls(source, target)))
    for command in COMMANDS:
        flags = [] if command[0] == "init" else more
        whimbrel.run(*(ends.get(w, w) for w in command), *flags, expect={0, 4})
    silent(whimbrel, secrets, tmp_path)


BROKEN = [
    "mysql://u:{0}@127.0.0.1:1/x", "postgresql://u:{0}@127.0.0.1:1/x",
    "mysql://u:{0}@no-such-host.invalid/x", "postgresql://u:{0}@no-such-host.invalid/x",
    "mysql://u:{0}@127.0.0.1:99999999/x", "postgresql://u:{0}@[::1/x", "mysql://u:{0}@h",
    "mysql://u:{0}@h/x?nothing=1", "postgresql://u:{0}@h/x?sslmod=require",
    "mysq://u:{0}@h/x", "http://u:{0}@h/x", "mysql:/u:{0}@h/x", "mysql://u:{0}%zz@h/x",
    "postgresql://h/x?password={0}", "mysql://h/x?password={0}",
    "postgresql://h/x?sslpassword={0}",
]


def test_no_mistake_tells_a_password(whimbrel, tmp_path):
    secret = "s3cr3t-Wh1mbrel"
    for form in BROKEN:
        url = form.format(secret)
        for words in ([url, "sqlite:t.db"], ["sqlite:s.db", url], [url]):
            for command in ("run", "plan", "assess", "init", "types"):
                whimbrel.run(command, *words, "--workdir", "w", expect=None)
        whimbrel.run(url, expect=2)
        whimbrel.run("run", f"--sorce={url}", expect=2)
        whimbrel.run("run", "--workers", url, "sqlite:s.db", "sqlite:t.db", expect=2)
        whimbrel.run("status", "--workdir", url, expect=None)
        whimbrel.run("help", url, expect=None)
    for line in (f"password: {secret}", f"passwords: {secret}", f"pasword_file: [{secret}]",
                 f"password_command: 'echo {secret}; exit 1'"):
        (tmp_path / "kept").write_text(
            f"whimbrel: 1\nname: x\nsource: {{ url: \"mysql://u@127.0.0.1:1/x\", {line} }}\n"
            "target: { url: \"sqlite:t.db\" }\n")
        done = whimbrel.run("plan", "kept", expect=None)
        assert done.code and done.err, done
    silent(whimbrel, [secret], tmp_path)


def processes(pid):
    """The command lines of a process and of what it started."""
    lines = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if int(folder.name) == pid or parent == pid:
                lines.append((folder / "cmdline").read_bytes().decode(errors="replace"))
        except (OSError, IndexError):
            continue
    return lines


def test_the_list_of_processes_shows_no_password(whimbrel, accounts, tmp_path):
    """The words of a command are everybody's to read: they are covered at once."""
    source, target, secrets = accounts
    locked = target.connect(target.name)
    with locked.cursor() as c:
        c.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id int)")
    locked.autocommit = False
    with locked.cursor() as c:  # so that the run has to wait
        c.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    process = whimbrel.start("run", *urls(source, target), "--workdir", "m", "--if-exists", "drop")
    deadline = time.monotonic() + 20
    while not (tmp_path / "m" / "journal.db").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    lines = processes(process.pid)
    shown = [line for line in lines if "keeper:***" in line]
    statements = str(target.query("SELECT query FROM pg_stat_activity"))
    statements += str(source.query("SHOW FULL PROCESSLIST"))
    locked.rollback()
    locked.close()
    done = whimbrel.finish(process)
    assert done.code == 0, done
    assert shown, lines
    for secret in secrets:
        assert all(secret not in line for line in lines), lines
        assert secret not in statements
    silent(whimbrel, secrets, tmp_path)
