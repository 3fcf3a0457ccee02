"""Banking cases: statements, clearing files and messages of banks."""

import decimal

import pytest

from moved import SOURCE, UNEQUAL
from samples import ACH, ENTRIES, EUROS, MORE, STATEMENTS, YENS, message
from support import ach

D = decimal.Decimal
ENGINES = ("postgresql", "mysql", "sqlite")


@pytest.fixture
def mt940(whimbrel, load):
    def run(text, engine="sqlite", name="BANK.STA", **more):
        (whimbrel.folder / name).write_text(text)
        return load("mt940", whimbrel.folder / name, engine, **more)
    return run


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_14_statements_close(mt940, engine):
    """Reversals turn the sign round, 30 February is no date, and every statement balances."""
    moved = mt940(STATEMENTS, engine)
    assert moved.column("entry", "mark") == ["D", "C", "RC", "RD", "C"]
    assert moved.amounts("entry", "amount") == [
        D("-12"), D("0.12"), D("-100.5"), D("50.25"), D("62.13")]
    closing = moved.controls("closing balance")
    assert [(D(c["expected"]), D(c["actual"]), c["unit"], c["result"]) for c in closing] == [
        (D("937.87"), D("937.87"), "EUR", "held"), (D(1000), D(1000), "EUR", "held")]
    opening, closed = (moved.amounts("statement", f"{which}_balance")
                       for which in ("opening", "closing"))
    amounts = moved.amounts("entry", "amount")
    assert [opening[0] + sum(amounts[:4]), opening[1] + amounts[4]] == closed
    dates = [(str(v) if v else None, text) for v, text in
             moved.rows("entry", "value_date", "value_date_text")]
    assert dates[-1] == (None, "120230") and dates[0][0] == "2023-12-31"
    assert [c["result"] for c in moved.controls("date that exists")].count("noticed") == 1
    assert str(moved.column("entry", "entry_date")[0]) == "2024-01-02"


def test_bank_14_dialects_of_the_text(mt940):
    moved = mt940(STATEMENTS)
    found = moved.rows("detail", "code", "value", order="record_id, item")
    for part in (("GVC", "805"), ("EREF", "E1"), ("SVWZ", "Fees of 2023"), ("EREF", "E2"),
                 ("REMI", "Salary of January"), ("IBAN", "NL91ABNA0417164300"), ("NAAM", "Ada")):
        assert part in found, part


@pytest.mark.parametrize("pivot, century", [(None, "1985"), (90, "2085")])
def test_bank_14_years_of_two_digits(mt940, pivot, century):
    text = STATEMENTS.split("-\n", maxsplit=1)[0].replace("231229", "850101")
    moved = mt940(text.replace(":61:231231", ":61:850102"), **({"pivot": pivot} if pivot else {}))
    assert str(moved.column("entry", "value_date")[0])[:4] == century


def test_bank_14_a_statement_that_does_not_close(mt940):
    moved = mt940(STATEMENTS.replace("EUR1000,\n-", "EUR1000,01\n-"), "postgresql", expect=UNEQUAL)
    (rule, expected, actual), = moved.failed()
    assert (rule, D(expected), D(actual)) == ("closing balance", D("1000.01"), D(1000))
    told = moved.whimbrel.run("verify", moved.workdir, expect=UNEQUAL).out
    assert "1000.01" in told and "closing balance, statement 2/1 of account 12345678" in told


def test_bank_14_interim_report(mt940):
    moved = mt940(":20:R1\n:25:1\n:28C:1\n:34F:EURD0,\n:13D:2401021200+0100\n"
                  ":61:240102D5,NTRFNONREF\n:90D:1EUR5,\n:90C:0EUR0,\n-\n")
    assert [int(v) for v in moved.column("statement", "message")] == [942]
    assert [c["result"] for c in moved.controls("debit sum")] == ["held"]


