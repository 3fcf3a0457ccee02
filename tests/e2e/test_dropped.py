"""Columns that are dropped or renamed while checks, defaults, generated columns, indexes and
partitions of the same table speak of them."""

import pytest


@pytest.fixture
def prepare(make, whimbrel):
    def prepared(engine, script, settings):
        source, target = make(engine), make(engine)
        source.script(script)
        (whimbrel.folder / "move").mkdir()
        (whimbrel.folder / "move" / "migration.yaml").write_text(
            f'whimbrel: 1\nsource: {{ url: "{source.url}" }}\n'
            f'target: {{ url: "{target.url}" }}\nmap:\n{settings}')
        return source, target
    return prepared


PARTS = """
CREATE TABLE p (id integer NOT NULL, a integer NOT NULL, b text) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY LIST (id);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES IN (2);
INSERT INTO p VALUES (1, 5, 'one'), (2, 15, 'two');
"""


def rules(document):
    return {(f["rule"], f["object"].replace("public.", "")) for f in document["findings"]}


TALKING = {
    "sqlite": """
        CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer,
          twice integer AS (a * 2) STORED,
          CONSTRAINT positive CHECK (a > 0), CONSTRAINT small CHECK (b < 100));
        CREATE INDEX by_a ON t (a + 1); CREATE INDEX few ON t (b) WHERE a > 1;
        CREATE INDEX by_b ON t (b);""",
    "mysql": """
        CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer DEFAULT 4,
          twice integer AS (a * 2) STORED,
          CONSTRAINT positive CHECK (a > 0), CONSTRAINT small CHECK (b < 100), KEY by_a (a),
          KEY by_b (b));""",
    "postgresql": """
        CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer,
          twice integer GENERATED ALWAYS AS (a * 2) STORED,
          CONSTRAINT positive CHECK (a > 0), CONSTRAINT small CHECK (b < 100));
        CREATE INDEX by_a ON t (b) INCLUDE (a); CREATE INDEX few ON t (b) WHERE a > 1;
        CREATE INDEX by_b ON t (b);""",
}
LOST = {("generated-becomes-plain", "t.twice"), ("check-not-carried", "check positive on t"),
        ("index-not-carried", "index by_a on t"), ("index-not-carried", "index few on t")}


# Another column comes in its place, once even under its name.
@pytest.mark.parametrize("added", ["", "add: [{ name: c, type: integer, value: -1 }]",
                                   "add: [{ name: a, type: integer, value: -1 }]"])
@pytest.mark.parametrize("engine", ["sqlite", "mysql", "postgresql"])
def test_what_speaks_of_a_dropped_column(prepare, whimbrel, engine, added):
    target = prepare(engine, TALKING[engine] + "INSERT INTO t (id, a, b) VALUES (1, 2, 3);",
                     f"  - {{ table: t, columns: {{ a: {{ drop: true }} }}, {added} }}\n")[1]
    document = whimbrel.run("run", "move", "--json").json
    lost = rules(document) & LOST
    assert lost == {each for each in LOST if each[1] != "index few on t" or engine != "mysql"}
    assert list(target.query("SELECT id, b, twice FROM t")) == [(1, 3, 4)]
    target.execute("INSERT INTO t (id, b, twice) VALUES (2, 5, 6)")
    with pytest.raises(Exception, match="(?i)check|constraint"):
        target.execute("INSERT INTO t (id, b, twice) VALUES (3, 500, 6)")


def test_partitions_whose_columns_swap_their_names_in_mysql(prepare, whimbrel):
    target = prepare("mysql", """
        CREATE TABLE t (id integer NOT NULL, a integer NOT NULL, b integer NOT NULL)
          PARTITION BY RANGE (a) SUBPARTITION BY HASH (b) SUBPARTITIONS 2
          (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN MAXVALUE);
        INSERT INTO t VALUES (1, 5, 50), (2, 15, 1);""",
                     "  - { table: t, columns: { a: { to: b }, b: { to: a } } }\n")[1]
    whimbrel.run("run", "move")
    assert list(target.query("SELECT id FROM t PARTITION (a)")) == [(1,)]
    (by, under), *_ = target.query(
        "SELECT partition_expression, subpartition_expression FROM information_schema.partitions"
        " WHERE table_schema = database() AND table_name = 't'")
    assert (by.strip("`"), under.strip("`")) == ("b", "a")


def test_a_dropped_column_leaves_no_partitions_in_mysql(prepare, whimbrel):
    target = prepare("mysql", """
        CREATE TABLE t (id integer NOT NULL, a integer NOT NULL) PARTITION BY HASH (a) PARTITIONS 2;
        INSERT INTO t VALUES (1, 5), (2, 6);""",
                     "  - { table: t, columns: { a: { drop: true } } }\n")[1]
    document = whimbrel.run("run", "move", "--json").json
    assert ("partitioning-not-carried", "t") in rules(document)
    assert sorted(target.query("SELECT id FROM t")) == [(1,), (2,)]


def test_partitions_whose_columns_swap_their_names_in_postgresql(prepare, whimbrel):
    target = prepare("postgresql", PARTS,
                     "  - { table: p, columns: { id: { to: a }, a: { to: id } } }\n")[1]
    whimbrel.run("run", "move")
    assert sorted(target.query("SELECT tableoid::regclass::text, id, a FROM p")) == [
        ("p1", 5, 1), ("p21", 15, 2)]


def test_a_part_is_masked_and_filtered_as_its_whole(prepare, whimbrel):
    target = prepare("postgresql", PARTS, """
  - { table: p, where: id > 0, filter: row.id < 3, columns: { b: { mask: { redact: x } } } }
  - { table: p1, to: first }
""")[1]
    document = whimbrel.run("run", "move", "--json").json
    assert sorted(target.query("SELECT tableoid::regclass::text, id, a, b FROM p")) == [
        ("first", 1, 5, "x"), ("p21", 2, 15, "x")]
    assert ("column-made", "p21.b") in rules(document)


@pytest.mark.parametrize("settings, says", [
    ("  - { table: p, columns: { a: { drop: true } } }\n", "cannot be partitioned"),
    ("  - { table: p1, columns: { b: { mask: { redact: x } } } }\n", "is a partition of"),
])
def test_what_partitions_cannot_be_is_refused(prepare, whimbrel, settings, says):
    target = prepare("postgresql", PARTS, settings)[1]
    assert says in whimbrel.run("run", "move", "--json", expect=2).json["error"]["text"]
    assert target.tables() == []
