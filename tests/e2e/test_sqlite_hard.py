"""SQLite files that broke other tools, to PostgreSQL."""

import re
import shutil

import pytest

from support.compare import assert_equal, differences
from support.databases import Sqlite
from support.program import fields


@pytest.fixture
def hard(corpus_folder, tmp_path):
    def copy(name):
        path = tmp_path / name
        shutil.copyfile(corpus_folder / "sqlite-hard" / name, path)
        return Sqlite(path)
    return copy


def quarantine(whimbrel):
    return whimbrel.run("quarantine", "list", "--workdir", "move", "--json").json["rows"]


def the_one_row(whimbrel, key, column):
    (row,) = quarantine(whimbrel)
    assert {k: str(v) for k, v in fields(row["key"]).items()} == key
    assert row["column"] == column
    assert row["reason"]
    return row


@pytest.mark.part
def test_bytes_that_are_no_text(hard, make, whimbrel):
    source, target = hard("bad-utf8.db"), make("postgresql")
    document = whimbrel.move(source, target, expect=9).json
    assert target.query("SELECT id, filename FROM files ORDER BY id") == [
        (1, "valid-file.txt"), (3, "another-valid.txt")]
    row = the_one_row(whimbrel, {"id": "2"}, "filename")
    assert "66696c65966e616d652e747874" in str(row["values"]), "the row is there whole"
    (table,) = document["tables"]
    assert (table["rows_read"], table["rows_written"], table["rows_quarantined"]) == (3, 2, 1)


def test_text_in_an_integer_column(hard, make, whimbrel):
    source, target = hard("type-mismatch.db"), make("postgresql")
    whimbrel.move(source, target, expect=9)
    assert target.query("SELECT id, name, qty FROM products ORDER BY id") == [
        (1, "apple", 10), (3, "cherry", 5)]
    row = the_one_row(whimbrel, {"id": "2"}, "qty")
    assert "lots-of-it" in str(row["values"]) and "banana" in str(row["values"])


def test_stop_instead_of_quarantine(hard, make, whimbrel):
    source, target = hard("type-mismatch.db"), make("postgresql")
    done = whimbrel.move(source, target, "--bad-row", "stop", expect={5, 4})
    assert "products" in done.err and "qty" in done.err


def test_names_that_collide_when_cut(hard, make, whimbrel):
    source, target = hard("collision.db"), make("postgresql")
    done = whimbrel.move(source, target, expect=2)
    assert done.json["error"]["code"]
    assert target.tables() == []
    first, second = source.columns("products")[2:]
    assert first in done.err and done.err.count("map:") == 1
    settings = (f'whimbrel: 1\nname: c\nsource: {{ url: "{source.url}" }}\n'
                f'target: {{ url: "{target.url}" }}\n')
    (whimbrel.folder / "migration.yaml").write_text(settings + done.err[done.err.index("map:"):])
    pasted = whimbrel.run("run", "migration.yaml", expect={0, 2})
    if pasted.code:  # it named one column at a time
        wrong = [re.search('name of column "([^"]+)"', text).group(1)
                 for text in (done.err, pasted.err)]
        assert sorted(wrong) == [first, second], "the one that was renamed is still wrong"
        columns = f'{{ "{first}": {{ to: one }}, "{second}": {{ to: two }} }}'
        (whimbrel.folder / "migration.yaml").write_text(
            settings + f"map: [{{ table: products, columns: {columns} }}]\n")
        whimbrel.run("run", "migration.yaml")
    assert target.query("SELECT * FROM products") == source.query("SELECT * FROM products")


@pytest.mark.parametrize("name", ["storage.sqlite", "test_pk.db"])
def test_unusual_but_whole(hard, make, whimbrel, name):
    source, target = hard(name), make("postgresql")
    whimbrel.move(source, target)
    assert_equal(source, target)
    for table in source.tables():
        assert target.key(table) == source.key(table)
        assert target.foreign_keys(table) == source.foreign_keys(table)


def test_every_odd_declaration(hard, make, whimbrel):
    """Declared types of every spelling; values that are not of them. Each row arrives equal or
    stands in quarantine."""
    source, target = hard("sqlite.db"), make("postgresql")
    document = whimbrel.move(source, target, expect=9).json
    assert sorted(target.tables()) == sorted(source.tables())
    assert_equal(source, target, tables=["blobs", "unsigned", "reals", "ints", "def", "character",
                                         "item", "user", "currentdate", "TableName", "references",
                                         "t548", "double", "datetime_default", "appointments",
                                         "typenames"],
                 coerce={("currentdate", "my_value"): lambda day: day + " 00:00:00"})
    held = {}
    for row in quarantine(whimbrel):
        name = row["table"].split(".")[-1]
        held[name] = held.get(name, 0) + 1
    for table in document["tables"]:
        name = table["source"].split(".")[-1]
        assert table["rows_read"] == source.count(name)
        assert table["rows_written"] == target.count(name)
        assert source.count(name) == target.count(name) + held.get(name, 0), name
    for name in ("long", "stamps", "autoinc"):
        assert not [d for d in differences(source, target, name)
                    if "only on the target" in d], f"{name}: a value was bent"
    arrived = {row[0] for row in target.query("SELECT id::text FROM intege")}
    assert arrived <= {"1", "toto", "12.3"}, "widened to text, or in quarantine; never bent"