def test_bank_14_statements_of_other_banks(banking, load):
    """Whose amounts somebody has changed to make them anonymous, do not close, and say so."""
    folder = banking("mt940")
    for name, differing in (
            ("jejik/sns", []), ("jejik/generic", []), ("jejik/rabobank-iban", []),
            ("self-provided/february_30", []), ("jejik/postfinance", [("159.6", "159.4")]),
            ("jejik/ing", [("3.47", "-45.59")])):
        moved = load("mt940", folder / f"{name}.sta", expect=UNEQUAL if differing else 0)
        assert moved.controls("closing balance"), name
        assert moved.failed() == [("closing balance", *both) for both in differing], name


@pytest.fixture
def nacha(whimbrel, load):
    def run(text, engine="sqlite", **more):
        (whimbrel.folder / "PAY.ach").write_text(text)
        return load("nacha", whimbrel.folder / "PAY.ach", engine, **more)
    return run


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_15_a_file_whose_controls_are_right(nacha, write_back, engine):
    """150 entries of one bank bring the hash beyond ten digits."""
    assert sum(e["bank"] for e in ENTRIES + MORE) > 10**10
    moved = nacha(ACH, engine)
    held = {c["rule"]: (c["expected"], c["actual"]) for c in
            moved.json["reconciliation"]["controls"] if c["result"] == "held"}
    count, digest, debit, credit = ach.sums(ENTRIES + MORE)
    for rule, figure in (("file entry/addenda count", count), ("file entry hash", digest)):
        assert [int(v) for v in held[rule]] == [figure] * 2
    for rule, cents in (("file debit total", debit), ("file credit total", credit)):
        assert [D(v) for v in held[rule]] == [D(cents) / 100] * 2
    assert not moved.failed()
    for direction, cents in (("debit", debit), ("credit", credit)):
        assert sum(amount for amount, way in moved.rows("entry", "amount", "direction")
                   if way == direction) == D(cents) / 100
    assert ACH.encode() == write_back(moved, "nacha")


def of_control(kind, first, digits):
    """The file with other digits in the first control of that kind; columns count from 1."""
    lines = ACH.splitlines()
    at = next(i for i, line in enumerate(lines) if line[0] == kind)
    lines[at] = lines[at][:first - 1] + digits + lines[at][first - 1 + len(digits):]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("kind, first, digits, rule, both", [
    ("8", 5, "000004", "batch entry/addenda count", ("4", "3")),
    ("8", 11, "0123138011", "batch entry hash", ("0123138011", "0123138009")),
    ("8", 21, "000000004051", "batch debit total", ("40.51", "40.50")),
    ("8", 33, "000000010001", "batch credit total", ("100.01", "100.00")),
    ("9", 2, "000003", "file batch count", ("3", "2")),
    ("9", 8, "000001", "file block count", ("1", "16")),
    ("9", 22, "0000000001", "file entry hash", ("1", ach.sums(ENTRIES + MORE)[1])),
    ("9", 32, "000000004049", "file debit total", ("40.49", "40.50")),
])
def test_bank_15_a_wrong_control_fails_with_both_values(nacha, kind, first, digits, rule, both):
    assert len(ACH.splitlines()) == 160
    moved = nacha(of_control(kind, first, digits), expect=UNEQUAL)
    (failed, expected, actual), = moved.failed()
    assert (failed, D(expected), D(actual)) == (rule, *map(D, both))
    told = moved.whimbrel.run("verify", moved.workdir, expect=UNEQUAL).out
    line, = [line for line in told.splitlines() if f"{rule}, " in line]
    assert f"expected {expected}" in line and f"actual {actual}" in line


@pytest.mark.parametrize("name, failed", [
    ("ppd-debit", []), ("ppd-mixedDebitCredit", []), ("adv-read", []),
    ("adv-invalidFileControl", ["file entry/addenda count"]), ("20180713-IAT", ["service class"])])
def test_bank_15_files_of_others(banking, load, name, failed):
    moved = load("nacha", banking("nacha") / f"{name}.ach", expect=UNEQUAL if failed else 0)
    assert [rule for rule, _, _ in moved.failed()] == failed


