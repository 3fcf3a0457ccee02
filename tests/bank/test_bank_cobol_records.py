"""Banking cases: records of COBOL files, their layouts and what becomes of those that are none."""

import decimal

import pytest

from moved import QUARANTINE, SOURCE, UNEQUAL
from support.mainframe import binary, block, packed, rdw, text, zoned

D = decimal.Decimal
ENGINES = ("postgresql", "mysql", "sqlite")


def number(value, digits):
    return zoned(value, digits, signed=False)


COUNTED = """
01 R.
   05 ID PIC 9(3).
   05 N PIC 9(2).
   05 LINES-OF OCCURS 0 TO 4 DEPENDING ON N.
      10 NAME PIC X(4).
      10 PRICES PIC S9(3)V99 COMP-3 OCCURS 2.
   05 TOTAL PIC S9(5)V99.
   05 FLAGS PIC X OCCURS 3.
"""


def counted(number_of, prices):
    lines = b"".join(text(f"L{i}", 4) + packed(a, 5) + packed(b, 5)
                     for i, (a, b) in enumerate(prices, 1))
    return (number(number_of, 3) + number(len(prices), 2) + lines
            + zoned(sum(map(sum, prices)), 7) + text("YN", 3))


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_05_tables_in_records(cobol, engine):
    """Fields behind a table lie further in front where it is shorter."""
    told = [[(100, -200), (300, 400)], [], [(1, 2), (3, 4), (5, 6), (7, 8)]]
    data = b"".join(counted(i, prices) for i, prices in enumerate(told))
    moved = cobol(COUNTED, data, engine, format="counters")
    assert moved.rows("r", "id", "n", "total") == [
        (i, len(p), D(sum(map(sum, p))) / 100) for i, p in enumerate(told)]
    assert moved.rows("r_lines_of", "item", "name", order="record_id, item") == [
        (i, f"L{i}") for p in told for i in range(1, len(p) + 1)]
    assert moved.rows("r_prices", "item", "item_2", "prices",
                      order="record_id, item, item_2") == [
        (i, k, D(price) / 100) for p in told for i, pair in enumerate(p, 1)
        for k, price in enumerate(pair, 1)]
    assert moved.column("r_flags", "flags", "record_id, item") == ["Y", "N", ""] * 3
    assert moved.target.foreign_keys("r_prices") == {
        (("file_id", "record_id", "item"), "r_lines_of", ("file_id", "record_id", "item"))}


def test_bank_05_a_counter_out_of_its_bounds(cobol):
    good, bad = counted(1, [(1, 2)]), bytearray(counted(2, [(3, 4)]))
    bad[3:5] = number(5, 2)
    data = b"".join(map(rdw, (good, bytes(bad), good)))
    moved = cobol(COUNTED, data, format="V", expect=QUARANTINE)
    assert moved.column("r", "id") == [1, 1]
    (reason, raw), = moved.rejected()
    assert "N" in reason and "5" in reason and bytes(bad) in raw


TYPED = """
01 R.
   05 KIND PIC X.
   05 BODY PIC X(8).
   05 CUSTOMER REDEFINES BODY.
      10 C-NAME PIC X(8).
   05 ACCOUNT REDEFINES BODY.
      10 A-ID PIC 9(3).
      10 A-REST PIC X(5).
      10 A-MONEY REDEFINES A-REST.
         15 A-BALANCE PIC S9(7)V99 COMP-3.
         15 A-CODE PIC X(4).
"""
TYPES = {"segment_field": "KIND", "segments": "C:CUSTOMER,A:ACCOUNT", "redefines": "all"}


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_06_redefines_by_the_type_of_the_record(cobol, engine):
    """A redefinition in another is longer than what it redefines; it still has its bytes."""
    def record(kind, body):
        return text(kind, 1) + body.ljust(12, b"\x40")

    account = record("A", number(17, 3) + packed(-123456789, 9) + text("SAVE", 4))
    unknown = record("Z", text("what", 8))
    data = record("C", text("Ada", 8)) + account + unknown + record("C", text("Alan", 8))
    moved = cobol(TYPED, data, engine, name="T.DAT", record_length=13, expect=QUARANTINE, **TYPES)
    assert moved.column("customer", "c_name") == ["Ada", "Alan"]
    assert moved.rows("account", "a_id", "a_balance", "a_code") == [(17, D("-1234567.89"), "SAVE")]
    assert moved.json["findings"]
    (reason, raw), = moved.rejected()
    assert "at byte 26 of T.DAT: KIND says a type that is in no segment" in reason
    assert raw == unknown
    records, = moved.controls("records")
    assert (records["expected"], records["actual"], records["result"]) == ("4", "4", "held")
    assert records["actual_is"] == "2 CUSTOMER, 1 ACCOUNT, 1 of no known type"


