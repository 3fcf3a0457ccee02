"""What `assess` finds: each planted lie, rightly counted; nothing is written on the source."""

import hashlib
import json
import re

import pytest

from support import sample
from support.program import TOP

SOURCE_SQL = {  # bad numbers, missing dates, wrong text, text encoded twice
    "sqlite": """
        CREATE TABLE lies(id INTEGER PRIMARY KEY, qty INTEGER, note TEXT, code VARCHAR(5));
        INSERT INTO lies
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            SELECT i, i, 'note ' || i, 'c' || (i % 100) FROM n;
        UPDATE lies SET qty = 'many' WHERE id IN (7, 8, 9);
        UPDATE lies SET note = CAST(x'636166e9' AS TEXT) WHERE id IN (20, 21);
        UPDATE lies SET note = CAST(x'610062' AS TEXT) WHERE id = 30;
        UPDATE lies SET note = 'cafÃ©' WHERE id BETWEEN 40 AND 43;
        CREATE TABLE loose(a, b);
        INSERT INTO loose VALUES (1, 'x');""",
    "mysql": """
        SET sql_mode = '';
        CREATE TABLE lies(id INT PRIMARY KEY, day DATE NOT NULL, flag TINYINT(1), note TEXT,
                          raw VARCHAR(20) CHARACTER SET latin1);
        INSERT INTO lies SELECT seq, '2024-02-29', seq % 2, concat('note ', seq), 'x'
            FROM seq_1_to_500;
        UPDATE lies SET day = '0000-00-00' WHERE id <= 5;
        UPDATE lies SET flag = 5 WHERE id = 17;
        UPDATE lies SET note = 'cafÃ©' WHERE id BETWEEN 40 AND 43;
        UPDATE lies SET note = concat('a', char(0), 'b') WHERE id = 30;""",
}


def assess(whimbrel, *words, expect=0, **more):
    return whimbrel.run("assess", *words, "--workdir", "w", "--json", expect=expect, **more).json


