"""`types`: what each type becomes; and the rules under `types` in migration.yaml."""

import datetime
import decimal
import subprocess

import pytest

from support.program import TOP, fields

D = decimal.Decimal
AT = datetime.datetime
DAY = datetime.date
UTC = datetime.timezone.utc


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
    made = target.query("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE "
                        "attrelid = 't'::regclass AND attnum > 1 ORDER BY attnum")
    long = {"varchar": "character varying", "timestamp(6)": "timestamp(6) without time zone"}
    for (type_,), name in zip(made, asked):
        short = next((type_.replace(v, k) for k, v in long.items() if v in type_), type_)
        assert short == said[name], name


# name: declared on the source, rule, declared on the target, {literal: value there}, refused
NARROWED = {
    "mysql": {
        "small": ("int", "to: smallint", "smallint", {"7": 7, "-32768": -32768}, ["70000"]),
        "money": ("decimal(12,4)", 'to: "numeric(8,2)"', "numeric(8,2)",
                  {"1.2500": D("1.25")}, ["1.2550", "1234567.0000"]),
        "loose": ("decimal(30,10)", "to: double precision", "double precision",
                  {"0.1000000000": 0.1}, ["12345678901234567890.1234567890"]),
        "single": ("double", "to: real", "real", {"0.5": 0.5, "0.1": 0.1},
                   ["0.30000000000000004"]),
        "short": ("varchar(20)", 'to: "varchar(3)"', "character varying(3)",
                  {"'abc'": "abc", "'äöü'": "äöü"}, ["'abcd'", "'abc  '"]),
        "padded": ("varchar(20)", 'to: "char(3)"', "character(3)", {"'abc'": "abc"}, ["'abcd'"]),
        "day": ("datetime", "to: date", "date", {"'2024-02-29 00:00:00'": DAY(2024, 2, 29)},
                ["'2024-02-29 00:00:01'"]),
        "noon": ("date", "to: timestamp", "timestamp without time zone",
                 {"'2024-02-29'": AT(2024, 2, 29)}, []),
        "zoned": ("datetime", "to: timestamptz", "timestamp with time zone",
                  {"'2024-02-29 12:00:00'": AT(2024, 2, 29, 12, tzinfo=UTC)}, []),
        "coarse": ("datetime(6)", 'to: "timestamp(3)"', "timestamp(3) without time zone",
                   {"'2024-02-29 12:00:00.125000'": AT(2024, 2, 29, 12, 0, 0, 125000)},
                   ["'2024-02-29 12:00:00.125001'"]),
        "number": ("varchar(20)", "to: integer", "integer", {"'42'": 42}, ["'x'", "'4.5'"]),
        "flag": ("tinyint(1)", "to: smallint", "smallint", {"1": 1, "0": 0}, []),
        "yes": ("varchar(5)", "to: boolean", "boolean", {"'1'": True, "'f'": False}, ["'2'"]),
        "id": ("varchar(36)", "to: uuid", "uuid",
               {"'123e4567-e89b-12d3-a456-426655440000'": "123e4567-e89b-12d3-a456-426655440000"},
               ["'123e4567'"]),
        "doc": ("longtext", "to: jsonb", "jsonb", {"'{\"a\": 1}'": {"a": 1}}, ["'{a}'"]),
        "there": ("int", "not_null: true", "integer", {"1": 1}, ["NULL"]),
    },
    "postgresql": {
        "small": ("integer", "to: smallint", "smallint(6)", {"7": 7}, ["70000"]),
        "tiny": ("integer", "to: tinyint unsigned", "tinyint(3) unsigned", {"255": 255},
                 ["-1", "256"]),
        "money": ("numeric", 'to: "decimal(8,2)"', "decimal(8,2)", {"1.25": D("1.25")},
                  ["1.255", "1234567", "'NaN'"]),
        "short": ("text", 'to: "varchar(3)"', "varchar(3)", {"'abc'": "abc"},
                  ["'abcd'", "'abc  '"]),
        "padded": ("text", 'to: "char(3)"', "char(3)", {"'abc'": "abc"}, ["'ab '", "'abcd'"]),
        "filled": ("bytea", 'to: "binary(2)"', "binary(2)", {"'\\x0102'": b"\x01\x02"},
                   ["'\\x01'"]),
        "bytes": ("bytea", 'to: "varbinary(2)"', "varbinary(2)", {"'\\x0102'": b"\x01\x02"},
                  ["'\\x010203'"]),
        "plain": ("timestamptz", 'to: "datetime(0)"', "datetime",
                  {"'2024-02-29 12:00:00+02'": AT(2024, 2, 29, 10)},
                  ["'2024-02-29 12:00:00.5+02'"]),
        "day": ("timestamp", "to: date", "date", {"'2024-02-29'": DAY(2024, 2, 29)},
                ["'2024-02-29 01:00'"]),
        "number": ("numeric", "to: double", "double", {"0.1": 0.1}, ["0.12345678901234567890"]),
    },
}


