"""The reconciliation: its figures are added up here anew, from what was put into the source and
from what the engines' own drivers read on the target."""

import decimal

import pytest

PAIRS = [pytest.param("sqlite", "postgresql", id="sqlite-postgresql", marks=pytest.mark.part),
         pytest.param("postgresql", "mysql", id="postgresql-mysql"),
         pytest.param("mysql", "sqlite", id="mysql-sqlite"),
         pytest.param("sqlite", "sqlite", id="sqlite-sqlite"),
         pytest.param("postgresql", "postgresql", id="postgresql-postgresql"),
         pytest.param("mysql", "mysql", id="mysql-mysql")]
TABLES = """
CREATE TABLE account (id bigint NOT NULL PRIMARY KEY, holder varchar(40), balance numeric(12,2));
CREATE TABLE entry (id integer NOT NULL PRIMARY KEY, account bigint REFERENCES account (id),
  currency varchar(3), amount numeric(15,2), rate numeric(30,10), points integer);
"""
ACCOUNTS = [(9007199254740993, "Ada", "1999.99"), (-5, "Alan", "-0.01"), (7, "Søren", None)]
ENTRIES = [(n, ACCOUNTS[n % 3][0], ("EUR", "USD", None)[n % 3],
            None if n % 7 == 0 else f"{(-1) ** n * (9999999999999 - n)}.{n % 100:02}",
            f"{n}.{n:010}", None if n % 5 == 0 else n * 1000003)
           for n in range(1, 101) if n not in (51, 52, 53)]
COLUMNS = {"account": ["id", "holder", "balance"],
           "entry": ["id", "account", "currency", "amount", "rate", "points"]}
AMOUNTS = {("account", "balance"), ("entry", "amount"), ("entry", "rate")}


def literal(value):
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) and not value[-1].isdigit() else str(value)


def ledger(make, from_engine, to_engine):
    source, target = make(from_engine), make(to_engine)
    source.script(TABLES + "".join(
        f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))});\n"
        for table, rows in (("account", ACCOUNTS), ("entry", ENTRIES)) for row in rows))
    return source, target


@pytest.fixture
def move(whimbrel):
    def started(command, source, target, settings, expect=0, **more):
        folder = whimbrel.folder / "move"
        folder.mkdir(exist_ok=True)
        (folder / "migration.yaml").write_text(
            f'whimbrel: 1\nsource: {{ url: "{source.url}" }}\n'
            f'target: {{ url: "{target.url}" }}\n{settings}\n')
        return whimbrel.run(command, "move", "--json", expect=expect, **more).json
    return started


def total(rows, column, keep=lambda value: True):
    values = [decimal.Decimal(str(row[column])) for row in rows if row[column] is not None]
    return sum((v for v in values if keep(v)), decimal.Decimal(0))


def figures(document):
    return {(c["rule"], c["subject"].removeprefix("public."), c["unit"]): c
            for c in document["reconciliation"]["controls"]}


def same(control, figure):
    assert control["result"] == "held", control
    assert decimal.Decimal(control["expected"]) == decimal.Decimal(control["actual"]) == figure


def kept(target):
    """The rows on the target, in the order of their numbers."""
    quote = target.quote
    return target.query(f"SELECT number, {quote('rule')}, subject, unit, expected, actual, result,"
                        " migration, checked_at FROM whimbrel_reconciliation ORDER BY number")


@pytest.mark.parametrize("from_engine, to_engine", PAIRS)
def test_totals_of_every_number(make, move, from_engine, to_engine):
    source, target = ledger(make, from_engine, to_engine)
    document = move("run", source, target, "verify: { reconcile: yes }")
    controls = figures(document)
    read = {table: [dict(zip(names, row)) for row in target.rows(table, names)]
            for table, names in COLUMNS.items()}
    for table, rows in (("account", ACCOUNTS), ("entry", ENTRIES)):
        put = [dict(zip(COLUMNS[table], row)) for row in rows]
        same(controls.pop(("rows", table, None)), len(put))
        for column in COLUMNS[table]:
            if column in ("holder", "currency"):
                continue
            amount = (table, column) in AMOUNTS
            name = f"{table}.{column}"
            assert total(put, column) == total(read[table], column)
            same(controls.pop(("control total" if amount else "hash total", name, None)),
                 total(put, column))
            if amount and total(put, column, lambda v: v < 0):
                same(controls.pop(("control total", f"{name}, below 0", None)),
                     total(put, column, lambda v: v < 0))
    orphans = [k for k in controls if k[0] == "orphans"]
    assert len(orphans) == 1 and controls.pop(orphans[0])["actual"] == "0"
    assert not controls
    said = document["reconciliation"]
    assert (said["failed"], said["noticed"], said["held"]) == (0, 0, len(said["controls"]))
    assert {r["name"] for r in said["rules"]} == {"rows", "control total", "hash total", "orphans"}


