"""`types`: what each type becomes; and the rules under `types` in migration.yaml."""

import subprocess

from support.program import TOP


def test_page_is_current(whimbrel):
    page = subprocess.run([TOP / "scripts" / "types-page", whimbrel.path], check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    assert (TOP / "docs" / "types.md").read_text() == page, \
        "docs/types.md: scripts/types-page > docs/types.md"


def test_types_of_a_pair(whimbrel):
    document = whimbrel.run("types", "mariadb", "postgresql", "--json").json
    types = {entry["from"]: entry for entry in document["types"]}
    assert (document["source"], document["target"]) == ("mysql", "postgresql")
    assert types["bigint unsigned"]["to"] == "numeric(20,0)"
    assert types["tinyint(1)"]["wire"] == "bool"
    assert document["same_as"]["integer"] == "int"
    text = whimbrel.run("types", "postgresql", "mysql").out
    assert "varchar(768)" in text and "  in a key or index" in text
    assert 'did you mean "mysql"?' in whimbrel.run("types", "mysq", "sqlite", expect=2).err


def test_table_says_what_a_run_does(whimbrel, make):
    """The declared types of a real target are those that the table promises."""
    source, target = make("mysql"), make("postgresql")
    said = {t["from"]: t["to"] for t in whimbrel.run("types", "mysql", "postgresql",
                                                     "--json").json["types"]}
    asked = ["tinyint unsigned", "bigint unsigned", "decimal(10,2)", "datetime(6)", "timestamp",
             "varchar(255)", "varbinary(255)", "enum('a','b')", "set('a','b')", "json", "uuid"]
    columns = ", ".join(f"c{i} {t} NULL" for i, t in enumerate(asked))
    source.execute(f"CREATE TABLE t (id int PRIMARY KEY, {columns})")
    whimbrel.move(source, target)
    made = target.query("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = "
                       "'t'::regclass AND attnum > 1 ORDER BY attnum")
    long = {"varchar": "character varying", "timestamp(6)": "timestamp(6) without time zone"}
    for (type_,), name in zip(made, asked):
        short = next((type_.replace(v, k) for k, v in long.items() if v in type_), type_)
        assert short == said[name], name
