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
