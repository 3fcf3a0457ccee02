"""COBOL files as others read them: each file of the corpus that cobrix ships with what it makes
of it, and the totals of CardDemo's files. The list says which options a file needs, and where our
answer is another and why."""

import dataclasses
import decimal
import json
import re

import pytest

from conformance.decoded import Decoded, Rejected
from support import corpus

Decimal = decimal.Decimal
V = {"format": "V", "rdw_includes": "no"}
LITTLE = {**V, "rdw": "little"}
COMPANIES = {"segment_field": "SEGMENT-ID", "segments": "C:STATIC-DETAILS,P:CONTACTS",
             "parents": "CONTACTS:STATIC-DETAILS", "redefines": "all"}
HIERARCHY = {**LITTLE, "segment_field": "SEGMENT-ID", "parents":
             "DEPT:COMPANY,EMPLOYEE:DEPT,OFFICE:DEPT,CUSTOMER:COMPANY,CONTACT:CUSTOMER,"
             "CONTRACT:CUSTOMER",
             "segments": "1:COMPANY,2:DEPT,3:EMPLOYEE,4:OFFICE,5:CUSTOMER,6:CONTACT,7:CONTRACT"}
UNSIGNED = {"taxpayer_num": "an unsigned binary above 2^31 is NULL there and a number here"}
LOW_VALUES = {"floor": "low-values stand in the place of digits: read as if they were none there",
              "room_number": "the same"}


@dataclasses.dataclass
class Case:
    """What stands in the folder of cobrix: test3_copybook.cob, test3_data/..., test3_expected/...
    ours: columns whose value is another here, with the reason. rejected: how many cells are refused
    here that are NULL there. page: how texts are compared. order: columns that sort theirs."""
    expected: str
    copybook: str
    data: str
    options: dict
    page: str = "ebcdic"
    ours: dict = dataclasses.field(default_factory=dict)
    rejected: int = 0
    trees: bool = False
    order: tuple = ()


CASES = [
    Case("test1_expected/test1.txt", "test1", "test1_data", {"redefines": "all"}),
    Case("test1a_expected/test1a.txt", "test1a", "test1_data",
         {"redefines": "all", "record_start": 2, "record_end": 27}),
    Case("test1b_expected/test1b.txt", "test1", "test1_data", {"redefines": "all"}),
    Case("test3_expected/test3.txt", "test3", "test3_data", {}),
    Case("test3_expected/test3_trim_none.txt", "test3", "test3_data", {"trim": "none"}, "blanks"),
    Case("test4_expected/test4.txt", "test4", "test4_data",
         {**LITTLE, **COMPANIES, "code_page": "latin1"}, "ascii"),
    Case("test4_expected/test4a.txt", "test4", "test4a_data",
         {**LITTLE, **COMPANIES, "code_page": "latin1"}, "latin1"),
    Case("test5_expected/test5.txt", "test5", "test5_data", {**LITTLE, **COMPANIES},
         ours=UNSIGNED),
    Case("test5_expected/test5a.txt", "test5", "test5_data", {**LITTLE, **COMPANIES},
         ours=UNSIGNED),
    Case("test5_expected/test5b.txt", "test5", "test5b_data", {**V, **COMPANIES}, ours=UNSIGNED),
    Case("test5_expected/test5c.txt", "test5", "test5_data", {**LITTLE, **COMPANIES},
         ours=UNSIGNED),
    Case("test5_expected/test5d.txt", "test5d", "test5b_data",
         {**COMPANIES, "length_field": "RECORD-LENGTH", "length_adjust": 4}, ours=UNSIGNED),
    Case("test6_expected/test6.txt", "test6", "test6_data", {"float": "ieee"}),
    Case("test7_expected/test7a.txt", "test7_fillers", "test7_data", {"redefines": "all"},
         order=("amount",)),
    *[Case(f"test9_expected/test9_{page}.txt", "test9", "test9_data",
           {"code_page": page, "trim": "none"}, "exact")
      for page in ("cp273", "cp500", "cp1140", "cp1141", "cp1148")],
    Case("test9_expected/test9_cp037_ext.txt", "test9", "test9_data",
         {"code_page": "cp037", "trim": "none"}, "exact"),
    Case("test13_expected/test13a.txt", "test13a_file_header_footer", "test13a_data",
         {"file_header": 10, "file_footer": 12}, order=("company_id", "currency", "amount")),
    Case("test13_expected/test13b.txt", "test13b_vrl_file_headers", "test13b_data",
         {**V, **COMPANIES, "file_header": 100, "file_footer": 120}, ours=UNSIGNED),
    Case("test16_expected/test16.txt", "test16_fix_len_segments", "test16_data",
         {"segment_field": "SEGMENT-ID", "segments": "C:COMPANY,P:PERSON,B:PO-BOX"}),
    Case("test17_expected/test17a.txt", "test17_hierarchical", "test17", HIERARCHY,
         ours=LOW_VALUES),
    Case("test17_expected/test17b.txt", "test17_hierarchical", "test17", HIERARCHY,
         ours=LOW_VALUES),
    Case("test17_expected/test17c.txt", "test17_hierarchical", "test17", HIERARCHY,
         ours=LOW_VALUES, trees=True),
    Case("test17_expected/test17d.txt", "test4", "test4_data",
         {**LITTLE, **COMPANIES, "code_page": "latin1"}, "ascii", trees=True),
    Case("test19_display_num_expected/test19.txt", "test19_display_num", "test19_display_num", {},
         rejected=2),
    Case("test21_expected/test21.txt", "test21", "test21_data",
         {"format": "counters", "code_page": "ascii"}),
]

