"""Banking cases: a file that is delivered twice is loaded once."""

import pytest

from moved import GUARD, SOURCE
from samples import ENTRIES, EUROS, MORE, STATEMENTS, YENS, message
from support import ach
from support.mainframe import packed, zoned


def files_of(whimbrel, kind):
    """Two deliveries of a format, as (options, first, second)."""
    book = whimbrel.folder / "r.cpy"
    book.write_text("01 R.\n 05 ID PIC 9(4).\n 05 AMOUNT PIC S9(5)V99 COMP-3.")
    return {"cobol": ({"copybook": book}, *(b"".join(
                zoned(n, 4, signed=False) + packed(n * 7, 7) for n in range(first, first + 2000))
                for first in (1, 5001))),
            "mt940": ({}, *(part.encode() + b"-\n" for part in STATEMENTS.split("-\n")[:2])),
            "nacha": ({}, ach.file(ENTRIES).encode(), ach.file(MORE).encode()),
            "camt": ({}, message(EUROS).encode(), message(YENS, name="M2").encode())}[kind]


@pytest.mark.parametrize("kind", ["cobol", "mt940", "nacha", "camt"])
def test_bank_17_two_files_of_the_same_bytes(whimbrel, load, kind):
    options, first, second = files_of(whimbrel, kind)
    folder = whimbrel.folder / "inbox"
    folder.mkdir()
    for name, content in (("monday", first), ("tuesday", second), ("again", first)):
        (folder / f"{name}.{kind}").write_bytes(content)
    moved = load(kind, folder, "postgresql", expect=SOURCE, **options)
    assert "the very same bytes" in moved.error
    assert "monday" in moved.error and "again" in moved.error and "tuesday" not in moved.error
    assert not moved.target.tables()


@pytest.mark.parametrize("kind, engine", [("cobol", "postgresql"), ("mt940", "mysql"),
                                          ("nacha", "sqlite"), ("camt", "postgresql")])
def test_bank_17_a_file_that_was_loaded_before(whimbrel, load, kind, engine):
    """Under whatever name it comes again, it is refused before a row is touched; another file of
    the same layout is added."""
    options, first, second = files_of(whimbrel, kind)
    for name, content in (("monday", first), ("tuesday", first), ("wednesday", second)):
        (whimbrel.folder / f"{name}.{kind}").write_bytes(content)
    moved = load(kind, whimbrel.folder / f"monday.{kind}", engine, **options)
    before = {table: moved.target.count(table) for table in moved.target.tables()}
    words = ("--if-exists", "append")
    again = load(kind, whimbrel.folder / f"tuesday.{kind}", target=moved.target, expect=GUARD,
                 words=words, **options)
    assert f'the file "tuesday.{kind}" was loaded before' in again.error
    assert {table: moved.target.count(table) for table in moved.target.tables()} == before
    assert not moved.whimbrel.run("quarantine", "list", again.workdir, "--json").json["rows"]
    both = whimbrel.folder / "both"
    both.mkdir()
    for name, content in (("first", first), ("second", second)):
        (both / f"{name}.{kind}").write_bytes(content)
    again = load(kind, both, target=moved.target, expect=GUARD, words=words, **options)
    assert '"first' in again.error
    load(kind, whimbrel.folder / f"wednesday.{kind}", target=moved.target, words=words, **options)
    source, = [table for table in moved.target.tables() if table.endswith("_source")]
    assert sorted(name for name, in moved.target.rows(source, ["name"])) == [
        f"monday.{kind}", f"wednesday.{kind}"]


def test_bank_17_a_message_that_comes_in_another_file(whimbrel, load):
    """Its bytes differ, its identification does not: refused with both files, before a row goes."""
    folder = whimbrel.folder / "inbox"
    folder.mkdir()
    (folder / "a.xml").write_text(message(EUROS))
    (folder / "b.xml").write_text(message(EUROS).replace("\n", "\n\n"))
    moved = load("camt", folder, "postgresql", expect=SOURCE)
    assert "M1 comes twice" in moved.error and "a.xml" in moved.error and "b.xml" in moved.error
    assert not moved.target.tables()
