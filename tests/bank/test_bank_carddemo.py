"""Banking cases: the files of CardDemo, moved into servers; every figure is one that the server's
own client adds up, and the bytes come back."""

import decimal
import subprocess

import pytest

from moved import UNEQUAL

D = decimal.Decimal
SERVERS = ("postgresql", "mysql")
EXPORT = {"segment_field": "EXPORT-REC-TYPE", "sequence": "EXPORT-SEQUENCE-NUM",
          "low_null": "yes",  # two accounts have low-values in the place of their ZIP code
          "segments": "C:EXPORT-CUSTOMER-DATA,A:EXPORT-ACCOUNT-DATA,X:EXPORT-CARD-XREF-DATA,"
                      "T:EXPORT-TRANSACTION-DATA,D:EXPORT-CARD-DATA"}
FILES = {"accounts": ("CVACT01Y.cpy", "ACCTDATA.PS", {}),
         "transactions": ("CVTRA06Y.cpy", "DALYTRAN.PS", {}),
         "references": ("CVACT03Y.cpy", "CARDXREF.PS", {}),
         "export": ("CVEXPORT.cpy", "EXPORT.DATA.PS", EXPORT)}


def options_of(folder, name):
    copybook, _, options = FILES[name]
    return {"copybook": folder / "copybooks" / copybook, **options}


@pytest.fixture
def carddemo(banking, load):
    """carddemo("export", "postgresql"): one of its files, moved."""
    def run(name, engine, **more):
        folder, (_, file, _) = banking("carddemo"), FILES[name]
        return load("cobol", folder / "ebcdic" / file, engine, **options_of(folder, name), **more)

    return run


def client(target, query):
    """What the engine's own command-line client prints."""
    server = target.server
    words = {"postgresql": ["psql", "-X", "-A", "-t", "-F", "|", "-h", server["socket"], "-p",
                            str(server.get("port")), "-U", "postgres", target.name, "-c", query],
             "mysql": ["mariadb", "--no-defaults", "-S", server["socket"], "-u", "root", "-N", "-B",
                       target.name, "-e", query]}[target.engine]
    out = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return [tuple(line.replace("\t", "|").split("|")) for line in out.splitlines()]


@pytest.mark.parametrize("engine", SERVERS)
def test_bank_19_totals_of_carddemo_accounts(carddemo, engine):
    moved = carddemo("accounts", engine)
    assert client(moved.target, "SELECT count(*), sum(acct_id), sum(acct_curr_bal),"
                  " sum(acct_credit_limit), sum(acct_cash_credit_limit) FROM account_record") == [
        ("50", "1275", "12269.00", "233711.00", "122148.00")]
    totals = {c["subject"].rsplit(".", 1)[1]: c["actual"] for c in moved.controls("control total")}
    assert D(totals["acct_curr_bal"]) == D("12269.00")
    assert D(totals["acct_credit_limit"]) == D("233711.00")


@pytest.mark.parametrize("engine", SERVERS)
def test_bank_19_totals_of_carddemo_transactions(carddemo, engine):
    moved = carddemo("transactions", engine)
    assert client(moved.target, "SELECT count(*), sum(dalytran_amt),"
                  " sum(CASE WHEN dalytran_amt < 0 THEN 1 ELSE 0 END) FROM dalytran_record") == [
        ("300", "104801.54", "50")]
    below, = [c for c in moved.controls("control total") if "below 0" in c["subject"]]
    assert [(below["actual"],)] == client(
        moved.target, "SELECT sum(dalytran_amt) FROM dalytran_record WHERE dalytran_amt < 0")


@pytest.mark.parametrize("engine", SERVERS)
def test_bank_19_totals_of_the_carddemo_export(carddemo, engine):
    moved = carddemo("export", engine)
    counts = {name: client(moved.target, f"SELECT count(*) FROM export_{name}_data")[0][0]
              for name in ("customer", "account", "card_xref", "transaction", "card")}
    assert counts == {"customer": "50", "account": "50", "card_xref": "50", "transaction": "300",
                      "card": "50"}
    assert client(moved.target, "SELECT sum(exp_acct_curr_bal) FROM export_account_data") == [
        ("11583.00",)]
    assert client(moved.target, "SELECT sum(exp_tran_amt) FROM export_transaction_data") == [
        ("104801.54",)]
    used, = moved.controls("bytes")
    assert (used["expected"], used["actual"]) == ("250000", "250000")
    records, = moved.controls("records")
    assert (records["expected"], records["actual"]) == ("500", "500")
    assert "50 EXPORT-CUSTOMER-DATA" in records["actual_is"]
    assert "300 EXPORT-TRANSACTION-DATA" in records["actual_is"]


def test_bank_20_the_gap_in_the_carddemo_export(carddemo):
    """It is reported with its place, and fails nothing."""
    moved = carddemo("export", "postgresql")
    gap, = moved.controls("sequence")
    assert (gap["expected"], gap["actual"], gap["result"]) == ("451", "460", "noticed")
    assert "EXPORT-SEQUENCE-NUM at byte 225027 of EXPORT.DATA.PS" in gap["subject"]
    assert moved.target.query(
        "SELECT max(n), count(*) FROM (SELECT export_sequence_num AS n FROM export_transaction_data"
        " UNION SELECT export_sequence_num FROM export_customer_data"
        " UNION SELECT export_sequence_num FROM export_account_data"
        " UNION SELECT export_sequence_num FROM export_card_xref_data"
        " UNION SELECT export_sequence_num FROM export_card_data) AS all_of_them") == [(509, 500)]


@pytest.mark.parametrize("engine", SERVERS)
def test_bank_20_accounts_that_differ_between_two_files(carddemo, engine):
    """Both files in one database: the sum of one is not that of the other, which fails the run; SQL
    says which accounts it is."""
    target = carddemo("accounts", engine).target
    moved = carddemo("export", engine, target=target, expect=UNEQUAL, settings={"reconcile": [
        {"name": "as in ACCTDATA", "sum": "export_account_data.exp_acct_curr_bal",
         "equals": {"sum": "account_record.acct_curr_bal"}},
        {"name": "cards of accounts",
         "refers": "export_card_data.exp_card_acct_id -> account_record.acct_id"}]})
    assert moved.failed() == [("as in ACCTDATA", "12269.00", "11583.00")]
    assert [c["result"] for c in moved.controls("cards of accounts")] == ["held"]
    assert client(target, "SELECT acct_id, acct_curr_bal, exp_acct_curr_bal FROM account_record"
                  " JOIN export_account_data ON acct_id = exp_acct_id"
                  " WHERE acct_curr_bal <> exp_acct_curr_bal ORDER BY acct_id") == [
        ("1", "194.00", "0.00"), ("50", "492.00", "0.00")]


def test_bank_20_an_orphan_between_two_files_fails(carddemo):
    target = carddemo("accounts", "postgresql").target
    target.execute("DELETE FROM account_record WHERE acct_id = 17")
    moved = carddemo("export", "postgresql", target=target, expect=UNEQUAL, settings={
        "reconcile": [{"name": "cards of accounts", "refers":
                       "export_card_data.exp_card_acct_id -> account_record.acct_id"}]})
    assert moved.failed() == [("cards of accounts", "0", "1")]


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
@pytest.mark.parametrize("name", FILES)
def test_bank_12_carddemo_comes_back_byte_for_byte(carddemo, banking, write_back, name, engine):
    moved = carddemo(name, engine, raw="odd")
    folder = banking("carddemo")
    original = (folder / "ebcdic" / FILES[name][1]).read_bytes()
    assert original == write_back(moved, "cobol", raw="odd", **options_of(folder, name))
