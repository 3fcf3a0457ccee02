"""Servers that cannot be followed, logs that are gone, networks and servers that fail, targets that
are slower than their source."""

import signal
import time

import pytest

from support import shop
from support.live import (app_tables, assert_become_equal, blocked, differing, is_stopped,
                          left_behind, sources, transaction, wait_for)
from support.proxy import Proxy
from support.writer import DRIVERS, Session, Writers

REFUSED = {2, 3, 4, 5}
SIDES = [  # where it is disturbed, what is there, and what is at the other end
    ("source", "postgresql", "mysql"), ("target", "mysql", "postgresql"),
    pytest.param("source", "mysql", "postgresql", marks=pytest.mark.soak),
    pytest.param("target", "postgresql", "mysql", marks=pytest.mark.soak)]


def told(done, *words):
    """What was said holds one of the words, and no secret of how it failed inside."""
    said = (done.out + done.err).lower()
    assert any(word.lower() in said for word in words), f"nothing of {words} in: {done}"


def placed(move, own, engine, to_engine, side="source", **settings):
    """A move with one end on a server of the test's own."""
    m = move(engine, to_engine) if side == "target" else move(to_engine, to_engine, shop_of=0)
    database = own(engine if side == "source" else to_engine, **settings)
    setattr(m, side, database)
    if side == "source":
        shop.open_shop(database)
    m.write()
    return m


def reopened(database):
    database.connection = database.connect(database.name)
    return database


# ---- MariaDB

@pytest.mark.parametrize("setting, value, word", [
    ("skip_log_bin", 1, "log_bin"), ("binlog_format", "MIXED", "binlog_format"),
    ("binlog_format", "STATEMENT", "binlog_format")])
def test_live_11_a_log_that_cannot_be_followed_is_refused(move, own, setting, value, word):
    m = placed(move, own, "mysql", "postgresql", **{setting: value})
    told(m.run("copy", expect=REFUSED), word)
    assert not left_behind(m.source)
    assert not app_tables(m.target), "something was written before it was refused"
    m.run("abort")
    assert not left_behind(m.source) and not left_behind(m.target)


@pytest.mark.parametrize("settings", [
    {"binlog_row_image": "MINIMAL"}, {"binlog_row_image": "NOBLOB"},
    {"log_bin_compress": 1, "log_bin_compress_min_len": 10},
    {"binlog_row_metadata": "FULL", "binlog_checksum": "NONE"}],
    ids=lambda s: "-".join(map(str, s.values())))
def test_live_11_forms_of_the_log_are_decoded_or_refused(move, own, settings):
    m = placed(move, own, "mysql", "postgresql", **settings)
    done = m.run("copy", expect={0, *REFUSED})
    if done.code:
        told(done, *settings)
        assert not left_behind(m.source) and not app_tables(m.target)
        return
    with Writers(shop.serve, [m.source]) as writers:
        writers.wait(0, 200)
        writers.still()
    m.caught_up()
    assert not differing(m.source, m.target)


def test_live_11_statements_in_the_log_stop_it(move):
    m = move("mysql", "postgresql")
    m.begin()
    transaction(m.source, "INSERT INTO tokens VALUES (5, 'row')")
    session = Session(m.source)
    session.execute("SET SESSION binlog_format = 'STATEMENT'")
    session.execute("UPDATE labels SET amount = amount + 1")
    session.close()
    transaction(m.source, "INSERT INTO tokens VALUES (6, 'row')")
    told(m.caught_up(expect=REFUSED), "statement", "binlog_format")
    m.caught_up(expect=REFUSED)
    assert (6,) not in m.target.query("SELECT token FROM tokens")


