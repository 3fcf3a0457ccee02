"""docs/grants.md is true: accounts with exactly those grants move a database."""

import pathlib
import re

import pytest

from support import sample
from support.compare import assert_equal
from support.program import TOP


def documented(title, optional):
    """The SQL under a heading; lines with a comment that begins with 'only' where `optional`."""
    text = (TOP / "docs" / "grants.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {title}\n")[1].split("\n## ")[0]
    script = re.search(r"```sql\n(.*?)```", section, re.DOTALL).group(1)
    statements = [s.strip() for s in re.sub(r"--(?! only).*", "", script).split(";")]
    joined = []
    for statement in statements:  # a comment stands behind the semicolon of its statement
        comment = re.match(r"-- only.*?(?:\n|$)", statement)
        if comment and joined and not optional:
            joined.pop()
        joined.append(statement[comment.end():].strip() if comment else statement)
    return [s for s in joined if s]


def account(database, title, optional=False):
    """The URL of a new account with the documented grants."""
    user = f"mover_{database.name}"
    if database.engine == "postgresql":
        database.execute(f"REVOKE ALL ON SCHEMA public FROM PUBLIC;"
                         f"REVOKE ALL ON DATABASE {database.name} FROM PUBLIC;"
                         f"CREATE ROLE {user} LOGIN")
    else:
        database.execute(f"CREATE USER {user}@'%'")
    for statement in documented(title, optional):
        database.execute(re.sub(r"\bshop\b", database.name, statement)
                         .replace("'mover'", f"'{user}'").replace(" mover", f" {user}"))
    return database.address(user)


@pytest.fixture
def forget():
    made = []
    yield made.append
    for database in made:
        user = f"mover_{database.name}"
        if database.engine == "postgresql":
            database.execute(f"REASSIGN OWNED BY {user} TO postgres; DROP OWNED BY {user};"
                             f"DROP ROLE {user}")
        else:
            database.execute(f"DROP USER {user}@'%'")


@pytest.mark.parametrize("from_engine, to_engine", [
    ("postgresql", "mysql"), ("mysql", "postgresql"), ("postgresql", "postgresql"),
    ("mysql", "mysql")])
def test_documented_grants_suffice(make, forget, whimbrel, from_engine, to_engine):
    source, target = sample.fill(make(from_engine)), make(to_engine)
    names = {"postgresql": "PostgreSQL", "mysql": "MySQL and MariaDB"}
    source.url = account(source, f"{names[from_engine]} as source")
    target.url = account(target, f"{names[to_engine]} as target", from_engine == to_engine)
    forget(source)
    forget(target)
    whimbrel.move(source, target)
    assert_equal(source, target)
    whimbrel.run("verify", "--both", "--workdir", "move")


def test_a_source_that_may_not_be_written(make, whimbrel):
    source, target = sample.fill(make("sqlite")), make("postgresql")
    before = pathlib.Path(source.path).read_bytes()
    source.path.chmod(0o444)
    whimbrel.move(source, target)
    assert_equal(source, target)
    assert pathlib.Path(source.path).read_bytes() == before
