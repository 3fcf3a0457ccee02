"""Banking cases: values of COBOL fields. Bytes are made by tests/support/mainframe.py."""

import decimal
import struct

import pytest

from moved import QUARANTINE
from support.mainframe import (binary, ibm_float, packed, separate, text, zoned, zoned_ascii)

D = decimal.Decimal
ENGINES = ("postgresql", "mysql", "sqlite")
PACKED = """
01 R.
   05 ID PIC 9(4).
   05 AMOUNT PIC S9(5)V99 COMP-3.
   05 PIECES PIC 9(3) COMP-3.
"""


def packed_record(number, amount, pieces=packed(7, 3, 0xF)):
    return zoned(number, 4, signed=False) + amount + pieces


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_01_every_sign_of_packed_decimals(cobol, engine):
    amounts = [packed(1234567, 7, sign) for sign in (0xA, 0xC, 0xE, 0xF, 0xB, 0xD)]
    moved = cobol(PACKED, b"".join(packed_record(n, a) for n, a in enumerate(amounts)), engine)
    assert moved.column("r", "amount") == [D("12345.67")] * 4 + [D("-12345.67")] * 2
    assert moved.column("r", "pieces") == [7] * 6


def test_bank_01_minus_zero_is_zero(cobol):
    moved = cobol(PACKED, packed_record(1, packed(0, 7, 0xD)), "postgresql")
    assert moved.target.query("SELECT amount::text FROM r") == [("0.00",)]


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_01_what_is_no_digit_is_rejected(cobol, engine):
    """Never NULL: the record is in the quarantine with its bytes, the others are loaded."""
    bad_digit, bad_sign = bytes.fromhex("123F567C"), bytes.fromhex("12345675")
    records = [packed_record(1, packed(100, 7)), packed_record(2, bad_digit),
               packed_record(3, bad_sign), packed_record(4, packed(4, 7), packed(9, 3, 0xD)),
               packed_record(5, packed(-250, 7))]
    moved = cobol(PACKED, b"".join(records), engine, name="P.DAT", expect=QUARANTINE)
    assert moved.rows("r", "id", "amount") == [(1, D("1.00")), (5, D("-2.50"))]
    (digit, raw), (sign, _), (unsigned, _) = sorted(moved.rejected())
    assert "at byte 14 of P.DAT: AMOUNT holds X'123F567C'" in digit and raw == records[1]
    assert "at byte 24 of P.DAT: AMOUNT holds X'12345675'" in sign
    assert "at byte 38 of P.DAT: PIECES holds X'009D'" in unsigned


ZONED = """
01 R.
   05 BEHIND PIC S9(4)V9.
   05 BEFORE PIC S9(4)V9 SIGN LEADING.
   05 APART-BEHIND PIC S9(4)V9 SIGN TRAILING SEPARATE.
   05 APART-BEFORE PIC S9(4)V9 SIGN LEADING SEPARATE.
   05 PLAIN PIC 9(4)V9.
"""
NUMBERS = [12340, -12340, *(n for d in range(10) for n in (98760 + d, -98760 - d)), 0]


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_02_overpunch_in_ebcdic(cobol, engine):
    assert zoned(-1, 1) == "J".encode("cp037") and zoned(-10, 2)[-1:] == "}".encode("cp037")
    data = b"".join(zoned(n, 5) + zoned(n, 5, leading=True) + separate(n, 5)
                    + separate(n, 5, leading=True) + zoned(n, 5, signed=False) for n in NUMBERS)
    assert len(data) == 27 * len(NUMBERS)
    moved = cobol(ZONED, data, engine)
    for column in ("behind", "before", "apart_behind", "apart_before"):
        assert moved.column("r", column) == [D(n) / 10 for n in NUMBERS], column
    assert moved.column("r", "plain") == [D(abs(n)) / 10 for n in NUMBERS]


