"""Objects that are carried as they are written speak of tables and columns by name. After a rename
such a text may mean other columns: two names are swapped here, so that nothing fails by itself."""

import pytest

TABLES = """
CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b integer);
CREATE TABLE u (id integer PRIMARY KEY, a integer NOT NULL, b integer);
INSERT INTO t VALUES (1, 1, 10), (2, 2, 20);
INSERT INTO u VALUES (1, 7, 70);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT * FROM v;
CREATE VIEW other AS SELECT a FROM u;
"""
MORE = {
    "sqlite": "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 0 WHERE id = new.id; END;",
    "mysql": "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 0;"
             "CREATE FUNCTION f() RETURNS int READS SQL DATA RETURN (SELECT max(a) FROM t);",
    "postgresql": """
        CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := 0; RETURN NEW; END';
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT max(a) FROM t';
        CREATE POLICY p ON t USING (a > 0);
        GRANT SELECT (a) ON t TO PUBLIC;""",
}
LOST = {"sqlite": {"trigger g"}, "mysql": {"trigger g", "function f"},
        "postgresql": {"function public.g", "function public.f", "policy public.p",
                       "grant public.PUBLIC"}}
ENGINES = ["sqlite", "mysql", "postgresql"]


def move(make, whimbrel, engine, mapping):
    source, target = make(engine), make(engine)
    source.script(TABLES + MORE[engine])
    (whimbrel.folder / "move").mkdir()
    (whimbrel.folder / "move" / "migration.yaml").write_text(
        f'whimbrel: 1\nsource: {{ url: "{source.url}" }}\n'
        f'target: {{ url: "{target.url}" }}\nmap:\n{mapping}')
    return target, whimbrel.run("run", "move", "--json").json


def not_carried(document):
    return {f["object"] for f in document["findings"] if f["rule"] == "object-not-carried"}


@pytest.mark.parametrize("engine", ENGINES)
def test_columns_that_swap_their_names(make, whimbrel, engine):
    target, document = move(make, whimbrel, engine,
                            "  - { table: t, columns: { a: { to: b }, b: { to: a } } }\n")
    read = target.query("SELECT id, b, a FROM t ORDER BY id")
    assert list(read) == [(1, 1, 10), (2, 2, 20)]
    for view in ("v", "w"):
        assert sorted(target.query(f"SELECT id, a FROM {view}")) == [(1, 1), (2, 2)]
    assert list(target.query("SELECT a FROM other")) == [(7,)]
    assert not_carried(document) == LOST[engine]


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_that_swap_their_names(make, whimbrel, engine):
    target, document = move(make, whimbrel, engine,
                            "  - { table: t, to: u }\n  - { table: u, to: t }\n")
    assert list(target.query("SELECT id, a, b FROM t")) == [(1, 7, 70)]
    assert sorted(target.query("SELECT id, a FROM v")) == [(1, 1), (2, 2)]
    assert list(target.query("SELECT a FROM other")) == [(7,)]
    assert not_carried(document) == LOST[engine] - {"function public.g"}
