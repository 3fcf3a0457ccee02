"""The bench judges by what was measured, and sees what did not arrive."""

from decimal import Decimal
import pathlib
import subprocess
import sys
import tempfile

import pytest

from support.databases import Sqlite
from support.program import TOP

sys.path.insert(0, str(TOP / "bench"))
# pylint: disable=wrong-import-position
import report
import works
from data import MIXED, Table
from live_clients import gaps
from live_data import Items
from measure import near


def measure(peer, seconds, outcome="right", session="2020-01-01", **more):
    return {"work": "mysql-postgresql", "peer": peer, "rows": 1000, "workers": 2, "code": 0,
            "session": session, "outcome": outcome, "seconds": seconds, "cpu": seconds / 2,
            "servers": 1.0, "peak": 30.0, "others": 0.0, "versions": {}, "machine": {},
            "settings": {}, "seed": 1, **more}


def verdicts(measures):
    found = report.summary(measures, works.chosen(["mysql-postgresql"]))
    return {t["text"]: t for t in found["works"][0]["targets"]}


def test_targets_are_judged_by_medians():
    ours = [measure("whimbrel", s) for s in (9.0, 10.0, 70.0)]
    found = verdicts(ours + [measure("pgloader", 24.0), measure("pgloader", 25.5)])
    assert found["with verification ≥ 2.5 × pgloader"]["verdict"] == "**missed by 1%**"
    found = verdicts(ours + [measure("pgloader", 50.0)])
    assert found["with verification ≥ 2.5 × pgloader"]["met"]
    assert found["with verification ≥ 2.5 × pgloader"]["measured"] == "5.00 × as fast"


def test_a_measure_that_was_not_right_is_no_time():
    dead = measure("pgloader", 1.0, outcome="dies: Heap exhausted (0 of 1,000 rows)", code=1)
    found = verdicts([measure("whimbrel", 9.0), dead])
    target = found["with verification ≥ 2.5 × pgloader"]
    assert target["met"] is None and "Heap exhausted" in target["verdict"]
    text = report.as_markdown(report.summary([measure("whimbrel", 9.0), dead], works.WORKS))
    assert "Heap exhausted" in text


def test_only_floats_may_differ_and_only_a_little():
    assert near(0.1 + 0.2, 0.3) and near(5, 5) and near(Decimal("0.30"), 0.1 + 0.2)
    assert not near(10 ** 18, 10 ** 18 + 1)
    assert not near(1000.01, 1000.02)


def test_every_column_is_compared(tmp_path):
    table, database = Table(MIXED, 2, 1), Sqlite(tmp_path / "x.db")
    database.execute(table.ddl("sqlite"))
    for n in (1, 2):
        database.execute("INSERT INTO mixed VALUES (?,5,1.25,'2020-01-01 00:00:00','n','note',0,"
                         "'packed','{\"price\": 3}',2.5)", n)
    whole = table.checked(database)
    assert whole["rows"] == 2 and table.keyed(database)
    for column in MIXED:
        value = {"state": "'new'", "placed": "'2021-01-01'", "detail": "'{\"price\": 4}'"}
        changed = Sqlite(tmp_path / f"{column.name}.db")
        changed.path.write_bytes(database.path.read_bytes())
        changed.execute(f"UPDATE mixed SET {column.name} ="
                        f" {value.get(column.name, 'length(note) * 11')} WHERE id = 1")
        differing = {k for k, v in table.checked(changed).items() if not near(v, whole[k])}
        assert differing == {column.name}


def test_a_pause_is_judged_by_its_95th_percentile():
    name = "as a client sees it"
    work = "live-pause-sqlite-postgresql"
    pauses = [0.1] * 18 + [2.5, 3.0]
    slow = measure("whimbrel sync", 60.0, samples={name: pauses}, rate=900) | {"work": work}
    found = report.summary([slow], works.chosen([work]))["works"][0]
    assert found["peers"][0]["spread"][name] == {"n": 20, "max": 3.0, "p50": 0.1, "p95": 2.5,
                                                 "p99": 3.0}
    assert found["targets"][0]["verdict"] == "**missed by 25%**"
    text = report.as_markdown(report.summary([slow], works.WORKS))
    assert "## Live" in text and "900 accepted writes a second" in text


def test_a_pause_is_from_the_old_sides_last_write_to_the_new_ones_first():
    acked = [(1.0, 0), (2.0, 0), (2.5, 1), (3.0, 1), (4.0, 1), (5.25, 0)]
    assert gaps(acked, [1.5, 3.5]) == [0.5, 1.25]


def test_a_backlog_is_the_same_for_the_same_seed_and_a_lost_change_is_seen(tmp_path):
    items = Items(500, 7, tables=2)
    one, other = Sqlite(tmp_path / "one.db"), Sqlite(tmp_path / "other.db")
    for database in (one, other):
        items.fill(database)
        items.change(database)
    assert one.count("item1") + one.count("item2") > items.base
    assert items.differing(one, other) is None
    other.execute("UPDATE item2 SET total = total + 0.01 WHERE id = (SELECT max(id) FROM item2)")
    assert "item2" in items.differing(one, other)


@pytest.mark.soak
def test_live_moves_are_measured(tmp_path, whimbrel):
    with tempfile.TemporaryDirectory(prefix="whimbrel-", dir="/tmp") as folder:
        pathlib.Path(folder).chmod(0o755)
        done = subprocess.run(
            [TOP / "bench" / "run", "live-apply-16-postgresql-postgresql",
             "live-delay-sqlite-postgresql", "live-pause-postgresql-mysql", "--rows", "2000",
             "--rounds", "1", "--data", folder, "--results", tmp_path / "results", "--json",
             "--build", pathlib.Path(whimbrel.path).parent],
            capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(" right") == 4


@pytest.mark.soak
def test_a_work_is_measured(tmp_path, whimbrel):
    with tempfile.TemporaryDirectory(prefix="whimbrel-", dir="/tmp") as folder:
        pathlib.Path(folder).chmod(0o755)  # servers have accounts of their own
        done = subprocess.run(
            [TOP / "bench" / "run", "sqlite-sqlite", "verify", "--rows", "2000", "--rounds", "2",
             "--data", folder, "--results", tmp_path / "results", "--json",
             "--build", pathlib.Path(whimbrel.path).parent],
            capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(" right") == 12
    assert "sqlite3 .import" in (tmp_path / "results" / "RESULTS.md").read_text()
