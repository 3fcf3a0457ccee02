"""The step from one side to the other, where it must not be taken, is late, dies, or is disturbed;
and what is left afterwards."""

import signal
import time

import pytest

from support import shop
from support.live import (BACKED_OUT, accepts, assert_become_equal, blocked, chosen,
                          comes_to_accept, differing, is_stopped, left_behind, red, sources,
                          steps_of, transaction, trigger_states, wait_for)
from support.writer import DRIVERS, Session, Writers, kind_of

GUARD, WRONG_STATE = 3, 7


def serving_source(m):
    assert m.state() == ("SYNCING", "source")
    assert accepts(m.source), "the source is not live"


# ---- guards

def shown(guards, *words):
    """A guard of such a name is red, with its value and its limit."""
    names = red(guards, *words)
    assert names, f"nothing of {words} is red: {guards}"
    for name in names:
        assert guards[name]["value"] is not None and guards[name]["limit"] is not None
    return names


@sources("postgresql")
def test_live_16_not_while_it_lags(move, from_engine, to_engine):
    m = move(from_engine, to_engine)
    m.begin()
    m.run("verify")
    with m.following():
        held = blocked(m.target)
        transaction(m.source, "INSERT INTO tokens VALUES (5, 'held')")
        time.sleep(2)
        shown(m.guards(), "lag")
        said = m.cutover(expect=GUARD)
        assert said["exit"] == GUARD
        serving_source(m)
        held.close()
        assert_become_equal(m.source, m.target)
        wait_for(lambda: not red(m.guards(), "lag"), 10, "lag stays red")


def test_live_16_not_without_a_fresh_verify(move):
    m = move("postgresql", "mysql", verify={"max_age": "2s"})
    m.begin()
    shown(m.guards(), "verif")
    m.cutover(expect=GUARD)
    m.run("verify")
    assert not red(m.guards(), "verif")
    time.sleep(2.2)
    shown(m.guards(), "verif")
    m.cutover(expect=GUARD)
    serving_source(m)


def damage(target):
    """Past the fence, as nobody should."""
    if target.engine == "mysql":
        target.execute("TRUNCATE TABLE labels")
        return
    own = [row[0] for row in target.query("SELECT tgname FROM pg_trigger WHERE tgrelid ="
                                          " 'labels'::regclass AND NOT tgisinternal")]
    transaction(target, "ALTER TABLE labels DISABLE TRIGGER USER",
                "UPDATE labels SET amount = 123 WHERE number = 7",
                *(f"ALTER TABLE labels ENABLE ALWAYS TRIGGER {name}" for name in own))


@sources("mysql")
def test_live_16_not_after_a_verify_that_found_something(move, from_engine, to_engine):
    m = move(from_engine, to_engine)
    m.begin()
    m.run("verify")
    damage(m.target)
    done = m.run("verify", "--both", "--json", expect=4)
    assert done.json["differences"], done
    shown(m.guards(), "verif")
    m.cutover(expect=GUARD)
    serving_source(m)
    m.run("verify", "--repair", expect={0, 4})
    m.caught_up()
    m.run("verify", "--both")
    assert not red(m.guards(), "verif")
    assert not differing(m.source, m.target)


@sources("sqlite")
def test_live_16_not_under_another_schema(move, from_engine, to_engine):
    m = move(from_engine, to_engine)
    m.begin()
    m.run("verify")
    m.source.execute("ALTER TABLE labels ADD COLUMN extra int")
    shown(m.guards(), "schema")
    m.cutover(expect=GUARD)
    serving_source(m)


@pytest.mark.parametrize("command", ["true", "false"])
def test_live_16_not_with_a_fence_that_stops_nobody(move, command):
    """A hook that claims success, and one that fails: it does not come to pass, or only behind a
    fence that does stop."""
    m = move("postgresql", "mysql", live={"hooks": {"fence": command, "unfence": "true"}})
    m.begin()
    m.run("verify")
    said = m.cutover(expect={0, GUARD, BACKED_OUT})
    if said["exit"] == 0:
        assert command == "true" and m.state() == ("LIVE", "target")
        assert_stopped(m.source)
        return
    serving_source(m)
    transaction(m.source, "INSERT INTO tokens VALUES (5, 'goes on')")
    m.caught_up()
    assert not differing(m.source, m.target)


@pytest.mark.parametrize("engine, settings", [
    ("postgresql", {"wal_level": "replica"}), ("mysql", {"skip_log_bin": 1})],
    ids=["postgresql", "mysql"])
