"""Banking cases: what "nothing is lost" means, and that it can fail a run."""

import collections
import decimal

import pytest

from moved import QUARANTINE, UNEQUAL
from samples import ACH, EUROS, STATEMENTS, YENS, message
from support.mainframe import packed, text, zoned

D = decimal.Decimal
ENGINES = ("postgresql", "mysql", "sqlite")
BRANCH = """
01 R.
   05 KIND PIC X.
   05 BODY PIC X(15).
   05 ACCOUNT REDEFINES BODY.
      10 ACCT PIC 9(7).
      10 BALANCE PIC S9(13)V99 COMP-3.
   05 POSTING REDEFINES BODY.
      10 SEQ PIC 9(4).
      10 CURRENCY PIC X(3).
      10 AMOUNT PIC S9(13)V99 COMP-3.
"""
OPTIONS = {"segment_field": "KIND", "segments": "A:ACCOUNT,P:POSTING",
           "parents": "POSTING:ACCOUNT", "file_header": 20, "file_footer": 12}
ACCOUNTS = {1000001: 9999999999999, 1000002: -9999999999997, 9000003: 12345}
POSTINGS = {1000001: [(1, "EUR", 10), (2, "USD", -10), (3, "EUR", 999999999999999)],
            1000002: [(4, "EUR", -999999999999999), (5, "USD", 7)], 9000003: [(9, "USD", 3)]}


def account(number, balance):
    return text("A", 1) + zoned(number, 7, signed=False) + packed(balance, 15)


def posting(seq, currency, cents):
    return text("P", 1) + zoned(seq, 4, signed=False) + text(currency, 3) + packed(cents, 15)


def branch(*more):
    records = [record for number, balance in ACCOUNTS.items() for record in
               (account(number, balance), *(posting(*p) for p in POSTINGS[number]))]
    return (text("HEADER 2024-03-01", 20) + b"".join([*records, *more])
            + text("TRAILER 0009", 12))


BAD = [posting(10, "EUR", 1)[:-8] + b"\xFF" * 8, text("?what is this", 16)]


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_18_every_byte_and_record_is_accounted_for(cobol, engine):
    data = branch(*BAD)
    moved = cobol(BRANCH, data, engine, expect=QUARANTINE, **OPTIONS)
    used, = moved.controls("bytes")
    assert (used["expected"], used["actual"], used["result"]) == (*[str(len(data))] * 2, "held")
    records, = moved.controls("records")
    assert (records["expected"], records["actual"]) == ("11", "11")
    assert records["actual_is"] == "3 ACCOUNT, 7 POSTING, 1 of no known type"
    rejected = moved.rejected()
    assert sorted(raw for _, raw in rejected) == sorted(BAD)
    loaded = moved.target.count("account") + moved.target.count("posting")
    edges = moved.column("account_edges", "raw")
    assert [bytes(edge).decode("cp037").split()[0] for edge in edges] == ["HEADER", "TRAILER"]
    assert loaded + len(rejected) == 11
    assert (loaded + len(rejected)) * 16 + sum(map(len, edges)) == len(data)
    rows = {c["subject"].rsplit(".", 1)[-1]: (c["expected"], c["actual"], c["result"])
            for c in moved.controls("rows")}
    assert rows["posting"] == ("7", "7", "held")
    totals = moved.json["totals"]
    assert totals["rows_read"] == totals["rows_written"] + totals["rows_quarantined"] == 14


def totals(moved, rule):
    return {(c["subject"].split(".", 1 if c["subject"].count(".") == 1 else 2)[-1], c["unit"]):
            (D(c["expected"]), D(c["actual"])) for c in moved.controls(rule)}


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_19_totals_by_currency_and_sign(cobol, engine):
    """Of amounts that a float cannot hold; account numbers are a hash total."""
    moved = cobol(BRANCH, branch(), engine, **OPTIONS)
    sums, below = collections.Counter(), collections.Counter()
    for postings in POSTINGS.values():
        for _, currency, cents in postings:
            sums[currency] += D(cents) / 100
            below[currency] += min(D(cents), D(0)) / 100
    found = totals(moved, "control total")
    for currency in ("EUR", "USD"):
        assert found["amount", currency] == (sums[currency],) * 2
        assert found["amount, below 0", currency] == (below[currency],) * 2
    balance = D(sum(ACCOUNTS.values())) / 100
    assert found["balance", None] == (balance, balance)
    assert totals(moved, "hash total")["acct", None] == (sum(ACCOUNTS),) * 2