def test_live_11_gaps_in_gtids(move):
    m = move("mysql", "postgresql")
    m.begin()
    session = Session(m.source)
    for n in range(1, 6):
        high = session.query("SELECT @@gtid_binlog_pos")[0][0].split(",")[0].split("-")[2]
        session.execute(f"SET SESSION gtid_seq_no = {int(high) + 1000}")
        session.execute(f"INSERT INTO tokens VALUES ({n}, 'gap')")
        session.execute(f"SET SESSION gtid_domain_id = {n % 2}")
        session.execute(f"INSERT INTO tokens VALUES ({n + 100}, 'domain')")
        session.execute("SET SESSION gtid_domain_id = 0")
    session.close()
    m.caught_up()
    assert not differing(m.source, m.target)


@pytest.mark.parametrize("how", ["PURGE BINARY LOGS TO", "RESET MASTER"])
def test_live_11_a_log_that_is_gone_is_never_skipped(move, own, how):
    m = placed(move, own, "mysql", "postgresql")
    m.begin()
    transaction(m.source, "INSERT INTO tokens VALUES (5, 'gone')")
    for (reader,) in m.source.query("SELECT id FROM information_schema.processlist WHERE command"
                                    " LIKE 'Binlog Dump%'"):
        try:
            m.source.execute(f"KILL {reader}")  # what is being read is not purged
        except DRIVERS as ended:
            assert "Unknown thread" in str(ended)

    def gone():
        m.source.execute("FLUSH BINARY LOGS")
        last = m.source.query("SHOW BINARY LOGS")[-1][0]
        m.source.execute(f"{how} '{last}'" if "PURGE" in how else how)
        return len(m.source.query("SHOW BINARY LOGS")) == 1

    wait_for(gone, why="the log was not purged")
    transaction(m.source, "INSERT INTO tokens VALUES (6, 'still there')")
    for _ in (1, 2):
        told(m.caught_up(expect=REFUSED), "purge", "log", "binlog")
    assert not m.target.query("SELECT token FROM tokens WHERE token > 0")
    m.run("abort")
    assert not left_behind(m.source) and not left_behind(m.target)


# ---- PostgreSQL

@pytest.mark.parametrize("settings, word", [
    ({"wal_level": "replica"}, "wal_level"),
    ({"max_replication_slots": 0}, "max_replication_slots"),
    ({"max_wal_senders": 0}, "max_wal_senders")], ids=lambda s: str(s))
def test_live_12_a_server_that_cannot_be_followed_is_refused(move, own, settings, word):
    m = placed(move, own, "postgresql", "mysql", **settings)
    told(m.run("copy", expect=REFUSED), word)
    assert not left_behind(m.source)
    assert not app_tables(m.target), "something was written before it was refused"
    m.run("abort")
    assert not left_behind(m.source) and not left_behind(m.target)


def slot(source):
    return source.one("SELECT slot_name FROM pg_replication_slots WHERE database ="
                      " current_database() AND slot_name LIKE 'whimbrel%'")


def lose_by_dropping(source):
    source.query(f"SELECT pg_drop_replication_slot('{slot(source)}')")


def lose_by_making_anew(source):
    name = slot(source)
    source.query(f"SELECT pg_drop_replication_slot('{name}')")
    source.query(f"SELECT pg_create_logical_replication_slot('{name}', 'pgoutput')")


def lose_by_its_size(source):
    for _ in range(4):
        source.query("SELECT pg_switch_wal()")
        transaction(source, "CREATE TABLE IF NOT EXISTS filler (n int)", "DROP TABLE filler")
    source.execute("CHECKPOINT")
    assert source.one("SELECT wal_status FROM pg_replication_slots WHERE slot_name ="
                      f" '{slot(source)}'") == "lost"


