"""A work folder whose first command failed before anything was written: the corrected command
takes it, and what somebody wrote into its migration.yaml is never lost."""

import sqlite3

import pytest

STATE, TARGET = 7, 6
NOBODY = "postgresql://u:s3cr3t@127.0.0.1:9/d"


@pytest.fixture
def small(whimbrel):
    with sqlite3.connect(whimbrel.folder / "a.db") as database:
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO t VALUES (1), (2)")
    database.close()
    return whimbrel


def rows(file):
    database = sqlite3.connect(file)
    try:
        return database.execute("SELECT count(*) FROM t").fetchone()[0]
    finally:
        database.close()


def failed(small):
    small.run("run", "sqlite:a.db", NOBODY, "--workdir", "w", "--exclude", "x*", expect=TARGET)
    return small.folder / "w" / "migration.yaml"


def test_the_corrected_command(small):
    file = failed(small)
    small.run("run", "sqlite:a.db", "sqlite:b.db", "--workdir", "w")
    assert rows(small.folder / "b.db") == 2
    assert "sqlite:" in file.read_text() and "127.0.0.1" not in file.read_text()
    assert 'exclude: ["x*"]' in file.read_text()
    document = small.run("status", "w", "--json").json
    assert document["target"].endswith("b.db")


def test_the_corrected_file(small):
    file = failed(small)
    text = file.read_text().replace("127.0.0.1:9", "127.0.0.1:10")
    file.write_text(text)
    done = small.run("run", "w", expect=TARGET)
    assert "10" in done.err


def test_what_was_edited_is_not_replaced(small):
    file = failed(small)
    mine = file.read_text() + "# mine\n"
    file.write_text(mine)
    done = small.run("run", "sqlite:a.db", "sqlite:b.db", "--workdir", "w", expect=STATE)
    assert "has been edited" in done.err and "--workdir" in done.err
    assert file.read_text() == mine
    assert not (small.folder / "b.db").exists()


def test_a_folder_in_use_stays(small):
    small.run("run", "sqlite:a.db", "sqlite:b.db", "--workdir", "w")
    done = small.run("run", "sqlite:a.db", "sqlite:c.db", "--workdir", "w", expect=STATE)
    assert "another migration" in done.err
    assert not (small.folder / "c.db").exists()
    file = small.folder / "w" / "migration.yaml"
    file.write_text(file.read_text().replace("b.db", "c.db"))
    done = small.run("run", "w", expect=STATE)
    assert "belongs to the move" in done.err
