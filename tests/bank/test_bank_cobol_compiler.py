"""Banking cases: files that a COBOL program wrote. GnuCOBOL compiles it here; what it was told to
store must be what arrives, which no code of ours has a part in."""

import decimal

import pytest

from support import cobol as gnucobol

D = decimal.Decimal
COPYBOOK = """
01 LEDGER.
   05 ACCT-ID PIC 9(6).
   05 HOLDER PIC X(12).
   05 BALANCE PIC S9(9)V99 COMP-3.
   05 PIECES PIC 9(4) COMP-3.
   05 AT-END-OF PIC S9(5)V99.
   05 IN-FRONT PIC S9(5)V99 SIGN LEADING.
   05 APART-BEHIND PIC S9(5)V99 SIGN TRAILING SEPARATE.
   05 APART-BEFORE PIC S9(5)V99 SIGN LEADING SEPARATE.
   05 SHORT-OF PIC S9(4) COMP.
   05 MIDDLE-OF PIC S9(9) COMP.
   05 LONG-OF PIC S9(18) COMP.
   05 OF-MACHINE PIC S9(9) COMP-5.
   05 RATE COMP-1.
   05 YIELD-OF COMP-2.
   05 SCALED PIC 9(3)PPP.
   05 SMALL PIC VPP99.
"""
AMOUNTS = ["0.01", "-0.01", "99999.99", "-99999.99", "12345.60", "-12345.60", "0", "-7"]
ROWS = [{"ACCT-ID": n, "HOLDER": f'"holder {n}"', "BALANCE": f"{sign}{n * 1234567}.{n:02d}",
         "PIECES": n * 1111, "AT-END-OF": AMOUNTS[n], "IN-FRONT": AMOUNTS[n],
         "APART-BEHIND": AMOUNTS[n], "APART-BEFORE": AMOUNTS[n], "SHORT-OF": f"{sign}{n * 1234}",
         "MIDDLE-OF": f"{sign}{n * 123456789}", "LONG-OF": f"{sign}{n * 123456789012345678}",
         "OF-MACHINE": f"{sign}{n * 111111111}", "RATE": f"{sign}{n}.125",
         "YIELD-OF": f"{sign}{n}.0625", "SCALED": n * 111000, "SMALL": f"0.00{n * 11:02d}"}
        for n in range(8) for sign in ("-" if n % 2 else "",)]
OPTIONS = {"code_page": "ascii", "float": "ieee-little", "little_endian": "yes"}


@pytest.fixture(autouse=True)
def compiler():
    if not gnucobol.available():
        pytest.skip("there is no GnuCOBOL (cobc)")


def name_of(field):
    return field.lower().replace("-", "_")


def as_told(moved, rows):
    """Every column of every row, as the program was told it."""
    for field in rows[0]:
        is_ = moved.column("ledger", name_of(field))
        told = [row[field] for row in rows]
        if field == "HOLDER":
            assert is_ == [value.strip('"') for value in told]
        else:
            assert [D(str(v)) for v in is_] == [D(v) for v in told], field


@pytest.mark.parametrize("engine, flags, options", [
    ("sqlite", ["-fsign=ASCII"], {"sign": "plain", "dialect": "gnucobol"}),
    ("postgresql", ["-fsign=EBCDIC"], {"sign": "letters", "dialect": "gnucobol"}),
    ("mysql", ["-std=ibm", "-fsign=EBCDIC"], {"sign": "letters", "dialect": "ibm"}),
], ids=["sqlite", "postgresql", "mysql"])
def test_bank_02_what_a_program_was_told(whimbrel, load, write_back, engine, flags, options):
    """And every byte that it wrote comes back."""
    path = gnucobol.write(whimbrel.folder, "LEDGER.DAT", COPYBOOK, ROWS, *flags)
    (whimbrel.folder / "ledger.cpy").write_text(COPYBOOK)
    options = {"copybook": "ledger.cpy", **OPTIONS, **options}
    moved = load("cobol", path, engine, **{**options, "copybook": whimbrel.folder / "ledger.cpy"})
    as_told(moved, ROWS)
    assert path.read_bytes() == write_back(moved, "cobol", **options)


def test_bank_07_records_of_a_program_that_have_lengths(whimbrel, load):
    """GnuCOBOL's variable records: the length in two bytes, without its own four."""
    book = "01 LEDGER.\n 05 ACCT-ID PIC 9(3).\n 05 HOLDER PIC X(20)."
    names = ["Ada", "Grace Hopper", "Edsger W. Dijkstra"]
    rows = [{"ACCT-ID": n, "HOLDER": f'"{name}"', "W-LENGTH": 3 + len(name)}
            for n, name in enumerate(names)]
    path = gnucobol.write(whimbrel.folder, "LEDGER.DAT", book, rows, varying="3 TO 23")
    assert path.stat().st_size == sum(4 + 3 + len(name) for name in names)
    (whimbrel.folder / "ledger.cpy").write_text(book)
    moved = load("cobol", path, "postgresql", copybook=whimbrel.folder / "ledger.cpy", format="V",
                 rdw_includes="no", code_page="ascii")
    assert moved.rows("ledger", "acct_id", "holder") == list(enumerate(names))


def test_bank_07_lines_of_a_program(whimbrel, load):
    book = "01 LEDGER.\n 05 ACCT-ID PIC 9(3).\n 05 BALANCE PIC S9(5)V99.\n 05 HOLDER PIC X(20)."
    rows = [{"ACCT-ID": n, "HOLDER": f'"name {n}"', "BALANCE": amount}
            for n, amount in enumerate(AMOUNTS)]
    path = gnucobol.write(whimbrel.folder, "LEDGER.TXT", book, rows, "-fsign=EBCDIC",
                          organization="LINE SEQUENTIAL")
    (whimbrel.folder / "ledger.cpy").write_text(book)
    moved = load("cobol", path, copybook=whimbrel.folder / "ledger.cpy", format="D",
                 code_page="ascii")
    assert moved.rows("ledger", "acct_id", "balance", "holder") == [
        (n, D(amount), f"name {n}") for n, amount in enumerate(AMOUNTS)]