SIMPLE = "01 R.\n 05 ID PIC 9(4).\n 05 NAME PIC X(12)."
NAMES = ["Ada", "Grace", "Edsger W.", "Barbara"]
RECORDS = [number(i, 4) + text(name, 12) for i, name in enumerate(NAMES)]


def lines_of_text(end, page):
    return b"".join(f"{i:04d}{name}".encode(page) + end for i, name in enumerate(NAMES))


def spanned(records, little=False):
    """Every record in three segments, in two blocks."""
    order = "little" if little else "big"
    parts = [rdw(r[at:to], 4, order, segment) for r in records
             for at, to, segment in ((0, 5, 1), (5, 9, 3), (9, 16, 2))]
    return block(parts[:5], order) + block(parts[5:], order)


WITH_LENGTH = "01 R.\n 05 SIZE-OF PIC 9(4) COMP.\n 05 ID PIC 9(4).\n 05 NAME PIC X(12)."


@pytest.mark.parametrize("data, options", [
    (b"".join(RECORDS), {}),
    (b"".join(RECORDS), {"format": "FB"}),
    (b"".join(map(rdw, RECORDS)), {"format": "V"}),
    (b"".join(rdw(r, 0) for r in RECORDS), {"format": "V", "rdw_includes": "no"}),
    (b"".join(rdw(r, 4, "little") for r in RECORDS), {"format": "V", "rdw": "little"}),
    (block(map(rdw, RECORDS[:3])) + block(map(rdw, RECORDS[3:])), {"format": "VB"}),
    (spanned(RECORDS), {"format": "VBS"}),
    (lines_of_text(b"\n", "ascii"), {"format": "D", "code_page": "ascii"}),
    (lines_of_text(b"\r\n", "ascii").rstrip(), {"format": "D", "code_page": "ascii"}),
    (lines_of_text(b"\x15", "cp037"), {"format": "D", "line_end": "15"}),
    (lines_of_text(b"\x25", "cp037"), {"format": "D", "line_end": "25"}),
    (b"H" * 10 + b"".join(RECORDS) + b"T" * 7, {"file_header": 10, "file_footer": 7}),
    (b"".join(b"\1\2" + r + b"\3" for r in RECORDS), {"record_start": 2, "record_end": 1}),
], ids=["F", "FB", "V", "V-without-itself", "V-little", "VB", "VBS", "D", "D-crlf", "D-15", "D-25",
        "header-footer", "start-end"])
def test_bank_07_where_records_end(cobol, data, options):
    moved = cobol(SIMPLE, data, **options)
    assert moved.rows("r", "id", "name") == list(enumerate(NAMES))
    used, = moved.controls("bytes")
    assert (used["expected"], used["actual"]) == (str(len(data)), str(len(data)))


def test_bank_07_a_field_says_how_long(cobol):
    data = b"".join(binary(6 + len(name) - 2, 2) + number(i, 4) + name.encode("cp037")
                    for i, name in enumerate(NAMES))
    moved = cobol(WITH_LENGTH, data, "postgresql", length_field="SIZE-OF", length_adjust=2)
    assert moved.rows("r", "id", "name") == list(enumerate(NAMES))