@pytest.mark.parametrize("from_engine, to_engine", PAIRS[:3])
def test_rows_of_the_target_are_the_proof(make, move, whimbrel, from_engine, to_engine):
    """They say what the document says, stay alone when it is done again, and are moved nowhere."""
    source, target = ledger(make, from_engine, to_engine)
    document = move("run", source, target, "verify: { reconcile: yes }")
    rows = kept(target)
    assert sorted(tuple(r[1:7]) for r in rows) == sorted(
        tuple(c[k] for k in ("rule", "subject", "unit", "expected", "actual", "result"))
        for c in document["reconciliation"]["controls"])
    assert [r[0] for r in rows] == list(range(1, len(rows) + 1))
    assert len({(r[7], r[8]) for r in rows}) == 1
    move("verify", source, target, "verify: { reconcile: yes }")
    assert [r[:8] for r in kept(target)] == [r[:8] for r in rows]
    further = make("sqlite")
    whimbrel.move(target, further, workdir="further")
    assert further.one("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'whimbrel%'") == 0
    assert further.tables() == ["account", "entry"]
    move("verify", source, target, "verify: { reconcile: no }")
    assert [r[:8] for r in kept(target)] == [r[:8] for r in rows]


def test_nothing_is_reconciled_unless_it_is_asked_for(make, move):
    source, target = ledger(make, "sqlite", "postgresql")
    document = move("run", source, target, "")
    assert document["reconciliation"] is None
    with pytest.raises(Exception, match="whimbrel_reconciliation"):
        kept(target)


@pytest.mark.parametrize("from_engine, to_engine", PAIRS[:3])
def test_a_figure_that_is_wrong_fails_the_run(make, move, whimbrel, from_engine, to_engine):
    source, target = ledger(make, from_engine, to_engine)
    right = total([dict(zip(COLUMNS["account"], r)) for r in ACCOUNTS], "balance")
    settings = (f"reconcile:\n  - {{ name: ours, sum: account.balance, equals: {right} }}\n"
                "  - { name: auditor, sum: account.balance, equals: 2000.00 }\n"
                "  - { count: entry, equals: { count: entry } }\n"
                "  - { name: mixed, count: account, equals: { sum: entry.id } }\n")
    document = move("run", source, target, settings, expect=4)
    assert (document["verified"], document["verdict"]) == ("ok", "unreconciled")
    assert document["differences_total"] == 0
    first, second, *rest = document["reconciliation"]["controls"]
    assert (first["rule"], first["expected"], first["actual"], first["result"]) == (
        "auditor", "2000.00", "1999.98", "failed")
    assert (second["rule"], second["result"]) == ("mixed", "failed")
    assert all(c["result"] == "held" for c in rest)
    assert {c["rule"] for c in rest} >= {"ours", "figure", "rows", "control total"}
    status = whimbrel.run("status", "move", "--json", expect=None).json
    assert status["reconciliation"] == document["reconciliation"]
    told = whimbrel.run("verify", "move", expect=4).out
    assert "auditor, sum of account.balance: expected 2000.00 (the figure given)" in told
    assert "actual 1999.98 (the target)" in told
    assert "Reconciliation" in (whimbrel.folder / "move" / "report.html").read_text()
    move("verify", source, target, settings.replace("2000.00", "1999.98").replace(
        "sum: entry.id", "count: account"), expect=0)


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_damage_shows_in_the_figures(make, move, engine):
    source, target = ledger(make, "sqlite" if engine != "sqlite" else "mysql", engine)
    move("run", source, target, "verify: { reconcile: yes }")
    target.execute("UPDATE entry SET amount = amount + 0.01 WHERE id = 1")
    target.execute("DELETE FROM entry WHERE id = 100")
    if engine == "sqlite":
        target.execute("PRAGMA foreign_keys = OFF")
    controls = figures(move("verify", source, target, "verify: { reconcile: yes }", expect=4))
    rows, amount = controls["rows", "entry", None], controls["control total", "entry.amount", None]
    lost = decimal.Decimal(next(e[3] for e in ENTRIES if e[0] == 100))
    assert (rows["expected"], rows["actual"], rows["result"]) == ("97", "96", "failed")
    assert amount["result"] == "failed"
    assert decimal.Decimal(amount["actual"]) - decimal.Decimal(amount["expected"]) == (
        decimal.Decimal("0.01") - lost)
    assert controls["control total", "account.balance", None]["result"] == "held"


