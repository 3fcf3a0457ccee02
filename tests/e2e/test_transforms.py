"""Columns that are made on the way. What the target must hold is computed here anew, from what was
put into the source; it is read with the engines' own drivers."""

import pytest

PAIRS = [pytest.param("mysql", "postgresql", id="mysql-postgresql", marks=pytest.mark.part),
         pytest.param("sqlite", "postgresql", id="sqlite-postgresql"),
         pytest.param("postgresql", "sqlite", id="postgresql-sqlite"),
         pytest.param("sqlite", "sqlite", id="sqlite-sqlite"),
         pytest.param("mysql", "mysql", id="mysql-mysql"),
         pytest.param("postgresql", "mysql", id="postgresql-mysql")]


class Move:
    """A work folder whose migration.yaml says what becomes of the tables."""

    def __init__(self, whimbrel, source, target):
        self.whimbrel, self.source, self.target = whimbrel, source, target
        self.folder = whimbrel.folder / "move"

    def write(self, settings):
        self.folder.mkdir(exist_ok=True)
        (self.folder / "migration.yaml").write_text(
            f'whimbrel: 1\nsource: {{ url: "{self.source.url}" }}\n'
            f'target: {{ url: "{self.target.url}" }}\n{settings}')

    def __call__(self, command, *words, expect=0, **more):
        return self.whimbrel.run(command, "move", "--json", *words, expect=expect, **more).json


@pytest.fixture
def prepare(make, whimbrel):
    def prepared(from_engine, to_engine, script):
        source, target = make(from_engine), make(to_engine)
        source.script(script)
        return Move(whimbrel, source, target)
    return prepared


PEOPLE = """
CREATE TABLE people (id integer NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, sex varchar(10),
  note varchar(40), secret varchar(40));
INSERT INTO people VALUES (1, 'Ada Lovelace', 'F', 'n1', 'hush'),
  (2, 'Alan Mathison Turing', 'M', NULL, 'hush'), (3, 'Plato', 'X', '', 'hush'),
  (4, 'Søren Kierkegaard', NULL, 'é', 'hush');
"""


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_texts_cut_joined_and_replaced(prepare, from_engine, to_engine):
    move = prepare(from_engine, to_engine, PEOPLE)
    move.write("""
map:
  - table: people
    where: "id <> 2"
    columns:
      name: { drop: true, split: { by: " ", into: [first, last] } }
      sex: { to: gender, values: { F: female, M: male }, else: "other" }
      note: { concat: { from: [note, id], by: "/" } }
      secret: { drop: true }
    add:
      - { name: tenant, type: integer, value: 7 }
      - { name: label, type: varchar(50), concat: { from: [name, sex], by: ": " } }
""")
    document = move("run")
    columns = ["id", "gender", "note", "first", "last", "tenant", "label"]
    assert list(move.target.columns("people")) == columns
    assert sorted(move.target.rows("people", columns)) == [
        (1, "female", "n1/1", "Ada", "Lovelace", 7, "Ada Lovelace: F"),
        (3, "other", "/3", "Plato", None, 7, "Plato: X"),
        (4, None, "é/4", "Søren", "Kierkegaard", 7, "Søren Kierkegaard")]
    people = document["tables"][0]
    assert (people["proof"], people["rows_written"]) == ("mapped", 3)
    assert people["rows_filtered"] is None
    assert "column-made" in {f["rule"] for f in document["findings"]}


def test_a_value_outside_the_list_is_set_apart(prepare, whimbrel):
    move = prepare("sqlite", "postgresql", PEOPLE)
    move.write("map: [{ table: people, columns: { sex: { values: { F: f, M: m } } } }]\n")
    document = move("run", expect=9)
    assert sorted(move.target.rows("people", ["id", "sex"])) == [(1, "f"), (2, "m"), (4, None)]
    people = document["tables"][0]
    assert (people["rows_read"], people["rows_quarantined"]) == (4, 1)


@pytest.mark.parametrize("settings, says", [
    ("columns: { id: { value: x } }", "no value of column"),
    ("columns: { sex: { values: { F: f }, value: x } }", "two transforms"),
    ("columns: { sex: { else: keep } }", "`values`"),
    ("columns: { sex: { drop: true, to: y } }", "dropped"),
    ("columns: { sex: { concat: { from: [nam] } } }", 'did you mean "name"'),
    ("columns: { sex: { split: { by: x } } }", "`into`"),
    ("columns: { sex: { to: n }, name: { split: { by: x, into: [n, m] } } }", "collides"),
    ("add: [{ name: x, value: 1 }]", "`type`"),
    ("where: 'nonsense ='", "nonsense"),
])
def test_what_cannot_be_is_refused(prepare, settings, says):
    move = prepare("sqlite", "sqlite", PEOPLE)
    move.write(f"map:\n  - table: people\n    {settings}\n")
    document = move("run", expect={2, 5})
    assert says in document["error"]["text"]
    assert move.target.tables() == []
