"""Any pair: Ctrl-C and a polite kill stop at a checkpoint within two seconds, and on from there."""

import os
import signal
import time

import pytest

from support import sample
from support.compare import assert_equal


@pytest.fixture
def slow(make, whimbrel):
    """A move that takes far longer than the test, because it is throttled."""
    source, target = sample.fill(make("postgresql"), orders=4000), make("mysql")
    slowly = "limits: { workers: 2, unit_bytes: 4KiB, bytes_per_second: 10000 }\n"
    settings = ("whimbrel: 1\nname: slow\n"
                f'source: {{ url: "{source.url}" }}\ntarget: {{ url: "{target.url}" }}\n')
    file = whimbrel.folder / "migration.yaml"
    file.write_text(settings + slowly)
    yield source, target
    file.write_text(settings)
    whimbrel.run("run", "migration.yaml")
    assert_equal(source, target)


def until_rows_arrive(process, target):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if "orders" in target.tables() and target.count("orders"):
            return
        time.sleep(0.02)
    pytest.fail(f"no rows came to the target; exit code {process.poll()}")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_case_52_stop_and_go_on(slow, whimbrel, how):
    source, target = slow
    process = whimbrel.start("run", "migration.yaml", "--json")
    until_rows_arrive(process, target)
    began = time.monotonic()
    os.kill(process.pid, how)
    done = whimbrel.finish(process)
    assert time.monotonic() - began < 2, "within two seconds"
    assert done.code == 130, done
    assert done.json["exit"] == 130
    assert "whimbrel run" in done.err, "it says how to go on"
    assert target.count("orders") < source.count("orders")


def test_case_52_stop_between_commands_of_one_group(slow, whimbrel):
    """Twice: a second signal does not turn the stop into a crash that loses the journal."""
    _, target = slow
    process = whimbrel.start("run", "migration.yaml")
    until_rows_arrive(process, target)
    os.kill(process.pid, signal.SIGINT)
    os.kill(process.pid, signal.SIGINT)
    assert whimbrel.finish(process).code in (130, -signal.SIGINT)


def test_case_52_a_reader_that_goes_away(make, whimbrel):
    """A closed pipe on stdout is no crash."""
    source, target = sample.fill(make("sqlite")), make("postgresql")
    process = whimbrel.start("run", source.url, target.url, "--workdir", "move")
    process.stdout.close()
    assert process.wait(60) in (0, 1)
    process.stderr.close()
    assert_equal(source, target)