@pytest.mark.parametrize("engine", ["postgresql", "mysql"])
def test_rows_in_quarantine_count(make, move, engine):
    source, target = make("sqlite"), make(engine)
    source.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, amount NUMERIC(10,2), n INTEGER)")
    source.script("INSERT INTO t VALUES (1, 10.5, 1), (2, -3.25, 'two'), (3, 4.75, 3),"
                  " (4, 0.01, 'four');")
    document = move("run", source, target, "verify: { reconcile: yes }", expect=9)
    controls = figures(document)
    assert target.count("t") == 2
    same(controls["rows", "t", None], 4)
    same(controls["control total", "t.amount", None], decimal.Decimal("12.01"))
    same(controls["control total", "t.amount, below 0", None], decimal.Decimal("-3.25"))
    same(controls["hash total", "t.id", None], 10)
    same(controls["hash total", "t.n", None], 4)


@pytest.mark.parametrize("from_engine, to_engine", PAIRS[:3])
def test_figures_by_a_column(make, move, from_engine, to_engine):
    source, target = ledger(make, from_engine, to_engine)
    document = move("run", source, target,
                    "reconcile: [{ name: by currency, sum: entry.amount, by: currency },"
                    " { name: per account, count: entry, by: account }]")
    controls = figures(document)
    put = [dict(zip(COLUMNS["entry"], row)) for row in ENTRIES]
    for currency in ("EUR", "USD", None):
        name = f"sum of entry.amount by currency: {currency or 'null'}"
        same(controls["by currency", name, None],
             total([e for e in put if e["currency"] == currency], "amount"))
    for account, *_ in ACCOUNTS:
        same(controls["per account", f"rows of entry by account: {account}", None],
             len([e for e in put if e["account"] == account]))


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_references_and_runs_of_numbers(make, move, engine):
    source, target = ledger(make, "sqlite" if engine != "sqlite" else "mysql", engine)
    target.execute("CREATE TABLE holders (nick varchar(40))")
    target.execute("INSERT INTO holders VALUES ('Ada'), ('Alan')")
    settings = ("select: { exclude: [holders] }\nreconcile:\n"
                "  - { refers: \"entry.account -> account.id\" }\n"
                "  - { name: known holders, refers: \"account.holder -> holders.nick\" }\n"
                "  - { refers: \"account.holder -> nowhere.nick\" }\n"
                "  - { sequence: entry.id }\n")
    document = move("run", source, target, settings, expect=4)
    controls = {(c["rule"], c["subject"]): c for c in document["reconciliation"]["controls"]}
    assert controls["orphans", "entry.account -> account.id"]["result"] == "held"
    unknown = controls["known holders", "account.holder -> holders.nick"]
    assert (unknown["actual"], unknown["result"]) == ("1", "failed")
    nowhere = controls["orphans", "account.holder -> nowhere.nick"]
    assert nowhere["actual"].startswith("not known: ") and nowhere["result"] == "failed"
    gap = controls["sequence", "entry.id, behind 50"]
    assert (gap["expected"], gap["actual"], gap["result"]) == ("51", "54", "noticed")
    assert document["reconciliation"]["noticed"] == 1
    target.execute("INSERT INTO holders VALUES ('Søren')")
    settings = settings.replace("  - { refers: \"account.holder -> nowhere.nick\" }\n", "")
    move("verify", source, target, settings)


def test_what_is_masked_or_made_is_left_out(make, move):
    source, target = ledger(make, "sqlite", "postgresql")
    settings = ("verify: { reconcile: yes }\nmap:\n  - table: account\n    to: konto\n"
                "    filter: \"row.id ~= 7\"\n  - table: entry\n    columns:\n"
                "      amount: { mask: { redact: \"1\" } }\n      points: { to: stars }\n"
                "      rate: { expr: \"value\" }\n")
    document = move("run", source, target, settings, expect=4)  # 7 has entries
    controls = figures(document)
    put = [dict(zip(COLUMNS["entry"], row)) for row in ENTRIES]
    same(controls.pop(("hash total", "entry.stars", None)), total(put, "points"))
    same(controls.pop(("hash total", "entry.id", None)), total(put, "id"))
    same(controls.pop(("hash total", "entry.account", None)), total(put, "account"))
    same(controls.pop(("rows", "konto", None)), 3)
    same(controls.pop(("rows", "entry", None)), 97)
    (rule, _, _), orphans = controls.popitem()
    assert (rule, orphans["actual"]) == ("orphans", str(len([e for e in put if e["account"] == 7])))
    assert not controls


