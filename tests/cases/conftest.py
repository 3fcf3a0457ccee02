"""Fixtures of the cases: the ends of a pair, and a move as a migration.yaml describes it."""

import json

import pytest


@pytest.fixture
def mysql(make):
    return make("mysql")


@pytest.fixture
def postgresql(make):
    return make("postgresql")


@pytest.fixture
def sqlite(make):
    return make("sqlite")


@pytest.fixture
def move(whimbrel):
    """move(source, target, expect=0, policies={}, map=[...]): the run's outcome, as --json.
    JSON is YAML: what stands under a key of migration.yaml is given as Python has it. `name` is
    that of the work folder too; another one begins anew."""
    def run(source, target, expect=0, name="case", **settings):
        folder = whimbrel.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "migration.yaml").write_text(json.dumps(
            {"whimbrel": 1, "name": name, "source": {"url": source.url},
             "target": {"url": target.url}, **settings}))
        return whimbrel.run("run", name, "--json", expect=expect)

    return run