@pytest.mark.parametrize("sign", ["letters", "plain"])
def test_bank_02_overpunch_in_ascii(cobol, sign):
    letters = sign == "letters"
    data = b"".join(zoned_ascii(n, 5, letters) + zoned_ascii(n, 5, letters, leading=True)
                    + separate(n, 5, page="ascii") + separate(n, 5, leading=True, page="ascii")
                    + b"%05d" % abs(n) for n in NUMBERS)
    moved = cobol(ZONED, data, code_page="ascii", sign=sign)
    for column in ("behind", "before", "apart_behind", "apart_before"):
        assert moved.column("r", column) == [D(n) / 10 for n in NUMBERS], column


def test_bank_02_what_is_no_sign_is_rejected(cobol):
    data = zoned(5, 3) + "12$".encode("cp037") + separate(5, 3)
    moved = cobol("01 R. 05 A PIC S9(3).\n 05 B PIC S9(3).\n"
                  " 05 C PIC S9(3) SIGN TRAILING SEPARATE.", data, expect=QUARANTINE)
    (reason, raw), = moved.rejected()
    assert "B holds X'F1F25B'" in reason and raw == data


BINARY = "01 R.\n" + "".join(
    f"   05 S{n} PIC S9({n}) COMP.\n   05 U{n} PIC 9({n}) COMP.\n   05 N{n} PIC S9({n}) COMP-5.\n"
    for n in (4, 5, 9, 10, 18))
SIZES = {4: 2, 5: 4, 9: 4, 10: 8, 18: 8}


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_03_binaries_of_two_four_and_eight_bytes(cobol, engine):
    """COMP-5 is whatever its bytes are, also beyond the digits of its picture."""
    def record(sign, native):
        return b"".join(binary(sign * (10**n - 1), size) + binary(10**n - 1, size, signed=False)
                        + native(size) for n, size in SIZES.items())

    highest = record(1, lambda size: binary(2**(8 * size - 1) - 1, size))
    lowest = record(-1, lambda size: binary(-2**(8 * size - 1), size))
    assert len(highest) == 3 * sum(SIZES.values())
    moved = cobol(BINARY, highest + lowest, engine)
    for n, size in SIZES.items():
        assert moved.column("r", f"s{n}") == [10**n - 1, 1 - 10**n]
        assert [int(v) for v in moved.column("r", f"u{n}")] == [10**n - 1] * 2
        assert [int(v) for v in moved.column("r", f"n{n}")] == [
            2**(8 * size - 1) - 1, -2**(8 * size - 1)]


def test_bank_03_the_order_of_bytes_is_an_option(cobol):
    data = binary(-2, 4, "little") + binary(-2, 4)
    moved = cobol("01 R.\n 05 A PIC S9(9) COMP-5.\n 05 B PIC S9(9) COMP.", data,
                  little_endian="yes")
    assert moved.rows("r", "a", "b") == [(-2, -2)]


FLOATS = [0, 1, -1, D("0.5"), D("-118.625"), 2**70, D("0.0009765625")]


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_03_floats_of_ibm(cobol, engine):
    assert ibm_float(D("-118.625"), 4) == bytes.fromhex("C276A000")
    data = b"".join(ibm_float(v, 4) + ibm_float(v, 8) for v in FLOATS)
    moved = cobol("01 R.\n 05 A COMP-1.\n 05 B COMP-2.", data, engine)
    for column in "ab":
        assert [float(v) for v in moved.column("r", column)] == [float(v) for v in FLOATS]


@pytest.mark.parametrize("option, order", [("ieee", ">"), ("ieee-little", "<")])
def test_bank_03_floats_of_ieee(cobol, option, order):
    data = b"".join(struct.pack(f"{order}fd", v, v) for v in map(float, FLOATS))
    moved = cobol("01 R.\n 05 A COMP-1.\n 05 B COMP-2.", data, float=option)
    for column in "ab":
        assert [float(v) for v in moved.column("r", column)] == [float(v) for v in FLOATS]