# Its binaries of 19 digits and more have as few bytes as hold them, which no compiler does: they
# are left out.
WIDE = {"9(19)": 9, "9(20)": 9, "9(37)": 16, "9(17)V99": 9, "9(18)V9(10)": 12}


def banking(part):
    folder = corpus.wanted() / "banking" / part
    if not folder.is_dir():
        pytest.skip(f"there is no {folder}: set WHIMBREL_CORPUS")
    return folder


def copybook_of(case, folder, scratch):
    path = folder / f"{case.copybook}.cob"
    if not path.exists():
        path = folder / f"{case.copybook}_copybook.cob"
    if case.copybook != "test6":
        return path
    lines = []
    for line in path.read_text().split("\n"):
        words = line.split()
        if words[-1:] and words[-1] in ("COMP.", "BINARY.") and words[3].lstrip("S") in WIDE:
            line = f"          10  FILLER PIC X({WIDE[words[3].lstrip('S')]})."
        lines.append(line)
    scratch.joinpath("test6.cob").write_text("\n".join(lines))
    return scratch / "test6.cob"


def documents(text):
    """Texts one behind the other, or one list of them; numbers exact."""
    reader = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, strict=False)
    found, at = [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        one, at = reader.raw_decode(text, at)
        found += one if isinstance(one, list) else [one]
    return found


def flat(document):
    """Groups dissolved, as the tables have it; keys in our spelling."""
    out = {}
    for key, value in document.items():
        if isinstance(value, dict):
            out.update(flat(value))
        else:
            out[key.lower()] = [flat(v) for v in value] if isinstance(value, list) else value
    return out


def text_of(text, page):
    if page in ("ascii", "latin1"):  # theirs drops what is no character
        top = "~" if page == "ascii" else "\xff"
        text = "".join(c if c <= top else "\ufffd" for c in text if c >= " ")
        text = re.sub("\ufffd+", "\ufffd", text)
    elif page == "exact":  # but for C1, which theirs makes blank, and the carriage return
        text = "".join(" " if "\x7f" <= c <= "\x9f" else c for c in text).replace("\r", "\n")
    else:
        text = "".join(c if " " <= c <= "~" else " " for c in text)
    return text if page in ("blanks", "exact") else " ".join(text.split())


def number_of(text):
    """A number, edited or not, with its sign behind it or in its last digit."""
    text = text.replace(" ", "") or "0"
    if text[-1] in "+-":
        text = text[-1] + text[:-1]
    for sign, letters in ("", "{ABCDEFGHI"), ("-", "}JKLMNOPQR"):
        if text[-1] in letters:
            text = sign + text[:-1] + str(letters.index(text[-1]))
    return Decimal(text)


def digits_of(number):
    """Of an edited number without a point only the digits count."""
    return number.as_tuple().sign, "".join(map(str, number.as_tuple().digits)).strip("0")


class Comparison:
    def __init__(self, case):
        self.case, self.cells, self.rejected, self.ours = case, 0, 0, set()

    def cell(self, name, is_, want):
        self.cells += 1
        page = self.case.page
        if name in self.case.ours and (isinstance(is_, Rejected) or (want is None and is_)):
            self.ours.add(name)
        elif isinstance(is_, Rejected):
            assert want is None, f"{name}: {is_}, which is {want} there"
            self.rejected += 1
        elif isinstance(want, Decimal) and name.startswith("ex_num"):
            assert digits_of(number_of(is_)) == digits_of(want), f"{name}: {is_}, not {want}"
        elif isinstance(want, Decimal):
            assert number_of(is_) == want, f"{name}: {is_}, not {want}"
        else:
            got = text_of(is_ or "", page)
            assert got == text_of(want or "", page), f"{name}: {is_!r}, not {want!r}"

    def record(self, record, want):
        """What is NULL besides a cell that was refused says nothing."""
        whole = not any(isinstance(is_, Rejected) for is_ in record.values())
        for name, is_ in record.items():
            if isinstance(is_, list):
                assert len(is_) == len(want.get(name, [])), f"{name}: {is_}, not {want.get(name)}"
                for each, each_want in zip(is_, want.get(name, [])):
                    self.record(each, each_want)
            elif name not in NOT_THEIRS and (whole or is_ is not None):
                self.cell(name, is_, want.get(name))


NOT_THEIRS = ("file_id", "record_id", "parent_id", "table", "item", "item_2")


def below(record):
    """In a tree, only its root says its type there."""
    for lists in [value for value in record.values() if isinstance(value, list)]:
        for each in lists:
            each.pop("segment_id", None)
            each.pop("company_id", None)
            below(each)
    return record


def compare(case, decoded, expected):
    seen = Comparison(case)
    records = list(map(below, decoded.trees())) if case.trees else decoded.records()
    assert records and len(records) >= len(expected)
    expected = list(map(flat, expected))
    for rows in (records, expected) if case.order else ():
        rows.sort(key=lambda row: [Decimal(row[c]) if c == "amount" else row[c]
                                   for c in case.order])
    order = {record["record_id"]: at for at, record in enumerate(decoded.records())}
    parents = {record["record_id"]: record.get("parent_id") for record in decoded.records()}
    for record, want in zip(records, expected):
        seen.record(record, want)
        if "seg_id1" in want and "parent_id" in record:  # "A_0_2": the root is the record 2
            root = record["parent_id"]
            while parents[root]:
                root = parents[root]
            assert str(order[root]) == want["seg_id0"].split("_")[2]
    return seen


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.expected.rsplit("/", 1)[1][:-4])
def test_as_cobrix(case, tmp_path):
    folder = banking("cobrix")
    data = next(path for path in (folder / case.data).iterdir() if path.is_file())
    copybook = copybook_of(case, folder, tmp_path)
    expected = documents((folder / case.expected).read_text(encoding="utf-8", errors="replace"))
    decoded = Decoded({"copybook": copybook, "raw": "odd", **case.options}, data)
    for rows in decoded.tables.values():
        for row in rows:
            row.pop("raw", None)
    seen = compare(case, decoded, expected)
    print(f"{data.name}: {len(expected)} records, {seen.cells} cells as in {case.expected}")
    assert seen.rejected == case.rejected
    assert seen.ours == set(case.ours)
    assert case.rejected or case.ours or decoded.again == "equal"