def test_live_16_not_without_a_way_back(move, own, engine, settings):
    m = move("sqlite", engine)
    m.target = own(engine, **settings)
    m.write()
    m.begin()
    m.run("verify")
    shown(m.guards(), "way")
    m.cutover(expect=GUARD)
    serving_source(m)
    m.write(live={"way_back": False})
    assert not red(m.guards(), "way")
    m.cutover()
    assert m.state() == ("LIVE", "target") and accepts(m.target)
    m.run("commit")
    assert not left_behind(m.source) and not left_behind(m.target)


# ---- the fence

ATTEMPTS = {
    "postgresql": ["INSERT INTO labels VALUES ('x', 1, 1)", "UPDATE labels SET amount = 0",
                   "DELETE FROM labels", "TRUNCATE labels", "TRUNCATE customers CASCADE",
                   "SET session_replication_role = replica; DELETE FROM labels",
                   "INSERT INTO labels VALUES ('x', 1, 1) ON CONFLICT DO NOTHING",
                   "WITH x AS (DELETE FROM loose RETURNING *) SELECT * FROM x",
                   "SELECT nextval('orders_id_seq'); DELETE FROM orders",
                   "DO $$ BEGIN UPDATE notes SET body = ''; END $$"],
    "mysql": ["INSERT INTO labels VALUES ('x', 1, 1)", "UPDATE labels SET amount = 0",
              "DELETE FROM labels", "REPLACE INTO labels VALUES ('label 1', 1, 1)",
              "INSERT IGNORE INTO labels VALUES ('y', 1, 1)",
              "UPDATE IGNORE labels SET amount = 0", "DELETE IGNORE FROM labels",
              "INSERT INTO labels VALUES ('label 1', 1, 1) ON DUPLICATE KEY UPDATE amount = 0",
              "DELETE labels, loose FROM labels JOIN loose USING (number)",
              "DELETE FROM customers"],
    "sqlite": ["INSERT INTO labels VALUES ('x', 1, 1)", "UPDATE labels SET amount = 0",
               "DELETE FROM labels", "INSERT OR IGNORE INTO labels VALUES ('y', 1, 1)",
               "INSERT OR REPLACE INTO labels VALUES ('label 1', 1, 1)",
               "UPDATE OR IGNORE labels SET amount = 0", "DELETE FROM loose"],
}


def held(database):
    return {t: sorted(map(repr, database.rows(t, database.columns(t))))
            for t in shop.TABLES}


def assert_stopped(database):
    """No attempt of a session that may do everything changes a row, old session or new."""
    before = held(database)
    for attempt in ATTEMPTS[database.engine]:
        session = Session(database)
        try:
            session.execute(attempt)
        except DRIVERS as error:
            assert kind_of(error) == "refused", f"{attempt}: {error}"
        session.close()
        assert held(database) == before, f"{attempt} came through the fence"


@sources("postgresql", "mysql", "sqlite")
def test_live_24_no_privilege_passes_the_fence(move, from_engine, to_engine):
    m = move(from_engine, to_engine)
    m.begin()
    m.run("verify")
    old = Session(m.source)
    old.query("SELECT count(*) FROM labels")
    m.cutover()
    with pytest.raises(DRIVERS):
        old.execute("INSERT INTO labels VALUES ('old session', 1, 1)")
    old.close()
    assert_stopped(m.source)
    m.rollback()
    assert_stopped(m.target)
    serving_source(m)
    m.run("abort")


@sources("postgresql", "mysql", "sqlite")
def test_live_17_an_open_transaction_makes_it_back_out(move, from_engine, to_engine):
    """It was let in before the fence and does not end: what it writes is neither lost nor waited
    for without end."""
    m = move(from_engine, to_engine, live={"deadline": "3s"})
    m.begin()
    m.run("verify")
    open_one = Session(m.source)
    open_one.begin()
    open_one.execute("INSERT INTO tokens VALUES (5, 'slow')")
    began = time.monotonic()
    said = m.cutover(expect=BACKED_OUT)
    assert said["exit"] == BACKED_OUT and time.monotonic() - began < 12
    open_one.commit()
    open_one.close()
    serving_source(m)
    m.caught_up()
    assert m.target.query("SELECT side FROM tokens WHERE token = 5") == [("slow",)]
    m.run("verify")
    m.cutover()
    assert m.state() == ("LIVE", "target")


@sources("mysql")
def test_live_17_a_target_that_hangs_makes_it_back_out(move, from_engine, to_engine):
    m = move(from_engine, to_engine, live={"deadline": "3s", "max_lag": "10m"})
    m.begin()
    m.run("verify")
    with m.following():
        hanging = blocked(m.target)
        transaction(m.source, "INSERT INTO tokens VALUES (5, 'held')")
        began = time.monotonic()
        m.cutover(expect={BACKED_OUT, GUARD})
        assert time.monotonic() - began < 12
        assert comes_to_accept(m.source, 3) is not None
        hanging.close()
        assert_become_equal(m.source, m.target)
    serving_source(m)


