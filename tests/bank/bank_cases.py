#!/usr/bin/python3
"""What a bank brings along, and what whimbrel makes of it: the table behind docs/bank-cases.md and
behind the tests of this folder. A test is named test_bank_NN_..., after its case. Run as a program,
this writes docs/bank-cases.md."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cases"))
# pylint: disable=wrong-import-position
from cases import tally

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "bank-cases.md"
NUMBER = re.compile(r"test_bank_(\d\d)(?=_|\W|$)")
HEAD = """# Banking cases
What a bank's files bring along when they move into a database, and what whimbrel makes of it. Every
case has tests through the command line against real servers, read back with the servers' own
clients (`tests/bank`). Samples are written by the tests themselves and by programs that GnuCOBOL
compiles; others come from AWS CardDemo and from what others publish. This page is written by
`tests/bank/bank_cases.py`.
"""
CHAPTERS = {1: "Mainframe files", 14: "Formats of banks", 18: "What \"nothing lost\" means"}

CASES = dict(enumerate([
    ("COMP-3: every sign nibble; digits above 9, a sign in an unsigned field; -0",
     "exact; what is no number is rejected with its place and bytes, never NULL; 0"),
    ("zoned decimals: overpunched signs in EBCDIC and ASCII, in front, separate",
     "exact, also as a COBOL program of another compiler wrote them"),
    ("COMP of 2, 4 and 8 bytes, COMP-5 beyond its picture, COMP-1 and COMP-2 of IBM and IEEE",
     "exact; the order of bytes and the form of floats are options"),
    ("`9(3)PPP`, `VPPP9`, 37 digits", "exact decimals, never a float"),
    ("OCCURS, nested, DEPENDING ON with fields behind", "tables with keys; each record is laid out "
     "by its own counters, and rejected where one is out of its bounds"),
    ("REDEFINES by a record type, nested, longer than what is redefined",
     "a table for each type; unknown types are rejected and counted"),
    ("records of format F, FB, V, VB, VBS, D, of a length field; headers, footers; lengths of 0",
     "read by what the options say; what cannot be understood stops the run with its byte"),
    ("a file that is no multiple of the record length", "refused, with the remainder, before "
     "anything is on the target"),
    ("SYNC, FILLER, levels 66, 77 and 88, COPY with REPLACING, fixed and free format, DBCS",
     "as the compiler has it"),
    ("code pages; low-values, spaces and zeros; bytes of line ends inside of fields",
     "each in its own characters; told apart and counted; no record breaks"),
    ("hierarchies of segments", "parents and children with foreign keys"),
    ("rows on their way back into files", "byte for byte where nothing was changed"),
    ("one bad record among thousands",
     "it alone is in the quarantine, with place, bytes and reason"),
    ("MT940 and MT942: reversals, 30 February, amounts such as `,12`, years of two digits, "
     "dialects", "every statement closes, or fails the run with both figures"),
    ("ACH: hash, totals and counts of batches and files, ADV, IAT",
     "a wrong control fails the run with both values"),
    ("camt and pain: five decimals or none, several statements, balances, the standard's schema",
     "balances close or fail the run; a broken file is refused before anything is on the target"),
    ("the same file, delivered twice", "refused, in one run and in a later one that appends; a "
     "message that comes in another file is noticed"),
    ("bytes and records", "all bytes are used; records = loaded + rejected + headers and trailers, "
     "for each type"),
    ("control totals", "by column, currency and sign, exact; account numbers as hash totals"),
    ("balances, references, sequences", "debits are credits, openings with entries are closings, "
     "no orphan; gaps are noticed"),
    ("the reconciliation",
     "in the report, in the document, and rows of the target; it can fail the run"),
], start=1))


def number_of(test):
    """The case that a test's name speaks of, or None."""
    found = NUMBER.match(test)
    return int(found.group(1)) if found else None


def document():
    """docs/bank-cases.md, whole."""
    text = HEAD
    for number, (hit, outcome) in CASES.items():
        if number in CHAPTERS:
            text += (f"\n## {CHAPTERS[number]}\n| | what a bank has | what becomes of it |\n"
                     "|--|--|--|\n")
        text += f"| {number} | {hit} | {outcome} |\n"
    return text


def summary(passed, failed):
    """One line from the names of the tests that passed and those that did not."""
    return tally("banking cases", CASES, number_of, passed, failed)


if __name__ == "__main__":
    DOCUMENT.write_text(document())
