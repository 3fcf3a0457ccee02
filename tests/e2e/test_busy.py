"""A source that others write to while it is read."""

import threading

import pytest


@pytest.mark.parametrize("from_engine, to_engine", [
    ("postgresql", "sqlite"), ("mysql", "postgresql"), ("sqlite", "postgresql")])
def test_others_write_while_we_read(make, whimbrel, from_engine, to_engine):
    """Money moves between two tables all the time: every snapshot has the same sum."""
    source, target = make(from_engine), make(to_engine)
    source.script("".join(
        f"CREATE TABLE {t} (id int PRIMARY KEY, cents int NOT NULL);\nINSERT INTO {t} VALUES "
        + ",".join(f"({i}, 1000)" for i in range(3000)) + ";\n" for t in ("here", "there")))
    if from_engine == "sqlite":
        source.execute("PRAGMA journal_mode = WAL")
    stop, moved = threading.Event(), []

    def write():
        connection = source.connect(source.name)
        cursor, n = connection.cursor(), 0
        while not stop.is_set():
            n += 1
            cursor.execute("BEGIN")
            cursor.execute(f"UPDATE here SET cents = cents - 1 WHERE id = {n * 7 % 3000}")
            cursor.execute(f"UPDATE there SET cents = cents + 1 WHERE id = {n * 11 % 3000}")
            cursor.execute("COMMIT")
        connection.close()
        moved.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        (whimbrel.folder / "migration.yaml").write_text(
            f'whimbrel: 1\nname: busy\nsource: {{ url: "{source.url}" }}\n'
            f'target: {{ url: "{target.url}" }}\nlimits: {{ workers: 4, unit_bytes: 4KiB }}\n')
        whimbrel.run("run", "migration.yaml")
    finally:
        stop.set()
        writer.join()
    assert moved[0] > 10, "nobody wrote"
    assert target.one("SELECT sum(cents) FROM here") + target.one(
        "SELECT sum(cents) FROM there") == 6_000_000
