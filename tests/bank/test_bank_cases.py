"""The table of banking cases: its page is current, and every test is named after a case of it."""

import pathlib
import re

from bank_cases import CASES, DOCUMENT, document, number_of, summary

TEST = re.compile(r"^def (test_bank_\w+)", re.MULTILINE)


def test_the_page_of_banking_cases_is_current():
    assert DOCUMENT.read_text() == document(), "run tests/bank/bank_cases.py"


def test_every_banking_case_has_a_test_and_every_test_a_case():
    names = [name for file in pathlib.Path(__file__).parent.glob("test_bank_*.py")
             for name in TEST.findall(file.read_text())]
    assert {number_of(name) for name in names} == set(CASES)


def test_the_summary_of_banking_cases_counts_what_passed():
    passed = ["test_bank_01_a", "test_bank_01_b[x]", "test_bank_02", "test_bank_03_c", "test_x"]
    wanted = f"banking cases: 2 of {len(CASES)} have tests, 4 tests"
    assert summary(passed, ["test_bank_03_d"]) == wanted
