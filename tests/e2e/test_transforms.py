"""Columns that are made on the way. What the target must hold is computed here anew, from what was
put into the source; it is read with the engines' own drivers."""

import datetime
import decimal
import hashlib
import hmac
import json

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
    ("where: 'id < 2) OR (id > 3'", "id < 2) OR (id > 3"),
    ("where: 'id < 3) /*'", "id < 3) /*"),
    ("where: 'id < ?'", "parameter"),
])
def test_what_cannot_be_is_refused(prepare, settings, says):
    move = prepare("sqlite", "sqlite", PEOPLE)
    move.write(f"map:\n  - table: people\n    {settings}\n")
    document = move("run", expect={2, 5})
    assert says in document["error"]["text"]
    assert move.target.tables() == []


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_a_condition_that_closes_our_parenthesis_is_refused(prepare, engine):
    move = prepare(engine, "sqlite", PEOPLE)
    move.write("map: [{ table: people, where: 'id < 2) OR (id > 3' }]\n")
    move("run", expect=5)
    assert move.target.tables() == []
    move.write("map: [{ table: people, where: 'id < 3 -- the old ones' }]\n")
    move("run")
    assert sorted(move.target.rows("people", ["id"])) == [(1,), (2,)]


def test_single_precision_through_lua(prepare):
    move = prepare("postgresql", "postgresql",
                   "CREATE TABLE t (id int PRIMARY KEY, r real, s real);"
                   "INSERT INTO t VALUES (1, 0.1, 3.3), (2, 1e-40, 16777216), (3, NULL, 'NaN');")
    move.write("map: [{ table: t, columns: { r: { expr: value }, s: { expr: 'value * 2' } } }]\n")
    move("run")
    assert move.target.query("SELECT id, r::text, s::text FROM t ORDER BY id") == [
        (1, "0.1", "6.6"), (2, "1e-40", "3.3554432e+07"), (3, None, "NaN")]


def test_a_mistyped_name_in_lua_is_no_null(prepare):
    move = prepare("sqlite", "sqlite", PEOPLE)
    move.write("map: [{ table: people, columns: { note: { expr: valeu } } }]\n")
    assert move("run", expect=9)["tables"][0]["rows_quarantined"] == 4


KEY = b"a key for tests, long enough"
SECRET = {"MASK_KEY": KEY.decode()}
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def mac(*parts):
    return hmac.new(KEY, b"".join(p if isinstance(p, bytes) else p.encode() for p in parts),
                    hashlib.sha256).digest()


def stream(domain, turn, size, half):
    """The digits that a round adds."""
    for block in range(1000):
        for byte in mac("digits\0", domain, "\0", bytes([turn]), size.to_bytes(4, "big"),
                        block.to_bytes(4, "big"), half):
            if byte < 250:
                yield byte % 10