@pytest.mark.parametrize("engine", ENGINES)
def test_bank_04_scaled_and_wide_numbers_are_exact(cobol, engine):
    wide = "1234567890123456789012345678901234567"
    data = (zoned(123, 3, signed=False) + zoned(7, 1, signed=False)
            + zoned(int(wide), 37, signed=False) + packed(-int(wide), 37))
    moved = cobol("01 R.\n 05 THOUSANDS PIC 9(3)PPP.\n 05 SMALL PIC VPPP9.\n 05 WIDE PIC 9(37).\n"
                  " 05 RATE PIC S9(17)V9(20) COMP-3.", data, engine)
    (thousands, small, integer, rate), = moved.rows("r", "thousands", "small", "wide", "rate")
    assert (thousands, D(str(small))) == (123000, D("0.0007"))
    assert D(str(integer)) == D(wide)
    assert D(str(rate)) == D("-12345678901234567.89012345678901234567")
    assert "float" not in moved.target.type_of("r", "wide").lower()


@pytest.mark.parametrize("page", ["cp037", "cp273", "cp500", "cp1047", "cp1140", "cp1141",
                                  "cp1148"])
def test_bank_10_code_pages(cobol, page):
    """What Python has a codec for, it writes; the rest differ from those by known letters."""
    euro = {"cp1141": ("cp273", 0x9F), "cp1148": ("cp500", 0x9F), "cp1047": ("cp037", None)}
    of, place = euro.get(page, (page, None))
    words = "Konto 12 abcxyz" if page == "cp1047" else "Zürich äöß [x] é!^"
    data = bytearray(text(words, 20, of))
    expected = words
    if place:
        data[-1], expected = place, words.ljust(19) + "€"
    if page == "cp1047":  # where it is not 037
        data[-2:], expected = b"\xAD\xBD", words.ljust(18) + "[]"
    moved = cobol("01 R.\n 05 T PIC X(20).", bytes(data), code_page=page)
    assert moved.column("r", "t") == [expected]


def test_bank_10_fillings_are_told_apart_and_counted(cobol):
    book = "01 R.\n 05 ID PIC 9(2).\n 05 T PIC X(3).\n 05 N PIC 9(3)."
    fillings = [b"\0\0\0", b"\x40" * 3, b"\xF0" * 3, text("abc", 3), b"\xFF" * 3]
    data = b"".join(zoned(i, 2, signed=False) + f + (f if i < 3 else zoned(5, 3, signed=False))
                    for i, f in enumerate(fillings))
    moved = cobol(book, data, fillings="yes", low_null="yes", blank_null="yes")
    found = {f["object"].rsplit(".", 1)[-1].lower(): f["text"] for f in moved.json["findings"]
             if "low-values" in f["text"]}
    assert moved.rows("r", "id", "n") == [(0, None), (1, None), (2, 0), (3, 5), (4, 5)]
    assert moved.column("r", "t")[:4] == [None, "", "000", "abc"]
    assert found["t"] == "low-values 1 times, spaces 1, zeros 1, high-values 1, else filled 1"
    assert found["n"].startswith("low-values 1 times, spaces 1, zeros 1, high-values 0")
    strict = cobol(book, data, expect=QUARANTINE)
    assert [reason.split(": ", 1)[1].split(",")[0] for reason, _ in strict.rejected()] == [
        "N holds X'000000'", "N holds X'404040'"]


def test_bank_10_bytes_of_line_ends_break_no_record(cobol):
    """0x15 and 0x25 are line ends in EBCDIC text; in a file of fixed length they are data."""
    bytes_of = (0x15, 0x25, 0x0D, 0x0A)
    data = b"".join(text("a", 1) + bytes([byte]) + text("bc", 2) for byte in bytes_of)
    moved = cobol("01 R.\n 05 T PIC X(4).\n 05 N PIC S9(4) COMP.",
                  b"".join(data[at:at + 4] + binary(0x1525, 2) for at in range(0, 16, 4)),
                  "postgresql")
    assert [(t[0], t[2:], n) for t, n in moved.rows("r", "t", "n")] == [("a", "bc", 0x1525)] * 4
    assert len({t[1] for t in moved.column("r", "t")}) == 4
