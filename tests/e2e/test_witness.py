"""The comparison itself: equal where it must be, and never blind. Without whimbrel."""

import datetime
import decimal

import pytest

from support import sample
from support.compare import assert_equal, canonical, differences, same
from support.databases import Sqlite

D = decimal.Decimal
NOON = datetime.datetime(2024, 5, 6, 12, 0, 0)


@pytest.mark.parametrize("source, target", [
    (D("0.99"), 0.99), (D("1.10"), D("1.1")), (1, True), (0, D("0.00")), (D("-5"), -5),
    (D("1e3"), 1000), (NOON, "2024-05-06 12:00:00"), (NOON, "2024-05-06T12:00:00.000"),
    (NOON.replace(tzinfo=datetime.timezone.utc), "2024-05-06 14:00:00+02"),
    (b"\0\xff", memoryview(b"\0\xff")), (datetime.date(2024, 5, 6), "2024-05-06"),
    (D("18446744073709551615.000000000000000000000000000001"),
     "18446744073709551615.000000000000000000000000000001"), (None, None),
])
def test_equal_values(source, target):
    assert same(canonical(source), canonical(target))


@pytest.mark.parametrize("source, target", [
    (None, ""), (None, 0), ("", " "), ("a", "A"), ("a", b"a"), (1, 2), (D("0.1"), D("0.10001")),
    (NOON, "2024-05-06 12:00:01"), (NOON, "2024-05-06 12:00:00.000001"), ("1", "1.0"),
    (b"\0", b""), (D("NaN"), 0), ("1e3", "1000"), (1000, "1e3x"), (D("1.5"), D("-1.5")),
])
def test_different_values(source, target):
    assert not same(canonical(source), canonical(target))


@pytest.fixture
def pair(tmp_path):
    ends = Sqlite(tmp_path / "a"), Sqlite(tmp_path / "b")
    for end in ends:
        end.script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE loose (v);"
                   "INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, 'three');"
                   "INSERT INTO loose VALUES (1), (1), (2)")
    return ends


def test_equal_databases(pair):
    assert_equal(*pair)


@pytest.mark.parametrize("damage", [
    "UPDATE t SET v = 'One' WHERE id = 1", "UPDATE t SET v = '' WHERE id = 2",
    "DELETE FROM t WHERE id = 3", "INSERT INTO t VALUES (4, NULL)",
    "UPDATE t SET id = 5 WHERE id = 3", "INSERT INTO loose VALUES (2)",
    "DELETE FROM loose WHERE rowid = 1", "UPDATE loose SET v = '1' WHERE rowid = 1",
])
def test_damage_is_found(pair, damage):
    pair[1].execute(damage)
    with pytest.raises(AssertionError):
        assert_equal(*pair)


def copy_by_hand(source, target, table):
    columns = source.columns(table)
    places = ", ".join(["?" if target.engine == "sqlite" else "%s"] * len(columns))
    for row in source.rows(table, columns):
        target.query(f"INSERT INTO {target.quote(table)} VALUES ({places})",
                     *(str(v) if isinstance(v, (D, datetime.datetime)) else v for v in row))


def test_the_engines_agree_on_a_copy_by_hand(chinook, make):
    """Two drivers that know nothing of each other see the same rows of a real table."""
    source = chinook("mysql")
    pg, lite = make("postgresql"), make("sqlite")
    pg.execute('CREATE TABLE "Invoice" (a int primary key, b int, c timestamp, d text, e text,'
               " f text, g text, h text, i numeric)")
    lite.execute("CREATE TABLE Invoice (a integer primary key, b, c text, d, e, f, g, h,"
                 " i numeric)")
    for target in (pg, lite):
        for new, name in zip("abcdefghi", source.columns("Invoice")):
            rename = f"ALTER TABLE {target.quote('Invoice')} RENAME COLUMN {new} TO "
            target.execute(rename + target.quote(name))
        copy_by_hand(source, target, "Invoice")
        assert source.count("Invoice") == target.count("Invoice") == 412
        assert differences(source, target, "Invoice") == []
        column = target.quote("Total")
        target.execute(f"UPDATE {target.quote('Invoice')} SET {column} = {column} + 0.01"
                       f" WHERE {target.quote('InvoiceId')} = 7")
        assert len(differences(source, target, "Invoice")) == 1


@pytest.mark.parametrize("engine, tables, album", [
    ("sqlite", 11, "Album"), ("mysql", 11, "Album"), ("postgresql", 11, "album")])
def test_the_sample_is_whole(chinook, engine, tables, album):
    database = chinook(engine)
    assert len(database.tables()) == tables
    assert database.count(album) == 347
    assert len(database.key(album)) == 1
    assert len(database.foreign_keys(album)) == 1


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_the_generated_sample_is_the_same_everywhere(make, engine):
    left, right = sample.fill(make("sqlite")), sample.fill(make(engine))
    assert_equal(left, right)
    assert left.count("loose") == 63 and left.key("labels") == right.key("labels") == ("name",)
