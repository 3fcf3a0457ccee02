"""Fixtures of the banking cases: files that the tests make, moved as a user would move them."""

import json
import urllib.parse

import pytest

from moved import Moved
from support import corpus


def url(scheme, path, options):
    """How a user would write it."""
    words = urllib.parse.urlencode(options, safe=":,/|'", quote_via=urllib.parse.quote)
    return f"{scheme}:{path}" + (f"?{words}" if words else "")


@pytest.fixture
def load(whimbrel, make):
    """load("mt940", path, "postgresql", option=...): moves files into a new database, or into
    `target`. settings: what stands in migration.yaml besides."""
    count = 0

    def run(scheme, path, engine="sqlite", target=None, expect=0, words=(), settings=None,
            **options):
        nonlocal count
        target = target or make(engine)
        count += 1
        folder = whimbrel.folder / f"run{count}"
        folder.mkdir()
        (folder / "migration.yaml").write_text(json.dumps({
            "whimbrel": 1, "source": {"url": url(scheme, path, options)},
            "target": {"url": target.url}, **(settings or {})}))
        outcome = whimbrel.run("run", folder.name, "--json", *words, expect=expect)
        return Moved(whimbrel, outcome, target, folder.name)

    return run


@pytest.fixture
def cobol(whimbrel, load):
    """cobol(copybook, data, engine): a file of these bytes, moved. A copybook in free format."""
    count = 0

    def run(copybook, data, engine="sqlite", name=None, **more):
        nonlocal count
        count += 1
        book = whimbrel.folder / f"{count}.cpy"
        path = whimbrel.folder / (name or f"F{count}.DAT")
        book.write_text(copybook)
        path.write_bytes(data)
        return load("cobol", path, engine, copybook=book, **more)

    return run


@pytest.fixture
def write_back(whimbrel):
    """write_back(moved, "cobol", copybook=...): the rows as one file again; its bytes."""
    count = 0

    def run(moved, scheme, expect=0, **options):
        nonlocal count
        count += 1
        out = whimbrel.folder / f"out{count}"
        whimbrel.run("run", moved.target.url, url(scheme, out, options), "--workdir",
                     f"back{count}", "--json", expect=expect)
        return out.read_bytes()

    return run


@pytest.fixture(scope="session")
def banking():
    """banking("carddemo"): files that others made; skips where they are not there."""
    def folder(part):
        found = corpus.wanted() / "banking" / part
        if not found.is_dir():
            pytest.skip(f"there is no {found}: WHIMBREL_CORPUS names another place")
        return found

    return folder
