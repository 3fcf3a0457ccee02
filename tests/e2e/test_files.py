"""Files as ends of a move: ranges, packers, bad records, kills, and what is written. Python's json,
csv, gzip and the servers' clients are the witnesses."""

import bz2
import collections
import csv
import decimal
import gzip
import json
import lzma
import os
import signal

import pytest

SOURCE, USAGE, GUARD, QUARANTINE = 5, 2, 3, 9
ENGINES = ("postgresql", "mysql", "sqlite")


def people(first, last):
    return [{"id": i, "name": f"né {i}", "amount": f"{i * 7 / 100:.2f}",
             "note": None if i % 10 == 0 else f'say "{i}", then\nmore',
             "born": f"19{i % 90 + 10}-03-{i % 28 + 1:02d}"}
            for i in range(first, last + 1)]


def write_csv(path, rows, opened=open):
    with opened(path, "wt", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(rows[0])
        out.writerows(["" if v is None else v for v in row.values()] for row in rows)


def write_jsonl(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            number = f'"amount": {row["amount"]}'
            rest = {k: v for k, v in row.items() if k != "amount"}
            file.write(f"{{{number}, {json.dumps(rest, ensure_ascii=False)[1:]}\n")


def arrived(target, table="people"):
    """Rows as the engine's own client has them."""
    return sorted((int(i), name, decimal.Decimal(str(amount)), note, str(born)) for
                  i, name, amount, note, born in
                  target.rows(table, ["id", "name", "amount", "note", "born"]))


def wanted(rows):
    return [(r["id"], r["name"], decimal.Decimal(r["amount"]), r["note"], r["born"]) for r in rows]


def run(whimbrel, source, target, *words, expect=0, workdir="move", **more):
    url = target if isinstance(target, str) else target.url
    return whimbrel.run("run", source, url, "--workdir", workdir, "--json", *words, expect=expect,
                        **more)


def quarantined(whimbrel, folder="move"):
    return [json.loads(line) for line in
            whimbrel.run("quarantine", "export", folder).out.splitlines()]


@pytest.mark.part
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind, write", [("csv", write_csv), ("jsonl", write_jsonl)])
def test_rows_arrive(whimbrel, make, engine, kind, write):
    rows, target = people(1, 3000), make(engine)
    write(whimbrel.folder / f"people.{kind}", rows)
    done = run(whimbrel, f"{kind}:people.{kind}?key=id", target)
    assert done.json["state"] and done.json["totals"]["rows_written"] == 3000
    assert arrived(target) == wanted(rows)


@pytest.mark.parametrize("suffix, opened", [("gz", gzip.open), ("bz2", bz2.open),
                                            ("xz", lzma.open)])
def test_packed(whimbrel, make, suffix, opened):
    rows, target = people(1, 500), make("sqlite")
    write_csv(whimbrel.folder / f"people.csv.{suffix}", rows, opened)
    run(whimbrel, f"csv:people.csv.{suffix}", target)
    assert arrived(target) == wanted(rows)


def test_a_folder_is_a_database(whimbrel, make):
    target = make("postgresql")
    (whimbrel.folder / "in").mkdir()
    for name in ("east", "west"):
        write_csv(whimbrel.folder / "in" / f"{name}.csv", people(1, 50))
    run(whimbrel, "csv:in", target)
    assert sorted(target.tables()) == ["east", "west"]
    assert arrived(target, "west") == wanted(people(1, 50))


def test_files_are_joined(whimbrel, make):
    target = make("sqlite")
    for i in range(5):
        write_csv(whimbrel.folder / f"part-{i}.csv", people(i * 100 + 1, i * 100 + 100))
    run(whimbrel, "csv:part-*.csv?table=people", target)
    assert arrived(target) == wanted(people(1, 500))


def test_what_cannot_be_read_is_kept_whole(whimbrel, make):
    target, rows = make("sqlite"), people(1, 300)
    write_csv(whimbrel.folder / "people.csv", rows)
    with open(whimbrel.folder / "people.csv", "ab") as file:
        place = file.tell()
        file.write(b"1,2\n")
    run(whimbrel, "csv:people.csv", target, expect=QUARANTINE)
    assert arrived(target) == wanted(rows)
    bad, = quarantined(whimbrel)
    assert f"at byte {place} of people.csv" in bad["reason"]
    assert {"hex": b"1,2\n".hex()} in bad["values"].values()
    stopped = run(whimbrel, "csv:people.csv", make("sqlite"), "--bad-row", "stop", expect=SOURCE,
                  workdir="strict")
    assert "people.csv" in stopped.json["error"]["text"]


def test_killed_at_each_kind_of_step(whimbrel, make):
    rows = people(1, 20000)
    write_csv(whimbrel.folder / "people.csv", rows)
    source = f"csv:{whimbrel.folder}/people.csv?key=id"
    steps = whimbrel.folder / "steps"
    (whimbrel.folder / "a.yaml").write_text("")
    run(whimbrel, source, make("sqlite"), workdir="w0", env={"WHIMBREL_CRASH_LIST": str(steps)})
    names = collections.OrderedDict()
    for number, name in enumerate(steps.read_text().splitlines(), 1):
        names.setdefault(name, []).append(number)
    assert len(names) >= 5
    for name, numbers in names.items():
        target, folder = make("sqlite"), f"w{numbers[0]}"
        died = run(whimbrel, source, target, workdir=folder, expect={0, -signal.SIGKILL},
                   env={"WHIMBREL_CRASH_AT": str(numbers[len(numbers) // 2])})
        print(f"{name}: {died.code}")
        run(whimbrel, source, target, workdir=folder)
        assert arrived(target) == wanted(rows)


def test_a_file_that_changed_after_a_kill(whimbrel, make):
    """Nothing of the old file stays."""
    target, folder = make("sqlite"), whimbrel.folder
    write_csv(folder / "people.csv", people(1, 5000))
    steps = folder / "steps"
    run(whimbrel, "csv:people.csv", make("sqlite"), workdir="w0",
        env={"WHIMBREL_CRASH_LIST": str(steps)})
    at = steps.read_text().splitlines().index("after commit") + 1
    run(whimbrel, "csv:people.csv", target, expect=-signal.SIGKILL,
        env={"WHIMBREL_CRASH_AT": str(at)})
    write_csv(folder / "people.csv", people(100, 5100))
    run(whimbrel, "csv:people.csv", target)
    assert arrived(target) == wanted(people(100, 5100))


@pytest.mark.parametrize("engine", ENGINES)
def test_written_as_files(whimbrel, make, engine):
    source, rows = make(engine), people(1, 2000)
    source.execute("CREATE TABLE people (id int PRIMARY KEY, name varchar(40), "
                   "amount decimal(12,2), note varchar(60), born date)")
    for r in rows:
        mark = "?" if engine == "sqlite" else "%s"
        source.execute(f"INSERT INTO people VALUES ({', '.join([mark] * 5)})", *r.values())
    run(whimbrel, source.url, "csv:out")
    with open(whimbrel.folder / "out" / "people.csv", newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [(int(r["id"]), r["name"], decimal.Decimal(r["amount"]), r["note"] or None, r["born"])
            for r in written] == wanted(rows)
    run(whimbrel, source.url, "jsonl:out", workdir="again")
    with open(whimbrel.folder / "out" / "people.jsonl", encoding="utf-8") as file:
        written = [json.loads(line, parse_float=decimal.Decimal) for line in file]
    assert [(r["id"], r["name"], r["amount"], r["note"], r["born"]) for r in written] \
        == wanted(rows)
    assert sorted(os.listdir(whimbrel.folder / "out")) == ["people.csv", "people.jsonl"]


def test_written_whole_or_not_at_all(whimbrel, make):
    """Killed at every kind of step: no half of a file, nothing of ours left behind."""
    source, out = make("sqlite"), whimbrel.folder / "out"
    source.execute("CREATE TABLE t (id integer PRIMARY KEY, s text)")
    for i in range(5000):
        source.execute("INSERT INTO t VALUES (?, ?)", i, f"text {i}")
    steps = whimbrel.folder / "steps"
    run(whimbrel, source.url, "csv:first", workdir="w0", env={"WHIMBREL_CRASH_LIST": str(steps)})
    right = (whimbrel.folder / "first" / "t.csv").read_bytes()
    numbers = collections.OrderedDict()
    for number, name in enumerate(steps.read_text().splitlines(), 1):
        numbers[name] = number
    for name, number in numbers.items():
        out = whimbrel.folder / f"out-{number}"
        run(whimbrel, source.url, f"csv:{out}", workdir=f"w{number}",
            expect={0, -signal.SIGKILL}, env={"WHIMBREL_CRASH_AT": str(number)})
        assert not (out / "t.csv").exists() or (out / "t.csv").read_bytes() == right, name
        run(whimbrel, source.url, f"csv:{out}", workdir=f"w{number}")
        assert (out / "t.csv").read_bytes() == right, name
        assert os.listdir(out) == ["t.csv"], name


def test_what_is_there_is_not_overwritten(whimbrel, make):
    source, out = make("sqlite"), whimbrel.folder / "out"
    source.execute("CREATE TABLE t (id integer PRIMARY KEY)")
    out.mkdir()
    (out / "t.csv").write_text("mine\n")
    refused = run(whimbrel, source.url, "csv:out", expect=GUARD)
    assert "t.csv" in refused.json["error"]["text"]
    assert os.listdir(out) == ["t.csv"] and (out / "t.csv").read_text() == "mine\n"


def test_twice_the_same_file(whimbrel, make):
    for name in ("a", "b"):
        write_csv(whimbrel.folder / f"{name}.csv", people(1, 10))
    done = run(whimbrel, "csv:?.csv?table=t".replace("?.", "*.", 1), make("sqlite"), expect=SOURCE)
    assert "a.csv" in done.json["error"]["text"] and "b.csv" in done.json["error"]["text"]


@pytest.mark.parametrize("source, target, says", [
    ("sqlite:a.db", "mt940:x", "can only be a source"),
    ("csv:none.csv", "sqlite:b.db", "no such file"),
    ("csv:", "sqlite:b.db", "no path in the csv URL"),
    ("csv:a.csv?colour=red", "sqlite:b.db", "unknown parameter"),
    ("csv:a.csv?delimiter=long", "sqlite:b.db", "delimiter"),
])
def test_ends_that_cannot_be(whimbrel, source, target, says):
    write_csv(whimbrel.folder / "a.csv", people(1, 3))
    done = run(whimbrel, source, target, expect={USAGE, SOURCE})
    assert says in done.json["error"]["text"]
    assert not (whimbrel.folder / "b.db").exists()


def test_files_have_no_changes_to_follow(whimbrel):
    write_csv(whimbrel.folder / "a.csv", people(1, 3))
    (whimbrel.folder / "migration.yaml").write_text(
        "whimbrel: 1\nsource: { url: 'csv:a.csv' }\ntarget: { url: 'sqlite:b.db' }\n"
        "live: { enabled: true }\n")
    done = whimbrel.run("run", "migration.yaml", "--json", expect=USAGE)
    assert "csv has none" in done.json["error"]["text"]


def test_many_units_are_written_and_compared(whimbrel, make):
    """Read in ranges of keys, written in order, compared in ranges of the file; damage is found."""
    source, folder = make("sqlite"), whimbrel.folder
    source.execute("CREATE TABLE t (id integer PRIMARY KEY, s text)")
    for i in range(5000):
        source.execute("INSERT INTO t VALUES (?, ?)", i * 3 % 5000, f"text {i}")
    (folder / "m").mkdir()
    (folder / "m" / "migration.yaml").write_text(
        f"whimbrel: 1\nsource: {{ url: '{source.url}' }}\ntarget: {{ url: 'csv:{folder}/out' }}\n"
        "limits: { unit_bytes: 4KiB }\n")
    done = whimbrel.run("run", "m", "--json")
    assert done.json["totals"]["rows_written"] == 5000
    with open(folder / "out" / "t.csv", newline="", encoding="utf-8") as file:
        ids = [int(r["id"]) for r in csv.DictReader(file)]
    assert ids == sorted(ids) and len(ids) == 5000
    whimbrel.run("verify", "m", "--both")
    text = (folder / "out" / "t.csv").read_text()
    (folder / "out" / "t.csv").write_text(text.replace("\n1234,", "\n1234,another ", 1))
    found = whimbrel.run("verify", "m", "--json", expect=4)
    different, = found.json["differences"]
    assert different["key"] == {"id": "1234"} or json.loads(different["key"]) == {"id": "1234"}


def test_a_condition_in_sql_is_refused(whimbrel):
    write_csv(whimbrel.folder / "a.csv", people(1, 30))
    settings = ("whimbrel: 1\nsource: {{ url: 'csv:a.csv' }}\ntarget: {{ url: 'sqlite:b.db' }}\n"
                "map: [ {{ table: a, {} }} ]\n")
    (whimbrel.folder / "migration.yaml").write_text(settings.format('where: "id > 3"'))
    done = whimbrel.run("run", "migration.yaml", "--json", expect={USAGE, SOURCE})
    assert "files know no SQL" in done.json["error"]["text"]
    (whimbrel.folder / "migration.yaml").write_text(settings.format('filter: "row.id > 20"'))
    done = whimbrel.run("run", "migration.yaml", "--json")
    assert done.json["totals"]["rows_written"] == 10
