"""Values that other tools bend. Each case is a table of one column; all cases of a pair are one
move. The values stand in support/values.py."""

import json
import math
import struct
import uuid

import pytest

from support.databases import Mariadb, Postgres, Sqlite
from support.program import Whimbrel
from support.values import MYSQL_ITSELF, PAIRS, POSTGRESQL_ITSELF, D


def point(data):
    """The coordinates of a point in WKB."""
    data = bytes(data)
    order = "<" if data[0] else ">"
    assert len(data) == 21 and struct.unpack(order + "I", data[1:5]) == (1,)
    return struct.unpack(order + "dd", data[5:])


def build(source, cases):
    if source.engine == "mysql":
        source.execute("SET sql_mode = ''")
    for name, (declared, literals, *_) in cases.items():
        key = "" if "PRIMARY KEY" in declared else "n integer PRIMARY KEY, "
        source.execute(f"CREATE TABLE {source.quote(name)} ({key}v {declared})")
        for n, literal in enumerate(literals):
            number = f"{n}, " if key else ""
            source.execute(f"INSERT INTO {source.quote(name)} VALUES ({number}{literal})")


class Moved:
    """One move for all tests of a module; each looks at its own table."""

    def __init__(self, source, target, done):
        self.source, self.target, self.done = source, target, done

    def values(self, table):
        order = "n" if "n" in self.target.columns(table) else "v"
        # MariaDB prints a float with six digits: only as a double is it the value itself.
        value = "v + 0e0" if self.target.type_of(table, "v") == "float" else "v"
        return [row[0] for row in self.target.query(
            f"SELECT {value} FROM {self.target.quote(table)} ORDER BY {order}")]


@pytest.fixture(scope="module")
def moved(servers, tmp_path_factory):
    cache = {}

    def new(engine, folder):
        if engine == "sqlite":
            return Sqlite(folder / f"{len(list(folder.iterdir()))}.db")
        return {"postgresql": Postgres, "mysql": Mariadb}[engine](servers[engine])

    def move(pair, cases):
        if pair not in cache:
            folder = tmp_path_factory.mktemp("values")
            ends = [new(engine, folder) for engine in pair.split("-")]
            build(ends[0], cases)
            program = Whimbrel(folder)
            cache[pair] = Moved(*ends, program.move(*ends, expect=None))
        return cache[pair]

    yield move
    for pair in cache.values():
        pair.source.drop()
        pair.target.drop()


def plain(value, like):
    """A driver's value in the shape of the expected one."""
    if isinstance(like, (dict, list)) and isinstance(value, (str, bytes)):
        return json.loads(value, parse_float=D)
    if isinstance(like, dict):
        return json.loads(json.dumps(value), parse_float=D) if not isinstance(value, dict) else {
            k: plain(v, like.get(k)) for k, v in value.items()}
    if isinstance(like, list):
        return [plain(v, l) for v, l in zip(value, like)] if len(value) == len(like) else value
    if isinstance(like, tuple):
        return point(value)
    if isinstance(like, bytes):
        return bytes(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(like, D) and isinstance(value, float):
        return D(repr(value))
    if isinstance(like, str) and isinstance(value, str) and like.lower() in (
            "nan", "infinity", "-infinity"):
        return value.lower()
    return value


def same_value(value, like):
    value = plain(value, like)
    if isinstance(like, bool) or isinstance(value, bool):
        return value is like
    if isinstance(like, float) and isinstance(value, float) and value == like:
        return math.copysign(1, value) == math.copysign(1, like)
    return value == like


ALL = [pytest.param(pair, name, id=f"{pair}-{name}")
       for pair, cases in PAIRS.items() for name in cases]


@pytest.mark.parametrize("pair, name", ALL)
def test_value(moved, pair, name):
    move = moved(pair, PAIRS[pair])
    _, _, wanted_type, expected = PAIRS[pair][name]
    assert name in move.target.tables(), f"the table did not come: {move.done}"
    arrived = move.values(name)
    assert len(arrived) == len(expected), f"{arrived}\n{move.done}"
    for value, like in zip(arrived, expected):
        assert same_value(value, like), f"{value!r} is not {like!r}"
    if wanted_type:
        assert move.target.type_of(name, "v") == wanted_type


@pytest.mark.parametrize("pair", PAIRS)
def test_no_value_was_left_behind(moved, pair):
    done = moved(pair, PAIRS[pair]).done
    assert done.code == 0, done
    assert sum(t["rows_quarantined"] for t in done.json["tables"]) == 0


def itself(types):
    return {f"c{i}": (declared, literals) for i, (declared, literals) in enumerate(types.items())}


@pytest.mark.parametrize("engine, types, as_text", [
    ("postgresql", POSTGRESQL_ITSELF, "v::text"),
    ("mysql", MYSQL_ITSELF, "hex(v), concat('', v)")])
def test_the_same_engine_keeps_everything(moved, engine, types, as_text):
    cases = itself(types)
    move = moved(f"{engine}-{engine}", cases)
    assert move.done.code == 0, move.done
    for name, (declared, literals) in cases.items():
        columns = "v + 0e0" if declared in ("float", "double") else as_text
        query = f"SELECT {columns} FROM {name} ORDER BY n"
        assert move.target.query(query) == move.source.query(query), declared
        assert len(move.target.query(query)) == len(literals)
        assert move.target.type_of(name, "v") == move.source.type_of(name, "v")


@pytest.mark.parametrize("rows", [3, 1000])
def test_index_0_of_an_enum_stays_index_0(make, whimbrel, rows):
    """No strict statement takes it; a wrong value beside it is refused all the same."""
    source, target = make("mysql"), make("mysql")
    source.script(f"""SET sql_mode = '';
        CREATE TABLE t (id int PRIMARY KEY, v enum('a','b') NOT NULL, w enum('x') DEFAULT NULL,
                        u enum('', 'y'));
        INSERT INTO t SELECT seq, if(seq % 2, 0, 1 + seq % 4 / 2), if(seq % 3, 'x', ''), seq % 2
        FROM seq_1_to_{rows}""")
    done = whimbrel.move(source, target)
    held = "SELECT id, v + 0, w + 0, v, w FROM t ORDER BY id"
    assert target.query(held) == source.query(held)
    assert target.query("SELECT u + 0 FROM t GROUP BY 1") == [(1,)]
    assert done.findings("empty-enum-label", "t.u")
    target.execute("UPDATE t SET v = 'b' WHERE id = 1")
    whimbrel.run("verify", "--workdir", "move", expect=4)
    whimbrel.run("verify", "--repair", "--workdir", "move")
    assert target.query(held) == source.query(held)
