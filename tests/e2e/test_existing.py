"""Views that the target holds already under a name of the source's."""

import pytest


@pytest.mark.parametrize("engines", [("postgresql", "postgresql"), ("mysql", "mysql"),
                                     ("sqlite", "sqlite"), ("mysql", "postgresql")])
def test_a_view_of_the_target_never_passes_for_the_sources(make, whimbrel, engines):
    """Refused before anything is written; kept and told; or dropped for the source's."""
    source, target = make(engines[0]), make(engines[1])
    source.script("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2);"
                  "CREATE VIEW v AS SELECT id FROM t WHERE id > 1")
    target.script("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE other (id int);"
                  "INSERT INTO other VALUES (77); CREATE VIEW v AS SELECT id FROM other")
    whimbrel.move(source, target, workdir="a", expect=3)
    kept = whimbrel.move(source, target, "--if-exists", "truncate", workdir="b").json
    assert [f["severity"] for f in kept["findings"] if f["rule"] == "view-kept"] == ["warning"]
    assert target.query("SELECT id FROM v") == [(77,)]
    whimbrel.move(source, target, "--if-exists", "drop", workdir="c")
    assert target.query("SELECT id FROM v") == [(2,)] and target.count("other") == 1


def test_a_table_that_stays_keeps_json_in_its_own_form(make, whimbrel):
    """jsonb does not keep the text: what it holds is compared by what it means."""
    mysql, postgresql = make("mysql"), make("postgresql")
    mysql.script("CREATE TABLE t (id int PRIMARY KEY, j json);"
                 """INSERT INTO t VALUES (1, '{"b": 1.0,  "a": [ ]}')""")
    postgresql.script("CREATE TABLE t (id int, j jsonb)")
    whimbrel.move(mysql, postgresql, "--if-exists", "truncate")
    assert postgresql.query("SELECT j::text FROM t") == [('{"a": [], "b": 1.0}',)]


def test_json_that_keeps_its_text_is_compared_by_its_text(make, whimbrel):
    mysql, postgresql = make("mysql"), make("postgresql")
    mysql.script("CREATE TABLE t (id int PRIMARY KEY, j json);"
                 """INSERT INTO t VALUES (1, '{"b": 1.0,  "a": [ ]}'), (2, '7')""")
    whimbrel.move(mysql, postgresql, workdir="m")
    assert postgresql.query("SELECT j::text FROM t WHERE id = 1") == [('{"b": 1.0,  "a": [ ]}',)]
    postgresql.execute("""UPDATE t SET j = '{"b": 1,  "a": [ ]}' WHERE id = 1""")
    whimbrel.run("verify", "--workdir", "m", expect=4)