@pytest.fixture
def camt(whimbrel, load):
    def run(text, engine="sqlite", name="MARCH.xml", **more):
        (whimbrel.folder / name).write_text(text)
        return load("camt", whimbrel.folder / name, engine, **more)
    return run


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_16_balances_close(camt, engine):
    """Two statements in a file; five decimals, and none."""
    moved = camt(message(EUROS, YENS), engine)
    assert [(c["unit"], D(c["expected"]), D(c["actual"]), c["result"])
            for c in moved.controls("closing balance")] == [
        ("EUR", D("87.50001"), D("87.50001"), "held"), ("JPY", D(1500), D(1500), "held")]
    assert moved.amounts("entry", "amount") == [D("-12.5"), D("0.00001"), D(500)]


def test_bank_16_a_balance_that_does_not_close(camt):
    moved = camt(message(EUROS, YENS.replace("1500<", "1500.1<")), "postgresql", expect=UNEQUAL)
    (rule, expected, actual), = moved.failed()
    assert (rule, D(expected), D(actual)) == ("closing balance", D("1500.1"), D(1500))


@pytest.mark.parametrize("engine, of, to, says", [
    ("postgresql", "</Document>", "", "MARCH.xml"),
    ("mysql", "12.50000", "12.500001", "12.500001"),
    ("sqlite", "2024-02-29", "2024-02-30", "2024-02-30"),
    ("postgresql", "<CdtDbtInd>DBIT</CdtDbtInd>", "", "CdtDbtInd"),
], ids=["cut", "six-decimals", "date", "direction"])
def test_bank_16_a_broken_file_is_refused_first(camt, engine, of, to, says):
    text = message(EUROS, YENS)
    assert of in text
    moved = camt(text.replace(of, to), engine, expect=SOURCE)
    assert "MARCH.xml" in moved.error and says in moved.error
    assert not moved.target.tables()


def test_bank_16_by_the_schema_of_the_standard(banking, load, whimbrel):
    folder = banking("camt")
    schema = folder / "xsd" / "camt.053.001.02.xsd"
    good = folder / "camt053.v2.multi.statement.xml"
    assert load("camt", good, "postgresql", xsd=schema).target.count("statement") > 1
    bad = whimbrel.folder / "bad.xml"
    bad.write_text(good.read_text().replace("<Sts>BOOK</Sts>", "<Sts>PAID</Sts>", 1))
    moved = load("camt", bad, "postgresql", xsd=schema, expect=SOURCE)
    assert "bad.xml" in moved.error and "PAID" in moved.error and not moved.target.tables()
    moved = load("camt", folder / "camt053.v2.wrong.xml", "postgresql", expect=SOURCE)
    assert not moved.target.tables()


def test_bank_16_payment_orders(camt):
    order = """\
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><GrpHdr>
<MsgId>P1</MsgId><CreDtTm>2024-03-01T08:00:00</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>30.75</CtrlSum>
<InitgPty><Nm>ACME</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>I1</PmtInfId><PmtMtd>TRF</PmtMtd>
<ReqdExctnDt>2024-03-04</ReqdExctnDt><Dbtr><Nm>ACME</Nm></Dbtr>
<DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId/></DbtrAgt>
""" + "".join(f"""<CdtTrfTxInf><PmtId><EndToEndId>E{n}</EndToEndId></PmtId>
<Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt><Cdtr><Nm>Bob</Nm></Cdtr></CdtTrfTxInf>
""" for n, amount in enumerate(("10.5", "20.25"))) + "</PmtInf></CstmrCdtTrfInitn></Document>"
    assert camt(order).amounts("transfer", "amount") == [D("10.5"), D("20.25")]
    moved = camt(order.replace("30.75", "30.76"), name="wrong.xml", expect=UNEQUAL)
    assert [(D(expected), D(actual)) for _, expected, actual in moved.failed()] == [
        (D("30.76"), D("30.75"))]
