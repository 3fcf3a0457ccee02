"""The program's memory has a bound that the data's size does not move."""

import hashlib
import resource

import pytest

MIB = 1024 * 1024
ROWS = 1_000_000
BIG = 64 * MIB


def generate(database, rows):
    columns = "id bigint primary key, word varchar(60), amount numeric(12,2), placed {0}"
    if database.engine == "sqlite":
        database.script(
            f"CREATE TABLE big ({columns.format('datetime')});"
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})"
            " INSERT INTO big SELECT i, 'row number ' || i || ' of the table', i % 9973 / 4.0,"
            " datetime(1500000000 + i, 'unixepoch') FROM n")
    elif database.engine == "postgresql":
        database.execute(f"CREATE TABLE big ({columns.format('timestamp')})")
        database.execute(
            "INSERT INTO big SELECT i, 'row number ' || i || ' of the table', i % 9973 / 4.0,"
            f" timestamp '2017-07-14' + i * interval '1 second' FROM generate_series(1, {rows}) i")
    else:
        database.execute(f"CREATE TABLE big ({columns.format('datetime')})")
        database.execute(
            "INSERT INTO big SELECT seq, concat('row number ', seq, ' of the table'),"
            f" seq % 9973 / 4.0, '2017-07-14' + INTERVAL seq SECOND FROM seq_1_to_{rows}")
    return database


def witness_sums(database):
    return [float(v) for v in database.query(
        "SELECT count(*), sum(id), sum(amount), sum(length(word)), count(placed) FROM big")[0]]


@pytest.mark.parametrize("from_engine, to_engine", [
    ("mysql", "postgresql"), ("postgresql", "sqlite"),
    pytest.param("sqlite", "postgresql", marks=pytest.mark.soak),
    pytest.param("sqlite", "mysql", marks=pytest.mark.soak),
    pytest.param("postgresql", "mysql", marks=pytest.mark.soak),
    pytest.param("postgresql", "postgresql", marks=pytest.mark.soak),
    pytest.param("mysql", "sqlite", marks=pytest.mark.soak)])
def test_a_million_rows_within_128_mib(make, whimbrel, from_engine, to_engine):
    """With eight workers. Address space that is only reserved (stacks, arenas) may be more."""
    source, target = generate(make(from_engine), ROWS), make(to_engine)
    limits = {resource.RLIMIT_DATA: 256 * MIB, resource.RLIMIT_STACK: MIB}
    done = whimbrel.move(source, target, "--workers", "8", limits=limits, timeout=400,
                         measured=True)
    print(f"{from_engine} to {to_engine}: peak {done.peak_kib // 1024} MiB, {done.seconds:.1f} s")
    assert done.peak_kib * 1024 <= 128 * MIB
    assert witness_sums(source) == witness_sums(target)
    sample = "SELECT id, word, amount FROM big WHERE id % 9973 = 7 ORDER BY id"
    assert [(i, w, float(a)) for i, w, a in source.query(sample)] == [
        (i, w, float(a)) for i, w, a in target.query(sample)]


def put_big_cell(database):
    kind = {"postgresql": "bytea", "mysql": "longblob", "sqlite": "blob"}[database.engine]
    database.execute(f"CREATE TABLE cells (id int primary key, data {kind})")
    if database.engine == "postgresql":
        database.execute("INSERT INTO cells SELECT 1, decode(repeat('00ff5c27', %s), 'hex')",
                         BIG // 4)
    elif database.engine == "mysql":
        database.execute("INSERT INTO cells SELECT 1, repeat(x'00ff5c27', %s)", BIG // 4)
    else:
        database.execute("INSERT INTO cells VALUES (1, ?)", b"\0\xff\x5c\x27" * (BIG // 4))
    database.execute("INSERT INTO cells VALUES (2, NULL)")


def cell(database):
    """Length and hash, computed by the driver's side from the bytes themselves."""
    data = bytes(database.one("SELECT data FROM cells WHERE id = 1"))
    return len(data), hashlib.sha256(data).hexdigest()


@pytest.fixture
def wide_packets(servers, make):
    """MariaDB refuses what is larger than max_allowed_packet: new sessions get room."""
    helper = make("mysql")
    before = helper.one("SELECT @@global.max_allowed_packet")
    helper.execute(f"SET GLOBAL max_allowed_packet = {256 * MIB}")
    yield
    helper.execute(f"SET GLOBAL max_allowed_packet = {before}")


@pytest.mark.parametrize("from_engine, to_engine", [
    ("sqlite", "postgresql"), ("mysql", "postgresql"), ("postgresql", "mysql"),
    ("postgresql", "sqlite")])
def test_one_cell_of_64_mib(wide_packets, make, whimbrel, from_engine, to_engine):
    source, target = make(from_engine), make(to_engine)
    put_big_cell(source)
    expected = cell(source)
    assert expected[0] == BIG
    done = whimbrel.move(source, target, timeout=300, measured=True)
    print(f"{from_engine} to {to_engine}: peak {done.peak_kib // 1024} MiB")
    assert cell(target) == expected
    assert target.one("SELECT data FROM cells WHERE id = 2") is None


def test_a_row_beyond_the_largest_packet(make, whimbrel):
    """Larger than the target accepts: into quarantine, told, and the rest arrives."""
    source, target = make("sqlite"), make("mysql")
    source.execute("CREATE TABLE cells (id INTEGER PRIMARY KEY, data BLOB)")
    source.execute("INSERT INTO cells VALUES (1, x'0102'), (2, zeroblob(20 << 20)), (3, x'03')")
    done = whimbrel.move(source, target, expect={0, 9})
    rows = {i: bytes(d) for i, d in target.query("SELECT id, data FROM cells")}
    assert rows[1] == b"\1\2" and rows[3] == b"\3"
    assert rows.get(2, None) == (bytes(20 << 20) if done.code == 0 else None)