KILLS = {"postgresql": 6, "mysql": 5, "sqlite": 4}


@sources("postgresql")
def test_live_25_it_dies_during_the_cutover(move, from_engine, to_engine):
    """kill -9 at each kind of step: without anybody's help the source is live again when the fence
    has expired, unless it was final; then the same command goes on, and no write is lost."""
    seconds = 2
    m = move(from_engine, to_engine, live={"deadline": f"{seconds}s"}, verify={"max_age": "10m"})
    m.begin()
    m.run("verify")
    with Writers(shop.serve, (m.source, m.target)) as writers:
        writers.wait(0, 20)
        names = steps_of(m, "cutover", "--json")
        if m.state()[1] == "source":
            m.insist("cutover")
        writers.wait(1, 10)
        m.insist("rollback")
        writers.wait(0, 10)
        assert len(set(names)) > 3, f"cutover names its steps: {set(names)}"
        expired = went_on = 0
        for number in chosen(names, KILLS[from_engine]):
            done = m.run("cutover", "--json", env={"WHIMBREL_CRASH_AT": str(number)}, expect=None)
            assert done.code in (0, BACKED_OUT, -signal.SIGKILL), f"{names[number - 1]}: {done}"
            if done.code == BACKED_OUT:
                m.insist("cutover")
            elif done.code:
                live = comes_to_accept(m.source, seconds + 3)
                print(f"{names[number - 1]}: source live after {live}")
                expired += live is not None
                went_on += live is None
                m.insist("cutover")
            writers.wait(1, 10)
            m.insist("rollback")
            writers.wait(0, 10)
        writers.still()
        m.caught_up()
    assert expired, "no kill came before the fence was final"
    assert not differing(m.source, m.target)
    assert writers.tokens_missing(m.source) == ([], [])
    m.run("abort")
    assert not left_behind(m.source) and not left_behind(m.target)


BEHIND = {  # what a trigger does not stop
    "postgresql": ["ALTER TABLE labels ADD COLUMN extra int",
                   "ALTER TABLE labels ALTER COLUMN amount TYPE numeric(12,3) USING amount + 1"],
    "mysql": ["ALTER TABLE labels ADD COLUMN extra int", "TRUNCATE TABLE labels"],
    "sqlite": ["ALTER TABLE labels ADD COLUMN extra int"],
}


@pytest.mark.parametrize("engine, statement", [
    (engine, statement) for engine, all_of in BEHIND.items() for statement in all_of])
def test_live_27_what_gets_past_the_fence_is_found(move, engine, statement):
    """Right before the last look at the log."""
    m = move(engine, "mysql" if engine == "postgresql" else "postgresql", live={"deadline": "60s"})
    m.begin()
    m.run("verify")
    process = m.whimbrel.start("cutover", "--json", m.name,
                               env={"WHIMBREL_STOP_AT": "new way begun"})
    wait_for(lambda: is_stopped(process), 30, "it did not come so far")
    assert accepts(m.source) is False
    m.source.execute(statement)
    process.send_signal(signal.SIGCONT)
    done = m.whimbrel.finish(process)
    assert done.code == BACKED_OUT, done
    assert "labels" in done.err or "labels" in done.out, done
    serving_source(m)


def test_live_27_nothing_gets_past_it_behind_the_last_look(move):
    """What no trigger stops waits until the target serves: then it is too late to be lost."""
    m = move("mysql", "postgresql", live={"deadline": "60s"})
    m.begin()
    m.run("verify")
    process = m.whimbrel.start("cutover", "--json", m.name, env={"WHIMBREL_STOP_AT": "drained"})
    wait_for(lambda: is_stopped(process), 30, "it did not come so far")
    hasty = Session(m.source)
    hasty.execute("SET lock_wait_timeout = 1")
    with pytest.raises(DRIVERS):
        hasty.execute("TRUNCATE TABLE labels")
    hasty.close()
    process.send_signal(signal.SIGCONT)
    done = m.whimbrel.finish(process)
    assert done.code == 0 and m.target.count("labels"), done