def carddemo(copybook, file, **options):
    folder = banking("carddemo")
    return Decoded({"copybook": folder / "copybooks" / copybook, **options}, folder / file)


def total(rows, column):
    return sum(Decimal(row[column]) for row in rows)


@pytest.mark.parametrize("file, options", [
    ("ebcdic/ACCTDATA.PS", {}), ("ascii/acctdata.txt", {"format": "D", "code_page": "ascii"})])
def test_carddemo_accounts(file, options):
    decoded = carddemo("CVACT01Y.cpy", file, **options)
    rows = decoded.tables["account_record"]
    assert len(rows) == 50
    assert total(rows, "acct_id") == 1275
    assert total(rows, "acct_curr_bal") == Decimal("12269.00")
    assert total(rows, "acct_credit_limit") == Decimal("233711.00")
    assert total(rows, "acct_cash_credit_limit") == Decimal("122148.00")
    assert decoded.again == "equal"


@pytest.mark.parametrize("file, options", [
    ("ebcdic/DALYTRAN.PS", {}), ("ascii/dailytran.txt", {"format": "D", "code_page": "ascii"})])
def test_carddemo_transactions(file, options):
    decoded = carddemo("CVTRA06Y.cpy", file, **options)
    rows = decoded.tables["dalytran_record"]
    assert len(rows) == 300
    assert total(rows, "dalytran_amt") == Decimal("104801.54")
    assert sum(Decimal(row["dalytran_amt"]) < 0 for row in rows) == 50
    assert decoded.again == "equal"