@pytest.mark.parametrize("control, says", [
    ("sum: entyr.amount", 'did you mean "entry"'),
    ("sum: entry.amuont", 'did you mean "amount"'),
    ("sum: account.holder", "cannot be added up"),
    ("count: nothing", "no table"),
    ("count: entry, by: curency", 'did you mean "currency"'),
    ("sequence: account.holder", "follow one another"),
    ("sum: entry.amount", "masked"),
    ("sum: entry.rate", 'add "equals"'),
])
def test_a_control_of_what_is_not_there_is_refused(make, move, control, says):
    source, target = ledger(make, "sqlite", "sqlite")
    settings = ("map: [{ table: entry, columns: { amount: { mask: { redact: \"1\" } },"
                f" rate: {{ expr: value }} }} }}]\nreconcile:\n  - {{ {control} }}")
    document = move("run", source, target, settings, expect=2)
    assert says in document["error"]["text"], document["error"]
    assert document["error"]["place"].endswith("migration.yaml:6:5")
    assert target.tables() == []


@pytest.mark.parametrize("from_engine, to_engine", PAIRS[:3])
@pytest.mark.parametrize("step", ["reconciliation table made", "reconciliation kept"])
def test_killed_and_done_again(make, move, whimbrel, from_engine, to_engine, step):
    source, target = ledger(make, from_engine, to_engine)
    settings = "verify: { reconcile: yes }"
    folder = whimbrel.folder / "move"
    with pytest.raises(AssertionError):
        move("run", source, target, settings, expect=0, env={"WHIMBREL_CRASH_AT": step})
    document = move("run", source, target, settings)
    assert len(kept(target)) == document["reconciliation"]["held"]
    assert document["reconciliation"]["failed"] == 0 and folder.exists()


def test_an_appended_table_counts_what_came(make, move):
    source, target = ledger(make, "sqlite", "postgresql")
    target.script("CREATE TABLE account (id bigint, holder varchar(40), balance numeric(12,2));"
                  "INSERT INTO account VALUES (1, 'before', 5);"
                  "CREATE TABLE entry (id integer, account bigint, currency varchar(3),"
                  " amount numeric(15,2), rate numeric(30,10), points integer);")
    document = move("run", source, target,
                    "policies: { if_exists: append }\nverify: { reconcile: yes }", expect=None)
    controls = figures(document)
    same(controls["rows", "account", None], 3)
    assert ("control total", "account.balance", None) not in controls


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_files_are_reconciled_unasked(make, move, whimbrel, engine):
    """Two statements of SWIFT's in one file; of the second one the closing balance is wrong."""
    target = make(engine)
    file = whimbrel.folder / "bank.sta"
    statement = (":20:REF{n}\r\n:25:NL01/{n}\r\n:28C:{n}/1\r\n:60F:C240101{unit}100,00\r\n"
                 ":61:2401010101D40,50NTRFNONREF\r\n:61:2401020102C0,25NTRFNONREF\r\n"
                 ":62F:C240102{unit}{closing}\r\n-\r\n")
    file.write_text(statement.format(n=1, unit="EUR", closing="59,75")
                    + statement.format(n=2, unit="USD", closing="59,76"), newline="")
    source = type("Files", (), {"url": f"mt940:{file}"})
    document = move("run", source, target, "", expect=4)
    controls = figures(document)
    for unit in ("EUR", "USD"):
        same(controls["control total", "entry.amount", unit], decimal.Decimal("-40.25"))
        same(controls["control total", "entry.amount, below 0", unit], decimal.Decimal("-40.50"))
    failed = [c for c in document["reconciliation"]["controls"] if c["result"] == "failed"]
    assert [(c["rule"], c["unit"], c["expected"], c["actual"]) for c in failed] == [
        ("closing balance", "USD", "59.76", "59.75")]
    assert not [k for k in controls if k[0] == "hash total" and k[1].endswith("_id")]
    assert ("closing balance", "59.76", "59.75", "failed") in [
        (r[1], r[4], r[5], r[6]) for r in kept(target)]