@pytest.mark.parametrize("data, options, place", [
    (rdw(RECORDS[0]) + b"\0\0\0\0" + rdw(RECORDS[1]), {"format": "V"}, 20),
    (rdw(RECORDS[0]) + b"\0\3\0\0" + rdw(RECORDS[1]), {"format": "V"}, 20),
    (block([rdw(RECORDS[0])])[:-3], {"format": "VB"}, 0),
    (rdw(RECORDS[0], segment=2), {"format": "VS"}, 0),
], ids=["zero", "below-four", "cut", "no-first-segment"])
def test_bank_07_a_length_that_is_none_stops(cobol, data, options, place):
    moved = cobol(SIMPLE, data, expect=SOURCE, name="L.DAT", **options)
    assert moved.error.startswith(f"L.DAT: byte {place}: ")
    assert not moved.target.tables()


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_08_a_remainder_is_refused(cobol, engine):
    moved = cobol(SIMPLE, b"".join(RECORDS) + b"\x40" * 5, engine, name="REST.DAT", expect=SOURCE)
    assert moved.error.startswith(
        "REST.DAT: byte 64: the file ends with 5 bytes, which are no whole record of 16")
    assert not moved.target.tables()


def test_bank_09_slack_bytes_of_sync(cobol):
    book = "01 R.\n 05 A PIC X.\n 05 B PIC S9(9) COMP SYNC.\n 05 C PIC X.\n 05 D COMP-2 SYNC."
    data = b"".join(text("a", 1) + b"\0" * 3 + binary(n, 4) + text("c", 1) + b"\0" * 7
                    + bytes.fromhex("4118000000000000") for n in (1, -1))
    assert len(data) == 48
    moved = cobol(book, data)
    assert moved.rows("r", "a", "b", "c", "d") == [
        ("a", 1, "c", D("1.5")), ("a", -1, "c", D("1.5"))]


@pytest.mark.parametrize("fillers", ["drop", "keep"])
def test_bank_09_filler_is_an_option(cobol, fillers):
    moved = cobol("01 R.\n 05 A PIC X(2).\n 05 FILLER PIC X(3).\n 05 B PIC X(2).",
                  text("aaxxxbb", 7), fillers=fillers)
    columns = [c for c in moved.target.columns("r") if c not in ("file_id", "record_id")]
    assert len(columns) == (3 if fillers == "keep" else 2)
    assert moved.rows("r", *columns) == [("aa", "xxx", "bb") if fillers == "keep" else ("aa", "bb")]


