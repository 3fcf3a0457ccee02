"""The witnesses of the live tests themselves: a writer that forgets, or a look into a catalog that
sees nothing, would make every other test of this folder worthless."""

import pytest

from support import shop
from support.live import accepts, app_tables, differing, left_behind
from support.writer import Writers

ENGINES = pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
STOP = {
    "postgresql": ["CREATE FUNCTION whimbrel_stop() RETURNS trigger LANGUAGE plpgsql AS"
                   " 'BEGIN RAISE ''whimbrel stops this''; END'",
                   "CREATE TRIGGER whimbrel_stop BEFORE INSERT OR UPDATE OR DELETE ON tokens"
                   " EXECUTE FUNCTION whimbrel_stop()"],
    "mysql": ["CREATE TRIGGER whimbrel_stop BEFORE INSERT ON tokens FOR EACH ROW"
              " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'whimbrel stops this'"],
    "sqlite": ["CREATE TRIGGER whimbrel_stop BEFORE INSERT ON tokens BEGIN"
               " SELECT RAISE(ABORT, 'whimbrel stops this'); END"],
}


@ENGINES
def test_writers_know_what_was_accepted(make, engine):
    """They turn to the other side when one refuses, and miss what is taken away from them."""
    one, two = shop.open_shop(make(engine)), shop.open_shop(make(engine))
    with Writers(shop.serve, (one, two), pause=0.001) as writers:
        writers.wait(0, 300)
        for statement in STOP[engine]:
            one.execute(statement)
        assert accepts(one) is False and accepts(two)
        writers.wait(1, 50)
        writers.still()
    assert {e.side for e in writers.refused()} == {0}
    assert 0 <= writers.pause(0, 1) < 5000
    here, there = set(r[0] for r in one.query("SELECT token FROM tokens")), {
        r[0] for r in two.query("SELECT token FROM tokens")}
    assert len(here | there) - 1 == len(writers.accepted())
    two.execute("DELETE FROM tokens")
    for token in (here | there) - {writers.accepted()[0].token}:
        two.execute("INSERT INTO tokens VALUES (%s, 'x')".replace(
            "%s", str(token)))
    two.execute("INSERT INTO tokens VALUES (123, 'never')")
    assert writers.tokens_missing(two) == ([writers.accepted()[0].token], [123])


@ENGINES
def test_the_comparison_sees_one_row(make, engine):
    one, two = shop.open_shop(make(engine)), shop.open_shop(make(engine))
    assert set(app_tables(one)) == set(shop.TABLES) and not differing(one, two)
    two.execute("DELETE FROM positions WHERE order_id = 7 AND number = 2")
    one.execute("INSERT INTO loose VALUES (1, 'twice', 1.5)")
    assert len(differing(one, two)) == 2


@ENGINES
def test_what_is_left_behind_is_seen(make, engine):
    database = shop.open_shop(make(engine))
    assert not left_behind(database)
    for statement in STOP[engine]:
        database.execute(statement)
    database.execute("CREATE TABLE whimbrel_epoch (n int)")
    wanted = ["trigger whimbrel_stop", "whimbrel_epoch"]
    if engine == "postgresql":
        database.execute("CREATE PUBLICATION whimbrel_p FOR ALL TABLES")
        database.query("SELECT pg_create_logical_replication_slot('whimbrel_s', 'pgoutput')")
        wanted += ["publication whimbrel_p", "slot whimbrel_s", "function whimbrel_stop"]
    found = left_behind(database)
    assert all(any(w in f for f in found) for w in wanted), found
    if engine == "postgresql":
        database.query("SELECT pg_drop_replication_slot('whimbrel_s')")
