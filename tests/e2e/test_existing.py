"""Objects that the target holds already under a name of the source's: refused before anything is
written, kept and told, or replaced and told with the old definition. What is there is asked of the
server's own functions."""

import signal

import pytest

# kind: what makes it on the source, what made another of that name on the target, what shows it
POSTGRESQL = {
    "view": (
        "CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 2 AS a",
        "SELECT pg_get_viewdef('v'::regclass)"),
    "materialized view": (
        "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a; CREATE INDEX mi ON mv (a)",
        "CREATE MATERIALIZED VIEW mv AS SELECT 2 AS a; CREATE INDEX mi ON mv ((a + 1))",
        "SELECT pg_get_viewdef('mv'::regclass), pg_get_indexdef('mi'::regclass)"),
    "function": (
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION f(b int) RETURNS text LANGUAGE sql AS $$SELECT 'two'$$",
        "SELECT pg_get_functiondef('f(int)'::regprocedure)"),
    "procedure": (
        "CREATE PROCEDURE p(a text) LANGUAGE sql AS 'SELECT 1'",
        "CREATE PROCEDURE p(b text) LANGUAGE sql AS 'SELECT 2'",
        "SELECT pg_get_functiondef('p(text)'::regprocedure)"),
    "aggregate": (
        "CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1')",
        "CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int, INITCOND = '2')",
        "SELECT agginitval FROM pg_aggregate WHERE aggfnoid = 'ag'::regproc"),
    "trigger": (
        "CREATE FUNCTION tf1() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf1()",
        "CREATE FUNCTION tf2() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf2()",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'tr'"),
    "rule": (
        "CREATE RULE ru AS ON DELETE TO t DO INSTEAD NOTHING",
        "CREATE RULE ru AS ON UPDATE TO t DO INSTEAD NOTHING",
        "SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE rulename = 'ru'"),
    "policy": (
        "CREATE POLICY po ON t USING (id = 1)", "CREATE POLICY po ON t USING (id = 2)",
        "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'po'"),
    "type": (
        "CREATE TYPE ty AS ENUM ('a')", "CREATE TYPE ty AS ENUM ('b')",
        "SELECT enum_range(NULL::ty)::text"),
    "domain": (
        "CREATE DOMAIN d AS int CHECK (VALUE > 1)", "CREATE DOMAIN d AS int CHECK (VALUE > 2)",
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = 'd'::regtype"),
    "sequence": (
        "CREATE SEQUENCE s START 5 INCREMENT 5", "CREATE SEQUENCE s START 700 INCREMENT 7",
        "SELECT seqincrement, last_value FROM pg_sequence, s WHERE seqrelid = 's'::regclass"),
    "collation": (
        "CREATE COLLATION co (provider = libc, locale = 'C')",
        "CREATE COLLATION co (provider = libc, locale = 'POSIX')",
        "SELECT collcollate FROM pg_collation WHERE collname = 'co'"),
    "operator": (
        "CREATE OPERATOR ### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)",
        "CREATE OPERATOR ### (FUNCTION = int4mi, LEFTARG = int, RIGHTARG = int)",
        "SELECT oprcode::text FROM pg_operator WHERE oprname = '###'"),
    "cast": (
        "CREATE CAST (int AS point) WITH INOUT",
        "CREATE CAST (int AS point) WITH INOUT AS ASSIGNMENT",
        "SELECT castcontext FROM pg_cast WHERE castsource = 'int'::regtype"
        " AND casttarget = 'point'::regtype"),
    "text search configuration": (
        "CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple)",
        "CREATE TEXT SEARCH CONFIGURATION ts (COPY = english)",
        "SELECT to_tsvector('ts', 'the houses')::text"),
    "statistics": (
        "CREATE STATISTICS st (ndistinct) ON id, v FROM t",
        "CREATE STATISTICS st (dependencies) ON id, v FROM t",
        "SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext"),
    "publication": (
        "CREATE PUBLICATION pu FOR TABLE t", "CREATE PUBLICATION pu WITH (publish = 'insert')",
        "SELECT pubdelete, count(prrelid) FROM pg_publication p LEFT JOIN pg_publication_rel r"
        " ON prpubid = p.oid GROUP BY 1"),
    "event trigger": (
        "CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION ef()",
        "CREATE FUNCTION eg() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION eg()",
        "SELECT evtevent FROM pg_event_trigger"),
}

MYSQL = {
    "view": (
        "CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 2 AS a", "SELECT a FROM v"),
    "function": (
        "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1",
        "CREATE FUNCTION F() RETURNS int DETERMINISTIC RETURN 2", "SELECT f()"),
    "procedure": (
        "CREATE PROCEDURE p() SELECT 1", "CREATE PROCEDURE p() SELECT 2", "CALL p()"),
    "trigger": (
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1",
        "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = 2",
        "SELECT EVENT_MANIPULATION FROM information_schema.TRIGGERS"
        " WHERE TRIGGER_SCHEMA = DATABASE()"),
    "event": (
        "CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR DO SELECT 1",
        "CREATE EVENT ev ON SCHEDULE EVERY 2 YEAR DO SELECT 1",
        "SELECT INTERVAL_VALUE FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()"),
    "sequence": (
        "CREATE SEQUENCE s START WITH 5 INCREMENT BY 5",
        "CREATE SEQUENCE s START WITH 700 INCREMENT BY 7",
        "SELECT increment, next_not_cached_value FROM s"),
}

SQLITE = {
    "view": (
        "CREATE VIEW v AS SELECT 1 AS a", "CREATE VIEW V AS SELECT 2 AS a",
        "SELECT sql FROM sqlite_schema WHERE type = 'view'"),
    "trigger": (
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TRIGGER TR AFTER UPDATE ON t BEGIN SELECT 2; END",
        "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"),
    "pragma": ("PRAGMA user_version = 1", "PRAGMA user_version = 2", "PRAGMA user_version"),
}

ENGINES = {"postgresql": POSTGRESQL, "mysql": MYSQL, "sqlite": SQLITE}
TABLE = "CREATE TABLE t (id int PRIMARY KEY, v int)"
WITH_TABLE = ("trigger", "rule", "policy", "statistics")


def database_of(make, engine, side, kinds):
    """A table and one of each kind, as the source (0) or the target (1) has it."""
    database = make(engine)
    database.script(";\n".join([TABLE] + [ENGINES[engine][k][side] for k in kinds]) + ";")
    return database


@pytest.fixture(params=ENGINES)
def ends(request, make):
    """A source and a target with one of each kind, of the same names, and what shows each."""
    kinds = ENGINES[request.param]
    source, target = (database_of(make, request.param, side, kinds) for side in (0, 1))
    return source, target, {kind: query for kind, (_, _, query) in kinds.items()}


def shown(database, queries):
    return {kind: database.query(query) for kind, query in queries.items()}


def told(done, rule, kinds):
    """kind: its finding of that rule."""
    return {kind: f for f in done.json["findings"] if f["rule"] == rule
            for kind in kinds if f["object"].startswith(kind + " ")}


@pytest.mark.parametrize("treatment", ["append", "truncate"])
def test_what_is_there_stays_and_is_told(ends, whimbrel, treatment):
    source, target, queries = ends
    before = shown(target, queries)
    assert not [kind for kind, rows in shown(source, queries).items() if rows == before[kind]]
    done = whimbrel.move(source, target, "--if-exists", treatment)
    assert shown(target, queries) == before
    kept = told(done, "object-kept", queries)
    assert set(kept) == set(queries) and not told(done, "object-replaced", queries)
    assert {f["severity"] for f in kept.values()} == {"warning"}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_table_that_stays_has_not_is_told(make, whimbrel, engine):
    source = database_of(make, engine, 0, ["trigger"])
    source.script("""CREATE TABLE u (id int PRIMARY KEY, t int, n int CHECK (n > 0),
        CONSTRAINT to_t FOREIGN KEY (t) REFERENCES t (id));
        CREATE UNIQUE INDEX by_n ON u (n); CREATE INDEX by_t ON u (t);""")
    target = make(engine)
    target.script(f"{TABLE}; CREATE TABLE u (id int, t int, n int); CREATE INDEX other ON u (t);")
    done = whimbrel.move(source, target, "--if-exists", "append")
    said = {f["object"].split(".")[-1]: f["text"] for f in done.findings("table-kept")}
    assert set(said) == {"t", "u"}
    assert said["t"].count("trigger") == 1 and "key" not in said["t"]
    for part in ("the primary key", "index by_n", "foreign key", "a check"):
        assert part in said["u"], part
    assert "by_t" not in said["u"], "the target has one over the same column"


def test_what_is_there_is_replaced_and_its_text_told(ends, whimbrel):
    source, target, queries = ends
    done = whimbrel.move(source, target, "--if-exists", "drop")
    assert shown(target, queries) == shown(source, queries)
    replaced = told(done, "object-replaced", queries)
    assert set(replaced) == set(queries) and not told(done, "object-kept", queries)
    assert {f["severity"] for f in replaced.values()} == {"info"}
    assert all(f["definition"] for f in replaced.values())


@pytest.mark.parametrize("engine", ENGINES)
def test_one_without_a_table_is_refused(make, whimbrel, engine):
    """Each by itself, before anything is written, with its kind and what to do."""
    kinds = [k for k in ENGINES[engine] if k not in WITH_TABLE]
    source = database_of(make, engine, 0, kinds)
    for kind in kinds:
        _, theirs, query = ENGINES[engine][kind]
        target = make(engine)
        target.script("CREATE TABLE u (id int PRIMARY KEY);"
                      f"{theirs.replace('FOR TABLE t', 'FOR TABLE u')};")
        before = target.query(query)
        refused = whimbrel.move(source, target, workdir=kind, expect=3).json["error"]["text"]
        assert f" {kind} " in refused and "--if-exists" in refused
        assert target.query(query) == before and target.tables() == ["u"]


def test_an_overload_with_other_arguments_is_another_function(make, whimbrel):
    source, target = make("postgresql"), make("postgresql")
    source.script("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                  "CREATE TABLE t (id int PRIMARY KEY)")
    target.script("CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 2';"
                  "CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 3'")
    done = whimbrel.move(source, target)
    assert target.query("SELECT f(0), f(''), f(0, 0)") == [(1, 2, 3)]
    assert not told(done, "object-kept", ["function"])


def test_a_trigger_belongs_to_its_table(make, whimbrel):
    source, target = make("postgresql"), make("postgresql")
    trigger = ("CREATE TABLE {0} (id int PRIMARY KEY); CREATE FUNCTION {0}_f() RETURNS trigger"
               " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
               "CREATE TRIGGER tr BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION {0}_f()")
    source.script(trigger.format("mine"))
    target.script(trigger.format("yours"))
    whimbrel.move(source, target)
    assert target.one("SELECT count(*) FROM pg_trigger WHERE tgname = 'tr'") == 2


def test_what_stands_on_each_other_is_replaced_together(make, whimbrel):
    """And what others of the target stand on is replaced in its place, or told."""
    source, target = make("postgresql"), make("postgresql")
    views = ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT {0}';"
             "CREATE TYPE ty AS ENUM ('{0}'); CREATE TABLE t (id int PRIMARY KEY, v ty);"
             "CREATE VIEW a AS SELECT {0} AS n; CREATE VIEW b AS SELECT n FROM a;"
             "CREATE VIEW c AS SELECT n + f() AS n FROM b")
    source.script(views.format(1))
    target.script(views.format(2) + "; CREATE TABLE other (n int DEFAULT f())")
    whimbrel.move(source, target, "--if-exists", "drop")
    assert target.query("SELECT n, f() FROM c") == [(2, 1)]
    assert target.one("SELECT pg_get_viewdef('a'::regclass)").split() == ["SELECT", "1", "AS", "n;"]
    target.script("CREATE VIEW user_view AS SELECT n FROM a")
    refused = whimbrel.move(source, target, "--if-exists", "drop", workdir="again", expect=4)
    assert refused.findings("user_view") and target.one("SELECT n FROM user_view") == 1


def test_an_extension_of_the_target_serves(make, whimbrel):
    """With its members, which are not the user's."""
    source, target = make("postgresql"), make("postgresql")
    for database in source, target:
        database.script("CREATE SCHEMA s; CREATE EXTENSION hstore; CREATE TABLE s.x (h hstore)")
    target.script("DROP TABLE s.x")
    done = whimbrel.move(source, target)
    assert target.count("s.x") == 0 and not done.findings("object-kept")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("treatment", ["fail", "append", "drop"])
def test_a_name_of_another_kind_is_refused(make, whimbrel, engine, treatment):
    """A view where a table is to be, and a table where a view is to be: neither is ever dropped."""
    table, view = "CREATE TABLE n (id int PRIMARY KEY)", "CREATE VIEW n AS SELECT 1 AS id"
    other = "CREATE TABLE other (id int PRIMARY KEY);"
    for number, (ours, theirs) in enumerate(((table, view), (view, table))):
        source, target = make(engine), make(engine)
        source.script(other + ours)
        target.script(theirs)
        refused = whimbrel.move(source, target, "--if-exists", treatment, workdir=str(number),
                                expect=3)
        text = refused.json["error"]["text"]
        assert "has a view" in text if theirs == view else "has a table" in text
        assert "nothing was written" in text and target.count("n") == (theirs == view)
        assert "other" not in target.tables()


@pytest.mark.parametrize("engine", ["mysql", "sqlite"])
def test_a_translated_view_meets_one_of_the_target(make, whimbrel, engine):
    source, target = make(engine), make("postgresql")
    source.script(f"{TABLE}; CREATE VIEW v AS SELECT id FROM t")
    target.script("CREATE VIEW v AS SELECT 77 AS id")
    refused = whimbrel.move(source, target, expect=3)
    assert "a view \"public.v\" already" in refused.json["error"]["text"]
    kept = whimbrel.move(source, target, "--if-exists", "append", workdir="b")
    assert told(kept, "object-kept", ["view"]) and target.query("SELECT id FROM v") == [(77,)]
    whimbrel.move(source, target, "--if-exists", "drop", workdir="c")
    assert target.query("SELECT id FROM v") == []


def test_a_function_that_a_column_would_need_is_not_replaced(make, whimbrel):
    """The one of a column that MySQL sets on update has a name that somebody may have taken."""
    source, target = make("mysql"), make("postgresql")
    source.script("CREATE TABLE t (id int PRIMARY KEY, at datetime ON UPDATE CURRENT_TIMESTAMP)")
    target.script("CREATE FUNCTION t_on_update() RETURNS int LANGUAGE sql AS 'SELECT 77'")
    done = whimbrel.move(source, target, expect=4)
    assert target.one("SELECT t_on_update()") == 77 and done.findings("t_on_update")


def test_an_assessment_says_it_before(make, whimbrel):
    source, target = make("sqlite"), make("sqlite")
    source.script(f"{TABLE}; CREATE VIEW v AS SELECT id FROM t")
    target.script("CREATE VIEW v AS SELECT 2 AS id")
    done = whimbrel.run("assess", source.url, target.url, "--json", expect=None)
    assert "object-exists" in done.out and "already" in done.out


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("treatment", ["fail", "append", "drop"])
def test_a_killed_run_goes_on_to_the_same_end(make, whimbrel, engine, treatment):
    """It knows the target's old objects from its own half-made ones."""
    kinds = [k for k in ("view", "function", "trigger", "sequence", "type") if k in ENGINES[engine]]
    queries = {kind: ENGINES[engine][kind][2] for kind in kinds}
    source = database_of(make, engine, 0, kinds)
    words = ("--if-exists", treatment)

    def target():
        return make(engine) if treatment == "fail" else database_of(make, engine, 1, kinds)

    listed = whimbrel.folder / "steps"
    whimbrel.move(source, target(), *words, env={"WHIMBREL_CRASH_LIST": str(listed)})
    steps = listed.read_text(encoding="utf-8").splitlines()
    executed = [n for n, step in enumerate(steps, 1) if step == "statement executed"]
    most = [executed[0] - 1, executed[0], executed[-1]] if treatment == "drop" else []
    half = executed[len(executed) // 2:][:1]
    for number in [steps.index("plan in the journal") + 1, *half, *most]:
        to = target()
        wanted = shown(to if treatment == "append" else source, queries)
        whimbrel.move(source, to, *words, workdir=str(number), expect=-signal.SIGKILL,
                      env={"WHIMBREL_CRASH_AT": str(number)})
        done = whimbrel.move(source, to, *words, workdir=str(number))
        assert shown(to, queries) == wanted, steps[number - 1]
        for rule, at in (("object-kept", "append"), ("object-replaced", "drop")):
            found = told(done, rule, kinds)
            assert set(found) == (set(kinds) if treatment == at else set()), steps[number - 1]


def test_a_table_that_stays_keeps_json_in_its_own_form(make, whimbrel):
    """jsonb does not keep the text: what it holds is compared by what it means."""
    mysql, postgresql = make("mysql"), make("postgresql")
    mysql.script("CREATE TABLE t (id int PRIMARY KEY, j json);"
                 """INSERT INTO t VALUES (1, '{"b": 1.0,  "a": [ ]}')""")
    postgresql.script("CREATE TABLE t (id int, j jsonb)")
    whimbrel.move(mysql, postgresql, "--if-exists", "truncate")
    assert postgresql.query("SELECT j::text FROM t") == [('{"a": [], "b": 1.0}',)]


def test_json_that_keeps_its_text_is_compared_by_its_text(make, whimbrel):
    mysql, postgresql = make("mysql"), make("postgresql")
    mysql.script("CREATE TABLE t (id int PRIMARY KEY, j json);"
                 """INSERT INTO t VALUES (1, '{"b": 1.0,  "a": [ ]}'), (2, '7')""")
    whimbrel.move(mysql, postgresql, workdir="m")
    assert postgresql.query("SELECT j::text FROM t WHERE id = 1") == [('{"b": 1.0,  "a": [ ]}',)]
    postgresql.execute("""UPDATE t SET j = '{"b": 1,  "a": [ ]}' WHERE id = 1""")
    whimbrel.run("verify", "--workdir", "m", expect=4)