def test_live_27_what_gets_past_the_fence_of_a_cutover_that_died(move):
    """It died when all was looked at; what was emptied since then is not served by the target."""
    m = move("mysql", "postgresql", live={"deadline": "60s", "max_lag": "10m"})
    m.begin()
    m.run("verify")
    assert m.source.count("labels")
    done = m.run("cutover", env={"WHIMBREL_CRASH_AT": "drained"}, expect=None)
    assert done.code == -signal.SIGKILL and m.state() == ("DRAINED", "source"), done
    m.source.execute("TRUNCATE TABLE labels")
    m.insist("cutover")
    assert m.state() == ("LIVE", "target")
    assert m.target.count("labels") == 0 and not differing(m.source, m.target)


# ---- the end

def bells(database):
    """A trigger of the application's own, which must not ring for what others bring."""
    database.script({
        "postgresql": "CREATE TABLE bells (id int PRIMARY KEY, rung int);"
                      "CREATE FUNCTION ring() RETURNS trigger LANGUAGE plpgsql AS"
                      " 'BEGIN NEW.rung := coalesce(NEW.rung, 0) + 1; RETURN NEW; END';"
                      "CREATE TRIGGER ring BEFORE INSERT OR UPDATE ON bells FOR EACH ROW"
                      " EXECUTE FUNCTION ring();",
        "sqlite": "CREATE TABLE bells (id int PRIMARY KEY, rung int);"
                  "CREATE TRIGGER ring AFTER INSERT ON bells BEGIN UPDATE bells SET rung ="
                  " coalesce(rung, 0) + 1 WHERE id = NEW.id; END;",
        "mysql": "CREATE TABLE bells (id int PRIMARY KEY, rung int);"
                 "CREATE TRIGGER ring BEFORE INSERT ON bells FOR EACH ROW SET NEW.rung ="
                 " coalesce(NEW.rung, 0) + 1;"}[database.engine])


@pytest.mark.parametrize("engine", ["postgresql", "mysql", "sqlite"])
def test_live_20_triggers_ring_once(move, engine):
    """What comes by the log, either way, has rung already; the application's triggers are again
    what they were."""
    m = move(engine, engine)
    bells(m.source)
    before = trigger_states(m.source)
    m.run("copy", expect={0, 4})
    m.source.execute("INSERT INTO bells (id) VALUES (1)")
    m.caught_up()
    m.run("verify")
    m.cutover()
    m.target.execute("INSERT INTO bells (id, rung) VALUES (2, 40)")
    m.caught_up()
    assert m.source.query("SELECT * FROM bells ORDER BY id") == (
        m.target.query("SELECT * FROM bells ORDER BY id"))
    m.rollback()
    m.source.execute("INSERT INTO bells (id) VALUES (3)")
    assert m.source.query("SELECT rung FROM bells WHERE id = 3") == [(1,)]
    assert trigger_states(m.source) == before
    m.caught_up()
    assert not differing(m.source, m.target)


@pytest.mark.parametrize("from_engine, to_engine", [
    ("postgresql", "postgresql"), ("mysql", "mysql"), ("sqlite", "sqlite"),
    ("mysql", "postgresql")])
def test_live_22_abort_leaves_nothing(move, from_engine, to_engine):
    """After the copy, while it follows, after a rollback; never while the target serves."""
    m = move(from_engine, to_engine)
    m.run("copy")
    m.run("abort")
    assert m.state()[0] == "ABORTED"
    assert not left_behind(m.source) and not left_behind(m.target)
    assert accepts(m.source)
    again = move(from_engine, to_engine)
    again.begin()
    again.run("verify")
    again.cutover()
    again.run("abort", expect=WRONG_STATE)
    assert again.state() == ("LIVE", "target")
    again.rollback()
    follower = again.start_sync()
    wait_for(follower.alive)
    again.run("abort", expect={0, WRONG_STATE})
    again.stop_sync(expect={0, 130, 7, -signal.SIGTERM})
    again.run("abort", expect={0, WRONG_STATE})
    assert again.state()[0] == "ABORTED"
    assert not left_behind(again.source) and not left_behind(again.target)
    assert accepts(again.source)


def test_live_17_the_switch_is_a_hook(move):
    """The application is switched by a hook, once a step; one that fails is not overlooked."""
    m = move("postgresql", "mysql")
    diary = m.folder / "diary"
    m.write(live={"hooks": {"switch": f"echo switch >> {diary}"}})
    m.begin()
    m.run("verify")
    m.cutover()
    assert diary.read_text().split() == ["switch"]
    m.rollback()
    assert diary.read_text().split() == ["switch", "switch"]
    m.write(live={"hooks": {"switch": "false"}})
    m.caught_up()
    m.run("verify")
    done = m.run("cutover", "--json", expect=None)
    assert done.code != 0 and accepts(m.source if done.code == BACKED_OUT else m.target)
