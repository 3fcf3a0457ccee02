"""Fixtures of the end-to-end and crash tests."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
# pylint: disable=wrong-import-position
from support import corpus
from support.databases import Mariadb, Postgres, Sqlite
from support.program import DEFAULT, Whimbrel
from support.servers import Servers, fallen


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: too long for every change; make soak runs it")
    config.addinivalue_line("markers", "part: also run under sanitizers (make asan, make tsan)")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Every test after the death of a shared server would fail: say the one thing that is true."""
    outcome = yield
    dead = outcome.get_result().failed and fallen(item.funcargs.get("servers", {}))
    if dead:
        item.session.shouldfail = "; ".join(dead)


@pytest.fixture(scope="session")
def servers():
    running = Servers()
    yield running.addresses
    running.stop()


@pytest.fixture
def whimbrel(tmp_path):
    program = pathlib.Path(os.environ.get("WHIMBREL") or DEFAULT)
    if not os.access(program, os.X_OK):
        pytest.fail(f"there is no program at {program}: run make, or set WHIMBREL")
    return Whimbrel(tmp_path, program)


@pytest.fixture
def make(servers, tmp_path):
    """make("postgresql" | "mysql" | "sqlite"): a fresh, empty database."""
    made = []

    def fresh(engine, **more):
        if engine == "sqlite":
            made.append(Sqlite(tmp_path / f"{len(made)}.db"))
        else:
            kind = {"postgresql": Postgres, "mysql": Mariadb}[engine]
            made.append(kind(servers[engine], **more))
        return made[-1]

    yield fresh
    for database in made:
        database.drop()


@pytest.fixture(scope="session")
def corpus_folder():
    folder = corpus.folder()
    if not folder:
        pytest.skip(f"no corpus at {corpus.wanted()}; WHIMBREL_CORPUS names another place")
    return folder


@pytest.fixture(scope="session")
def chinook(servers, corpus_folder, tmp_path_factory):
    """chinook(engine): the loaded sample, one for all tests; nobody writes to it."""
    loaded = {}

    def load(engine):
        if engine not in loaded:
            loaded[engine] = corpus.load_chinook(engine, servers, corpus_folder,
                                                 tmp_path_factory.mktemp("chinook"))
        return loaded[engine]

    yield load
    for database in loaded.values():
        database.drop()