def permute(digits, domain):
    size = len(digits)
    left, right = digits[:size // 2], digits[size // 2:]
    for turn in range(10):
        added = stream(domain, turn, size, right)
        left, right = right, "".join(str((int(d) + next(added)) % 10) for d in left)
    return left + right


def masked_digits(text, domain):
    fresh = iter(permute("".join(c for c in text if c.isdigit()), domain))
    return "".join(next(fresh) if c.isdigit() else c for c in text)


def masked_number(value, domain, most=2**31):
    text = str(value)
    while True:
        text = permute(text, domain)
        if (len(text) == 1 or text[0] != "0") and int(text) < most:
            return int(text)


def pseudonym(text, domain, length=16):
    bits = "".join(f"{byte:08b}" for byte in mac("pseudonym\0", domain, "\0", text))
    return "".join(LETTERS[int(bits[5 * i:5 * i + 5], 2)] for i in range(length))


def shift(by, days, domain=""):
    place = int.from_bytes(mac("date_shift\0", domain, "\0", by)[:8], "big") % (2 * days)
    return datetime.timedelta(days=place - days if place < days else place - days + 1)


CLIENTS = """
CREATE TABLE clients (id integer NOT NULL PRIMARY KEY, email varchar(60) NOT NULL,
  phone varchar(30), card varchar(30) UNIQUE, born date, name varchar(40));
CREATE TABLE visits (id integer NOT NULL PRIMARY KEY, client integer NOT NULL, email varchar(60),
  at date, FOREIGN KEY (client) REFERENCES clients (id));
""" + "".join(
    f"INSERT INTO clients VALUES ({i * 37 + 1}, 'user{i}@example.org', "
    f"'+49 30/{1000 + i}-{i % 7}', "
    f"'{4000 + i:04d} {i * i:06d}', '19{50 + i % 50}-03-{1 + i % 28:02d}', 'Name Ä{i}');"
    f"INSERT INTO visits VALUES ({i}, {i * 37 + 1}, 'user{i}@example.org', "
    f"'2024-01-{1 + i % 28:02d}');"
    for i in range(200))
MASKS = """
map:
  - table: clients
    columns:
      id:    { mask: { pseudonym: client, key_env: MASK_KEY } }
      email: { mask: { pseudonym: mail, key_env: MASK_KEY } }
      phone: { mask: { digits: phone, key_env: MASK_KEY } }
      card:  { mask: { hash: sha256, key_env: MASK_KEY } }
      born:  { mask: { date_shift: 30, by: id, key_env: MASK_KEY } }
      name:  { mask: { partial: "*", first: 2, last: 1 } }
  - table: visits
    columns:
      client: { mask: { pseudonym: client, key_env: MASK_KEY } }
      email:  { mask: { pseudonym: mail, key_env: MASK_KEY } }
      at:     { mask: { date_shift: 30, by: client, key_env: MASK_KEY } }
"""


def day(value):
    return datetime.date.fromisoformat(str(value)[:10])


def masked_clients():
    rows = []
    for i in range(200):
        number, name = i * 37 + 1, f"Name Ä{i}"
        born = datetime.date(1950 + i % 50, 3, 1 + i % 28)
        rows.append((masked_number(number, "client"), pseudonym(f"user{i}@example.org", "mail"),
                     masked_digits(f"+49 30/{1000 + i}-{i % 7}", "phone"),
                     hmac.new(KEY, f"{4000 + i:04d} {i * i:06d}".encode(), "sha256").hexdigest(),
                     born + shift(str(number), 30), name[:2] + "*" * (len(name) - 3) + name[-1]))
    return sorted(rows)


def clients(database):
    rows = database.rows("clients", ["id", "email", "phone", "card", "born", "name"])
    return sorted((*row[:4], day(row[4]), row[5]) for row in rows)


def shows_no_secret(move, *secrets):
    """Neither the program nor what it keeps says the key; nor, but for the journal, a value."""
    said = "".join(move.whimbrel.said).encode()
    for path in move.folder.rglob("*"):
        if path.is_file():
            assert KEY not in path.read_bytes(), path
            said += path.read_bytes()
    for secret in (KEY, *secrets):
        assert secret not in said


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_masks_are_what_anybody_can_compute(prepare, from_engine, to_engine):
    move = prepare(from_engine, to_engine, CLIENTS)
    move.write(MASKS)
    document = move("run", env=SECRET)
    assert clients(move.target) == masked_clients()
    assert document["totals"]["rows_differing"] == 0
    joined = move.target.query("SELECT count(*) FROM visits v JOIN clients c ON c.id = v.client"
                               " AND c.email = v.email")
    assert [tuple(r) for r in joined] == [(200,)]
    assert move.target.foreign_keys("visits")
    assert not [f for f in document["findings"] if f["severity"] == "error"]
    shows_no_secret(move, b"user17@example.org", "Name Ä17".encode())


def test_verify_of_a_masked_column(prepare):
    move = prepare("mysql", "postgresql", CLIENTS)
    move.write(MASKS)
    move("run", env=SECRET)
    hidden = masked_clients()[5][1]
    move.target.execute(f"UPDATE clients SET email = 'planted' WHERE email = '{hidden}'")
    document = move("verify", expect=4, env=SECRET)
    [difference] = document["differences"]
    assert difference["column"] == "email" and "planted" not in json.dumps(document)
    assert (difference["source"], difference["target"]) == ("(masked)", "(masked)")
    shows_no_secret(move, b"planted", hidden.encode())
    without = move("verify", expect=2)
    assert "MASK_KEY" in without["error"]["text"]
    other = move("verify", expect=2, env={"MASK_KEY": "another key"})
    assert "not the one with which" in other["error"]["text"]
    move("verify", "--repair", env=SECRET)
    assert clients(move.target) == masked_clients()


def test_quarantine_keeps_a_masked_value_and_reports_do_not(prepare):
    move = prepare("sqlite", "postgresql", CLIENTS)
    move.source.execute("UPDATE clients SET born = 'no day, says 5301' WHERE id = 1")
    move.write(MASKS)
    move("run", expect=4, env=SECRET)  # a visit of that client is left without one
    reports = [path.read_bytes() for path in move.folder.rglob("report.*")]
    assert reports
    assert not [text for text in reports if b"says 5301" in text]
    shown = move.whimbrel.run("quarantine", "show", "1", "move").out
    assert "born (masked): no day, says 5301" in shown
    exported = move.whimbrel.run("quarantine", "export", "move").out
    assert json.loads(exported)["values"]["born"] == {"masked": "no day, says 5301"}


def test_a_killed_move_with_masks_goes_on(prepare):
    move = prepare("sqlite", "postgresql", CLIENTS)
    move.write(MASKS
               .replace("      id:    { mask: { pseudonym: client, key_env: MASK_KEY } }\n", "")
               .replace("      client: { mask: { pseudonym: client, key_env: MASK_KEY } }\n", "")
               + "limits: { unit_bytes: 4096 }\n")
    for at in (12, 30, 45, 60):
        move.whimbrel.run("run", "move", expect=-9, env={**SECRET, "WHIMBREL_CRASH_AT": str(at)})
    move("run", env=SECRET)
    assert sorted(row[1:] for row in clients(move.target)) == \
        sorted(row[1:] for row in masked_clients())


@pytest.mark.parametrize("mask, says", [
    ("{ hash: md5, key_env: MASK_KEY }", "sha256"),
    ("{ hash: sha256 }", "`key_env`"),
    ("{ redact: x, key_env: MASK_KEY }", "takes no key"),
    ("{ date_shift: 3, key_env: MASK_KEY }", "cannot fill"),
    ("{ hash: sha256, redact: x }", "two masks"),
    ("{ hash: sha256, key_file: nowhere }", "nowhere"),
    ("{ pseudonym: x, key_env: NOT_SET }", "NOT_SET"),
])
def test_masks_that_cannot_be(prepare, mask, says):
    move = prepare("sqlite", "sqlite", CLIENTS)
    move.write(f"map: [{{ table: clients, columns: {{ name: {{ mask: {mask} }} }} }}]\n")
    assert says in move("plan", expect=2, env=SECRET)["error"]["text"]


ORDERS = """
CREATE TABLE orders (id integer NOT NULL PRIMARY KEY, name varchar(40), amount decimal(30,10),
  large bigint, placed date, fine double precision, raw {bytes}, note varchar(40));
""" + "".join(f"INSERT INTO orders VALUES ({i}, 'Name {i}', {i}.0000000001, {i * 10**15}, "
              f"'2024-02-{1 + i % 28:02d}', {i / 4}, {{hex}}, "
              f"{'NULL' if i % 5 == 0 else repr(str(i))});"
              for i in range(1, 101))
BYTES = {"mysql": {"bytes": "varbinary(10)", "hex": "x'00FF'"},
         "postgresql": {"bytes": "bytea", "hex": "'\\x00ff'"},
         "sqlite": {"bytes": "blob", "hex": "x'00FF'"}}


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_expressions(prepare, from_engine, to_engine):
    move = prepare(from_engine, to_engine, ORDERS.format(**BYTES[from_engine]))
    move.write(r"""
map:
  - table: orders
    filter: "row.id % 10 ~= 0"
    columns:
      name:   { expr: "value:gsub('^Name', 'N') .. '/' .. row.id" }
      large:  { expr: "value + 1" }
      amount: { expr: "decimal.add(value, '0.5')" }
      placed: { expr: "value:sub(1, 8) .. '01'" }
      fine:   { expr: "if value > 20 then return nil end return value * 2" }
      raw:    { expr: "value .. '\\1'" }
      note:   { drop: true }
    add:
      - { name: known, type: varchar(10), expr: "row.note and 'yes' or 'no'" }
      - { name: half, type: integer, expr: "row.id // 2" }
""")
    people = move("run")["tables"][0]
    kept = [i for i in range(1, 101) if i % 10]
    columns = ["id", "name", "large", "amount", "placed", "fine", "raw", "known", "half"]
    assert sorted(move.target.columns("orders")) == sorted(columns)
    got = [(*row[:3], decimal.Decimal(str(row[3])), day(row[4]), row[5], bytes(row[6]), *row[7:])
           for row in sorted(move.target.rows("orders", columns))]
    assert got == [(i, f"N {i}/{i}", i * 10**15 + 1,
                    decimal.Decimal(i) + decimal.Decimal("0.5000000001"), datetime.date(2024, 2, 1),
                    None if i / 4 > 20 else i / 2, b"\x00\xff\x01", "no" if i % 5 == 0 else "yes",
                    i // 2) for i in kept]
    assert (people["rows_read"], people["rows_written"], people["rows_filtered"]) == (100, 90, 10)
    assert move("verify")["totals"]["rows_differing"] == 0


def test_what_an_expression_cannot_do_is_set_apart(prepare):
    move = prepare("sqlite", "postgresql", ORDERS.format(**BYTES["sqlite"]))
    move.write(r"""
map:
  - table: orders
    columns:
      name: { expr: "if row.id == 3 then error('three') end
                     if row.id == 4 then while true do end end
                     if row.id == 6 then return '\\255' end
                     if row.id == 7 then return end return #row.note" }
""")
    people = move("run", expect=9)["tables"][0]
    assert (people["rows_written"], people["rows_quarantined"]) == (76, 24)
    apart = move.whimbrel.run("quarantine", "list", "move").out
    for reason in ("three", "too long", "UTF-8", "returns nothing", "get length"):
        assert reason in apart


@pytest.mark.parametrize("settings, says", [
    ("filter: 'row.id >'", "not Lua"),
    ("columns: { name: { expr: 'a b' } }", "not Lua"),
    ("columns: { name: { expr: '  ' } }", "one value"),
    ("columns: { name: { expr: '-- value' } }", "one value"),
    ("columns: { name: { expr: '1,5' } }", "one value"),
    ("filter: ' '", "one value"),
])
def test_what_is_no_expression_is_refused(prepare, settings, says):
    move = prepare("sqlite", "sqlite", ORDERS.format(**BYTES["sqlite"]))
    move.write(f'map: [{{ table: orders, {settings} }}]\n')
    assert says in move("plan", expect=2)["error"]["text"]


def test_filtered_rows_survive_a_kill(prepare):
    move = prepare("mysql", "postgresql", ORDERS.format(**BYTES["mysql"]))
    move.write('map: [{ table: orders, filter: "row.id > 50" }]\nlimits: { unit_bytes: 1024 }\n')
    for at in (15, 33, 40):
        move.whimbrel.run("run", "move", expect=-9, env={"WHIMBREL_CRASH_AT": str(at)})
    move.source.execute("UPDATE orders SET id = 200 WHERE id = 7")
    people = move("run")["tables"][0]
    assert sorted(r[0] for r in move.target.rows("orders", ["id"])) == [*range(51, 101), 200]
    assert people["rows_filtered"] == 49


def test_a_table_that_loses_every_column_is_refused(prepare):
    move = prepare("sqlite", "postgresql", "CREATE TABLE bare (a int, b int)")
    move.write("map: [{ table: bare, columns: { a: { drop: true }, b: { drop: true } } }]")
    told = move("plan", expect=2)["error"]["text"]
    assert "drops every column" in told and 'select: { exclude: ["bare"] }' in told


def test_a_date_is_not_shifted_around_the_end_of_time(prepare):
    move = prepare("postgresql", "sqlite", "CREATE TABLE t (id int PRIMARY KEY, at timestamp);"
                   "INSERT INTO t SELECT i, '294276-12-31 23:59:59' FROM generate_series(1, 8) i;")
    move.write("map: [{ table: t, columns: { at:"
               " { mask: { date_shift: 9000, by: id, key_env: MASK_KEY } } } }]\n")
    document = move("run", env=SECRET, expect=9)
    assert 0 < document["tables"][0]["rows_quarantined"] < 8
    assert all(at.startswith("29") and "BC" not in at for at, in move.target.rows("t", ["at"]))


def test_a_masked_column_of_another_type_is_told(prepare):
    move = prepare("mysql", "mysql", "CREATE TABLE t (id int PRIMARY KEY, n smallint, m bigint);"
                   "INSERT INTO t VALUES (1, 12345, 7)")
    mask = "{ mask: { digits: d, key_env: MASK_KEY } }"
    move.write(f"map: [{{ table: t, columns: {{ n: {mask}, m: {mask} }} }}]\n")
    found = move("run", env=SECRET)["findings"]
    said = {f["object"]: f["text"] for f in found if f["rule"] == "column-made"}
    for column in ("n", "m"):
        (now,), = move.target.query("SELECT column_type FROM information_schema.columns WHERE"
                                    f" table_schema = database() AND column_name = '{column}'")
        (was,), = move.source.query("SELECT column_type FROM information_schema.columns WHERE"
                                    f" table_schema = database() AND column_name = '{column}'")
        assert (f"as {now} instead of {was}" in said[f"t.{column}"]) == (now != was)
    assert "instead of smallint" in said["t.n"]


@pytest.mark.parametrize("parent, child", [("bigint", "integer"),
                                           ("numeric(10,4)", "numeric(10,2)")])
def test_masked_keys_of_other_digits_are_told(prepare, parent, child):
    move = prepare("postgresql", "postgresql", f"CREATE TABLE p (id {parent} PRIMARY KEY);"
                   f"CREATE TABLE c (id int PRIMARY KEY, p {child} REFERENCES p);")
    mask = "{ mask: { digits: d, key_env: MASK_KEY } }"
    move.write(f"map: [{{ table: p, columns: {{ id: {mask} }} }},"
               f" {{ table: c, columns: {{ p: {mask} }} }}]\n")
    assert "foreign-key-made" in {f["rule"] for f in move("plan", env=SECRET)["findings"]}
