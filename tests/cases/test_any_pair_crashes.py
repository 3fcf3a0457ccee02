"""Any pair: what a killed run, a dying server or a lost commit leaves behind."""

import json
import signal

import pytest

from support import sample
from support.compare import assert_equal

SERVERS = pytest.mark.parametrize("engine", ["postgresql", "mysql"])


class Move:
    """A migration of several units a table that can be killed at a named step."""

    def __init__(self, whimbrel, source, target, **settings):
        self.whimbrel = whimbrel
        self.ends = {"source": {"url": source.url}, "target": {"url": target.url}}
        self.settings = {"limits": {"workers": 1, "unit_bytes": "4KiB"}, **settings}
        self.put("migration", self.ends)

    def put(self, name, ends):
        (self.whimbrel.folder / name).mkdir(exist_ok=True)
        (self.whimbrel.folder / name / "migration.yaml").write_text(json.dumps(
            {"whimbrel": 1, "name": name, **ends, **self.settings}))

    def run(self, expect=0, **environment):
        return self.whimbrel.run("run", "migration", "--json", expect=expect, env=environment)

    def steps(self, trial):
        """What an undisturbed run into `trial` passes."""
        names = self.whimbrel.folder / "steps"
        self.put("trial", {**self.ends, "target": {"url": trial.url}})
        self.whimbrel.run("run", "trial", env={"WHIMBREL_CRASH_LIST": str(names)}, expect=None)
        return names.read_text().splitlines()

    def kill_at(self, number):
        self.run(expect=-signal.SIGKILL, WHIMBREL_CRASH_AT=str(number))


def numbers(names, step):
    return [i for i, name in enumerate(names, 1) if name == step]


@SERVERS
def test_case_49_commits_that_a_server_lost(make, whimbrel, engine):
    """A server that died without its last commits: the markers tell, not the journal."""
    source, target = sample.fill(make("sqlite")), make(engine)
    move = Move(whimbrel, source, target)
    names = move.steps(make(engine))
    move.kill_at(numbers(names, "unit in the journal")[-1])
    assert target.count("orders") and target.count("whimbrel_unit")
    for table in ("whimbrel_unit", "orders", "labels", "loose"):
        target.execute(f"DELETE FROM {table}")
    move.run()
    assert_equal(source, target)


@SERVERS
def test_case_49_a_weakened_foreign_key_is_told_after_a_crash(make, whimbrel, engine):
    """Killed at any step around the constraint, the finding is there and the exit code is not 0."""
    source = make("sqlite")
    source.script("CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1);"
                  "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id));"
                  "INSERT INTO c VALUES (1, 1), (2, 99)")
    names = Move(whimbrel, source, make(engine)).steps(make(engine))
    for number in numbers(names, "statement executed")[-3:]:
        target = make(engine)
        move = Move(whimbrel, source, target)
        move.kill_at(number)
        done = move.run(expect=4)
        assert [f for f in done.json["findings"] if f["rule"] == "constraint-weakened"], number
        assert target.foreign_keys("c") == {(("p",), "p", ("id",))}
        for file in (whimbrel.folder / "migration").iterdir():
            file.unlink()


def test_case_49_counters_are_never_behind_the_rows(make, whimbrel):
    """Rows that came between the kill and the resume count too."""
    source, target = make("postgresql"), make("mysql")
    source.script("CREATE TABLE t (id serial PRIMARY KEY, v text);"
                  "INSERT INTO t (v) SELECT repeat('x', 90) FROM generate_series(1, 500)")
    move = Move(whimbrel, source, target)
    names = move.steps(make("mysql"))
    move.kill_at(numbers(names, "after commit")[1])
    source.execute("INSERT INTO t (v) SELECT 'late' FROM generate_series(1, 50)")
    move.run()
    assert_equal(source, target)
    target.execute("INSERT INTO t (v) VALUES ('next')")
    assert target.one("SELECT id FROM t WHERE v = 'next'") == 551


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
@pytest.mark.parametrize("source_engine", ["postgresql", "mysql", "sqlite"])
def test_case_47_keys_at_the_ends_of_their_range(make, whimbrel, source_engine, engine):
    """Units are cut out of the keys' range, which may be all that 64 bits hold."""
    source, target = make(source_engine), make(engine)
    ends = [-2**63, -2**63 + 1, -1, 0, 1, 2**63 - 2, 2**63 - 1]
    filler = range(1000, 1300)
    source.script("CREATE TABLE t (id bigint PRIMARY KEY, v varchar(90));INSERT INTO t VALUES "
                  + ", ".join(f"({n}, '{'x' * 80}')" for n in [*ends, *filler]))
    Move(whimbrel, source, target).run()
    assert [r[0] for r in target.query("SELECT id FROM t ORDER BY id")] == sorted([*ends, *filler])


