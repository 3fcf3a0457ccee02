"""The table of cases: its page is current, and every test stands where its name says."""

import pathlib
import re

from cases import CASES, CHAPTERS, DOCUMENT, document, number_of, summary

TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)


def test_the_page_is_current():
    assert DOCUMENT.read_text() == document(), "run tests/cases/cases.py"


def test_every_test_stands_in_a_file_of_its_chapter():
    known = {case.number: CHAPTERS[case.chapter][0] for case in CASES}
    for file in pathlib.Path(__file__).parent.glob("test_*.py"):
        if file.name == pathlib.Path(__file__).name:
            continue
        for name in TEST.findall(file.read_text()):
            assert file.stem.startswith(known.get(number_of(name), "?")), f"{file.name}: {name}"


def test_the_summary_counts_what_passed():
    passed = ["test_case_01_a", "test_case_01_b[x]", "test_case_02", "test_other", "test_case_03_c"]
    assert summary(passed, ["test_case_03_d"]) == f"cases: 2 of {len(CASES)} have tests, 4 tests"