@pytest.mark.parametrize("lose", [lose_by_dropping, lose_by_making_anew, lose_by_its_size])
def test_live_12_a_slot_that_is_lost_is_never_made_up_for(move, own, lose):
    m = placed(move, own, "postgresql", "mysql", max_slot_wal_keep_size="1MB")
    m.begin()
    transaction(m.source, "INSERT INTO tokens VALUES (5, 'gone')")
    lose(m.source)
    transaction(m.source, "INSERT INTO tokens VALUES (6, 'still there')")
    for _ in (1, 2):
        done = m.caught_up(expect=REFUSED)
        told(done, "slot")
        told(done, "copy", "abort", "again")
    assert not m.target.query("SELECT token FROM tokens WHERE token > 0")
    m.run("abort")
    assert not left_behind(m.source) and not left_behind(m.target)


# ---- outages

def through(database, proxy):
    """The URL of a database by way of a network of ours."""
    scheme, user = ("postgresql", "postgres") if database.engine == "postgresql" else (
        "mysql", "root")
    return f"{scheme}://{user}@127.0.0.1:{proxy.port}/{database.name}"


@pytest.mark.parametrize("side, engine, other", SIDES)
def test_live_13_a_server_restarts(move, own, side, engine, other):
    """Once in order, once not; nobody starts whimbrel again."""
    m = placed(move, own, engine, other, **(
        {"synchronous_commit": "on"} if engine == "postgresql" else
        {"innodb_flush_log_at_trx_commit": 1})) if side == "source" else placed(
            move, own, other, engine, side)
    m.begin()
    server = getattr(m, side).runs
    with m.following():
        with Writers(shop.serve, [m.source]) as writers:
            writers.wait(0, 30)
            for how in (server.end, server.crash):
                server.halt(how)
                time.sleep(0.7)
                server.again()
                reopened(getattr(m, side))
                writers.wait(0, 30)
            writers.still()
        assert_become_equal(m.source, m.target, 30)
    assert writers.tokens_missing(m.target) == ([], [])


@pytest.mark.parametrize("side, engine, other", SIDES)
@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.soak)])
def test_live_13_the_network_drops(move, side, engine, other, seconds):
    """Cut, and later silent: it says that it waits, and goes on by itself."""
    m = move(engine, other) if side == "source" else move(other, engine)
    proxy = Proxy(getattr(m, side).server["port"])
    try:
        m.write(**{f"{side}_url": through(getattr(m, side), proxy)})
        m.begin()
        with m.following() as follower, Writers(shop.serve, [m.source]) as writers:
            writers.wait(0, 30)
            proxy.cut()
            time.sleep(seconds)
            writers.wait(0, 30)
            proxy.mend()
            told_of = len(follower.err)
            writers.still()
            assert_become_equal(m.source, m.target, 30)
            assert told_of, "it said nothing of the outage"
            writers.go()
            proxy.silent = True
            time.sleep(seconds)
            writers.wait(0, 30)
            proxy.mend()
            writers.still()
            assert_become_equal(m.source, m.target, 30)
    finally:
        proxy.close()


# ---- a target that is slower

def fat_orders(session, n, dice):
    session.execute("INSERT INTO tokens VALUES (%s, %s)", n, session.side)
    for _ in range(30):
        session.insert("INSERT INTO orders (customer, amount, data) VALUES (%s, %s, %s)", 1, "0.01",
                       dice.randbytes(70))


@sources("postgresql")
def test_live_14_a_target_that_is_slower(move, from_engine, to_engine):
    m = move(from_engine, to_engine)
    proxy = Proxy(m.target.server["port"])
    try:
        m.write(target_url=through(m.target, proxy))
        m.begin()
        with m.following():
            with Writers(fat_orders, [m.source], pause=0.01) as writers:
                proxy.rate = 15_000
                time.sleep(4)
                seen = [m.status()["live"] for _ in range(2) if not time.sleep(1)]
                words = ("never", "not catch", "faster", "grows")
                wait_for(lambda: any(w in m.run("status").out.lower() for w in words), 20,
                         "status does not say that it will never catch up")
                writers.still()
            slow = seen[-1]
            assert slow["lag_seconds"] > 1 and slow["lag_bytes"] > 0, slow
            assert slow["rate"] is not None and slow["catch_up_seconds"] is None, slow
            assert slow["retained_bytes"] is None or slow["retained_bytes"] > 0, slow
            proxy.mend()
            assert_become_equal(m.source, m.target, 60)
            wait_for(lambda: m.status()["live"]["lag_bytes"] in (0, None), 20, "lag stays")
            assert m.status()["live"]["lag_seconds"] < 2
    finally:
        proxy.close()


