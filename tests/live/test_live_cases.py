"""The table of live cases: its page is current, and every test is named after a case of it."""

import pathlib
import re

from live_cases import CASES, DOCUMENT, document, number_of, summary

TEST = re.compile(r"^def (test_live_\w+)", re.MULTILINE)


def test_the_page_of_live_cases_is_current():
    assert DOCUMENT.read_text() == document(), "run tests/live/live_cases.py"


def test_every_live_case_has_a_test_and_every_test_a_case():
    names = [name for file in pathlib.Path(__file__).parent.glob("test_live_*.py")
             for name in TEST.findall(file.read_text())]
    assert {number_of(name) for name in names} == set(CASES)


def test_the_summary_of_live_cases_counts_what_passed():
    passed = ["test_live_01_a", "test_live_01_b[x]", "test_live_02", "test_live_03_c", "test_x"]
    wanted = f"live cases: 2 of {len(CASES)} have tests, 4 tests"
    assert summary(passed, ["test_live_03_d"]) == wanted