def test_case_49_a_repair_without_a_key_that_was_killed(make, whimbrel):
    """A table without a key is mended by copying it anew: killed there, the next repair ends it."""
    source, target = make("mysql"), make("postgresql")
    source.script("CREATE TABLE loose (v varchar(90)); INSERT INTO loose VALUES "
                  + ", ".join(f"('{n % 150}{'x' * 70}')" for n in range(300)))
    move = Move(whimbrel, source, target)
    move.run()
    target.execute("DELETE FROM loose WHERE ctid IN (SELECT ctid FROM loose LIMIT 7)")
    whimbrel.run("verify", "migration", expect=4)
    repair = ("verify", "migration", "--repair")
    codes = [whimbrel.run(*repair, env={"WHIMBREL_CRASH_AT": str(number)},
                          expect={0, -signal.SIGKILL}).code for number in (2, 4, 6, 9)]
    assert codes.count(-signal.SIGKILL) >= 3, codes
    whimbrel.run(*repair)
    assert_equal(source, target)
    whimbrel.run("verify", "migration")


# ---- tables that stay, which whimbrel did not make

def stays(make, engine, declared):
    source, target = make("sqlite"), make(engine)
    source.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(9));"
                  "INSERT INTO t VALUES (1, 'a'), (2, 'b')")
    target.script(declared + "INSERT INTO t VALUES (7, 'old')")
    return source, target


def test_case_48_a_table_that_cannot_roll_back(make, whimbrel):
    source, target = stays(make, "mysql", "CREATE TABLE t (id int PRIMARY KEY, v varchar(9))"
                                          " ENGINE=MyISAM;")
    done = whimbrel.run("run", source.url, target.url, "--workdir", "m", "--if-exists", "append",
                        expect=6)
    assert "InnoDB" in done.err and target.query("SELECT * FROM t") == [(7, "old")]
    target.execute("ALTER TABLE t ENGINE=InnoDB")
    whimbrel.run("run", source.url, target.url, "--workdir", "m", "--if-exists", "append")
    assert sorted(target.query("SELECT * FROM t")) == [(1, "a"), (2, "b"), (7, "old")]


def test_case_48_triggers_that_an_account_cannot_still(make, whimbrel):
    """A plain user may not keep triggers from firing: refused, not bent; told what to grant."""
    role = "plain"
    source, target = stays(make, "postgresql", f"""
        CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA public TO {role};
        CREATE TABLE t (id bigint PRIMARY KEY, v varchar(9)); ALTER TABLE t OWNER TO {role};
    """)
    target.script("""
        CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.v := ''bent''; RETURN NEW; END';
        CREATE TRIGGER bends BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION bend();
    """)
    words = ("run", source.url, target.address(role), "--workdir", "m", "--if-exists", "append")
    try:
        done = whimbrel.run(*words, expect=6)
        assert "session_replication_role" in done.err
        assert target.query("SELECT * FROM t") == [(7, "old")]
        target.execute(f"GRANT SET ON PARAMETER session_replication_role TO {role}")
        whimbrel.run(*words)
        assert target.query("SELECT * FROM t ORDER BY id") == [(1, "a"), (2, "b"), (7, "old")]
    finally:
        target.execute(f"REVOKE SET ON PARAMETER session_replication_role FROM {role};"
                       f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role};"
                       f"DROP ROLE {role}")