def found(document, rule):
    return {f["object"]: f for f in document["findings"] if f["rule"] == rule}


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_lies_of_a_sqlite_file(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script(SOURCE_SQL["sqlite"])
    before = fingerprint(source.path)
    told = assess(whimbrel, source.url, target.url)
    assert {k: f["rows"] for k, f in found(told, "value-not-of-type").items()} == {"lies.qty": 3}
    assert {k: f["rows"] for k, f in found(told, "invalid-utf8").items()} == {"lies.note": 2}
    assert {k: f["rows"] for k, f in found(told, "nul-in-text").items()} == {"lies.note": 1}
    assert {k: f["rows"] for k, f in found(told, "double-encoded").items()} == {"lies.note": 4}
    example = found(told, "value-not-of-type")["lies.qty"]["examples"][0]
    assert json.loads(example["key"]) == {"id": "7"} and example["value"] == "many"
    assert found(told, "value-not-of-type")["lies.qty"]["looked_at"] == 500
    assert "loose" in found(told, "no-key")
    assert told["verdict"] == "ready with conditions"
    assert fingerprint(source.path) == before
    page = (whimbrel.folder / "w" / "assess.html").read_text(encoding="utf-8")
    assert "Ready, with conditions" in page and "lies.qty" in page and "many" in page
    assert json.loads((whimbrel.folder / "w" / "assess.json").read_text()) == told


def test_lies_of_a_mariadb_database(make, whimbrel):
    source, target = make("mysql"), make("postgresql")
    source.script(SOURCE_SQL["mysql"])
    told = assess(whimbrel, source.url, target.url)
    assert {k: f["rows"] for k, f in found(told, "zero-date").items()} == {"lies.day": 5}
    assert {k: f["rows"] for k, f in found(told, "nul-in-text").items()} == {"lies.note": 1}
    assert {k: f["rows"] for k, f in found(told, "double-encoded").items()} == {"lies.note": 4}
    assert "lies.flag" in found(told, "tinyint-not-boolean")


def test_a_clean_database_is_ready(make, whimbrel):
    source, target = sample.fill(make("postgresql")), make("mysql")
    told = assess(whimbrel, source.url, target.url)
    assert told["verdict"] == "ready", told["reasons"]
    assert told["minutes"]["assisted"] + told["minutes"]["manual"] == 0
    rows = {t["table"]: t["rows"] for t in told["tables"]}
    assert rows["public.orders"] == 400 and rows["public.empty"] == 0


def test_a_source_alone(make, whimbrel):
    source = sample.fill(make("sqlite"))
    told = assess(whimbrel, source.url)
    assert told["target"] is None and told["estimate"]["copy"] is None
    assert told["estimate"]["read"]["low"] <= told["estimate"]["read"]["high"]


def test_orphans_and_what_stands_in_the_way(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script("""
        CREATE TABLE parent(id INTEGER PRIMARY KEY);
        CREATE TABLE child(id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent(id));
        INSERT INTO parent VALUES (1), (2);
        INSERT INTO child VALUES (1, 1), (2, 9), (3, 8), (4, NULL);""")
    target.execute("CREATE TABLE parent(other int)")
    told = assess(whimbrel, source.url, target.url, expect=4)
    orphans = found(told, "orphan-rows")["child (parent_id)"]
    assert orphans["rows"] == 2
    assert [json.loads(e["key"])["id"] for e in orphans["examples"]] == ["2", "3"]
    assert set(found(told, "table-exists")) == {"parent"}
    assert target.tables() == ["parent"] and target.count("parent") == 0


PAIRS = [("mysql", "postgresql"), ("sqlite", "mysql"), ("postgresql", "sqlite")]


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_the_time_is_measured_and_the_target_left_clean(make, whimbrel, from_engine, to_engine):
    source, target = sample.fill(make(from_engine)), make(to_engine)
    told = assess(whimbrel, source.url, target.url)
    assert told["estimate"]["unknown_because"] is None
    for phase in ("copy", "build", "verify"):
        span = told["estimate"][phase]
        assert 0 <= span["low"] <= span["likely"] <= span["high"] < 60, phase
    assert not left_over(target)
    done = whimbrel.move(source, target, workdir="w").json
    assert done["estimated"]["copy"] == told["estimate"]["copy"]
    assert done["seconds"]["copy"] > 0
    assert "Estimated before" in (whimbrel.folder / "w" / "report.html").read_text()
    assert not left_over(target)


def left_over(target):
    """Everything that stands on the target under whimbrel's name, and files beside one."""
    if target.engine == "sqlite":
        return [p.name for p in target.path.parent.glob("whimbrel_sample*")] + [
            t for t in (target.tables() if target.path.exists() else []) if "whimbrel" in t]
    return [row[0] for row in target.query(
        "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'whimbrel%%'"
        if target.engine == "postgresql" else
        "SELECT table_name FROM information_schema.tables WHERE table_schema = database()"
        " AND table_name LIKE 'whimbrel%%'")]


@pytest.mark.parametrize("to_engine", ["postgresql", "mysql", "sqlite"])
def test_what_a_killed_assessment_left_is_removed_by_the_next(make, whimbrel, to_engine):
    source, target = sample.fill(make("sqlite")), make(to_engine)
    steps = whimbrel.folder / "steps"
    ends = "assess", source.url, target.url, "--workdir"
    whimbrel.run(*ends, "listed", env={"WHIMBREL_CRASH_LIST": str(steps)})
    at = steps.read_text().splitlines().index("scratch tables made") + 1
    whimbrel.run(*ends, "killed", expect=-9, env={"WHIMBREL_CRASH_AT": str(at)})
    assert left_over(target), "nothing was left: the test shows nothing"
    assess(whimbrel, source.url, target.url)
    assert not left_over(target)


def test_read_only_leaves_the_target_alone(make, whimbrel):
    source, target = sample.fill(make("sqlite")), make("postgresql")
    target.execute("CREATE TABLE first(a int)")
    told = assess(whimbrel, source.url, target.url, "--read-only")
    assert told["estimate"]["copy"] is None and "--read-only" in told["estimate"]["unknown_because"]
    target.execute("CREATE TABLE second(a int)")
    made = target.one("SELECT 'second'::regclass::oid::bigint - 'first'::regclass::oid::bigint")
    assert made < 10, "the server has given numbers to other objects in between"


def test_rows_that_only_the_target_refuses(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script("CREATE TABLE t(id INTEGER PRIMARY KEY, j TEXT);"
                  "INSERT INTO t VALUES (1, '[1]'), (2, 'no json'), (3, NULL), (4, '{')")
    whimbrel.run("init", source.url, target.url, "--workdir", "w")
    settings = whimbrel.folder / "w" / "migration.yaml"
    settings.write_text(settings.read_text() +
                        "map:\n  - table: t\n    columns:\n      j: { type: json }\n")
    told = whimbrel.run("assess", "w", "--json").json
    refused = found(told, "row-refused") or found(told, "value-not-of-type")
    assert {k: f["rows"] for k, f in refused.items()} in ({"t": 2}, {"t.j": 2})


def test_accounts_and_grants_without_a_password(make, whimbrel):
    source, target = make("mysql"), make("postgresql")
    user = f"clerk_{source.name}"
    source.script(f"CREATE TABLE t(id INT PRIMARY KEY);"
                  f"CREATE USER {user}@'%' IDENTIFIED BY 'hunter2hunter2';"
                  f"GRANT SELECT ON {source.name}.t TO {user}@'%'")
    try:
        digest = source.one("SELECT authentication_string FROM mysql.user WHERE user = %s", user)
        told = assess(whimbrel, source.url, target.url)
    finally:
        source.execute(f"DROP USER {user}@'%'")
    mine = [g for g in told["grants"] if g["account"] == user]
    script = ";".join(g["statement"] for g in mine if g["statement"])
    target.execute(f"CREATE TABLE t(id int); {script}")
    assert target.one("SELECT has_table_privilege(%s, 't', 'SELECT')", user)
    target.execute(f'DROP OWNED BY "{user}"; DROP ROLE "{user}"')
    page = (whimbrel.folder / "w" / "assess.html").read_text(encoding="utf-8")
    assert user in page
    for secret in (digest, digest.lstrip("*"), "hunter2hunter2"):
        assert secret not in page and secret not in json.dumps(told)


def test_masked_values_are_not_shown(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script("""
        CREATE TABLE person(name TEXT PRIMARY KEY NOT NULL, boss TEXT REFERENCES person(name));
        INSERT INTO person VALUES ('secret one', 'secret two'), ('Ã©secret', NULL);""")
    whimbrel.run("init", source.url, target.url, "--workdir", "w")
    settings = whimbrel.folder / "w" / "migration.yaml"
    mask = "{ mask: { hash: sha256, key_env: MASK_KEY } }"
    settings.write_text(settings.read_text() + "map:\n  - table: person\n    columns:\n"
                        f"      name: {mask}\n      boss: {mask}\n")
    told = whimbrel.run("assess", "w", "--json", expect=4, env={"MASK_KEY": "k" * 32}).json
    assert found(told, "double-encoded") and found(told, "orphan-rows")
    shown = json.dumps(told, ensure_ascii=False)
    shown += (whimbrel.folder / "w" / "assess.html").read_text(encoding="utf-8")
    assert "(masked)" in shown and "secret" not in shown


def test_a_target_that_cannot_be_reached(make, whimbrel):
    source = sample.fill(make("sqlite"))
    told = assess(whimbrel, source.url, "postgresql://nobody@127.0.0.1:1/none")
    assert told["verdict"] == "unknown"
    assert any(gap["object"] == "the target" for gap in told["coverage"]["gaps"])


def test_rows_wider_than_the_packets_of_the_target(make, whimbrel):
    source, target = make("sqlite"), make("mysql")
    most = int(target.one("SELECT @@max_allowed_packet"))
    source.script(f"CREATE TABLE blobs(id INTEGER PRIMARY KEY, b BLOB);"
                  f"INSERT INTO blobs VALUES (1, zeroblob({most + 1}))")
    told = assess(whimbrel, source.url, target.url)
    assert set(found(told, "row-beyond-packet")) == {"blobs.b"}


def test_what_a_run_would_refuse_is_an_error(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script(f'CREATE TABLE {"t" * 70}(a); CREATE TABLE {"t" * 69}x(a)')
    told = assess(whimbrel, source.url, target.url, expect=4)
    assert told["verdict"] == "not ready" and told["exit"] == 4
    assert "the move" in found(told, "plan-refused")
    assert told["coverage"]["gaps"]


def test_the_fix_is_one_that_can_be_pasted(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script(SOURCE_SQL["sqlite"])
    told = assess(whimbrel, source.url, target.url)
    fix = found(told, "value-not-of-type")["lies.qty"]["fix"]
    assert fix["place"] == "migration.yaml"
    settings = whimbrel.folder / "w" / "migration.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + fix["text"], encoding="utf-8")
    again = whimbrel.run("assess", "w", "--json").json
    assert not found(again, "value-not-of-type")


def test_a_sample_is_bounded(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script(SOURCE_SQL["sqlite"])
    told = assess(whimbrel, source.url, target.url, "--sample", "100")
    table = next(t for t in told["tables"] if t["table"] == "lies")
    assert table["rows_read"] == 100
    assert whimbrel.run("assess", source.url, "--sample", "none", expect=2).err


@pytest.mark.parametrize("text, word", [("hour_of_works: 3", "hour_of_work"),
                                        ("hour_of_work: x", "number"),
                                        ("months: 0", "above 0")])
def test_prices_that_are_wrong(make, whimbrel, text, word):
    source = make("sqlite")
    source.script("CREATE TABLE t(a)")
    (whimbrel.folder / "p.yaml").write_text(text + "\n")
    assert word in whimbrel.run("assess", source.url, "--prices", "p.yaml", expect=2).err


def test_prices_become_costs(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.script(SOURCE_SQL["sqlite"])
    (whimbrel.folder / "p.yaml").write_text("currency: EUR\nhour_of_work: 60\n")
    told = assess(whimbrel, source.url, target.url, "--prices", "p.yaml")
    minutes = told["minutes"]["assisted"] + told["minutes"]["manual"]
    assert told["costs"]["currency"] == "EUR"
    assert told["costs"]["total"] == pytest.approx(minutes)


def test_every_rule_has_its_minutes():
    """A rule that the code names and the table does not know would be counted as 'other'."""
    table = (TOP / "src/lifecycle/assess/rules.c").read_text(encoding="utf-8")
    known = set(re.findall(r'^\t{ "([a-z0-9-]+)",', table, re.MULTILINE))
    named = {}
    for path in (TOP / "src").rglob("*.c"):
        text = path.read_text(encoding="utf-8")
        for call in re.finditer(r"wh_findings_add\((?:[^;\"]|\"(?![a-z0-9]+-))*?\"([a-z0-9-]+)\"",
                                text):
            named.setdefault(call[1], path.name)
        for rule in re.findall(r'(?:wh_assess_note|finding)\([^;"]*"([a-z0-9]+-[a-z0-9-]+)"', text):
            named.setdefault(rule, path.name)
    assert len(named) > 40, "the pattern no longer finds the rules"
    assert not {rule: where for rule, where in named.items() if rule not in known}


def test_the_page_of_a_plan_that_is_refused_has_no_empty_table(make, whimbrel):
    source, target = make("sqlite"), make("postgresql")
    source.execute('CREATE TABLE t (id integer PRIMARY KEY, "" text)')
    whimbrel.run("assess", source.url, target.url, "--workdir", "w", expect=None)
    page = next((whimbrel.folder / "w").glob("*.html")).read_text()
    assert "No table was read." in page and "biggest tables" not in page
    assert "<tbody></tbody>" not in page