def test_bank_09_levels_66_77_and_88(cobol):
    """The values of a level 88 become a check, which the target's own engine holds to."""
    book = """
01 R.
   05 STATE PIC X.
      88 IS-OPEN VALUE 'O'.
      88 IS-SHUT VALUE 'S'.
   05 A PIC X(2).
   05 B PIC X(2).
   66 BOTH RENAMES A THRU B.
77 COUNTER PIC 9(4) COMP.
"""
    moved = cobol(book, text("Oaabb", 5) + text("Sccdd", 5), "postgresql", record="R",
                  conditions="check")
    assert moved.rows("r", "state", "a", "b") == [("O", "aa", "bb"), ("S", "cc", "dd")]
    check, = moved.target.query("SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                                " WHERE contype = 'c' AND conrelid = 'r'::regclass")[0]
    assert "'O'" in check and "'S'" in check
    with pytest.raises(Exception, match="check"):
        moved.target.execute("UPDATE r SET state = 'X'")


def fixed(*lines):
    """Columns 1 to 6 and 73 to 80 hold what a compiler does not read."""
    return "\n".join(f"{n:06d}{line:66}IGNORED{n}" for n, line in enumerate(lines, 1)) + "\n"


@pytest.mark.parametrize("book", [
    fixed(" 01  R.", "*    a comment", "     05 ID PIC 9(4).", "D    05 DEBUG PIC X(9).",
          "     05 NA", "-    ME PIC X(12)."),
    "       01  R.\n\t05 ID\tPIC 9(4).\n\t05 NAME PIC X(12).\n",
    "01 R. *> free\n05 ID PIC 9(4).\n05 NAME PIC\nX(12).",
], ids=["fixed", "tabs", "free"])
def test_bank_09_how_copybooks_are_written(cobol, book):
    moved = cobol(book, b"".join(RECORDS))
    assert moved.rows("r", "id", "name") == list(enumerate(NAMES))


def test_bank_09_copy_with_replacing(cobol, whimbrel):
    parts = whimbrel.folder / "parts"
    parts.mkdir()
    (parts / "BODY.cpy").write_text("       05 :TAG:-ID PIC 9(4).\n"
                                    "       05 :TAG:-NAME PIC X(12).\n")
    moved = cobol("01 R.\n COPY BODY REPLACING ==:TAG:== BY ==CUST==.", b"".join(RECORDS),
                  copy_path=parts)
    assert moved.rows("r", "cust_id", "cust_name") == list(enumerate(NAMES))


def test_bank_09_texts_of_two_bytes(cobol):
    """PIC G is DBCS between shift-out and shift-in of its code page, PIC N is UTF-16."""
    book = "01 R.\n 05 NAT PIC N(3) USAGE NATIONAL.\n 05 A PIC X(2)."
    moved = cobol(book, "日本é".encode("utf-16-be") + text("ok", 2))
    assert moved.rows("r", "nat", "a") == [("日本é", "ok")]


HIERARCHY = """
01 R.
   05 KIND PIC X.
   05 CUSTOMER.
      10 CUST-ID PIC 9(3).
      10 CUST-NAME PIC X(7).
   05 ACCOUNT REDEFINES CUSTOMER.
      10 ACCT-ID PIC 9(6).
      10 FILLER PIC X(4).
   05 MOVEMENT REDEFINES CUSTOMER.
      10 AMOUNT PIC S9(5)V99.
      10 FILLER PIC X(3).
"""
TREE = {"segment_field": "KIND", "segments": "C:CUSTOMER,A:ACCOUNT,M:MOVEMENT",
        "parents": "ACCOUNT:CUSTOMER,MOVEMENT:ACCOUNT"}


def customer(value, name):
    return text("C", 1) + number(value, 3) + text(name, 7)


def account(value):
    return text("A", 1) + number(value, 6) + text("", 4)


def movement(value):
    return text("M", 1) + zoned(value, 7) + text("", 3)


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_11_parents_and_children(cobol, engine):
    data = [customer(1, "Ada"), account(10), movement(150), movement(-50), account(11),
            customer(2, "Alan"), account(20), movement(999)]
    moved = cobol(HIERARCHY, b"".join(data), engine, **TREE)
    found = moved.target.query(
        "SELECT c.cust_name, a.acct_id, m.amount FROM movement m"
        " JOIN account a ON a.file_id = m.file_id AND a.record_id = m.parent_id"
        " JOIN customer c ON c.file_id = a.file_id AND c.record_id = a.parent_id"
        " ORDER BY m.record_id")
    assert [(name, a, D(str(amount))) for name, a, amount in found] == [
        ("Ada", 10, D("1.5")), ("Ada", 10, D("-0.5")), ("Alan", 20, D("9.99"))]
    assert moved.target.foreign_keys("movement") == {
        (("file_id", "parent_id"), "account", ("file_id", "record_id"))}
    assert moved.target.key("account") == ("file_id", "record_id")


def test_bank_11_a_child_before_any_parent_is_rejected(cobol):
    moved = cobol(HIERARCHY, movement(1) + customer(1, "Ada") + account(2) + movement(3),
                  expect=QUARANTINE, **TREE)
    assert [m for m in moved.column("movement", "amount")] == [D("0.03")]
    (_, raw), = moved.rejected()
    assert raw == movement(1)


SOME = [customer(1, "Ada"), account(10), movement(150), movement(-50), customer(2, "Alan")]


@pytest.mark.parametrize("engine, data, options", [
    ("postgresql", b"".join(SOME), {}),
    ("mysql", b"".join(map(rdw, SOME)), {"format": "V"}),
    ("sqlite", b"HEADER" + b"".join(SOME) + b"END", {"file_header": 6, "file_footer": 3}),
], ids=["F", "V", "edges"])
def test_bank_12_written_back_byte_for_byte(cobol, write_back, whimbrel, engine, data, options):
    moved = cobol(HIERARCHY, data, engine, **TREE, **options)
    assert data == write_back(moved, "cobol", copybook=whimbrel.folder / "1.cpy", **TREE, **options)


ODD = "01 R.\n 05 ID PIC 9(2).\n 05 AMOUNT PIC S9(3)V99 COMP-3.\n 05 FILLER PIC X(3)."
ODD_RECORDS = [number(1, 2) + packed(100, 5, 0xA) + text("xyz", 3),
               number(2, 2) + packed(-5, 5, 0xB) + b"\0\0\0",
               number(3, 2) + packed(7, 5) + text("", 3)]


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_12_what_columns_do_not_say_is_kept_raw(cobol, write_back, whimbrel, engine):
    """Odd signs and FILLER that is not blank come back."""
    moved = cobol(ODD, b"".join(ODD_RECORDS), engine, raw="odd")
    assert [raw is None for raw in moved.column("r", "raw")] == [False, False, True]
    assert b"".join(ODD_RECORDS) == write_back(moved, "cobol", copybook=whimbrel.folder / "1.cpy",
                                               raw="odd")


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_12_of_a_changed_row_only_its_field_changes(cobol, write_back, whimbrel, engine):
    moved = cobol(ODD, b"".join(ODD_RECORDS), engine, raw="odd")
    moved.target.execute("UPDATE r SET amount = 12.34 WHERE id = 1")
    changed = ODD_RECORDS[0][:2] + packed(1234, 5) + ODD_RECORDS[0][5:]
    assert changed + b"".join(ODD_RECORDS[1:]) == write_back(
        moved, "cobol", copybook=whimbrel.folder / "1.cpy", raw="odd", expect={0, UNEQUAL})


def test_bank_12_a_changed_row_is_proven_too(cobol, write_back, whimbrel):
    """Where a record stands is the new file's to say, and no difference."""
    book = "01 R.\n 05 ID PIC 9(6).\n 05 AMOUNT PIC S9(5)V99 COMP-3."
    records = [number(i, 6) + packed(i * 7, 7) for i in range(300)]
    moved = cobol(book, b"".join(records))
    moved.target.execute("UPDATE r SET amount = 12.34 WHERE id = 1")
    write_back(moved, "cobol", copybook=whimbrel.folder / "1.cpy")


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_13_one_bad_record_costs_one_record(cobol, engine):
    book = "01 R.\n 05 ID PIC 9(6).\n 05 AMOUNT PIC S9(5)V99 COMP-3."
    records = [number(i, 6) + packed(i * 7, 7) for i in range(5000)]
    records[3210] = number(3210, 6) + bytes.fromhex("00C2470C")
    moved = cobol(book, b"".join(records), engine, name="MANY.DAT", expect=QUARANTINE)
    assert moved.target.count("r") == 4999
    assert D(str(moved.target.one("SELECT sum(amount) FROM r"))).quantize(D("0.01")) == \
        D(sum(i * 7 for i in range(5000) if i != 3210)) / 100
    (reason, raw), = moved.rejected()
    assert f"at byte {3210 * 10 + 6} of MANY.DAT: AMOUNT holds X'00C2470C'" in reason
    assert raw == records[3210]
    shown = moved.whimbrel.run("quarantine", "show", "1", moved.workdir).out
    assert records[3210].hex() in shown.lower()
    totals = moved.json["totals"]
    assert totals["rows_read"] == totals["rows_written"] + totals["rows_quarantined"]