@pytest.mark.parametrize("copybook, file, rows", [("CVACT03Y.cpy", "CARDXREF.PS", 50),
                                                  ("CVTRA03Y.cpy", "TRANTYPE.PS", 7)])
def test_carddemo_small(copybook, file, rows):
    decoded = carddemo(copybook, f"ebcdic/{file}", raw="odd")
    assert [len(table) for table in decoded.tables.values()] == [rows]
    assert decoded.again == "equal"


def test_carddemo_export():
    decoded = carddemo("CVEXPORT.cpy", "ebcdic/EXPORT.DATA.PS", raw="odd",
                       segment_field="EXPORT-REC-TYPE", sequence="EXPORT-SEQUENCE-NUM",
                       segments="C:EXPORT-CUSTOMER-DATA,A:EXPORT-ACCOUNT-DATA,"
                                "X:EXPORT-CARD-XREF-DATA,T:EXPORT-TRANSACTION-DATA,"
                                "D:EXPORT-CARD-DATA")
    tables = decoded.tables
    counts = {name[7:-5]: len(rows) for name, rows in tables.items() if "_exp_" not in name}
    assert counts == {"customer": 50, "account": 50, "card_xref": 50, "transaction": 300,
                      "card": 50}
    assert total(tables["export_account_data"], "exp_acct_curr_bal") == Decimal("11583.00")
    assert total(tables["export_transaction_data"], "exp_tran_amt") == Decimal("104801.54")
    accounts = carddemo("CVACT01Y.cpy", "ebcdic/ACCTDATA.PS").tables["account_record"]
    here = {row["exp_acct_id"]: row["exp_acct_curr_bal"] for row in tables["export_account_data"]}
    differ = {row["acct_id"]: (row["acct_curr_bal"], here[row["acct_id"]]) for row in accounts
              if row["acct_curr_bal"] != here[row["acct_id"]]}
    assert differ == {"1": ("194.00", "0.00"), "50": ("492.00", "0.00")}
    assert [line for line in decoded.rest if line.startswith("sequence |")] == [
        "sequence | EXPORT-SEQUENCE-NUM at byte 225027 of EXPORT.DATA.PS |  | 451 | 460"]
    assert decoded.again == "equal"