def migration(source, target, rules, more=""):
    return (f"whimbrel: 1\nsource: {{ url: \"{source.url}\" }}\n"
            f"target: {{ url: \"{target.url}\" }}\n{more}types:\n"
            + "".join(f"  - {rule}\n" for rule in rules))


def put(whimbrel, text):
    folder = whimbrel.folder / "move"
    folder.mkdir(exist_ok=True)
    (folder / "migration.yaml").write_text(text)
    return folder


@pytest.mark.parametrize("engine", NARROWED)
def test_narrowed(whimbrel, make, engine):
    """Each value stands alone in its row: it arrives exact, or its row is in quarantine."""
    source, target = make(engine), make("postgresql" if engine == "mysql" else "mysql")
    cases = NARROWED[engine]
    columns = ", ".join(f"{source.quote('c_' + c)} {spec[0]}" for c, spec in cases.items())
    source.execute(f"CREATE TABLE t (pk int PRIMARY KEY, {columns})")
    wanted, refused = {}, {}
    filler = {f"c_{c}": next(iter(spec[3])) for c, spec in cases.items()}
    for c, (_, _, _, good, bad) in cases.items():
        for literal in [*good, *bad]:
            key = len(wanted) + len(refused) + 1
            (wanted if literal in good else refused)[key] = (f"c_{c}", good.get(literal))
            row = {**filler, f"c_{c}": literal}
            source.execute(f"INSERT INTO t (pk, {', '.join(row)}) "
                           f"VALUES ({key}, {', '.join(row.values())})")
    rules = [f"{{ column: c_{c}, {spec[1]} }}" for c, spec in cases.items()]
    folder = put(whimbrel, migration(source, target, rules))
    done = whimbrel.run("run", folder, "--json", expect=9)
    for c, spec in cases.items():
        assert target.type_of("t", f"c_{c}") == spec[2], c
    for key, (column, value) in wanted.items():
        [(there,)] = target.query(f"SELECT {column} FROM t WHERE pk = {key}")
        assert there == value, (column, there, value)
    quarantined = whimbrel.run("quarantine", "list", folder, "--json").json["rows"]
    assert {int(fields(q["key"])["pk"]) for q in quarantined} == set(refused)
    assert done.json["differences_total"] == 0


def test_rules_choose(whimbrel, make):
    """First match wins, `map` goes before all, guards narrow, modifiers are taken along."""
    source, target = make("mysql"), make("postgresql")
    source.script("""
        CREATE TABLE people (
            id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
            age int unsigned NOT NULL DEFAULT 7,
            name varchar(40) NOT NULL DEFAULT 'x',
            note varchar(2000),
            price decimal(10,2) NOT NULL DEFAULT 1.50,
            big decimal(30,4),
            made_at datetime DEFAULT '2001-01-01 00:00:00',
            own int unsigned NOT NULL);
        INSERT INTO people (age, own) VALUES (5, 6)""")
    rules = ["{ from: 'INT*unsigned', when: { auto_increment: true }, to: integer }",
             "{ from: 'int unsigned', when: { key: false, nullable: false }, to: smallint }",
             "{ column: 'people.age', to: text }",
             "{ from: varchar, when: { length: '> 255' }, to: text, default: \"'none'\" }",
             "{ from: 'varchar(*)', to: 'character({length})', drop: [default, not_null] }",
             "{ from: 'decimal(*)', when: { precision: <= 18, scale: 2 }, "
             "to: 'numeric({precision},3)', not_null: true }",
             "{ column: '*_at', to: timestamptz, when: { default: \"*2001*\" } }"]
    more = "map:\n  - table: people\n    columns: { own: { type: bigint } }\n"
    folder = put(whimbrel, migration(source, target, rules, more))
    document = whimbrel.run("run", folder, "--json").json
    assert {c: target.type_of("people", c) for c in target.columns("people")} == {
        "id": "integer", "age": "smallint", "name": "character(40)", "note": "text",
        "price": "numeric(10,3)", "big": "numeric(30,4)",
        "made_at": "timestamp with time zone", "own": "bigint"}
    assert target.required("people") == {"id", "age", "price", "own"}
    defaults = dict(target.query("SELECT column_name, column_default FROM "
                                 "information_schema.columns WHERE table_name = 'people'"))
    assert defaults["name"] is None and defaults["note"] == "'none'::text"
    assert [row[1:4] for row in target.query("SELECT * FROM people")] == [(5, "x" + " " * 39, None)]
    unused = [f for f in document["findings"] if f["rule"] == "type-rule-unused"]
    assert [f["object"] for f in unused] == ["types, rule 3"]
    asked = {f["object"]: f["text"] for f in document["findings"] if f["rule"] == "type-asked"}
    assert "goes to quarantine" in asked["people.age"]