def test_bank_19_totals_of_files_by_currency(whimbrel, load):
    (whimbrel.folder / "M.xml").write_text(message(EUROS, YENS))
    moved = load("camt", whimbrel.folder / "M.xml", "postgresql")
    found = totals(moved, "control total")
    assert found["amount", "JPY"] and {unit for _, unit in found if unit} == {"EUR", "JPY"}


def test_bank_19_a_cent_that_is_lost_is_found(whimbrel, load):
    (whimbrel.folder / "PAY.ach").write_text(ACH)
    moved = load("nacha", whimbrel.folder / "PAY.ach", "postgresql")
    moved.target.execute("UPDATE entry SET amount = amount - 0.01 WHERE individual_name = 'BOB'")
    again = moved.whimbrel.run("verify", moved.workdir, "--json", expect=UNEQUAL)
    wrong, = [c for c in again.json["reconciliation"]["controls"] if c["result"] == "failed"]
    assert wrong["subject"].endswith("entry.amount")
    assert D(wrong["expected"]) - D(wrong["actual"]) == D("0.01")


BOOKS = {"reconcile": [
    {"name": "debits are credits", "sum": "posting.amount", "equals": 0},
    {"name": "postings in order", "sequence": "posting.seq"},
    {"name": "all accounts", "count": "account", "equals": 3}]}


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_20_debits_are_credits(cobol, engine):
    """And a gap in the numbers is reported."""
    rest = [posting(6, "USD", -3), posting(7, "USD", 3), posting(8, "USD", 0)]
    moved = cobol(BRANCH, branch(*rest), engine, settings=BOOKS, expect=UNEQUAL, **OPTIONS)
    assert [(rule, D(e), D(a)) for rule, e, a in moved.failed()] == [
        ("debits are credits", D(0), D("0.10"))]
    rest += [posting(10, "EUR", -10), posting(13, "USD", 0)]
    moved = cobol(BRANCH, branch(*rest), engine, settings=BOOKS, **OPTIONS)
    assert [c["result"] for c in moved.controls("debits are credits")] == ["held"]
    assert [c["result"] for c in moved.controls("all accounts")] == ["held"]
    gap, = [c for c in moved.controls("postings in order") if c["result"] == "noticed"]
    assert "11" in gap["expected"] and "13" in gap["actual"], gap


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_20_no_child_without_its_parent(cobol, engine):
    moved = cobol(BRANCH, branch(), engine, **OPTIONS)
    orphans = {c["subject"]: (c["actual"], c["result"]) for c in moved.controls("orphans")}
    assert any("posting" in subject for subject in orphans)
    assert set(orphans.values()) == {("0", "held")}
    key, = [k for k in moved.target.foreign_keys("posting") if k[1] == "account"]
    assert key == (("file_id", "parent_id"), "account", ("file_id", "record_id"))


def test_bank_20_opening_and_entries_are_closing(whimbrel, load):
    (whimbrel.folder / "BANK.STA").write_text(STATEMENTS.replace("00002/001", "00004/001"))
    moved = load("mt940", whimbrel.folder / "BANK.STA", "mysql")
    assert {c["result"] for c in moved.controls("closing balance")} == {"held"}
    number, = moved.controls("statement number")
    assert (number["actual"], number["result"]) == ("4/1", "noticed")


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_21_the_reconciliation_is_rows_of_the_target(cobol, engine):
    """And a part of the report; it fails the run although every row is equal."""
    wrong = {"name": "auditor", "sum": "account.balance", "equals": "123.44"}
    moved = cobol(BRANCH, branch(), engine, settings={"reconcile": [wrong]}, expect=UNEQUAL,
                  **OPTIONS)
    assert moved.json["verified"] == "ok" and moved.json["verdict"] == "unreconciled"
    balance = D(sum(ACCOUNTS.values())) / 100
    assert [(rule, D(e), D(a)) for rule, e, a in moved.failed()] == [
        ("auditor", D("123.44"), balance)]
    quote = moved.target.quote
    rows = moved.target.query(f"SELECT {quote('rule')}, subject, unit, expected, actual, result"
                              " FROM whimbrel_reconciliation ORDER BY number")
    said = [tuple(c[k] for k in ("rule", "subject", "unit", "expected", "actual", "result"))
            for c in moved.json["reconciliation"]["controls"]]
    assert sorted(map(repr, rows)) == sorted(map(repr, said)) and len(rows) > 10
    assert [row[5] for row in rows].count("failed") == 1
    page = (whimbrel_folder(moved) / "report.html").read_text()
    assert "auditor" in page and "123.44" in page and str(balance) in page
    shown = moved.whimbrel.run("verify", moved.workdir, expect=UNEQUAL).out
    assert f"expected 123.44 (the figure given), actual {balance} (the target)" in shown


def whimbrel_folder(moved):
    return moved.whimbrel.folder / moved.workdir
