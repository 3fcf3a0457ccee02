"""What stands beside tables: views, triggers, routines, rights. Between two servers of one engine
the engine's own dump tells whether both say the same."""

import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).parent


def unquoted_statements(dump):
    """The statements of a dump in a set: without comments, settings and empty lines."""
    text = re.sub(r"(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n", "",
                  dump)
    return {s.strip() for s in re.split(r";\n", text) if s.strip()}


def pg_dump(database, *words):
    done = subprocess.run(
        ["pg_dump", "-h", database.server["socket"], "-p", str(database.server["port"]), "-U",
         "postgres", "--schema-only", *words, database.name],
        capture_output=True, text=True, check=True)
    return unquoted_statements(done.stdout)


def test_postgresql_says_the_same_of_both(make, whimbrel):
    source, target = make("postgresql"), make("postgresql")
    source.script((HERE / "objects_postgresql.sql").read_text())
    whimbrel.move(source, target)
    before, after = pg_dump(source), pg_dump(target)
    assert (sorted(before - after), sorted(after - before)) == ([], [])