def test_rules_are_part_of_the_plan(whimbrel, make):
    source, target = make("sqlite"), make("sqlite")
    source.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
    plans = []
    for rules in (["{ from: integer, when: { key: false }, to: BIGINT }"],
                  ["{ from: integer, when: { key: false }, to: SMALLINT }"]):
        folder = put(whimbrel, migration(source, target, rules))
        plans.append(whimbrel.run("plan", folder, "--json").json["plan_id"])
    assert plans[0] != plans[1]


@pytest.mark.parametrize("rule, place, says", [
    ("{ from: int, to: integr }", ":5:5, column t.n", 'did you mean "integer"?'),
    ("{ from: int, to: 'varchar({length})' }", ":5:5", "has no such number"),
    ("{ form: int, to: bigint }", ":5:7", 'did you mean "from"?'),
    ("{ from: int }", ":5:5", "changes nothing"),
    ("{ to: bigint }", ":5:5", 'add "from"'),
    ("{ from: int, to: bigint, drop: [defualt] }", ":5:37", 'did you mean "default"?'),
    ("{ from: int, drop: [default], default: '1' }", ":5:5", "keep one"),
    ("{ from: int, to: bigint, when: { precision: few } }", ":5:49", "a comparison"),
    ("{ from: int, to: bigint, when: { nullable: maybe } }", ":5:48", "true or false"),
])
def test_wrong_rules(whimbrel, make, rule, place, says):
    source = make("sqlite")
    source.execute("CREATE TABLE t (n INT)")
    nowhere = type("Nowhere", (), {"url": "postgresql://nobody@127.0.0.1:1/none"})
    folder = put(whimbrel, migration(source, nowhere, [rule]))
    done = whimbrel.run("plan", folder, expect=2)
    assert place in done.err and says in done.err, done.err


@pytest.mark.parametrize("from_engine, to_engine", [
    ("mysql", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "mysql")])
def test_blanks_of_char_are_said_not_to_travel(make, whimbrel, from_engine, to_engine):
    source, target = make(from_engine), make(to_engine)
    source.script("CREATE TABLE t (id int PRIMARY KEY, v char(5)); INSERT INTO t VALUES (1, 'ab ')")
    done = whimbrel.move(source, target)
    [told] = done.findings("char-blanks")
    assert told["object"].endswith("t.v")
    assert target.query("SELECT v, length(v) FROM t") == [("ab", 2)]


def test_unsigned_that_is_not_kept_is_said(make, whimbrel):
    source, target = make("mysql"), make("postgresql")
    source.script("CREATE TABLE t (id int unsigned PRIMARY KEY, a decimal(5,2) unsigned,"
                  " b double unsigned, c float, d float unsigned)")
    done = whimbrel.run("assess", source.url, target.url, "--workdir", "w", "--json", expect=None)
    told = {f["object"]: f for f in done.json["findings"] if f["rule"] == "unsigned-not-kept"}
    assert sorted(told) == ["t.a", "t.b", "t.d"]
    whimbrel.move(source, target)
    target.execute('ALTER TABLE "public"."t" ADD CHECK ("a" >= 0)')
    assert 'ADD CHECK ("a" >= 0)' in str(told["t.a"]), told["t.a"]
    assert not whimbrel.move(source, make("mysql"), workdir="same").findings("unsigned-not-kept")
