"""Sakila: enum, set, year, unsigned, triggers, views, routines; from MySQL to the other two."""

import json

import pytest

from support import corpus
from support.compare import assert_equal

VIEWS = {"actor_info", "customer_list", "film_list", "nicer_but_slower_film_list", "sales_by_store",
         "sales_by_film_category", "staff_list"}
TRIGGERS = {"ins_film": "AFTER INSERT", "upd_film": "AFTER UPDATE", "del_film": "AFTER DELETE"}
ROUTINES = {"rewards_report", "get_customer_balance", "film_in_stock", "film_not_in_stock",
            "inventory_held_by_customer", "inventory_in_stock"}
LABELS = {("film", "special_features"): lambda labels: labels.split(",") if labels else []}


@pytest.fixture(scope="module")
def sakila(servers, corpus_folder):
    database = corpus.load_sakila(servers, corpus_folder)
    yield database
    database.drop()


def named(findings, name):
    return [f for f in findings if name in f["object"].replace('"', "").split(".")[-1].split()]


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"])
def test_sakila(sakila, make, whimbrel, engine):
    target = make(engine)
    document = whimbrel.move(sakila, target).json
    assert_equal(sakila, target, coerce=LABELS if engine == "postgresql" else None)
    for table in sakila.tables():
        assert target.key(table) == sakila.key(table)
        assert target.foreign_keys(table) == sakila.foreign_keys(table)
    present = {row[0] for row in target.query(
        "SELECT viewname FROM pg_views WHERE schemaname = 'public'" if engine == "postgresql"
        else "SELECT name FROM sqlite_schema WHERE type = 'view'")}
    for name in (VIEWS - present) | set(TRIGGERS) | ROUTINES:
        assert named(document["findings"], name), f"{name} is neither there nor reported"


def test_the_report_holds_the_texts(sakila, make, whimbrel):
    """What was not carried can be ported by hand from the report alone."""
    whimbrel.move(sakila, make("postgresql"))
    whimbrel.run("report", "--workdir", "move")
    page = (whimbrel.folder / "move" / "report.html").read_text(encoding="utf-8")
    document = json.loads((whimbrel.folder / "move" / "report.json").read_text(encoding="utf-8"))
    for text in (page, json.dumps(document)):
        for said in ("INSERT INTO film_text", "rewards_report", "film_not_in_stock",
                     "GROUP_CONCAT"):
            assert said.lower() in text.lower().replace("&#39;", "'"), said
    assert "<script src" not in page and "http://" not in page and "https://" not in page


def test_counters_go_on(sakila, make, whimbrel):
    """The next inserted row gets the number that the source would have given."""
    target = make("postgresql")
    whimbrel.move(sakila, target)
    following = sakila.one("SELECT auto_increment FROM information_schema.tables"
                           " WHERE table_schema = %s AND table_name = 'actor'", sakila.name)
    assert target.one("INSERT INTO actor (first_name, last_name) VALUES ('a', 'b')"
                      " RETURNING actor_id") == following


def parts(value):
    """GROUP_CONCAT without an order gives any."""
    return tuple(sorted(value.split(", "))) if isinstance(value, str) and ", " in value else value


def view_rows(database, view):
    found = database.query(f"SELECT * FROM {database.quote(view)}")
    return sorted((tuple(parts(v) for v in row) for row in found), key=repr)


def test_every_view_is_translated(sakila, make, whimbrel):
    """The same rows from the translation as from the source's own view."""
    target = make("postgresql")
    document = whimbrel.move(sakila, target).json
    for view in VIEWS:
        rows = view_rows(target, view)
        assert rows == view_rows(sakila, view), view
        assert len(rows) >= 2
    translated = {f["object"] for f in document["findings"] if f["rule"] == "view-translated"}
    assert translated == {f"view {name}" for name in VIEWS}