@pytest.mark.parametrize("from_engine, to_engine", [
    ("postgresql", "mysql"), ("sqlite", "postgresql")])
def test_live_15_the_retained_log_has_a_limit(move, from_engine, to_engine):
    """Warned before it is reached; then it stops and says so, and the source gets its room back or
    is told how."""
    m = move(from_engine, to_engine, live={"max_retained": "2MiB"})
    m.begin()
    held = blocked(m.target)
    follower = m.start_sync()
    transaction(m.source, "INSERT INTO tokens VALUES (5, 'held')")
    deadline = time.monotonic() + 40
    n = 0
    while follower.alive() and time.monotonic() < deadline:
        n += 1
        transaction(m.source, *(f"INSERT INTO orders (customer, data) SELECT 1, {body} FROM"
                                " customers" for body in [blob(m.source)] * 5))
        time.sleep(0.25)
    code = follower.ended(5)
    m.follower = None
    held.close()
    assert code in REFUSED, follower.said()
    assert "max_retained" in follower.said() or "retain" in follower.said(), follower.said()
    assert len([line for line in follower.err if "retain" in line.lower()]) >= 2, (
        f"no warning before the stop: {follower.said()}")


def blob(database):
    return {"postgresql": "decode(repeat('ab', 79), 'hex')",
            "sqlite": "randomblob(79)"}[database.engine]


def test_live_13_a_follower_waits_for_a_step(move):
    """sync is started while verify follows for a moment; another sync is refused."""
    m = move("postgresql", "mysql")
    m.begin()
    verify = m.whimbrel.start("verify", m.name,
                              env={"WHIMBREL_STOP_AT": "place to compare at taken"})
    wait_for(lambda: is_stopped(verify), 30)
    follower = m.start_sync()
    time.sleep(1)
    assert follower.alive(), follower.said()
    verify.send_signal(signal.SIGCONT)
    assert m.whimbrel.finish(verify).code == 0
    transaction(m.source, "INSERT INTO tokens VALUES (5, 'later')")
    wait_for(lambda: m.target.query("SELECT 1 FROM tokens WHERE token = 5"), 30)
    m.run("sync", "--until-synced", expect=7)
    m.stop_sync()


def test_an_abort_does_not_take_the_ground_from_a_copy(move):
    m = move("postgresql", "mysql")
    copy = m.whimbrel.start("copy", m.name, env={"WHIMBREL_STOP_AT": "unit begun"})
    wait_for(lambda: is_stopped(copy), 30)
    refused = m.run("abort", expect=7)
    assert "copy" in refused.err, refused
    copy.send_signal(signal.SIGCONT)
    assert m.whimbrel.finish(copy).code == 0
    m.caught_up()
    assert not differing(m.source, m.target)
    m.run("abort")
    assert not left_behind(m.source) and not left_behind(m.target)


def test_live_13_a_follower_that_is_told_to_stop(move):
    """SIGTERM and SIGINT: at a place from which it goes on."""
    m = move("postgresql", "mysql")
    m.begin()
    with Writers(shop.serve, [m.source]) as writers:
        for how in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            m.start_sync()
            writers.wait(0, 30)
            time.sleep(0.3)
            m.stop_sync(how)
        writers.still()
    m.caught_up()
    assert not differing(m.source, m.target)


def test_live_13_a_second_follower_is_refused(move):
    m = move("postgresql", "mysql")
    m.begin()
    with m.following():
        wait_for(lambda: m.run("sync", expect=None, timeout=20).code == 7, 20)
